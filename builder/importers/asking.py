"""Which importer knows a document, and what it reads there: of the whole, else of each item of a list."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from builder.importers.base import Document, Importer
from builder.importers.budget import Budget
from builder.importers.prompts import named_by
from builder.importers.refusals import Refused, Unreadable
from builder.importers.remarks import Remark
from builder.importers.settling import settled

MOST_REMARKS = 500


@dataclass(frozen=True, slots=True)
class Found:
    path: str
    importer: Importer
    values: Mapping[str, Any]
    remarks: tuple[Remark, ...]
    used: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answers:
    """`unknown`: documents that none of the importers knows. `refused`: what was not asked or read any more."""

    found: list[Found] = field(default_factory=list)
    unknown: list[Document] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def asked(
    documents: Iterable[Document], importers: Sequence[Importer], texts: Mapping[str, str], budget: Budget
) -> Answers:
    """`texts` are all that came together, by path."""
    answers = Answers()
    for document in documents:
        others = {path: text for path, text in texts.items() if path != document.path}
        _ask(replace(document, others=others), _Asking(importers, budget, answers))
    return answers


@dataclass(frozen=True, slots=True)
class _Asking:
    importers: Sequence[Importer]
    budget: Budget
    answers: Answers

    def known(self, document: Document) -> bool:
        """Whether one knows it; then its agents are among the answers. Raises Unreadable where the budget ends."""
        self.budget.go_on()
        self.budget.take_asked()
        importer = next((one for one in self.importers if one.recognises(document)), None)
        if importer is None:
            return False
        agents = importer.each(document)
        granted = self.budget.take_agents(min(len(agents), importer.most_agents))
        if not granted and agents:
            raise Unreadable("too_much_at_once")
        if granted < len(agents):
            self.answers.refused.append(Refused(document.path, "more_agents", {"count": granted}))
        used = frozenset[str]()
        for agent in agents[:granted]:
            self.budget.go_on()
            found = _read(agent, importer)
            used = used if found.used == used else found.used  # one set for all agents of a large document
            self.answers.found.append(replace(found, used=used))
        return True


def _ask(document: Document, asking: _Asking) -> None:
    answers = asking.answers
    before, unknown = len(answers.found), list[Document]()
    try:
        if asking.known(document):
            return
        for part in _items(document):
            unknown += [] if asking.known(part) else [part]
    except Unreadable as error:
        answers.refused.append(Refused(document.path, error.code, error.params))
        if len(answers.found) == before:
            return
    answers.unknown.extend(unknown if len(answers.found) > before else [document])


def _items(document: Document) -> Iterator[Document]:
    """A list of agents as one document for each."""
    for number, item in enumerate(document.data if isinstance(document.data, list) else (), 1):
        if isinstance(item, dict):
            text = json.dumps(item, ensure_ascii=False)
            yield replace(document, path=f"{document.path}#{number}", text=text, data=item)


def _read(document: Document, importer: Importer) -> Found:
    reading = importer.read(document)
    values, of_values = settled(reading.values)
    if "name" not in values and values.get("prompts"):
        system = next((one["content"] for one in values["prompts"] if one["prompt_type"] == "system"), "")
        name, of_name = named_by(system)
        values, of_values = {**name, **values}, (*of_values, *of_name)
    return Found(document.path, importer, values, _shortened((*reading.remarks, *of_values)), reading.used)


def _shortened(remarks: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """So many that a person may still look through them."""
    if len(remarks) <= MOST_REMARKS:
        return remarks
    rest = len(remarks) - MOST_REMARKS
    return (*remarks[:MOST_REMARKS], Remark("left_out", "", "more_remarks", {"count": rest}))
