"""Bringing the brief in step with the draft: what a person wrote by hand is known, and it is the truth."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from builder.core import placeholders
from builder.core.draft import Draft
from builder.interviewers.offline.brief import Brief, Input
from builder.interviewers.offline.memory import Memory
from builder.interviewers.offline.writing.fields import MADE_FROM

_SIMPLE = {
    "name": "name",
    "return_type": "return_type",
    "tone": "tone",
    "first_message": "greeting",
    "language": "language",
}
_EMPTY: Mapping[str, dict[str, Any]] = {
    "name": {"name": ""},
    "return_type": {"return_type": ""},
    "tone": {"tone": ""},
    "greeting": {"greeting": ""},
    "language": {"language": ""},
    "inputs": {"inputs": ()},
    "outputs": {"schema": {}},
}


def in_step(memory: Memory, draft: Draft) -> Memory:
    """The memory after edits by hand: what was written differs from what this interviewer wrote, or is locked."""
    brief = memory.brief
    for name in MADE_FROM:
        value = draft.value(name)
        if name in draft and (draft.locked(name) or value != memory.written.get(name)):
            brief = _taken(brief, name, value, draft)
        elif name not in draft and name in memory.written:
            brief = _emptied(brief, name)
    return replace(memory, brief=brief)


def seen(draft: Draft) -> dict[str, Any]:
    """The draft's values, to be compared at the next turn."""
    return {name: draft.value(name) for name in MADE_FROM if name in draft}


def _taken(brief: Brief, name: str, value: Any, draft: Draft) -> Brief:
    if name in _SIMPLE:
        topic = _SIMPLE[name]
        return brief.told(topic, "edited", **{topic: value})  # type: ignore[arg-type]
    match name:
        case "description":
            said = replace(brief.purpose, deed=str(value).rstrip("."), form="free")
            told = brief if brief.purpose else brief.noted(purpose=said)
            return told.told("purpose", "edited", texts={**brief.texts, "description": value})
        case "system_prompt":
            texts = {**brief.texts, "system_prompt": value, "rules_before": list(brief.rules)}
            return brief.told("rules", "edited", texts=texts)
        case "user_prompt" | "placeholders":
            return _user_prompt(brief, draft)
        case "schema_definition":
            return brief.told("outputs", "edited", schema=dict(value)) if isinstance(value, Mapping) else brief
        case "guardrails":
            return brief.noted(texts={**brief.texts, "guardrails": value})
    return brief


def _user_prompt(brief: Brief, draft: Draft) -> Brief:
    content, sentences = draft.text("user_prompt"), draft.value("placeholders", {})
    known = {entry.name: entry.phrase for entry in brief.inputs}
    inputs = tuple(Input(gap, known.get(gap, gap.replace("_", " "))) for gap in placeholders.used(content))
    texts = {**brief.texts, "user_prompt": content, "placeholders": dict(sentences)}
    return brief.told("inputs", "edited", inputs=inputs, texts=texts) if content else brief


def _emptied(brief: Brief, name: str) -> Brief:
    """The person emptied a field: its topic is open again."""
    texts = {key: value for key, value in brief.texts.items() if key != name}
    topic = next(iter(MADE_FROM[name]))
    if name == "guardrails" or (name == "schema_definition" and brief.return_type == "unstructured"):
        return brief.noted(texts=texts)
    reopened = brief.noted(texts=texts, **_EMPTY.get(topic, {}))
    return reopened if name in ("description", "placeholders") else reopened.reopened(topic)
