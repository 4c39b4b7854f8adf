"""Prompty's properties as a JSON Schema."""

from collections.abc import Mapping
from typing import Any

from builder.importers.remarks import Remark

_KINDS = {"float": "number", "number": "number", "thread": "array", "image": "string", "file": "string"}
_TYPES = frozenset(("string", "integer", "number", "boolean", "array", "object", "null"))
_KNOWN = frozenset(("name", "kind", "type", "description", "required", "nullable", "enumValues", "enum"))
_KNOWN |= {"items", "properties", "anyOf"}
DEEPEST = 60


def schema(said: Any, where: str, remarks: list[Remark], depth: int = 0) -> dict[str, Any]:
    """The object that has these properties: a list, or a mapping by name. {} where it is neither."""
    each = _each(said)
    if each is None or depth > DEEPEST:
        remarks.append(Remark("left_out", where, "wrong_kind"))
        return {}
    inner, required = dict[str, Any](), list[str]()
    for place, (name, one) in enumerate(each):
        if not isinstance(name, str):
            remarks.append(Remark("left_out", f"{where}.{place}", "wrong_kind"))
            continue
        inner[name] = _property(one, f"{where}.{name}"[:200], remarks, depth + 1)
        if isinstance(one, Mapping) and one.get("required") is True:
            required.append(name)
    needed = {"required": required} if required else {}
    return {"type": "object", "properties": inner, **needed, "additionalProperties": False}


def _each(said: Any) -> list[tuple[Any, Any]] | None:
    if isinstance(said, Mapping):
        return list(said.items())
    if isinstance(said, list):
        return [(one.get("name") if isinstance(one, Mapping) else None, one) for one in said]
    return None


def _property(said: Any, where: str, remarks: list[Remark], depth: int) -> dict[str, Any]:
    if not isinstance(said, Mapping) or depth > DEEPEST:
        kind = _of_example(said)
        remarks += [] if kind else [Remark("left_out", where, "wrong_kind")]
        return {"type": kind} if kind else {}
    remarks += [Remark("left_out", f"{where}.{key}"[:200], "unknown_part") for key in said if key not in _KNOWN]
    about = {"description": said["description"]} if isinstance(said.get("description"), str) else {}
    ways = said.get("anyOf")
    if isinstance(ways, list) and ways:
        each = [_property(way, f"{where}.anyOf.{place}"[:200], remarks, depth + 1) for place, way in enumerate(ways)]
        return {**about, "anyOf": [*each, *([{"type": "null"}] if said.get("nullable") is True else [])]}
    bare = _of_kind(said, where, remarks, depth + 1)
    if said.get("nullable") is True:
        return {**about, "anyOf": [bare, {"type": "null"}]}
    first = {"type": bare["type"]} if "type" in bare else {}
    return {**first, **about, **bare}


def _of_example(said: Any) -> str:
    kinds: Mapping[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return kinds.get(type(said), "")


def _of_kind(said: Mapping[Any, Any], where: str, remarks: list[Remark], depth: int) -> dict[str, Any]:
    name = said.get("kind", said.get("type"))
    kind = _KINDS.get(name, name) if isinstance(name, str) else None
    if kind not in _TYPES:
        remarks.append(Remark("left_out", f"{where}.kind", "wrong_kind"))
        return {}
    found: dict[str, Any] = {"type": kind}
    choices = said.get("enumValues", said.get("enum"))
    if isinstance(choices, list) and choices:
        found["enum"] = choices
    if kind == "object":
        inner = schema(said.get("properties") or [], f"{where}.properties", remarks, depth)
        found |= {key: value for key, value in inner.items() if key != "type"}
    if kind == "array":
        found["items"] = _property(said.get("items"), f"{where}.items", remarks, depth) if said.get("items") else {}
    return found
