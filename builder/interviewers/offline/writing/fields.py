"""The brief as fields of the draft, and the operations that lead there."""

from collections.abc import Iterator, Mapping
from typing import Any

from builder.core import placeholders
from builder.core.operation import Operation, Source
from builder.core.session import Session
from builder.interviewers.offline.brief import Brief
from builder.interviewers.offline.pack import FALLBACK, Pack
from builder.interviewers.offline.writing.description import sentence_of
from builder.interviewers.offline.writing.system_prompt import system_prompt, with_rules
from builder.interviewers.offline.writing.user_prompt import explained, user_prompt

Field = tuple[Any, Source]
# Which topics a draft field is made from: a locked field is only touched when one of them was told.
MADE_FROM: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "description": ("purpose",),
    "return_type": ("return_type",),
    "system_prompt": ("rules", "tone", "purpose"),
    "user_prompt": ("inputs",),
    "placeholders": ("inputs",),
    "schema_definition": ("outputs",),
    "tone": ("tone",),
    "language": ("language",),
    "first_message": ("greeting",),
    "guardrails": ("rules",),
}


def fields(brief: Brief, pack: Pack) -> dict[str, Field]:
    """Every draft field that the brief can fill, with its source."""
    found: dict[str, Field] = {}
    if brief.name:
        found["name"] = (brief.name, _source(brief, "name"))
    if description := brief.texts.get("description") or sentence_of(brief, pack):
        found["description"] = (description, _source(brief, "purpose"))
    if brief.return_type:
        found["return_type"] = (brief.return_type, _source(brief, "return_type"))
    found |= _prompts(brief, pack)
    if brief.schema and brief.return_type == "structured":
        found["schema_definition"] = (dict(brief.schema), _source(brief, "outputs"))
    return found | _optional(brief, pack)


def _prompts(brief: Brief, pack: Pack) -> dict[str, Field]:
    found: dict[str, Field] = {}
    if own := brief.texts.get("system_prompt"):
        found["system_prompt"] = (with_rules(own, _added(brief), pack), _source(brief, "rules"))
    elif brief.knows("rules") and brief.purpose:
        found["system_prompt"] = (system_prompt(brief, pack), _source(brief, "rules"))
    if own := brief.texts.get("user_prompt"):
        found["user_prompt"] = (own, _source(brief, "inputs"))
        found["placeholders"] = (dict(brief.texts.get("placeholders", {})), _source(brief, "inputs"))
    elif brief.inputs:
        found["user_prompt"] = (user_prompt(brief, pack), _source(brief, "inputs"))
        found["placeholders"] = (explained(brief, pack), _source(brief, "inputs"))
    return {key: field for key, field in found.items() if field[0]}


def _added(brief: Brief) -> tuple[str, ...]:
    """Rules that were told after the prompt was taken over."""
    before = brief.texts.get("rules_before", ())
    return tuple(rule for rule in brief.rules if rule not in before)


def _optional(brief: Brief, pack: Pack) -> dict[str, Field]:
    found: dict[str, Field] = {}
    if brief.tone:
        found["tone"] = (brief.tone, _source(brief, "tone"))
    language = brief.language or (pack.code if pack.code != FALLBACK else "")
    if language:
        found["language"] = (language, "user")
    if brief.greeting:
        found["first_message"] = (brief.greeting, _source(brief, "greeting"))
    forbidden = [rule for rule in brief.rules if pack.says("forbids", rule)]
    if forbidden:
        found["guardrails"] = (forbidden, _source(brief, "rules"))
    return found | {name: (value, "user") for name, value in brief.texts.items() if name in _KEPT}


_KEPT = (
    "goals",
    "conversation_starters",
    "guardrails",
    "tools",
    "memory",
    "workflow",
    "voice",
    "model",
    "test_cases",
    "metadata",
)


def _source(brief: Brief, topic: str) -> Source:
    source = brief.sources.get(topic, "user")
    return "user" if source == "edited" else source


def operations(
    brief: Brief, pack: Pack, session: Session, learned: tuple[str, ...], before: Brief
) -> Iterator[Operation]:
    """What leads from the session's draft to the brief: only what differs."""
    wanted = fields(brief, pack) | _prompts(_as_by_hand(brief, session), pack)
    for name, (value, source) in wanted.items():
        if session.draft.locked(name):
            yield from _to_locked(name, value, brief, pack, session, learned, before)
        elif not _same(session.draft.value(name), value) or (
            session.draft.source(name) == "assumed" and source == "user"
        ):
            yield Operation("set", name, value, source=source)
    for name in MADE_FROM:
        if (
            name in session.draft
            and name not in wanted
            and not session.draft.locked(name)
            and _gone(name, brief, learned)
        ):
            yield Operation("unset", name)


def _as_by_hand(brief: Brief, session: Session) -> Brief:
    """The brief that prompts are written from: a name that only waits for a yes is not used yet."""
    name = session.draft.text("name")
    return brief.noted(name=name) if name and session.draft.locked("name") else brief


def _same(have: Any, wanted: Any) -> bool:
    return bool(have == wanted) and (not isinstance(have, dict) or list(have) == list(wanted))


def _gone(name: str, brief: Brief, learned: tuple[str, ...]) -> bool:
    """Was the field emptied in this turn? A schema goes when the agent becomes conversational."""
    if name == "schema_definition":
        return brief.return_type == "unstructured"
    return any(topic in learned for topic in MADE_FROM[name])


def _to_locked(
    name: str, value: Any, brief: Brief, pack: Pack, session: Session, learned: tuple[str, ...], before: Brief
) -> Iterator[Operation]:
    """A field edited by hand: what was told just now is proposed, on top of the person's own text."""
    if not any(topic in learned for topic in MADE_FROM[name]):
        return
    if name == "system_prompt":
        waiting = session.proposals.get(name)
        base = str(waiting.after) if waiting else session.draft.text(name)
        value = with_rules(base, tuple(rule for rule in brief.rules if rule not in before.rules), pack)
    if name == "placeholders" and set(value) != set(placeholders.used(str(session.draft.value("user_prompt", "")))):
        return
    if value and value != session.draft.value(name):
        yield Operation("set", name, value)
