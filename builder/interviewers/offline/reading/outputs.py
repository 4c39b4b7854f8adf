"""What the agent gives back, from plain words: a list of fields, in any of the ways in which people write lists."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from builder.core import output
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.choices import choices
from builder.interviewers.offline.reading.field import Field, as_object, read_field
from builder.interviewers.offline.reading.kinds import stated_kind
from builder.interviewers.offline.reading.text import plain, split_outside

MOST_FIELDS = 60
_BRACKETED = re.compile(r"\([^()]*\)")
_BRACKET_OR_COLON = re.compile(r"[(:=\[]")


def read_outputs(text: str, pack: Pack) -> list[Field]:
    """The fields that a text lists, each name once. [] when there is none."""
    found: dict[str, Field] = {}
    for part in _parts(text, pack)[:MOST_FIELDS]:
        if found and (match := pack.framed("required_list", part)):
            found = _flagged(found, match["names"], pack, needed="required" in _flag_of(match["how"], pack))
            continue
        entry = read_field(part, pack, read_outputs)
        if entry and entry.name not in found:
            found[entry.name] = entry
    return list(found.values())


def _flag_of(word: str, pack: Pack) -> str:
    return "required" if pack.words("required").fullmatch(word) else "optional"


def _flagged(found: dict[str, Field], names: str, pack: Pack, *, needed: bool) -> dict[str, Field]:
    """The fields after "required: title and seniority"."""
    meant = {entry.name for entry in read_outputs(names, pack)}
    return {name: replace(entry, required=needed) if name in meant else entry for name, entry in found.items()}


def as_schema(found: list[Field], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The output schema with these fields, after those that are there already."""
    schema = dict(before or {})
    if not output.properties(schema):
        return as_object(found)
    for entry in found:
        schema = output.put(schema, entry.name, entry.schema | {"required": entry.required is not False})
    return schema


