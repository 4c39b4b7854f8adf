"""What our exports say is read back: exported again it gives the same bytes, and nothing is lost that was not told."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from builder.core.agent import AgentConfig
from builder.core.check import check
from builder.core.convert import fields_of
from builder.exporters.base import Export, Exporter
from builder.exporters.braces import plain
from builder.exporters.registry import all_exporters
from builder.importers.asking import Found
from builder.importers.base import Importer
from builder.importers.documents import Room
from builder.importers.registry import all_importers
from builder.importers.rooms import agents_of
from builder.importers.settling import settled
from tests.exporters.configurations import configurations, valid_configurations

IMPORTERS: Mapping[str, Importer] = {importer.name: importer for importer in all_importers()}
PAIRS = [exporter for exporter in all_exporters() if exporter.name in IMPORTERS]
BOTH_WAYS = pytest.mark.parametrize("exporter", PAIRS, ids=lambda exporter: exporter.name)


def stored(config: AgentConfig) -> AgentConfig:
    """As a gallery holds it: without signs that no database takes, and without references to elsewhere."""
    return AgentConfig.model_validate(settled(config.to_json())[0])


def read_back(export: Export, name: str) -> Found:
    found, refused = agents_of(Room({file.path: file.content for file in export.files}))
    assert [one.importer.name for one in found] == [name], [one.to_json() for one in refused]
    return found[0]


def complaints(exporter: Exporter, config: AgentConfig) -> list[str]:
    """What an import of the export does not say as the configuration did."""
    export = exporter.export(config)
    found = read_back(export, exporter.name)
    if problems := check(found.values):
        return [f"{one.field}: {one.reason}" for one in problems]
    again = exporter.export(AgentConfig.model_validate(dict(found.values)))
    wrong = [f"other bytes in {file.path}" for file in export.files if file not in again.files]
    wrong += ["other files"] if len(export.files) != len(again.files) else []
    told = {note.field.split(".")[0] for note in export.notes}
    told |= {"system_prompt", "user_prompt", "placeholders"} if "prompts" in told else set()
    before, after = fields_of(config.to_json()), fields_of(found.values)
    lost = [field for field in before if field not in told and not _same(field, before[field], after.get(field))]
    wrong += [f"{field} is another: {before[field]!r:.300} -> {after.get(field)!r:.300}" for field in lost]
    return wrong + [f"no words: {remark.code}" for remark in found.remarks if not remark.text]


def _same(field: str, before: Any, after: Any) -> bool:
    """Where a platform fills no placeholders, `{{x}}` and `{x}` are the same text there. What was told to stand in the
    instructions stands behind the system prompt."""
    if field not in ("system_prompt", "user_prompt") or not isinstance(after, str):
        return bool(before == after)
    was, text = plain(before), plain(after)
    return text == was or (field == "system_prompt" and text.startswith(f"{was}\n\n"))


@BOTH_WAYS
def test_every_export_comes_back(exporter: Exporter) -> None:
    found = {name: complaints(exporter, stored(config)) for name, config in configurations().items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(config=valid_configurations())
def test_any_export_comes_back(config: AgentConfig) -> None:
    kept = stored(config)
    found = {exporter.name: complaints(exporter, kept) for exporter in PAIRS}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@BOTH_WAYS
def test_a_document_that_is_changed_is_read_as_another_one(exporter: Exporter) -> None:
    """The import reads the file and not something that lies beside it."""
    config = stored(configurations()["everything"])
    other = {"description": "Quite another one.", "goals": ["Quite another goal."]}  # not everybody has a description
    marked = AgentConfig.model_validate({**config.to_json(), **other})
    assert read_back(exporter.export(config), exporter.name).values != read_back(
        exporter.export(marked), exporter.name
    ).values


def test_there_are_pairs() -> None:
    assert len(PAIRS) >= 3
