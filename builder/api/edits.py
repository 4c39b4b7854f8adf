"""Edits by hand as they come in: operations on fields of the draft, and what each kind of them may hold."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, field_validator

from builder.api.bodies import Body, shown
from builder.api.text import Object, Value
from builder.core.draft import FIELDS, LISTS, MAPPINGS, TEXTS
from builder.core.operation import Action, Operation

MOST_OPERATIONS = 200
FIELD_NAMES: dict[str, Any] = {"enum": list(FIELDS)}


def _fitting(actions: tuple[Action, ...], fields: tuple[str, ...], **more: Any) -> dict[str, Any]:
    """Operations that fit: these actions on these fields, with these further keys."""
    named = {"action": {"enum": list(actions)}, "field": {"enum": list(fields)}}
    return {"properties": named | more, "required": ["action", "field", *more]}


_KEY = {"not": {"type": "null"}, "minLength": 1}
_OF_OBJECTS = tuple(name for name in MAPPINGS if name != "schema_definition")
FITTING: list[Any] = [
    _fitting(("set",), TEXTS, value={"type": "string"}),
    _fitting(("set",), LISTS, value={"type": "array"}),
    _fitting(("set",), MAPPINGS, value={"type": "object"}),
    _fitting(("unset",), FIELDS),
    _fitting(("add", "remove"), LISTS, value={}),
    _fitting(("put",), _OF_OBJECTS, key=_KEY, value={}),
    _fitting(("put",), ("schema_definition",), key=_KEY, value={"type": "object"}),
    _fitting(("drop",), MAPPINGS, key=_KEY),
    _fitting(("rename",), MAPPINGS, key=_KEY, value={"type": "string"}),
]


class Step(Body):
    """One operation on one field of the draft."""

    model_config = shown({"action": "set", "field": "tone", "value": "friendly"}, anyOf=FITTING)

    action: Action = Field(
        description="set, unset: the whole field. add, remove: one item of a list. put, drop, rename: one entry of an "
        "object, under `key`."
    )
    field: Annotated[str, Field(max_length=64, json_schema_extra=FIELD_NAMES, description="A field of the draft.")]
    value: Value = Field(None, description="Of the field's kind; for rename the new name.")
    key: Annotated[str | None, Field(max_length=200)] = Field(
        None, description="For put, drop and rename: an output or placeholder."
    )

    def operation(self) -> Operation:
        return Operation(self.action, self.field, self.value, self.key)


class Edits(Body):
    model_config = shown(
        {
            "operations": [
                {"action": "set", "field": "tone", "value": "friendly"},
                {"action": "put", "field": "schema_definition", "key": "priority", "value": {"type": "string"}},
            ],
            "seen": {"tone": None},
        }
    )

    operations: Annotated[list[Step], Field(min_length=1, max_length=MOST_OPERATIONS)] = Field(
        description="Done in this order. One that does not fit is left out when another one does."
    )
    seen: Object | None = Field(
        None,
        description="Field -> the value you changed it from (null: it was empty).",
        json_schema_extra={"propertyNames": FIELD_NAMES},
    )

    @field_validator("seen")
    @classmethod
    def _known(cls, seen: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        unknown = [name for name in seen or {} if name not in FIELDS]
        if unknown:
            raise ValueError(f"There is no field “{unknown[0][:64]}”. Fields are: {', '.join(FIELDS)}.")
        return seen
