"""A task that names its result in passing: "sorts letters by urgency: low, medium or high"."""

import re

from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.choices import bare_choices, choices
from builder.interviewers.offline.reading.field import Field, read_field
from builder.interviewers.offline.reading.outputs import read_outputs
from builder.interviewers.offline.reading.text import plain

_ORNAMENT = re.compile(r"[^\w%€$+]+$")
_COLON_LIST = re.compile(r"^[^:]{3,200}:\s+(?P<list>.+)$")
_SHORT = 4  # words of an allowed value


def sorted_by(text: str, pack: Pack) -> tuple[str, Field] | None:
    """The task and the one field with allowed values that it sorts by; None when the sentence names none."""
    for frame in pack.frames("sorted_by"):
        match = frame.match(text)
        values = _values(match["values"], pack) if match else []
        if not match or not values:
            continue
        named = plain(match.groupdict().get("field") or pack.text("grammar.pile"))
        if field := read_field(f"{named}: {', '.join(values)}", pack, read_outputs):
            schema = {key: value for key, value in field.schema.items() if key == "description"}
            return plain(match["task"]), Field(field.name, {"type": "string", "enum": values, **schema})
    return None


def _values(text: str, pack: Pack) -> list[str]:
    """Short values only: "by topic: what it is about and who wrote it" lists fields, not values."""
    text = _ORNAMENT.sub("", text)
    found = choices(text, pack) or bare_choices(text, pack)
    return found if all(len(value.split()) <= _SHORT for value in found) else []


def colon_list(text: str, pack: Pack) -> re.Match[str] | None:
    """Whatever stands before the colon: what follows may be a list of outputs, unless it is one of inputs."""
    if pack.framed("inputs", text) or pack.framed("rule_label", text):
        return None
    return _COLON_LIST.match(text)
