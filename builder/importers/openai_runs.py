"""What a program of the OpenAI Agents SDK asks an agent: the text of its `Runner.run`, where that has gaps."""

import ast
from collections.abc import Iterator

from builder.importers.prompts import Parts
from builder.importers.python_tree import Program, last_name
from builder.importers.python_values import Unknown, Values

_RUNS = ("run", "run_sync", "run_streamed")


def user_prompt(program: Program, values: Values, variable: str) -> Parts | None:
    """The first one that is more than a fixed question."""
    for call in program.calls:
        if not _runs(call, variable):
            continue
        given = call.args[1] if len(call.args) > 1 else None
        given = given or next((keyword.value for keyword in call.keywords if keyword.arg == "input"), None)
        for node in _texts(given):
            try:
                parts = values.parts(node)
            except Unknown:
                continue
            if any(is_gap for is_gap, _ in parts) and any(text.strip() for is_gap, text in parts if not is_gap):
                return parts
    return None


def _runs(call: ast.Call, variable: str) -> bool:
    first = call.args[0] if call.args else None
    first = first or next((keyword.value for keyword in call.keywords if keyword.arg == "starting_agent"), None)
    return last_name(call.func) in _RUNS and isinstance(first, ast.Name) and first.id == variable


def _texts(node: ast.expr | None) -> Iterator[ast.expr]:
    """A text by itself, or those of the user's messages in a list."""
    if isinstance(node, ast.List):
        for message in node.elts:
            entries = _entries(message)
            role = entries.get("role")
            if isinstance(role, ast.Constant) and role.value == "user":
                yield from _contents(entries.get("content"))
    elif node is not None:
        yield node


def _contents(node: ast.expr | None) -> Iterator[ast.expr]:
    if isinstance(node, ast.List):
        yield from (entries["text"] for item in node.elts if "text" in (entries := _entries(item)))
    elif node is not None:
        yield node


def _entries(node: ast.expr) -> dict[str, ast.expr]:
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values, strict=True)
    return {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}
