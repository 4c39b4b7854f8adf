"""Python files that came along: looked at as trees, never run. What is not a literal value has no value here."""

import ast
import inspect
from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from builder.importers.python_tree import tree

_UNREADABLE = (SyntaxError, ValueError, TypeError, MemoryError, RecursionError)
_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array", "dict": "object"}
_TYPES |= {"List": "array", "Sequence": "array", "Dict": "object", "Mapping": "object", "Any": "string"}
_GIVEN_BY_THE_PLATFORM = frozenset(("self", "tool_context", "ctx", "context"))
ARGS = "\n\nArgs:\n"


def statements(text: str) -> list[ast.stmt]:
    """What stands at the top of a module; nothing where it is not Python."""
    module = tree(text)
    return module.body if module else []


def constant(text: str, name: str) -> Any:
    """The literal value that the module gives this name; None where there is none."""
    for statement in statements(text):
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        named = [target.id for target in targets if isinstance(target, ast.Name)]
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            named = [statement.target.id]
        if name in named and isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            return literal(statement.value)
    return None


def literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except _UNREADABLE:
        return None


def parameters(text: str, name: str) -> dict[str, Any] | None:
    """What the function of this name takes, as a JSON Schema with its docstring; None where there is no such one."""
    for statement in statements(text):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name == name:
            return parameters_of(statement)
    return None


def parameters_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, Any]:
    """What a function takes, as a JSON Schema with its docstring."""
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    free = {argument.arg for argument in plain[len(plain) - len(arguments.defaults) :]}
    free |= {
        argument.arg
        for argument, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if value is not None
    }
    named = [argument for argument in (*plain, *arguments.kwonlyargs) if argument.arg not in _GIVEN_BY_THE_PLATFORM]
    about, each = _told(ast.get_docstring(function, clean=False) or "", [argument.arg for argument in named])
    properties = {argument.arg: _schema(argument.annotation) for argument in named}
    for name, said in each.items():
        properties[name]["description"] = said
    needed = [argument.arg for argument in named if argument.arg not in free]
    return {
        "type": "object",
        **({"description": about} if about.strip() else {}),
        "properties": properties,
        **({"required": needed} if needed else {}),
    }


def _told(docstring: str, names: list[str]) -> tuple[str, dict[str, str]]:
    """The docstring without its list of arguments, where that stands at its end, and what the list says of each."""
    if ARGS not in docstring:
        return _told_by_others(docstring, names)
    about, _, listed = docstring.rpartition(ARGS)
    each = dict[str, str]()
    for line in listed.splitlines():
        name, said = _named(line)
        if not (name in names and said):
            return docstring, {}
        each[name] = said
    return (about, each) if each else (docstring, {})


def _told_by_others(docstring: str, names: list[str]) -> tuple[str, dict[str, str]]:
    """The same of docstrings that are indented, with more below the list."""
    clean = inspect.cleandoc(docstring)
    about, mark, listed = clean.partition(ARGS)
    if not mark:
        return docstring, {}
    inside = takewhile(lambda line: line.startswith(" "), listed.splitlines())
    return about, {name: said for name, said in map(_named, inside) if name in names and said}


def _named(line: str) -> tuple[str, str]:
    name, _, said = line.strip().partition(":")
    return name.split("(")[0].strip(), said.strip()


def _schema(annotation: ast.expr | None) -> dict[str, Any]:
    if isinstance(annotation, ast.BinOp):  # X | None
        return _schema(annotation.left)
    if isinstance(annotation, ast.Subscript):
        outer = _name(annotation.value)
        if outer == "Optional":
            return _schema(annotation.slice)
        if _TYPES.get(outer) == "array":
            return {"type": "array", "items": _schema(annotation.slice)}
        return {"type": _TYPES.get(outer, "string")}
    return {"type": _TYPES.get(_name(annotation), "string")}


def _name(node: ast.expr | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def find(others: Mapping[str, str], wanted: str) -> str:
    """The path of a file among those that came, the one that ends like `wanted`; files without a folder go by their
    own name. "" when it is missing."""
    ending = [path for path in others if path == wanted or path.endswith(f"/{wanted}")]
    loose = [path for path in others if path == wanted.split("/")[-1]]
    return min(ending or loose, key=lambda path: (path.count("/"), path), default="")
