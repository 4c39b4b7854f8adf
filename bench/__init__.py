"""Measurements beside peers: first text in a browser, and many open sessions."""
