"""schemathesis over the whole description: calls that fit it, calls that do not, and chains of calls."""
