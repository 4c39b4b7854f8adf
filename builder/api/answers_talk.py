"""What answers about the talk of a session look like, line by line too, and the small ones of the plain endpoints."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from builder.api.answers import ETAG, Answer, FieldProblem, Message, Moment, Names, Used
from builder.api.marks import shaped
from builder.core.session import Role
from builder.core.stages import Stage

SessionKey = Annotated[Any, shaped("SessionId")]
SESSION_ID = {
    "type": "string",
    "format": "uuid",
    "description": "The id of a session.",
    "examples": ["7f3c2f0e-3f0b-4f6e-9d59-6b1f0a4f9d11"],
}


class Speaker(Answer):
    """Who leads the talk."""

    name: str
    title: str


class Engine(Speaker):
    """Who can lead it; `ready`: now, without further settings."""

    ready: bool


class Opening(Answer):
    """What is said before anybody spoke."""

    text: str
    suggestions: list[str]


class Talk(Answer):
    """A stretch of the talk, oldest first, with what a page needs beside it."""

    headers: ClassVar[Names] = (ETAG,)
    revision: int
    stage: Stage
    progress: int = Field(ge=0, le=100)
    stages: list[Stage]
    missing: list[str]
    used: Used
    engine: Speaker
    engines: list[Engine] = Field(description="All that could lead, the best first.")
    language: str
    messages: list[Message] = Field(description="Finished ones; `before` the first one's `seq` are the earlier ones.")
    earlier: bool = Field(description="There are messages before these.")
    running: Message | None = Field(description="The reply that is being written now.")
    opening: Opening
    suggestions: list[str] = Field(description="Short answers that fit now.")
    can_undo: bool
    can_redo: bool
    undoes: str | None = Field(description="The id of the message whose changes a step back takes away.")


class BegunPlainSession(Answer):
    """The new session."""

    session_id: str = Field(json_schema_extra={"format": "uuid"})


A_LINE = '{"role": "model", "timestamp": "2026-11-20T12:00:00.000Z", "content": "Noted."}\n'


class ChatLine(Answer):
    """One line of a talk. A reply comes again and again while it grows, under one timestamp; its last line is complete
    and has the other keys too."""

    role: Role
    timestamp: Moment
    content: str = Field(description="The whole text so far.")
    quick_replies: list[str] = Field(default_factory=list, description="Short answers that fit.")
    changed: list[str] = Field(default_factory=list, description="Fields of the draft that changed.")
    stage: Stage = Field(Stage.INITIAL, description="Where the interview is now.")
    problems: list[FieldProblem] = Field(default_factory=list, description="What went wrong on the way.")


class TokenCard(Answer):
    """A token, without what it opens with."""

    id: str
    name: str
    scope: Literal["read", "write", "admin"] = Field(description="Each may do what those before it may.")
    created: Moment
    revoked: Moment | None


class TokenList(Answer):
    """All tokens, the latest first."""

    tokens: list[TokenCard]


class CreatedToken(TokenCard):
    """The new token; `token` is shown this once."""

    token: str = Field(description="Send it as: Authorization: Bearer ...")
