"""What answers about saved agents look like."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from builder.api.answers import ETAG, LOCATION, Answer, FieldProblem, Moment, Names
from builder.api.marks import shaped
from builder.core.agent import ReturnType

Configuration = Annotated[dict[str, Any], shaped("AgentConfig")]


class AgentCard(Answer):
    """A saved agent as lists show it."""

    id: str
    name: str
    description: str
    return_type: ReturnType
    placeholders: list[str]
    version: int = Field(ge=1)
    created: Moment
    updated: Moment


class Agent(AgentCard):
    """A saved agent with its configuration."""

    headers: ClassVar[Names] = (ETAG, LOCATION)
    configuration: Configuration


class AgentPage(Answer):
    """A page of the list."""

    agents: list[AgentCard]
    next: str | None = Field(description="Send it as `after` for the next page; null: this is the last.")


class Version(Answer):
    """One version of an agent, without its configuration."""

    version: int = Field(ge=1)
    agent_id: str
    note: str
    author: str
    hash: str = Field(description="Of the content: the same content has the same hash.")
    created: Moment


class Versions(Answer):
    """The latest first."""

    headers: ClassVar[Names] = (ETAG,)
    versions: list[Version]


class SavedSession(Version):
    """The version that the draft became."""

    headers: ClassVar[Names] = (ETAG, LOCATION)
    session_id: str


class ImportedItem(Answer):
    """What became of one configuration."""

    index: int = Field(description="Its place in what was sent.")
    outcome: Literal["created", "same", "refused"]
    agent: AgentCard | None
    detail: str | None = None
    problems: list[FieldProblem]


class Imported(Answer):
    """One item for each configuration, in their order."""

    items: list[ImportedItem]
