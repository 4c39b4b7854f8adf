"""Agents brought in: given, looked at, mended, and saved where the person says so."""
