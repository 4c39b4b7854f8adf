"""Packages of Python at the top level, and what both targets that run on Pydantic AI have to tell."""

import pytest

from builder.core.agent import AgentConfig
from builder.exporters.base import Exporter
from builder.exporters.google_adk import GoogleADK
from builder.exporters.naming import package
from builder.exporters.pydantic_ai import PydanticAI
from builder.exporters.python_project import PythonProject
from tests.exporters.configurations import configuration

MODULES = ("Requests", "Packaging", "Websockets", "Dotenv", "Certifi", "PydanticAi", "Referencing", "json", "class")


@pytest.mark.parametrize("exporter", [GoogleADK(), PythonProject()], ids=lambda exporter: exporter.name)
@pytest.mark.parametrize("name", [*MODULES, "agent", "user", "tests"])
def test_a_package_never_stands_before_one_that_programs_import(exporter: Exporter, name: str) -> None:
    export = exporter.export(AgentConfig.model_validate(configuration(name=name)))
    own = package(name)
    assert any(file.path.startswith(f"{own}/") for file in export.files) and own.endswith("_agent")
    assert ("name", "name_changed") in {(note.field, note.code) for note in export.notes}


def test_packages_end_in_agent_once() -> None:
    assert [package(name) for name in ("OrderAgent", "order_agent", "Order")] == ["order_agent"] * 3
    assert len(package("a" * 64)) == 70


@pytest.mark.parametrize("exporter", [PydanticAI(), PythonProject()], ids=lambda exporter: exporter.name)
def test_blanks_that_do_not_reach_the_model_are_told(exporter: Exporter) -> None:
    def told(system: str) -> list[str]:
        notes = exporter.export(AgentConfig.model_validate(configuration(system=system))).notes
        return [note.field for note in notes if note.code == "ends_trimmed"]

    assert told("\tTabs {x}") == told("{x} ends.\n") == ["system_prompt"]
    assert told("One\n\ttab {x}.") == []
