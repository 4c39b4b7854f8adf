"""What every body that comes in has: unknown keys are refused by name, and an example shows what it looks like."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


def shown(example: dict[str, Any]) -> ConfigDict:
    """The configuration of a body with an example for people."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})
