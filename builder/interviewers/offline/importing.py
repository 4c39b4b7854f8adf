"""A whole configuration, pasted, as a brief: everything in it is kept word for word."""

from collections.abc import Mapping
from typing import Any

from builder.core import placeholders
from builder.interviewers.offline.brief import Brief, Input, Purpose

_OWN = (
    "description",
    "system_prompt",
    "user_prompt",
    "placeholders",
    "guardrails",
    "goals",
    "conversation_starters",
    "tools",
    "memory",
    "workflow",
    "voice",
    "model",
    "test_cases",
    "metadata",
)


def brief_from(found: Mapping[str, Any], before: Brief) -> Brief:
    """The brief that says what the fields of a valid configuration say."""
    texts = {name: found[name] for name in _OWN if name in found}
    texts["rules_before"] = []
    gaps = placeholders.used(str(found["user_prompt"]))
    brief = Brief(
        purpose=Purpose(deed=str(found["description"]).rstrip("."), form="free"),
        return_type=str(found["return_type"]),
        name=str(found["name"]),
        tone=str(found.get("tone", "")),
        inputs=tuple(Input(gap, gap.replace("_", " ")) for gap in gaps),
        schema=dict(found.get("schema_definition", {})),
        greeting=str(found.get("first_message", "")),
        language=str(found.get("language", before.language)),
        texts=texts,
    )
    topics = ("purpose", "return_type", "name", "rules", "inputs", "outputs", "tone", "greeting")
    return brief.noted(sources=dict.fromkeys(topics, "user"))
