"""What is kept, as the pages and programs see it: saved agents, their versions, and sessions as cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from builder.core.stages import Stage

Sort = Literal["newest", "oldest", "name"]
OnConflict = Literal["version", "copy", "skip"]
Outcome = Literal["created", "same", "version", "copied", "skipped", "refused"]


@dataclass(frozen=True, slots=True)
class Agent:
    """A saved agent at one version. `placeholders` are names; `config` is the whole configuration of that version."""

    id: str
    name: str
    description: str
    return_type: str
    placeholders: tuple[str, ...]
    config: Mapping[str, Any]
    version: int
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One save of an agent; it never changes. Numbers begin at 1; `hash` is a SHA-256 of the content."""

    agent_id: str
    number: int
    config: Mapping[str, Any]
    note: str
    author: str
    hash: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some agents, and the key to pass as `after` for those that follow (None: these were the last)."""

    agents: tuple[Agent, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class SessionCard:
    """A session on the first page. `title` is the agent's name, else the start of the first message."""

    id: str
    title: str
    stage: Stage
    progress: int
    return_type: str | None
    updated: datetime
    agent_id: str | None = None


@dataclass(frozen=True, slots=True)
class SessionPage:
    """Some sessions, and the key to pass as `after` for those that follow (None: these were the last)."""

    sessions: tuple[SessionCard, ...]
    next: str | None = None
