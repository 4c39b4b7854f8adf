"""The MCP server: data above, a program below that is the same for every agent. (`make test-exports` runs it.)"""

import ast

from builder.exporters.mcp import MCP
from tests.exporters.configurations import configurations

DATA = ("CONFIG", "NAME", "SYSTEM", "USER")


def test_people_write_only_in_the_data() -> None:
    programs = set[str]()
    for name, config in configurations().items():
        tree = ast.parse(MCP().export(config).files[0].content)
        data = {node.targets[0].id: node for node in tree.body if isinstance(node, ast.Assign) and _is_data(node)}
        values = {key: ast.literal_eval(node.value) for key, node in data.items()}
        assert set(values) == set(DATA) and values["CONFIG"] == config.to_json(), name
        assert values["USER"] == config.prompt("user").content and values["NAME"].isidentifier()
        programs.add(ast.unparse([node for node in tree.body if node not in data.values()]))
    assert len(programs) == 1


def _is_data(node: ast.Assign) -> bool:
    return isinstance(node.targets[0], ast.Name) and node.targets[0].id in DATA
