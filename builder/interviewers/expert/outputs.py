"""The outputs of a structured agent as a model sees them: one entry each, long ones in outline."""

import json
from collections.abc import Mapping
from typing import Any

from builder.core import output

_LONGEST = 240  # characters of one output's own schema
_KEPT = ("type", "enum", "format")


def shown(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Name -> schema of the property with the extra boolean "required", as `put` takes it."""
    needed = output.required(schema)
    found = output.properties(schema)
    return {name: _entry(part) | ({"required": True} if name in needed else {}) for name, part in found.items()}


def is_shortened(part: Mapping[str, Any]) -> bool:
    """Was only an outline of this property shown? Then what a model writes is put on top of it."""
    return len(json.dumps(part, ensure_ascii=False)) > _LONGEST


def _entry(part: Any) -> dict[str, Any]:
    if not isinstance(part, Mapping):
        return {}
    if not is_shortened(part):
        return dict(part)
    outline = {key: part[key] for key in _KEPT if key in part}
    return outline if not is_shortened(outline) else {"type": part.get("type", "string")}
