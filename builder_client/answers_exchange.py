"""What the server answers about exports and imports, as frozen values."""

from dataclasses import dataclass
from typing import Literal

from builder_client.answers import FieldProblem, Json
from builder_client.answers_agents import AgentCard

OnConflict = Literal["version", "copy", "skip"]


@dataclass(frozen=True, slots=True)
class ExportTarget:
    """A platform that a configuration can be taken to: `client.exports.targets()[0].title`."""

    name: str
    title: str
    shelf: Literal["framework", "platform", "voice", "assistant", "standard"]
    purpose: str
    place: str
    version: str
    rank: int


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One text file: `client.exports.of_agent(agent_id, "pydantic_ai").files[0].content`."""

    path: str
    content: str


@dataclass(frozen=True, slots=True)
class ExportNote:
    """What is not in the files as it was said: `client.exports.of_agent(agent_id, "pydantic_ai").notes[0].text`."""

    kind: Literal["lost", "rewritten", "renamed", "added"]
    field: str
    code: str
    params: Json
    text: str


@dataclass(frozen=True, slots=True)
class Export:
    """The files for one platform: `client.exports.of_agent(agent_id, "pydantic_ai").files`."""

    target: ExportTarget
    files: tuple[ExportFile, ...]
    notes: tuple[ExportNote, ...]


@dataclass(frozen=True, slots=True)
class ImportRemark:
    """What was not taken over as it stood: `client.imports.preview_text(text).candidates[0].remarks[0].text`."""

    kind: Literal["left_out", "rewritten", "refused", "added"]
    where: str
    code: str
    params: Json
    text: str


@dataclass(frozen=True, slots=True)
class ImportCandidate:
    """A configuration that was found: `client.imports.preview_text(text).candidates[0].config`."""

    path: str
    importer: str
    title: str
    config: Json
    standing: Literal["new", "same", "conflict", "incomplete"]
    agent: AgentCard | None
    problems: tuple[FieldProblem, ...]
    remarks: tuple[ImportRemark, ...]


@dataclass(frozen=True, slots=True)
class ImportRefusal:
    """What is no agent, or was not opened: `client.imports.preview_text(text).refused[0].reason`."""

    path: str
    code: str
    params: Json
    reason: str
    next_step: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What could be brought in: `client.imports.preview_file("crew.zip", content).candidates`."""

    candidates: tuple[ImportCandidate, ...]
    refused: tuple[ImportRefusal, ...]


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one configuration: `client.imports.bring([config], on_conflict="copy")[0].outcome`."""

    index: int
    outcome: Literal["created", "same", "version", "copied", "skipped", "refused"]
    agent: AgentCard | None
    detail: str | None
    problems: tuple[FieldProblem, ...]
