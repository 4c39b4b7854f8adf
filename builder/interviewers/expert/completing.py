"""What is still missing, decided by code from what the draft says: sensible values, marked as assumed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from builder.core.draft import Draft
from builder.core.events import Failed
from builder.core.operation import Operation
from builder.core.session import Session
from builder.core.stages import missing
from builder.interviewers.offline.brief import Brief
from builder.interviewers.offline.deciding import all_decided
from builder.interviewers.offline.memory import Memory
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.specifying import specified
from builder.interviewers.offline.sync import in_step
from builder.interviewers.offline.writing.fields import fields

_TOPICS: Mapping[str, str] = {
    "description": "purpose",
    "return_type": "return_type",
    "user_prompt": "inputs",
    "schema_definition": "outputs",
    "system_prompt": "rules",
    "name": "name",
}


def completed(draft: Draft, pack: Pack) -> Iterator[Operation]:
    """What fills the draft; nothing while nobody has said what the agent is for."""
    if "description" not in draft:
        return
    wanted = fields(all_decided(brief_of(draft), pack), pack)
    needed = {*missing(draft), *(["schema_definition"] if wanted["return_type"][0] == "structured" else [])}
    for name in ("return_type", "name", "system_prompt", "user_prompt", "schema_definition"):
        if name in needed and name not in draft and name in wanted:
            yield Operation("set", name, wanted[name][0], source="assumed")


def read_by_rule(session: Session, draft: Draft, words: str) -> list[Operation] | Failed:
    """What the guide makes of a person's words, for the fields that are empty; Failed when they name no task."""
    made = specified(session, words)
    if isinstance(made, Failed):
        return made
    return [replace(operation, source="assumed") for operation in made.operations if operation.field not in draft]


def brief_of(draft: Draft) -> Brief:
    """The draft as the offline guide sees it."""
    brief = in_step(Memory(), draft).brief
    assumed = {_TOPICS[name]: "assumed" for name in draft.assumed if name in _TOPICS}
    sources: dict[str, Any] = {**brief.sources, **assumed}
    return brief.noted(sources=sources)


def open_topic(session: Session) -> str:
    """The topic that is open by the rules; "" when nothing is missing."""
    left = missing(session.draft)
    return next((topic for name, topic in _TOPICS.items() if name in left), "")
