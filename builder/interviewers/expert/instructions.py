"""The instructions a model gets: parts of `instructions.md`, joined once and the same in every turn."""

import re
from functools import cache
from importlib.resources import files
from typing import Literal

Part = Literal["Craft", "Interview", "Specification", "Repair", "Improve"]


@cache
def instructions(*parts: Part) -> str:
    """The text of these parts, in this order."""
    found = _parts()
    return "\n\n".join(found[part] for part in parts)


@cache
def _parts() -> dict[str, str]:
    text = files(__package__).joinpath("instructions.md").read_text("utf-8")
    pieces = re.split(r"^# (\w+)\n", text, flags=re.MULTILINE)
    return {name: body.strip() for name, body in zip(pieces[1::2], pieces[2::2], strict=True)}
