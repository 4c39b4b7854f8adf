"""For checks of platforms that fill nothing: texts as whoever sends them fills them; and a value that fits a schema."""

from typing import Any

from tests.exports.frame import Case


def filled(text: str, case: Case) -> str:
    """As whoever sends it fills in the values."""
    for name, value in case.values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def spaced(text: str, case: Case) -> str:
    """Text that only looks like a gap has a blank there."""
    for name in case.values:
        text = text.replace(f"{{{name}}}", f"{{ {name}}}")
    return text


def example(schema: Any, root: Any = None) -> Any:
    """A value that the schema takes: of those schemas that exports write."""
    root = schema if root is None else root
    if "$ref" in schema:
        return example(root["$defs"][schema["$ref"].split("/")[-1]], root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return example(schema[key][0], root)
    return _of_type(schema, root)


def _of_type(schema: Any, root: Any) -> Any:
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: example(properties[name], root) for name in schema.get("required", ())}
    if kind == "array":
        return [example(schema["items"], root) for _ in range(int(schema.get("minItems", 0)))]
    if kind in ("integer", "number"):
        return _number(schema)
    return {"boolean": True, "null": None}.get(kind, "x" * int(schema.get("minLength", 1)))


def _number(schema: Any) -> Any:
    if "exclusiveMinimum" in schema and "minimum" not in schema:
        return schema["exclusiveMinimum"] + (0.5 if schema["type"] == "number" else 1)
    highest = schema.get("maximum", schema.get("exclusiveMaximum", 2) - 1)
    return schema.get("minimum", min(1, highest))
