"""Our client against llmock, a fake of other people's making that breaks on demand and judges who calls it.

`make test-llm` runs it. llmock lives in an environment of its own, made from `bench/envs/llmock.txt`.
"""
