"""What an exporter is: a configuration in; files out, and a plain list of what the platform cannot express."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from builder.core.agent import AgentConfig
from builder.exporters.cleaning import cleaned
from builder.exporters.notes import Note

Shelf = Literal["framework", "platform", "voice", "assistant", "standard"]


@dataclass(frozen=True, slots=True)
class File:
    """One text file, written as UTF-8. `path` is relative, with `/`, and holds no name of a person's unmended."""

    path: str
    content: str


@dataclass(frozen=True, slots=True)
class Export:
    """`files` has at least one, the main one first. `notes`: all that is not in them as the configuration says it."""

    files: tuple[File, ...]
    notes: tuple[Note, ...] = ()


class Exporter(ABC):
    """A target. `export` is pure: same configuration, same bytes; it takes every valid configuration and never fails.

    No key, token or address of anybody's goes into a file; text of people goes into text slots only, never into slots
    that a loader imports, runs or expands.
    """

    name: ClassVar[str]  # also of the module: "pydantic_ai"
    title: ClassVar[str]  # the platform's own name: "Pydantic AI"
    shelf: ClassVar[Shelf]
    rank: ClassVar[int]  # the order in which targets are shown, 1 first
    purpose: ClassVar[str]  # one plain line: who takes this and for what
    place: ClassVar[str]  # one plain line: where to put the files, or the command that takes them
    version: ClassVar[str]  # of the format or of the library that was tried, for example "pydantic-ai 2.68"

    def export(self, config: AgentConfig) -> Export:
        return self.export_of(*cleaned(config))

    def export_of(self, clean: AgentConfig, notes: tuple[Note, ...]) -> Export:
        """The same of a configuration that is cleaned already; `notes` are those of the cleaning."""
        made = self.write(clean)
        return Export(made.files, (*notes, *made.notes))

    @abstractmethod
    def write(self, config: AgentConfig) -> Export:
        """The files of a configuration that holds no key, and no character or number that a file cannot hold."""
