"""The one stub behind every peer: the same reply and the same history for all."""

import os
import re
from collections.abc import Iterator

CHUNK_ENDINGS = (" reply is", " short and the same", " for every chat that", " is compared here.")


def history_length() -> int:
    return int(os.environ.get("BENCH_MESSAGES", "0"))


def history(messages: int | None = None) -> list[tuple[str, str]]:
    """Messages that the page begins with: (role, text), role is "user" or "model"."""
    return [_stored_message(index) for index in range(history_length() if messages is None else messages)]


def _stored_message(index: int) -> tuple[str, str]:
    if index % 2 == 0:
        return "user", f"Stored question {index}: what should the agent do with a late invoice?"
    return "model", f"Stored answer {index}: it asks for the number, finds the order and says when it will be paid."


def reply_chunks(question: str) -> Iterator[str]:
    """The reply to "Question 0007" begins with "Answer 0007", whole in the first chunk."""
    turn = re.search(r"\d{4}", question)
    yield f"Answer {turn.group() if turn else '0000'}: this"
    yield from CHUNK_ENDINGS
