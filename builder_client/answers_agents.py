"""What the server answers about agents, artifacts and itself, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from builder_client.answers import FieldChange, FieldProblem, Json, ReturnType

ArtifactType = Literal["agent_config", "bundle", "code"]


@dataclass(frozen=True, slots=True)
class AgentCard:
    """A saved agent in a list: `next(client.agents.search("mail")).name`."""

    id: str
    name: str
    description: str
    return_type: ReturnType
    placeholders: tuple[str, ...]
    version: int
    created: str
    updated: str


@dataclass(frozen=True, slots=True)
class Agent(AgentCard):
    """A saved agent with its configuration: `client.agents.get(agent_id).configuration`."""

    configuration: Json


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an agent: `client.agents.versions(agent_id)[0].note`."""

    version: int
    agent_id: str
    note: str
    author: str
    hash: str
    created: str


@dataclass(frozen=True, slots=True)
class SavedSession(Version):
    """The version that a session was saved as: `client.sessions.save(session_id).agent_id`."""

    session_id: str


@dataclass(frozen=True, slots=True)
class ReadableFact:
    """One thing that changed, as a sentence: `client.agents.diff(agent_id, 1).changes[0].facts[0].text`."""

    code: str
    mark: Literal["added", "removed", "changed"]
    params: Json
    text: str


@dataclass(frozen=True, slots=True)
class ComparedChange(FieldChange):
    """What became of one field, in words too: `client.agents.diff(agent_id, 1).changes[0].sentences`."""

    sentences: tuple[str, ...]
    facts: tuple[ReadableFact, ...]


@dataclass(frozen=True, slots=True)
class OldOutputs:
    """Whether what fitted the earlier schema fits the later one: `client.agents.diff(agent_id, 1).fits`."""

    verdict: Literal["fits", "listed", "may_not", "unknown"]
    sentence: str
    reasons: tuple[ReadableFact, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two versions: `client.agents.diff(agent_id, 1, 2).changes`."""

    changes: tuple[ComparedChange, ...]
    fits: OldOutputs | None


@dataclass(frozen=True, slots=True)
class ImportedItem:
    """What became of one configuration: `client.agents.import_([config])[0].outcome`."""

    index: int
    outcome: Literal["created", "same", "refused"]
    agent: AgentCard | None
    problems: tuple[FieldProblem, ...]
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How the server is: `client.health().status`."""

    status: Literal["healthy", "degraded", "unhealthy"]
    checks: Mapping[str, Any]
    timestamp: str
    version: str


@dataclass(frozen=True, slots=True)
class File:
    """A file to keep: `file = client.agents.file(agent_id); Path(file.name).write_bytes(file.content)`."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ArtifactMetadata:
    """Where an artifact comes from: `client.artifacts.latest(session_id)[0].metadata.created_at`."""

    session_id: str
    version: int
    type: ArtifactType
    created_at: str
    expires_at: str | None
    agent_id: str | None
    size: int
    hash: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """What a session produced: `client.artifacts.latest(session_id)[0].type`. `content` is None in lists of all."""

    id: str
    type: ArtifactType
    version: int
    name: str
    media_type: str
    content: Json | str | None
    metadata: ArtifactMetadata


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """How much of one thing is used: `client.usage().messages.used`. `limit` is None where there is none."""

    used: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class Usage:
    """What is used of what is allowed: `client.usage().resets`."""

    tier: str | None
    month: str
    resets: str
    messages: QuotaUse
    pages: QuotaUse
    agents: QuotaUse
