"""Corrections: what a person takes back, renames, adds or removes, at any time. Each returns the new brief or None."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from builder.core import output
from builder.core.name import snake
from builder.interviewers.offline.brief import Brief, Input
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading import behaviour
from builder.interviewers.offline.reading.choices import bare_choices, choices
from builder.interviewers.offline.reading.field import read_field
from builder.interviewers.offline.reading.inputs import read_inputs
from builder.interviewers.offline.reading.names import named, usable
from builder.interviewers.offline.reading.need import without_remark
from builder.interviewers.offline.reading.other_task import other_task
from builder.interviewers.offline.reading.outputs import as_schema, read_outputs
from builder.interviewers.offline.reading.parts import find_input, find_output, find_value, values_of, with_values
from builder.interviewers.offline.reading.phrases import identifier, without_courtesy, without_filler
from builder.interviewers.offline.reading.swaps import swapped
from builder.interviewers.offline.reading.text import bare, plain

_MOST_CLAUSES = 6
_SHORT_SWAP = 8  # words


@dataclass(frozen=True, slots=True)
class Corrected:
    """The brief after a correction, and the topic that it was about."""

    brief: Brief
    topic: str


Step = Callable[[str, Brief, Pack], Corrected | None]


def corrected(sentence: str, brief: Brief, pack: Pack, *, asked: str) -> Corrected | None:
    """What a sentence corrects; None when it corrects nothing that is known."""
    text = plain(without_filler(sentence, pack))
    if asked != "purpose" and (brief_with_task := other_task(sentence, brief, pack)):
        return Corrected(brief_with_task, "purpose")
    steps = _steps(asked, is_marked(sentence, pack))
    pieces = re.split(pack.text("grammar.correction_joint"), text, flags=re.IGNORECASE)
    if len(pieces) > 1 and (several := _one_by_one(pieces, brief, pack, steps)):
        return several
    return _first(text, brief, pack, steps)


def _one_by_one(pieces: list[str], brief: Brief, pack: Pack, steps: tuple[Step, ...]) -> Corrected | None:
    """ "Add the room and drop the notes": every piece must be a correction of its own."""
    found = None
    for piece in pieces:
        found = _first(piece.strip(), found.brief if found else brief, pack, steps)
        if found is None:
            return None
    return found


def _first(text: str, brief: Brief, pack: Pack, steps: tuple[Step, ...]) -> Corrected | None:
    return next((found for step in steps if (found := step(text, brief, pack))), None)


def unknown_part(sentence: str, pack: Pack, *, asked: str) -> str:
    """What a sentence wants to change although it does not exist; "" when it wants nothing of the kind."""
    text = plain(without_filler(sentence, pack))
    if named(sentence, pack, labels=False) or behaviour.labelled_tone(sentence, pack):
        return ""
    for frame in (*pack.frames("make_optional"), *pack.frames("rename_part")):
        if (match := frame.match(text)) and match.end() >= len(text) - 2:
            groups = match.groupdict()
            return bare(groups.get("field") or groups["old"])
    if asked == "rules":
        return ""
    if match := pack.frames("remove")[0].match(text):
        return bare(match["part"])
    swap = pack.framed("swap", text) if not asked and len(text.split()) <= _SHORT_SWAP else None
    return bare(swap["old"]) if swap and swap["old"].strip(" .!")[:1].isdigit() else ""


def is_marked(sentence: str, pack: Pack) -> bool:
    """Does the sentence say that it takes something back?"""
    return pack.says("correction", sentence)


def _steps(asked: str, marked: bool) -> tuple[Step, ...]:
    steps: tuple[Step, ...] = (_made_optional, _renamed_part, _added_value, _renamed_agent, _swapped, _removed)
    free = asked not in ("rules", "inputs", "outputs", "purpose", "greeting") or marked
    steps = (*steps, _added_part if free else _added_field)
    if asked not in ("outputs", "inputs"):
        steps = (*steps, _respecified)
    return (*steps, _replaced_rule) if marked else steps


def _made_optional(text: str, brief: Brief, pack: Pack) -> Corrected | None:
    for kind, says_needed in (("make_optional", "required_how"), ("may_miss", "must_be_there")):
        match = pack.framed(kind, text)
        name = match and find_output(brief, match["field"], pack)
        if match and name:
            needed = bool(pack.framed(says_needed, match["how"]))
            wanted = output.properties(brief.schema)[name]
            return _with_schema(brief, output.put(brief.schema, name, {**wanted, "required": needed}))
    return _last_made_optional(brief) if pack.words("own_remark").fullmatch(text) else None


def _last_made_optional(brief: Brief) -> Corrected | None:
    """ "It may be missing" after "add the order number"."""
    known = output.properties(brief.schema)
    name = next(reversed(known), None)
    return _with_schema(brief, output.put(brief.schema, name, {**known[name], "required": False})) if name else None


def _renamed_part(text: str, brief: Brief, pack: Pack) -> Corrected | None:
    for frame in (*pack.frames("rename_part"), *pack.frames("called_part")):
        match = frame.search(without_courtesy(text, pack))
        if not match:
            continue
        old, new = match["old"], bare(match["new"])
        if (name := find_output(brief, old, pack)) and (called := identifier(new, pack)):
            return _with_schema(brief, output.rename(brief.schema, name, called))
        if (name := find_input(brief, old, pack)) and (called := identifier(new, pack)):
            inputs = tuple(Input(called, new) if entry.name == name else entry for entry in brief.inputs)
            return Corrected(brief.told("inputs", inputs=inputs), "inputs")
        if value := find_value(brief, old):
            return _with_value(brief, value[0], partial(_exchanged, value[1], new))
    return None


def _added_value(text: str, brief: Brief, pack: Pack) -> Corrected | None:
    for frame in pack.frames("add_value"):
        match = frame.search(text)
        name = match and find_output(brief, match["field"], pack)
        if match and name and values_of(output.properties(brief.schema)[name]):
            value = re.sub(rf"^{pack.words('article').pattern}\s+", "", bare(match["value"]), flags=re.IGNORECASE)
            if value and value not in values_of(output.properties(brief.schema)[name]):
                return _with_value(brief, name, partial(_joined_by, value))
    return None


def _renamed_agent(text: str, brief: Brief, pack: Pack) -> Corrected | None:
    """ "FlowerDesk instead of ParcelDesk": the old name says what the new one is for."""
    for frame in pack.frames("swap"):
        match = frame.search(text)
        old = bare(match["old"]).split() if match else []
        if not match or not brief.name or not old or bare(old[0]).lower() != brief.name.lower():
            continue
        if name := usable(_new_name(match, text, pack)):
            return Corrected(renamed_everywhere(brief, brief.name, name).told("name", name=name), "name")
    return None


def _new_name(match: re.Match[str], text: str, pack: Pack) -> str:
    """The word beside the old name, unless the sentence says outright what the agent is called."""
    if found := named(text, pack, labels=False):
        return found[0]
    new = bare(without_courtesy(match["new"], pack)).split()
    place = -1 if match.start("new") < match.start("old") else 0
    return bare(new[place]) if new else ""


def _swapped(text: str, brief: Brief, pack: Pack) -> Corrected | None:
    found = swapped(text, brief, pack)
    return Corrected(*found) if found else None


def _removed(text: str, brief: Brief, pack: Pack) -> Corrected | None:
    for frame in pack.frames("remove"):
        match = frame.search(text)
        found = match and _without(bare(without_courtesy(match["part"], pack)), brief, pack)
        if found:
            return found
    match = pack.framed("without", text)
    left = match and _without(bare(match["part"]), brief.noted(rules=()), pack)
    return Corrected(left.brief.noted(rules=brief.rules), left.topic) if left else None


def _without(part: str, brief: Brief, pack: Pack) -> Corrected | None:
    """The brief without the output, value, input or rule that a phrase names."""
    if value := find_value(brief, _value_phrase(part, pack)):
        return _with_value(brief, value[0], partial(_left_by, value[1]))
    if name := find_output(brief, part, pack):
        left = output.drop(brief.schema, name)
        return _with_schema(brief, left) if output.properties(left) else None
    if name := find_input(brief, part, pack):
        return Corrected(brief.told("inputs", inputs=tuple(e for e in brief.inputs if e.name != name)), "inputs")
    place = behaviour.nearest_rule(part, brief.rules, pack, 0.6)
    if place is not None:
        return Corrected(brief.told("rules", rules=(*brief.rules[:place], *brief.rules[place + 1 :])), "rules")
    return None


def _value_phrase(part: str, pack: Pack) -> str:
    """ "spam" in "spam from the piles"."""
    return re.split(r"\s+(?:from|as|de|del|aus|als|comme|des?|du)\s+", part)[0]


def _added_part(text: str, brief: Brief, pack: Pack) -> Corrected | None:
    """A new output, input or rule: "add a field for the order number"."""
    wish, remark = without_remark(text, pack)
    match = pack.framed("add_part", wish)
    if not match:
        return None
    part = plain(pack.framed_out(("part_tail",), match["part"]))
    kind = (match.groupdict().get("kind") or "").lower()
    if kind and pack.says("rule_frame_words", kind):
        rules = tuple(behaviour.rules_of(part, pack))
        return Corrected(brief.told("rules", rules=(*brief.rules, *rules)), "rules")
    if kind and pack.says("input_words", kind):
        return Corrected(brief.told("inputs", inputs=(*brief.inputs, *read_inputs(part, pack))), "inputs")
    if not output.properties(brief.schema) or brief.return_type != "structured":
        return None
    listed = f"{part}, {remark}" if remark else part
    new = [entry for entry in read_outputs(listed, pack) if entry.name not in output.properties(brief.schema)]
    return _with_schema(brief, as_schema(new, brief.schema)) if new else None


def _added_field(text: str, brief: Brief, pack: Pack) -> Corrected | None:
    """ "Add a field for the order number" while something else was asked: only when it says so outright."""
    match = pack.framed("add_part", text)
    kind = (match.groupdict().get("kind") or "").lower() if match else ""
    return _added_part(text, brief, pack) if kind and not pack.says("rule_frame_words", kind) else None


def _respecified(text: str, brief: Brief, pack: Pack) -> Corrected | None:
    """A known output described anew: "priority should be low or high", "the score goes from 0 to 10"."""
    clauses = [text, *(text[comma + 1 :].strip() for comma, mark in enumerate(text) if mark in ",;")]
    for clause in clauses[:_MOST_CLAUSES]:
        for frame in pack.frames("respecify"):
            match = frame.match(clause)
            name = match and find_output(brief, match["field"], pack)
            if match and name and (found := _described_anew(name, match["rest"], brief, pack)):
                return found
    return None


def _described_anew(name: str, rest: str, brief: Brief, pack: Pack) -> Corrected | None:
    before = output.properties(brief.schema)[name]
    if values_of(before) and (values := choices(rest, pack) or bare_choices(rest, pack)):
        return _with_value(brief, name, lambda _: values)
    told = read_field(f"{name}: {rest}", pack, read_outputs)
    if told is None or (
        told.schema.keys() <= {"type", "description"} and told.schema["type"] in ("string", before.get("type"))
    ):
        return None
    kept = {key: value for key, value in before.items() if key == "description"} if isinstance(before, Mapping) else {}
    needed = name in output.required(brief.schema) if told.required is None else told.required
    return _with_schema(brief, output.put(brief.schema, name, {**kept, **told.schema, "required": needed}))


def _replaced_rule(text: str, brief: Brief, pack: Pack) -> Corrected | None:
    """A rule said anew: the old one about the same thing gives way."""
    place = behaviour.nearest_rule(text, brief.rules, pack)
    if place is None or not (new := behaviour.rules_of(text, pack)):
        return None
    return Corrected(brief.told("rules", rules=(*brief.rules[:place], *new, *brief.rules[place + 1 :])), "rules")


def _with_schema(brief: Brief, schema: Mapping[str, Any]) -> Corrected:
    return Corrected(brief.told("outputs", schema=dict(schema)), "outputs")


def _with_value(brief: Brief, name: str, change: Callable[[list[Any]], list[Any]]) -> Corrected | None:
    before = output.properties(brief.schema)[name]
    values = change(values_of(before))
    if not values:
        return None
    needed = name in output.required(brief.schema)
    return _with_schema(brief, output.put(brief.schema, name, {**with_values(before, values), "required": needed}))


def _exchanged(old: str, new: str, values: list[Any]) -> list[Any]:
    return [new if value == old else value for value in values]


def _joined_by(new: str, values: list[Any]) -> list[Any]:
    return [*values, new]


def _left_by(gone: str, values: list[Any]) -> list[Any]:
    return [value for value in values if value != gone]


def renamed_everywhere(brief: Brief, old: str, new: str) -> Brief:
    """After the agent's name changed: the old one is gone from the greeting and the rules as well."""
    if not old or old == new or len(snake(old)) < 3:
        return brief
    pattern = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
    return replace(
        brief,
        greeting=pattern.sub(new, brief.greeting),
        rules=tuple(pattern.sub(new, rule) for rule in brief.rules),
    )
