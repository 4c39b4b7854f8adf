"""What is different in the later of two configurations, as plain facts that a person reads."""