def _parts(text: str, pack: Pack) -> list[str]:
    """One phrase for each field. Lines and semicolons separate surely, commas need a closer look."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1:
        return [part for line in lines for part in _line(line.strip(" -*•\t"), pack)]
    pieces = split_outside(text, ";")
    if len(pieces) > 1:
        return [part for piece in pieces for part in _piece(piece, pack)]
    return _split_and_last(_merged(split_outside(pack.rewrite("field", text), ","), pack), pack)


def _piece(piece: str, pack: Pack) -> list[str]:
    """Between semicolons stands one field, or a whole list with commas."""
    piece = pack.rewrite("field", piece)
    if "," not in piece and _BRACKET_OR_COLON.search(piece) is None:
        return _split_and(piece, pack)
    merged = _merged(split_outside(piece, ","), pack)
    return merged if len(merged) > 2 else _split_tail(piece, pack)


def _split_tail(piece: str, pack: Pack) -> list[str]:
    """ "concerns, up to three and whether a visit is needed": the second begins like a field of its own."""
    for joint in pack.words("and").finditer(piece):
        right = plain(piece[joint.end() :])
        begins = pack.words("article").match(right) or pack.framed("flag", right) or pack.framed("clause", right)
        if begins and _separates(piece, joint, [], pack) and not _opens_nested(piece, pack):
            return [plain(piece[: joint.start()]), *_split_tail(right, pack)]
    return [piece]


def _line(line: str, pack: Pack) -> list[str]:
    """A line of its own is one field when it has a colon."""
    return [line] if re.match(r"[^,;:()]{1,50}:", line) and ";" not in line else _parts(line, pack)


def _merged(segments: list[str], pack: Pack) -> list[str]:
    """Segments that belong to the field before them are put back: remarks, and the values of a list."""
    found: list[str] = []
    nested = False
    for segment in segments:
        text = plain(segment)
        if found and (nested or _is_remark(text, pack)):
            found[-1] += f", {text}"
            nested = nested and not pack.words("and").search(text)
        elif found and _begins_parts(text, pack):
            found[-1] += f", {text}"
            nested = not pack.words("and").search(text)
        elif found and _goes_on(found[-1], text, pack):
            found[-1] += f", {text}"
        elif (start := _list_start(found, text, pack)) is not None:
            found[start:] = [", ".join([*found[start:], text])]
        else:
            found.append(text)
            nested = _opens_parts(text, pack)
    return found


def _is_remark(text: str, pack: Pack) -> bool:
    lower = text.lower()
    fits = any(pack.words(name).fullmatch(lower) for name in ("optional", "required"))
    return fits or bool(stated_kind(text, pack)) or _only_bounds(text, pack)


def _only_bounds(text: str, pack: Pack) -> bool:
    return any(frame.fullmatch(text) for name in ("range", "at_least", "at_most") for frame in pack.frames(name))


def _goes_on(before: str, text: str, pack: Pack) -> bool:
    """ "status: open, pending, closed": single words after a colon and a first value are values too."""
    _, colon, behind = before.partition(":")
    if not colon or not behind.strip() or pack.words("or").search(behind) or stated_kind(behind, pack):
        return False
    values = [*split_outside(behind, ","), text]
    return all(len(value.split()) == 1 and not stated_kind(value, pack) for value in values)


def _begins_parts(text: str, pack: Pack) -> bool:
    """ ", each with name, quantity and price" """
    match = pack.words("each").match(text)
    return match is not None


def _opens_parts(text: str, pack: Pack) -> bool:
    """ "customer with name" in "customer with name, email and phone": the parts go on after the comma."""
    match = pack.framed("each_with", text)
    if not match or pack.words("and").search(match["parts"]):
        return False
    return pack.words("data_noun").fullmatch(plain(match["parts"])) is not None


def _list_start(found: list[str], text: str, pack: Pack) -> int | None:
    """Where the list of values starts that ends with this segment; None when the segment stands for itself."""
    if not pack.words("or").search(_BRACKETED.sub(" ", text)):
        return None
    for index in range(len(found) - 1, -1, -1):
        before = found[index]
        if _BRACKET_OR_COLON.search(before) or pack.framed("values", before):
            return index if not choices(before, pack) else None
        if len(before.split()) > 1 or pack.words("article").match(before):
            return None if choices(before, pack) or _stands_alone(text, pack) else index
    return None


def _stands_alone(text: str, pack: Pack) -> bool:
    """ "priority low or high" has a head of its own before its first value."""
    first = choices(text, pack)
    return bool(first) and len(first[0].split()) > 1


def _split_and_last(parts: list[str], pack: Pack) -> list[str]:
    """ "..., reason and due date": the last part may hold two."""
    earlier = [piece for part in parts[:-1] for piece in _split_after_values(part, pack)]
    return [*earlier, *_split_and(parts[-1], pack)] if parts else []


def _split_after_values(part: str, pack: Pack) -> list[str]:
    """ "what is broken (brakes, gears) and how urgent it is": after the bracket begins another field."""
    for joint in pack.words("and").finditer(part):
        if part[: joint.start()].rstrip().endswith(")"):
            return [plain(part[: joint.start()]), *_split_after_values(plain(part[joint.end() :]), pack)]
    return [part]


def _split_and(part: str, pack: Pack) -> list[str]:
    """The phrases around each "and", if they are fields of their own."""
    if _opens_nested(part, pack) or pack.words("datetime").search(part):
        return [part]
    pieces: list[str] = []
    start = 0
    spans = [match.span() for frame in pack.frames("range") for match in frame.finditer(part)]
    for joint in pack.words("and").finditer(part):
        left = plain(part[start : joint.start()])
        if _is_remark(plain(part[joint.end() :]), pack) and not left.endswith(")"):
            continue
        if _separates(part, joint, spans, pack) and not (":" in left and not choices(left, pack)):
            pieces, start = [*pieces, left], joint.end()
    return [piece for piece in [*pieces, plain(part[start:])] if piece]


def _opens_nested(part: str, pack: Pack) -> bool:
    match = pack.framed("each_with", part)
    return match is not None and (
        pack.says("each", match[0]) or len(pack.words("data_noun").findall(match["parts"])) >= 2
    )


def _separates(text: str, joint: re.Match[str], spans: list[tuple[int, int]], pack: Pack) -> bool:
    """An "and" inside brackets or in "between 0 and 1" does not separate fields."""
    before, after = text[: joint.start()], text[joint.end() :]
    if before.count("(") > before.count(")") or any(start < joint.start() < end for start, end in spans):
        return False
    numbers = pack.table("numbers")
    around = [*re.findall(r"\w+", before[-20:])[-1:], *re.findall(r"\w+", after[:20])[:1]]
    return len(around) < 2 or not all(word.lower() in numbers for word in around)
