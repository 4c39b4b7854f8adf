"""What an agent gives back, as a document says it: a JSON Schema that leads nowhere else, and the return type."""

from collections.abc import Mapping
from typing import Any

from builder.importers.remarks import Remark

RESULT = "result"
DEEPEST = 100
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_NAMED = frozenset(("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"))
_DATA = frozenset(("const", "enum", "default", "examples", "example"))
_HOISTED = ("$defs", "definitions", "$schema")


def output(schema: Any, where: str = "schema_definition") -> tuple[dict[str, Any], tuple[Remark, ...]]:
    """The values `return_type` and `schema_definition`. Without a schema (None, {}) the agent talks."""
    if schema is None or schema == {}:
        return {"return_type": "unstructured"}, ()
    if not isinstance(schema, Mapping):
        return {"return_type": "unstructured"}, (Remark("left_out", where, "wrong_kind"),)
    bare, remarks = at_home(schema, where)
    if _is_object(bare):
        return {"return_type": "structured", "schema_definition": bare}, remarks
    wrapped = Remark("rewritten", where, "schema_wrapped")
    return {"return_type": "structured", "schema_definition": _wrapped(bare)}, (*remarks, wrapped)


def _is_object(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "object" or ("type" not in schema and "properties" in schema)


def _wrapped(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema as the only property of an object; its own references find what they name."""
    inner = _moved({key: value for key, value in schema.items() if key not in _HOISTED})
    hoisted = {key: _moved(schema[key]) for key in _HOISTED if key in schema}
    whole: dict[str, Any] = {"type": "object", "properties": {RESULT: inner}, "required": [RESULT]}
    return {**whole, **hoisted}


def _moved(value: Any) -> Any:
    if isinstance(value, list):
        return [_moved(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: _new_way(part) if key == "$ref" and isinstance(part, str) else _moved(part) for key, part in value.items()
    }


def _new_way(reference: str) -> str:
    inside = reference == "#" or (reference.startswith("#/") and reference.split("/")[1] not in _HOISTED)
    return f"#/properties/{RESULT}{reference[1:]}" if inside else reference


def at_home(schema: Mapping[str, Any], where: str) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    """The schema with every reference to another file or address left out: that part is open. Nothing is fetched."""
    remarks = list[Remark]()
    return _schema(schema, where, remarks, 0), tuple(remarks)


def _schema(value: Any, where: str, remarks: list[Remark], depth: int) -> Any:
    if depth > DEEPEST:
        remarks.append(Remark("left_out", where, "too_deep", {"deepest": DEEPEST}))
        return True
    if isinstance(value, list):
        return [_schema(item, f"{where}.{place}", remarks, depth + 1) for place, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    found = dict[str, Any]()
    for key, part in value.items():
        place = f"{where}.{key}"[:200]
        if key in _REFERENCES and isinstance(part, str) and not part.startswith("#"):
            remarks.append(Remark("refused", place, "reads_elsewhere"))
        elif key in _DATA:
            found[key] = part
        elif key in _NAMED and isinstance(part, Mapping):
            each = {name: _schema(one, f"{place}.{name}"[:200], remarks, depth + 1) for name, one in part.items()}
            found[key] = each
        else:
            found[key] = _schema(part, place, remarks, depth + 1)
    return found
