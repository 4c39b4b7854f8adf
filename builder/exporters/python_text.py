"""Python source that holds data and empty functions only: every text of a person's stands in it as a literal."""

import builtins
import keyword
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.exporters.naming import identifier
from builder.exporters.notes import Note
from builder.exporters.toolbox import Function

WIDTH = 110
_TAKEN = frozenset(dir(builtins)) | {"typing", "any", "tool_context", "self"}
_TYPES: Mapping[str, str] = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_TYPES = {**_TYPES, "array": "list[str]", "object": "dict[str, str]"}


def literal(value: Any, indent: str = "") -> str:
    """The value as Python writes it, over several lines where it is long; `indent` is that of its last line."""
    told = repr(value)
    if len(told) + len(indent) <= WIDTH or not isinstance(value, dict | list | str):
        return told
    inner = f"{indent}    "
    if isinstance(value, dict):
        lines = [f"{inner}{key!r}: {literal(part, inner)},\n" for key, part in value.items()]
        return "{\n" + "".join(lines) + indent + "}"
    if isinstance(value, list):
        return "[\n" + "".join(f"{inner}{literal(part, inner)},\n" for part in value) + indent + "]"
    return "(\n" + "".join(f"{inner}{part}\n" for part in _pieces(value)) + indent + ")"


def _pieces(text: str) -> list[str]:
    """A long text as literals that follow each other: one a line, and long lines in parts."""
    lines = text.splitlines(keepends=True)
    return [repr(line[start : start + WIDTH]) for line in lines for start in range(0, len(line), WIDTH)]


@dataclass(frozen=True, slots=True)
class Stub:
    """A function without a body, to be written by whoever takes the file over."""

    name: str
    source: str
    notes: tuple[Note, ...]


def stubs(functions: tuple[Function, ...], platform: str) -> list[Stub]:
    """One function a tool, each of its own name."""
    found, taken = list[Stub](), set(_TAKEN)
    for function in functions:
        name = identifier(function.name, frozenset(taken))
        while name in taken:
            name = f"{name}_2"
        taken.add(name)
        found.append(_stub(function, name, platform))
    return found


def _stub(function: Function, name: str, platform: str) -> Stub:
    properties = function.parameters.get("properties") or {}
    needed = [key for key in properties if _is_parameter(key) and key in (function.parameters.get("required") or ())]
    free = [key for key in properties if _is_parameter(key) and key not in needed]
    told = [f"{key}: {_type(properties[key])}" for key in needed]
    told += [f"{key}: {_type(properties[key])} | None = None" for key in free]
    lines = [
        f"def {name}({', '.join(told)}) -> str:",
        f"    {_docstring(function, [*needed, *free])}",
        f"    raise NotImplementedError({f'{name} is yours to write'!r})",
    ]
    field = f"{function.field}.parameters"
    notes = [Note("rewritten", field, "parameters_simple", {})] if function.is_schema else []
    lost = [key for key in properties if not _is_parameter(key)]
    notes += [Note("lost", f"{field}.{key[:80]}", "no_slot", {"platform": platform}) for key in lost]
    if name != function.name:
        notes.append(Note("renamed", f"{function.field}.name", "name_changed", {"old": function.name, "new": name}))
    return Stub(name, "\n".join(lines) + "\n", tuple(notes))


def _docstring(function: Function, parameters: list[str]) -> str:
    properties = function.parameters.get("properties") or {}
    told = [f"    {key}: {_about(properties[key])}" for key in parameters if _about(properties[key])]
    text = "\n".join([function.description, *(["", "Args:", *told] if told else [])])
    return repr(text)


def _is_parameter(name: str) -> bool:
    return name.isidentifier() and name.isascii() and not keyword.iskeyword(name) and name.lower() not in _TAKEN


def _type(schema: Any) -> str:
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    return _TYPES.get(kind, "str") if isinstance(kind, str) else "str"


def _about(schema: Any) -> str:
    return " ".join(str(schema.get("description", "")).split()) if isinstance(schema, Mapping) else ""
