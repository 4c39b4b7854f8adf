"""What answers look like, for the API's own description; a test holds real answers against it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from builder.api.problems import documented
from builder.core.agent import ReturnType
from builder.core.operation import Source
from builder.core.session import Mode, Role, State
from builder.core.stages import Stage


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Used(Answer):
    """Tokens, and US dollars where the price is known."""

    input: int
    cached: int
    thinking: int
    output: int
    cost: float | None
    model: str


class SessionStatus(Answer):
    session_id: str
    stage: Stage
    progress: int = Field(ge=0, le=100)
    collected: list[str]
    missing: list[str]
    revision: int
    stages: list[Stage]
    mode: Mode
    engine: str
    engine_title: str
    used: Used
    agent_id: str | None
    saved_version: int | None


class FieldEntry(Answer):
    """`locked`: changed by hand, so the interviewer only proposes."""

    value: Any
    source: Source
    locked: bool


class FieldProposal(Answer):
    field: str
    before: Any
    after: Any
    reasons: list[str]


class Session(SessionStatus):
    language: str
    context: dict[str, Any] | None
    draft: dict[str, FieldEntry]
    proposals: dict[str, FieldProposal]
    archived: bool
    created: str
    updated: str


class FieldChange(Answer):
    field: str
    before: Any
    after: Any
    key: str | None
    kind: Literal["added", "changed", "removed"]


class FieldProblem(BaseModel):
    """Where something is wrong, why, and what to do."""

    code: str
    field: str
    reason: str
    next_step: str


class Problems(Answer):
    problems: list[FieldProblem]


class EditedSession(Session):
    changes: list[FieldChange]
    problems: list[FieldProblem]


class ResumedSession(Session):
    message: str
    suggestions: list[str]


class ShortChange(Answer):
    field: str
    key: str | None
    kind: Literal["added", "changed", "removed"]


class Message(Answer):
    id: str
    seq: int
    role: Role
    text: str
    created: str
    state: State
    changes: list[ShortChange]
    proposals: list[str]
    suggestions: list[str]
    stage: Stage | None
    reason: str
    dropped: list[FieldProblem]
    engine: str
    usage: Used


class BegunSession(Session):
    reply: Message | None = Field(None, description="To `initial_message`, when there was one.")


class SessionCard(Answer):
    session_id: str
    title: str
    stage: Stage
    progress: int
    return_type: ReturnType | None
    updated: str
    agent_id: str | None


class SessionPage(Answer):
    sessions: list[SessionCard]
    next: str | None


class Artifact(Answer):
    type: Literal["agent_config"]
    version: int
    content: dict[str, Any]
    metadata: dict[str, Any]


class Artifacts(Answer):
    artifacts: list[Artifact]


class AgentCard(Answer):
    id: str
    name: str
    description: str
    return_type: ReturnType
    placeholders: list[str]
    version: int
    created: str
    updated: str


class Agent(AgentCard):
    configuration: dict[str, Any]


class AgentPage(Answer):
    agents: list[AgentCard]
    next: str | None


class Version(Answer):
    version: int
    agent_id: str
    note: str
    author: str
    hash: str
    created: str


class Versions(Answer):
    versions: list[Version]


class SavedSession(Version):
    session_id: str


class ImportedItem(Answer):
    index: int
    outcome: Literal["created", "same", "refused"]
    agent: AgentCard | None
    detail: str | None = None
    problems: list[FieldProblem]


class Imported(Answer):
    items: list[ImportedItem]


class ChatAnswer(Answer):
    session_id: str
    message: str
    artifacts: list[Artifact]
    tool_calls: list[dict[str, Any]]
    stage: Stage
    progress: int


class Improvement(Answer):
    field: str
    before: str
    after: str | None
    reasons: list[str]
    usage: Used
    revision: int


def told(model: type[BaseModel], *refusals: int, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """What a route answers when all is well, and with which statuses it may refuse."""
    return {status: {"model": model, "description": (model.__doc__ or "Done.").strip()}, **documented(*refusals)}
