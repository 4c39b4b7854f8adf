"""Chat completions with less work for each piece than OpenAI's library does: same requests, same values, same errors.

A room of its own, because it imports that library: only `OpenAIConnection` does so, when it is made.
"""
