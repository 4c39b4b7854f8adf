"""Tools that a model calls, and values that it is asked for, as platforms list them: names and JSON Schemas."""

from collections.abc import Mapping
from typing import Any

from builder.importers.outputs import at_home
from builder.importers.remarks import Remark
from builder.importers.taking import Taking

_KEYWORDS = frozenset(("type", "description", "title", "enum", "const", "default", "examples", "format", "pattern"))
_KEYWORDS |= {"items", "properties", "required", "additionalProperties", "anyOf", "oneOf", "allOf", "not"}
_KEYWORDS |= {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"}
_KEYWORDS |= {"prefixItems", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"}
_KEYWORDS |= {"$ref", "$defs", "definitions"}
_DEEPEST = 40
LONGEST_SHOWN = 80


def called(told: Taking, name: str, description: str, parameters: Any, where: str) -> list[dict[str, Any]]:
    """A tool of a configuration, in a list; none where there is no name. Its description goes with what it takes."""
    if not name.strip():
        told.remarks.append(Remark("left_out", where, "wrong_kind"))
        return []
    schema, remarks = values(parameters, f"{where}.parameters")
    told.remarks += [*remarks, Remark("rewritten", where, "tool_named", {"tool": name[:LONGEST_SHOWN]})]
    if description.strip() and description != name:
        schema = {**schema, "description": description}
    return [{"name": name, "parameters": schema}]


def values(schema: Any, where: str) -> tuple[dict[str, Any], list[Remark]]:
    """A JSON Schema without what a platform adds to it, and without what is empty; {} where it is none."""
    if schema in (None, "", {}):
        return {}, []
    if not isinstance(schema, Mapping):
        return {}, [Remark("left_out", where, "wrong_kind")]
    remarks = list[Remark]()
    bare = _part(schema, where, remarks, 0)
    kept, of_references = at_home(bare, where)
    return kept, [*remarks, *of_references]


def _part(value: Any, where: str, remarks: list[Remark], depth: int) -> Any:
    if not isinstance(value, Mapping):
        return value
    if depth > _DEEPEST:
        remarks.append(Remark("left_out", where, "unknown_part"))
        return {}
    found = dict[str, Any]()
    for key, part in value.items():
        place = f"{where}.{key}"[:200]
        if key not in _KEYWORDS:
            remarks += [Remark("left_out", place, "unknown_part")] if part not in (None, False, "", [], {}) else []
        elif part is not None:
            found[key] = _below(key, part, place, remarks, depth + 1)
    return found


def _below(key: str, part: Any, place: str, remarks: list[Remark], depth: int) -> Any:
    if key in ("properties", "$defs", "definitions") and isinstance(part, Mapping):
        return {str(name): _part(one, f"{place}.{name}"[:200], remarks, depth) for name, one in part.items()}
    if key in ("anyOf", "oneOf", "allOf", "prefixItems") and isinstance(part, list):
        return [_part(one, f"{place}.{number}", remarks, depth) for number, one in enumerate(part)]
    if key in ("items", "additionalProperties", "not"):
        return _part(part, place, remarks, depth)
    return part
