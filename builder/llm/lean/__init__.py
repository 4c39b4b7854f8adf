"""Reaching a model and reading its answer with less work than the libraries do: same requests, values and errors.

A room of its own, because it imports them: only what is done when a connection is made does so. `transport` and `line`
are the way to a server (for all providers); `completions`, `stream` and `model` are OpenAI's chat completions.
"""
