"""What the server answers about sessions, as frozen values. A test holds them against its openapi.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as part
from typing import Any, Literal

Json = dict[str, Any]
Mode = Literal["full", "quick"]
ReturnType = Literal["structured", "unstructured"]
Stage = Literal[
    "INITIAL",
    "COLLECTING_BASICS",
    "EXPLORING_TOOLS",
    "CONFIGURING_TOOLS",
    "REVIEWING_WORKFLOW",
    "FINALIZING",
    "COMPLETED",
]
Action = Literal["set", "unset", "add", "remove", "put", "drop", "rename"]
ChangeKind = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One step on one field of a draft, for `sessions.edit`.

    >>> Operation("set", "tone", "friendly").field
    'tone'
    """

    action: Action
    field: str
    value: Any = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """Tokens of language models, and US dollars where the price is known: `client.sessions.get(session_id).used`."""

    input: int
    cached: int
    thinking: int
    output: int
    cost: float | None
    model: str


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """Where an interview stands: `client.sessions.status(session_id).progress`."""

    session_id: str
    stage: Stage
    progress: int
    collected: tuple[str, ...]
    missing: tuple[str, ...]
    revision: int
    stages: tuple[Stage, ...]
    mode: Mode
    engine: str
    engine_title: str
    used: Used
    agent_id: str | None
    saved_version: int | None


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """A field of a draft: `client.sessions.get(session_id).draft["tone"]`.

    `locked`: changed by hand, the interviewer only proposes.
    """

    value: Any
    source: Literal["user", "assumed", "edited"]
    locked: bool


@dataclass(frozen=True, slots=True)
class FieldProposal:
    """A change that waits for a yes: `client.sessions.accept(session_id, proposal.field)`."""

    field: str
    before: Any
    after: Any
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Session(SessionStatus):
    """The whole record but the talk: `client.sessions.get(session_id).draft`."""

    language: str
    context: Mapping[str, Any] | None
    draft: Mapping[str, FieldEntry]
    proposals: Mapping[str, FieldProposal]
    archived: bool
    created: str
    updated: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after: `client.agents.diff(agent_id, 1).changes[0].after`."""

    field: str
    before: Any
    after: Any
    key: str | None
    kind: ChangeKind


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is not right: `client.sessions.problems(session_id)[0].next_step`."""

    code: str
    field: str
    reason: str
    next_step: str
    params: Mapping[str, Any] = part(default_factory=dict)
    line: int = 0
    mend: Mapping[str, Any] = part(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditedSession(Session):
    """What came of edits: `client.sessions.edit(session_id, [Operation("set", "tone", "kind")]).changes`."""

    changes: tuple[FieldChange, ...]
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True, slots=True)
class ResumedSession(Session):
    """`message` is what was said last: `client.sessions.resume(session_id).message`."""

    message: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShortChange:
    """A change without its values: `client.sessions.say(session_id, "Hello").changes[0].field`."""

    field: str
    key: str | None
    kind: ChangeKind


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a talk: `client.sessions.say(session_id, "Hello").text`."""

    id: str
    seq: int
    role: Literal["user", "model"]
    text: str
    created: str
    state: Literal["streaming", "done", "stopped", "failed"]
    changes: tuple[ShortChange, ...]
    proposals: tuple[str, ...]
    suggestions: tuple[str, ...]
    stage: Stage | None
    reason: str
    dropped: tuple[FieldProblem, ...]
    engine: str
    usage: Used


@dataclass(frozen=True, slots=True)
class BegunSession(Session):
    """A new session, with the `reply` to its first message: `client.sessions.create(message="Hello").reply`."""

    reply: Message | None = None


@dataclass(frozen=True, slots=True)
class SessionCard:
    """A session in a list: `next(client.sessions.list()).title`."""

    session_id: str
    title: str
    stage: Stage
    progress: int
    return_type: ReturnType | None
    updated: str
    agent_id: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """What the interviewer says before anybody spoke: `client.sessions.talk_page(session_id).opening.text`."""

    text: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """A stretch of a talk, oldest first: `client.sessions.talk_page(session_id).messages`."""

    revision: int
    stage: Stage
    progress: int
    missing: tuple[str, ...]
    language: str
    messages: tuple[Message, ...]
    earlier: bool
    running: Message | None
    opening: Opening
    suggestions: tuple[str, ...]
    can_undo: bool
    can_redo: bool
    undoes: str | None


@dataclass(frozen=True, slots=True)
class Improvement:
    """A better text, waiting as a proposal: `client.sessions.improve(session_id, "system_prompt").after`."""

    field: str
    before: str
    after: str | None
    reasons: tuple[str, ...]
    usage: Used
    revision: int
