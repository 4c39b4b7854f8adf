"""What our exports keep in a platform's metadata (`exporters.aside`), taken back; its rest is metadata here, too."""

from collections.abc import Mapping
from typing import Any

from builder.core.placeholders import pieces
from builder.exporters.aside import FIELDS
from builder.importers.json_strict import read_json
from builder.importers.prompts import SINGLE, Parts, Prompts, parts, prompts
from builder.importers.refusals import Unreadable
from builder.importers.remarks import Remark
from builder.importers.taking import Taking, fits, without_keys

_NO_TEXTS = ("system_placeholders", "user_placeholders", "tools", "metadata", *FIELDS[1:])


def out_of_texts(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same where metadata may only hold texts: JSON in those of ours that are none."""
    return {
        key: _value(value) if key in _NO_TEXTS and isinstance(value, str) else value for key, value in values.items()
    }


def _value(text: str) -> Any:
    try:
        return read_json(text)
    except Unreadable:
        return text


def prompts_of(system: str | Parts, aside: Taking, where: str, hints: Mapping[str, str] | None = None) -> Prompts:
    """Both prompts. `system`: a text in which only what the metadata names is a gap, or any name when it names none."""
    user = aside.text("user_prompt")
    own, others = _sentences(aside.mapping("system_placeholders")), _sentences(aside.mapping("user_placeholders"))
    if isinstance(system, str):
        system = parts(system, SINGLE, own if user else None)
    made = prompts(system, list(pieces(user)), {**others, **own, **(hints or {})}, where)
    return Prompts([_told(item, others) for item in made.items], made.names, made.remarks)


def _sentences(hints: Mapping[str, Any]) -> dict[str, str]:
    return {name: hint for name, hint in hints.items() if isinstance(hint, str) and hint.strip()}


def _told(item: dict[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
    """A name may stand in both prompts, with a sentence in each."""
    if item["prompt_type"] != "user":
        return item
    return {**item, "placeholders": {name: own.get(name, hint) for name, hint in item["placeholders"].items()}}


def kept(aside: Taking) -> dict[str, Any]:
    """Fields that were kept there, tools among them, and the metadata; the remarks stand in `aside`."""
    found = {key: value for key in FIELDS if (value := aside.anything(key)) is not None and _fits(aside, key, value)}
    tools = [tool for place, tool in enumerate(aside.items("tools")) if _fits(aside, "tools", [tool], f"tools.{place}")]
    own = aside.mapping("metadata")
    others, refused = without_keys(aside.left_over(), aside.place("")[:-1] or "metadata")
    aside.remarks += refused
    told = {"tools": tools, "metadata": {**others, **own}}
    return {**found, **{key: value for key, value in told.items() if value}}


def _fits(aside: Taking, key: str, value: Any, place: str = "") -> bool:
    if fits(key, value):
        return True
    aside.remarks.append(Remark("left_out", aside.place(place or key), "wrong_kind"))
    return False
