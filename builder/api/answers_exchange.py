"""What answers about exports and imports look like."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from builder.api.answers import ETAG, Answer, FieldProblem, Names
from builder.api.answers_agents import AgentCard
from builder.exporters import notes
from builder.exporters.base import Shelf
from builder.services.imports import Outcome, Standing


class ExportTarget(Answer):
    """A platform that a configuration can be taken to."""

    name: str
    title: str = Field(description="The platform's own name.")
    shelf: Shelf = Field(description="What kind of platform it is.")
    purpose: str = Field(description="Who takes this and for what.")
    place: str = Field(description="Where to put the files, or the command that takes them.")
    version: str = Field(description="Of the format or the library that it was tried with.")
    rank: int = Field(ge=1, description="The order in which they are shown.")


class ExportTargets(Answer):
    """All targets, by rank."""

    targets: list[ExportTarget]


class ExportFile(Answer):
    """One text file, in UTF-8."""

    path: str = Field(description="Relative, with / between folders.")
    content: str


class ExportNote(Answer):
    """Something that is not in the files as the configuration says it."""

    kind: notes.Kind
    field: str = Field(description="A field of the configuration, or a path below one.")
    code: str = Field(description="Stable.")
    params: dict[str, Any] = Field(description="What stands in the gaps of the sentence.")
    text: str = Field(description="The sentence.")


class Export(Answer):
    """The files, and what is not in them as the configuration says it."""

    headers: ClassVar[Names] = (ETAG,)
    target: ExportTarget
    files: list[ExportFile] = Field(description="The main one first.")
    notes: list[ExportNote] = Field(description="Empty: nothing is lost.")


class ImportRemark(Answer):
    """A part of the document that was not taken over as it stands."""

    kind: Literal["left_out", "rewritten", "refused", "added"] = Field(
        description="refused: it would run or fetch something. added: the document does not say it."
    )
    where: str = Field(description="The place in the document.")
    code: str = Field(description="Stable.")
    params: dict[str, Any] = Field(description="What stands in the gaps of the sentence.")
    text: str = Field(description="The sentence.")


class ImportCandidate(Answer):
    """One configuration that was found."""

    path: str = Field(description="Of the document it was read from; empty when it was pasted.")
    importer: str = Field(description="Which kind of document it is.")
    title: str = Field(description="The same for people.")
    config: dict[str, Any] = Field(description="The configuration as far as it goes; send it to POST /v1/imports.")
    standing: Standing = Field(
        description="new; same: this very agent is there; conflict: one of this name with other content is there; "
        "incomplete: `problems` says what has to be mended first."
    )
    agent: AgentCard | None = Field(description="The agent that is there.")
    problems: list[FieldProblem]
    remarks: list[ImportRemark]


class ImportRefusal(Answer):
    """Something that came and is no agent, or was not opened."""

    path: str
    code: str = Field(description="Stable.")
    params: dict[str, Any] = Field(description="What stands in the gaps of the sentences.")
    reason: str
    next_step: str


class ImportPreview(Answer):
    """What could be brought in, and what could not. Nothing was saved."""

    candidates: list[ImportCandidate]
    refused: list[ImportRefusal]


class ImportOutcome(Answer):
    """What became of one configuration."""

    index: int = Field(description="Its place in what was sent.")
    outcome: Outcome
    agent: AgentCard | None = Field(description="The one that was made, or that was there.")
    detail: str | None = Field(description="Why it was refused.")
    problems: list[FieldProblem]


class ImportOutcomes(Answer):
    """One item for each configuration, in their order."""

    items: list[ImportOutcome]
