"""Agent Builder: an interview that ends with a complete, validated configuration of an AI agent."""

__version__ = "0.1.0"
