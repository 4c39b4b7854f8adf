"""Shapes of the API's description that no body or answer of ours is the source of: the configuration by its contract,
events as they travel, and texts of many lines."""

from typing import Any

from builder.api import event_schemas
from builder.api.marks import AT
from builder.core.agent import contract_schema

CONFIG = "AgentConfig"
EVENT = "Event"


def listed(media_type: str, name: str, description: str, example: str) -> dict[str, Any]:
    """The content of a stream: a text, each line (or frame) of which has the shape of that name."""
    schema = {"type": "string", "contentMediaType": media_type, "contentSchema": {"$ref": AT + name}}
    return {media_type: {"schema": schema | {"description": description}, "example": example}}


def plainly(*texts: str) -> dict[str, Any]:
    """The content of an answer that is one of these texts."""
    return {"text/plain": {"schema": {"type": "string", "enum": list(texts)}, "example": texts[0]}}


def configuration() -> dict[str, Any]:
    """The contract of the configuration, as parts of a description."""
    contract = _moved(contract_schema())
    parts = {f"{CONFIG}{name}": part for name, part in contract.pop("$defs").items()}
    del contract["$schema"]
    return {CONFIG: contract, **parts}


def _moved(node: Any) -> Any:
    if isinstance(node, list):
        return [_moved(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _moved(value) for key, value in node.items()}
    if isinstance(at := found.get("$ref"), str):
        found["$ref"] = at.replace("#/$defs/", AT + CONFIG)
    return found


def events() -> dict[str, Any]:
    """Each event's data, the table of all of them, and `Event`: one of them under its name."""
    kinds = [kind.kind for kind in event_schemas.kinds()]
    about = "One event of a turn. Server-Sent Events: `event:` and `data:`; WebSocket: the same two keys of a payload."
    return {**event_schemas.schemas(), EVENT: {"description": about, "oneOf": [_frame(kind) for kind in kinds]}}


def _frame(kind: str) -> dict[str, Any]:
    keys = {"event": {"type": "string", "const": kind}, "data": {"$ref": f"{AT}{kind}Event"}}
    return {"title": kind, "type": "object", "properties": keys, "required": ["event", "data"]}
