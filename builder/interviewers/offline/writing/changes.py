"""What a correction did to the outputs, in words."""

from collections.abc import Mapping
from typing import Any

from builder.core import output
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.parts import values_of
from builder.interviewers.offline.writing.description import enumerated
from builder.interviewers.offline.writing.system_prompt import limits_of

_MOST = 3


def outputs_changed(before: Mapping[str, Any], after: Mapping[str, Any], pack: Pack) -> str:
    """ "I have added order_number." or what else became of the outputs; "" when nothing did."""
    old, new = output.properties(before), output.properties(after)
    said = []
    if added := [name for name in new if name not in old]:
        said.append(pack.text("changed.added", text=enumerated(added, pack)))
    if gone := [name for name in old if name not in new]:
        said.append(pack.text("changed.removed", text=enumerated(gone, pack)))
    said += [text for name in new if name in old and (text := _changed(name, before, after, pack))]
    return " ".join(said[:_MOST])


def _changed(name: str, before: Mapping[str, Any], after: Mapping[str, Any], pack: Pack) -> str:
    old, new = output.properties(before)[name], output.properties(after)[name]
    if values_of(old) != values_of(new) and values_of(new):
        return pack.text("changed.values", name=name, text=enumerated([str(value) for value in values_of(new)], pack))
    if old != new:
        limits = limits_of(new, pack)
        return pack.text("changed.limits", name=name, text=limits) if limits else pack.text("changed.type", name=name)
    if (name in output.required(before)) == (name in output.required(after)):
        return ""
    return pack.text("changed.required" if name in output.required(after) else "changed.optional", name=name)
