"""What a person sends, before anything is done with it: readable, not empty, not endless."""

import json
import re
from collections.abc import Mapping
from typing import Any

from builder.core.errors import Invalid
from builder.core.problem import Problem
from builder.core.readable import readable
from builder.core.session import CONTEXT

LONGEST = 200_000
LONGEST_CONTEXT = 20_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}")


def said(text: str) -> str:
    """The text as it is kept: without NULs and half surrogate pairs. Invalid when nothing is left or it is too long."""
    kept = readable(text)
    if not kept.strip():
        raise _refused("empty_message", "The message is empty.", "Write something first.")
    if len(kept) > LONGEST:
        reason = f"The message has {len(kept):,} characters; {LONGEST:,} are allowed."
        raise _refused("long_message", reason, "Send the part that matters.")
    return kept


def message_key(message_id: str) -> str:
    """A message id that a page or program chose."""
    if not _ID.fullmatch(message_id):
        raise _refused("bad_message_id", "This message id cannot be used.", "Use 1 to 100 letters, digits or . _ : -")
    return message_id


def language_tag(tag: str) -> str:
    """A language by its tag: en, de-AT."""
    if not _LANGUAGE.fullmatch(tag):
        raise _refused("bad_language", "This is not a language tag.", "Write for example en, es or de-AT.", "language")
    return tag


def small(seq: int | None) -> int | None:
    """The number of a message as a database can hold it."""
    return None if seq is None else max(0, min(seq, 2**31 - 1))


def context_note(context: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a program says about its own end, as it is kept with the session. Invalid when it is too long."""
    if not context:
        return {}
    length = len(json.dumps(context))
    if length > LONGEST_CONTEXT:
        reason = f"The context has {length:,} characters; {LONGEST_CONTEXT:,} are allowed."
        raise _refused("long_context", reason, "Send what matters for the agent.", "context")
    return {CONTEXT: dict(context)}


def _refused(code: str, reason: str, step: str, field: str = "message") -> Invalid:
    return Invalid(reason, [Problem(code, field, reason, step)], step)
