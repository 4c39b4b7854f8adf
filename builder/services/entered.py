"""What a person enters about a provider of models: made tidy, or refused with a word on how it should look."""

from collections.abc import Mapping
from typing import cast, get_args

from builder.core.access import Flaw, Part, flaw
from builder.core.errors import Invalid
from builder.core.problem import Problem
from builder.llm.base import Thinking

_WORDS: Mapping[Flaw, tuple[str, str]] = {
    "bad_key": ("A key is one word of plain letters, digits and signs.", "Copy the key again, only the key."),
    "bad_address": (
        "This cannot be the address of a server.",
        "Write for example http://localhost:11434/v1, without ? and #.",
    ),
    "address_with_password": (
        "An address must not hold a name or a password.",
        "Enter the address alone and the key in its field.",
    ),
    "bad_version": ("This cannot be a version.", "Write for example v1beta."),
    "bad_model": (
        "This cannot be the name of a model.",
        "Pick one of the list, or copy the name as the provider writes it.",
    ),
}


def tidy(field: str, value: str) -> str:
    """The value as it is kept; blank stays blank. Invalid, which does not repeat it, when it cannot be one."""
    bare = value.strip()
    if field == "thinking":
        return _thinking(bare)
    found = flaw(cast(Part, field), bare)
    if found:
        raise _refused(found, field, *_WORDS[found])
    return bare.rstrip("/") if field == "address" else bare


def _thinking(value: str) -> str:
    known = get_args(Thinking)
    if value and value not in known:
        step = f"Choose one of: {', '.join(known)}."
        raise _refused("bad_thinking", "thinking", "There is no such amount of thinking.", step)
    return value


def _refused(code: str, field: str, reason: str, step: str) -> Invalid:
    return Invalid(reason, [Problem(code, field, reason, step)], step)
