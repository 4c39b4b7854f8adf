"""Our own Python project comes back as the agent that it was made of."""

import pytest

from builder.core.agent import AgentConfig
from builder.core.zipped import zipped
from builder.exporters.base import Exporter
from builder.exporters.mcp import MCP
from builder.exporters.python_project import PythonProject
from builder.importers.base import Document
from builder.importers.intake import Upload, intake
from builder.importers.mcp import MCPImporter
from builder.templates import all_templates
from tests.exporters.configurations import EVERYTHING

WHOLE = AgentConfig.model_validate(EVERYTHING)


def archive(exporter: Exporter, config: AgentConfig, above: str = "") -> Upload:
    return Upload("agent.zip", zipped((f"{above}{file.path}", file.content) for file in exporter.export(config).files))


@pytest.mark.parametrize("above", ["", "python/"])
@pytest.mark.parametrize(
    ("exporter", "path"), [(PythonProject(), "every_thing_agent/agent.json"), (MCP(), "server.py")]
)
def test_a_whole_archive_is_one_agent(exporter: Exporter, path: str, above: str) -> None:
    taken = intake([archive(exporter, WHOLE, above)])
    assert [(item.importer, item.values, item.remarks) for item in taken.items] == [(exporter.name, EVERYTHING, ())]
    assert taken.items[0].path.endswith(above + path)
    assert taken.refused == ()


@pytest.mark.parametrize("exporter", [PythonProject(), MCP()], ids=lambda exporter: exporter.name)
def test_every_template_comes_back_as_it_was(exporter: Exporter) -> None:
    for template in all_templates():
        config = AgentConfig.model_validate(template.config)
        taken = intake([archive(exporter, config)])
        assert [(item.values, item.problems) for item in taken.items] == [(config.to_json(), ())], template.id


def test_a_server_of_somebody_else_is_not_taken_for_ours() -> None:
    texts = [
        "",
        "from mcp.server.mcpserver import MCPServer\nserver = MCPServer('a')\n",
        "server = MCPServer('a')\nCONFIG = {'port': 1}\n",
        "server = MCPServer('a')\nCONFIG = {'name': open('/etc/passwd').read()}\n",
        "MCPServer(\nCONFIG = {" + "[" * 100_000,
    ]
    assert [text for text in texts if MCPImporter().recognises(Document("server.py", text))] == []
