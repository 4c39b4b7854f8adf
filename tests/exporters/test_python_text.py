"""Generated Python is data and empty functions, whatever people call their tools and outputs."""

import ast

from hypothesis import given, settings
from hypothesis import strategies as st

from builder.core.agent import AgentConfig
from builder.exporters.python_text import literal, stubs
from builder.exporters.registry import all_exporters
from builder.exporters.toolbox import toolbox
from tests.exporters.configurations import configuration, configurations
from tests.exporters.schemas import schemas
from tests.exporters.traps import TRAPS

SAFE = (ast.Module, ast.Expr, ast.Assign, ast.FunctionDef, ast.arguments, ast.arg, ast.Raise, ast.Call, ast.Name)
SAFE += (ast.Load, ast.Store, ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.Subscript)
SAFE += (ast.BinOp, ast.BitOr, ast.UnaryOp, ast.USub)


def complaints(source: str) -> list[str]:
    """What in the source is neither data nor an empty function."""
    tree = ast.parse(source)
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = [ast.unparse(call) for call in calls if ast.unparse(call) != "NotImplementedError"]
    return [type(node).__name__ for node in ast.walk(tree) if not isinstance(node, SAFE)] + called


@given(schemas())
def test_literals_read_back(schema: dict[str, object]) -> None:
    assert ast.literal_eval(literal(schema)) == schema


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=12) | st.sampled_from(TRAPS), min_size=1, max_size=5), schemas())
def test_tools_of_any_name_are_functions_of_names_of_their_own(names: list[str], schema: dict[str, object]) -> None:
    tools = [{"name": f"x{name}", "parameters": schema} for name in names]
    config = AgentConfig.model_validate(configuration(tools=tools))
    made = stubs(toolbox(config, "X").functions, "X")
    source = "\n\n".join(stub.source for stub in made)
    assert complaints(source) == []
    defined = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    assert defined == [stub.name for stub in made] and len(set(defined)) == len(names)


def in_class(source: str) -> str:
    """The function in the class that CrewAI wants of each tool; all around it are words of ours and two literals."""
    _, imported, holder = ast.parse(source).body
    assert isinstance(holder, ast.ClassDef) and not (holder.decorator_list or holder.keywords)
    assert [ast.unparse(imported), ast.unparse(holder.bases[0])] == ["from crewai.tools import BaseTool", "BaseTool"]
    *named, function = holder.body
    assert [ast.unparse(part).split(" = ")[0] for part in named] == ["name: str", "description: str"]
    assert all(isinstance(part, ast.AnnAssign) and isinstance(part.value, ast.Constant) for part in named)
    return ast.unparse(function)


def test_every_python_file_of_every_export_is_data_and_empty_functions() -> None:
    own = {"mcp", "python_project"}  # programs of ours, with tests of their own
    for exporter in all_exporters():
        for config in configurations().values() if exporter.name not in own else ():
            for file in exporter.export(config).files:
                if file.path.endswith(".py"):
                    source = in_class(file.content) if exporter.name == "crewai" else file.content
                    assert complaints(source) == [], (exporter.name, file.path)
