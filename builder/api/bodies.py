"""What every body that comes in has: unknown keys are refused by name, and an example shows what it looks like."""

from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _whole(given: Any) -> Any:
    return int(given) if isinstance(given, float) and given.is_integer() else given


# JSON has one kind of numbers: 1.0 is the integer 1. It stands last, so that limits of the integer are described.
WHOLE = BeforeValidator(_whole)


class Body(BaseModel):
    """Strict: "yes" is no boolean and "1" no number, as the description says."""

    model_config = ConfigDict(extra="forbid", strict=True)


def shown(*examples: dict[str, Any], **rules: Any) -> ConfigDict:
    """The configuration of a body with examples for people; `rules` of JSON Schema that its fields cannot say."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [*examples], **rules})
