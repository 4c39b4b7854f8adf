"""What answers look like, for the API's own description; a test holds real answers against it."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from builder.api.problems import Responses, documented
from builder.core.agent import ReturnType
from builder.core.artifact import Kind
from builder.core.operation import Source
from builder.core.session import Mode, Role, State
from builder.core.stages import Stage

Names = tuple[str, ...]
ETAG, LOCATION = "ETag", "Location"
Moment = Annotated[str, Field(description="RFC 3339 in UTC.", json_schema_extra={"format": "date-time"})]


class Answer(BaseModel):
    """`headers` are those that come with it."""

    model_config = ConfigDict(extra="forbid")
    headers: ClassVar[Names] = ()


class Used(Answer):
    """Tokens, and US dollars where the price is known."""

    input: int
    cached: int
    thinking: int
    output: int
    cost: float | None
    model: str


class SessionStatus(Answer):
    """Where a session stands."""

    headers: ClassVar[Names] = (ETAG,)
    session_id: str
    stage: Stage
    progress: int = Field(ge=0, le=100)
    collected: list[str] = Field(description="Fields that have a value.")
    missing: list[str] = Field(description="Fields that a configuration still needs.")
    revision: int = Field(description="Grows with every change; the ETag is the same number.")
    stages: list[Stage] = Field(description="All that were passed, in order.")
    mode: Mode
    engine: str = Field(description="Who leads the talk.")
    engine_title: str
    used: Used
    agent_id: str | None = Field(description="The agent that it was saved as.")
    saved_version: int | None


class FieldEntry(Answer):
    """`locked`: changed by hand, so the interviewer only proposes."""

    value: Any
    source: Source
    locked: bool


class FieldProposal(Answer):
    """A change that waits for a yes."""

    field: str
    before: Any
    after: Any
    reasons: list[str]


class Session(SessionStatus):
    """The whole record of a session but its talk."""

    language: str
    context: dict[str, Any] | None = Field(description="As it was given when the session began.")
    draft: dict[str, FieldEntry]
    proposals: dict[str, FieldProposal] = Field(description="Field -> what waits to be accepted or refused.")
    archived: bool
    created: Moment
    updated: Moment


class FieldChange(Answer):
    """One field before and after; null is empty."""

    field: str
    before: Any
    after: Any
    key: str | None = Field(description="The output or placeholder, when only that one changed.")
    kind: Literal["added", "changed", "removed"]


class FieldProblem(Answer):
    """Where something is wrong, why, and what to do."""

    code: str = Field(description="Stable.")
    field: str = Field(description="A field of the draft or a path below one; empty: the whole.")
    reason: str
    next_step: str
    params: dict[str, Any] = Field(default_factory=dict, description="What stands in the gaps of the sentences.")
    line: int = Field(0, description="Where it is known.")
    mend: dict[str, Any] = Field(default_factory=dict, description="The operation that mends it, if there is just one.")


class Problems(Answer):
    """Empty when the draft is a valid configuration."""

    headers: ClassVar[Names] = (ETAG,)
    problems: list[FieldProblem]


class EditedSession(Session):
    """The session after the edits."""

    changes: list[FieldChange] = Field(description="What really changed.")
    problems: list[FieldProblem] = Field(description="Operations that were left out, and why.")


class ResumedSession(Session):
    """The session, ready to go on."""

    message: str = Field(description="What was said last.")
    suggestions: list[str]


class ShortChange(Answer):
    """What changed, without the values."""

    field: str
    key: str | None
    kind: Literal["added", "changed", "removed"]


class Message(Answer):
    """One message of the talk, with what its turn did."""

    headers: ClassVar[Names] = (ETAG,)
    id: str
    seq: int = Field(description="Grows by one in a session.")
    role: Role
    text: str
    created: Moment
    state: State
    changes: list[ShortChange]
    proposals: list[str] = Field(description="Fields for which a proposal was made.")
    suggestions: list[str] = Field(description="Short answers that fit.")
    stage: Stage | None
    reason: str = Field(description="Why it failed and what to do; empty when it did not.")
    dropped: list[FieldProblem] = Field(description="Changes that could not be made.")
    engine: str
    usage: Used


class BegunSession(Session):
    """The new session."""

    headers: ClassVar[Names] = (ETAG, LOCATION)
    reply: Message | None = Field(None, description="To `initial_message`, when there was one.")


class SessionCard(Answer):
    """A session as lists show it."""

    session_id: str
    title: str
    stage: Stage
    progress: int = Field(ge=0, le=100)
    return_type: ReturnType | None
    updated: Moment
    agent_id: str | None


class SessionPage(Answer):
    """A page of the list."""

    sessions: list[SessionCard]
    next: str | None = Field(description="Send it as `after` for the next page; null: this is the last.")


class ArtifactMetadata(Answer):
    """Where an artifact comes from."""

    session_id: str
    version: int = Field(ge=1)
    type: Kind
    created_at: Moment
    expires_at: Moment | None = Field(description="null: it stays.")
    agent_id: str | None = Field(description="The agent that the session was saved as.")
    size: int = Field(ge=0, description="Of the content, in bytes.")
    hash: str = Field(description="SHA-256 of the content.")


class Artifact(Answer):
    """Something that a session produced."""

    id: str
    type: Kind
    version: int = Field(ge=1, description="Counts from 1 for each type of the session.")
    name: str = Field(description="Of its file.")
    media_type: str
    content: dict[str, Any] | str | None = Field(
        description="A configuration as JSON, code as text; null when it was just stored, in a list of all versions, "
        "and for a bundle."
    )
    metadata: ArtifactMetadata


class MadeArtifact(Artifact):
    """It is stored."""

    headers: ClassVar[Names] = (LOCATION,)


class Artifacts(Answer):
    """What the session produced, the newest first."""

    artifacts: list[Artifact]
    next: str | None = Field(description="Send it as `after` for the next page; null: this is the last.")


class ChatAnswer(Answer):
    """The finished reply."""

    headers: ClassVar[Names] = (ETAG,)
    session_id: str = Field(description="To go on in: send it with the next message.")
    message: str
    artifacts: list[Artifact] = Field(description="The last configuration that was completed, and what else there is.")
    tool_calls: list[dict[str, Any]]
    stage: Stage
    progress: int = Field(ge=0, le=100)


class Improvement(Answer):
    """What was found; it waits in the session as a proposal."""

    headers: ClassVar[Names] = (ETAG,)
    field: str
    before: str
    after: str | None = Field(description="null: nothing better was found; `reasons` say why.")
    reasons: list[str]
    usage: Used
    revision: int


class QuotaUse(Answer):
    used: int = Field(ge=0)
    limit: int | None = Field(description="null: unlimited.")


class Usage(Answer):
    """What is used of what."""

    tier: str | None = Field(description="null: this server sets no limits.", examples=["free"])
    month: str = Field(pattern=r"^\d{4}-\d{2}$", description="The running month (UTC).", examples=["2026-11"])
    resets: str = Field(description="When messages and pages begin anew.", examples=["2026-12-01T00:00:00.000Z"])
    messages: QuotaUse = Field(description="Answered messages of this month.")
    pages: QuotaUse = Field(description="Crawled web pages of this month.")
    agents: QuotaUse = Field(description="Saved agents that there are.")


def told(
    model: type[BaseModel], *refusals: int, status: int = 200, more: tuple[str, ...] = ()
) -> Responses:
    """What a route answers when all is well, and with which statuses it may refuse. `more`: headers beside those
    that the model names."""
    names = (*getattr(model, "headers", ()), *more)
    well: dict[str, Any] = {"model": model, "description": (model.__doc__ or "Done.").strip()}
    if names:
        well["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    return {status: well, **documented(*refusals)}
