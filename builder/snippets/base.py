"""The face of every kind of snippet. A new one is one module in this package with one subclass."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from builder.core.agent import ReturnType


@dataclass(frozen=True, slots=True)
class SessionHere:
    """A talk with the interviewer."""

    id: str


@dataclass(frozen=True, slots=True)
class AgentHere:
    """A saved agent. `placeholders`: name -> the sentence that says what to provide."""

    id: str
    name: str
    version: int
    return_type: ReturnType
    placeholders: Mapping[str, str] = field(default_factory=dict)
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What a snippet talks to, and where. `base_url` ends with /api."""

    base_url: str
    here: SessionHere | AgentHere
    tokens_required: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """`language` is what it is highlighted as."""

    name: str
    language: str
    text: str


class About(NamedTuple):
    """One line for a person, in the languages of the pages."""

    en: str
    es: str
    de: str
    fr: str

    def said(self, language: str) -> str:
        return str(getattr(self, language[:2], self.en))


class Snippet(ABC):
    """One way to reach a place. A text never holds a token: it reads the environment variable AGENT_BUILDER_TOKEN."""

    name: ClassVar[str]
    title: ClassVar[str]
    rank: ClassVar[int]
    about: ClassVar[About]

    @abstractmethod
    def files(self, place: Place) -> tuple[File, ...]:
        """The program, its main file first; names are fit for every disk."""
