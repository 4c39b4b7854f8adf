"""The MCP server: data above, a program below that is the same for every agent. (`make test-exports` runs it.)"""

import ast

from builder.core.agent import AgentConfig
from builder.exporters.cleaning import cleaned
from builder.exporters.mcp import MCP
from builder.exporters.python_text import literal
from tests.exporters.configurations import EVERYTHING, configuration, configurations

DATA = ("CONFIG", "NAME", "GAPS", "SYSTEM", "USER")


def test_people_write_only_in_the_data() -> None:
    programs = set[str]()
    for name, config in configurations().items():
        tree = ast.parse(MCP().export(config).files[0].content)
        data = {node.targets[0].id: node for node in tree.body if isinstance(node, ast.Assign) and _is_data(node)}
        values = {key: ast.literal_eval(node.value) for key, node in data.items()}
        assert set(values) == set(DATA) and values["CONFIG"] == cleaned(config)[0].to_json(), name
        assert values["USER"] == config.prompt("user").content and values["NAME"].isidentifier()
        programs.add(ast.unparse([node for node in tree.body if node not in data.values()]))
    assert len(programs) == 1


def test_a_name_of_both_prompts_is_explained_as_in_the_first_and_that_is_told() -> None:
    made = configuration(system="For {x}.", user="{x} {y}")
    for prompt, hint in zip(made["prompts"], ("The first.", "The second."), strict=True):
        prompt["placeholders"] = dict.fromkeys(prompt["placeholders"], hint)
    export = MCP().export(AgentConfig.model_validate(made))
    assert "GAPS = " + literal({"x": "The first.", "y": "The second."}) in export.files[0].content
    assert [note.params for note in export.notes if note.code == "sentence_once"] == [{"name": "x"}]
    quiet = MCP().export(AgentConfig.model_validate(EVERYTHING)).notes
    assert "sentence_once" not in [note.code for note in quiet]


def _is_data(node: ast.Assign) -> bool:
    return isinstance(node.targets[0], ast.Name) and node.targets[0].id in DATA
