"""The table of the exports tells of every exporter what it does now, and each has a check before its real library."""

import re
from pathlib import Path

from builder.exporters.registry import all_exporters
from tests.exports.run import check_of, is_optional
from tests.exports.table import results_in, table

TABLE = Path(__file__).parents[2] / "docs" / "exports.md"


def test_every_exporter_is_checked_by_its_own_library() -> None:
    assert [exporter.name for exporter in all_exporters() if check_of(exporter) is None] == []


def test_the_table_is_as_the_exporters_are() -> None:
    rows = re.findall(r"^\| .* \| ([^|]*) \|$", TABLE.read_text(encoding="utf-8"), re.MULTILINE)[1:]
    results = dict(zip([exporter.name for exporter in all_exporters()], rows, strict=False))
    assert table(results) == TABLE.read_text(encoding="utf-8"), "run make test-exports and keep docs/exports.md"
    assert "not tried" not in rows


def test_what_a_table_said_is_read_back_where_a_target_is_not_tried_again() -> None:
    said = {exporter.name: f"{exporter.rank} of 57 taken" for exporter in all_exporters()}
    assert results_in(table(said)) == said


def test_only_crewai_is_left_to_a_command_of_its_own() -> None:
    assert [exporter.name for exporter in all_exporters() if is_optional(exporter)] == ["crewai"]
