"""Marks that stand for a shape of the description until it is put together: pydantic refuses references to shapes that
it did not make."""

from typing import Any

from pydantic import WithJsonSchema

AT = "#/components/schemas/"
_MARK = "x-shape"


def shaped(name: str, **more: Any) -> WithJsonSchema:
    """An annotation: in the description the value has the shape of that name."""
    return WithJsonSchema({_MARK: name, **more})


def resolved(node: Any) -> Any:
    """The description with references in place of the marks."""
    if isinstance(node, list):
        return [resolved(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: resolved(value) for key, value in node.items()}
    if isinstance(name := found.pop(_MARK, None), str):
        found = {"$ref": AT + name} | {key: value for key, value in found.items() if key != "title"}
    return found
