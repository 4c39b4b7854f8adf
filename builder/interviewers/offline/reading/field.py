"""One output from a person's words: "priority: low, medium or high, always" becomes a property of a JSON Schema."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading import kinds
from builder.interviewers.offline.reading.choices import bare_choices, choices, slashed
from builder.interviewers.offline.reading.phrases import identifier
from builder.interviewers.offline.reading.text import bare, capital, plain, split_outside, word_count

Schema = dict[str, Any]
LONGEST_NOTE = 240
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_TYPE_OVER_ENUM = {"boolean"}


@dataclass(frozen=True, slots=True)
class Field:
    """`required` is None where the person did not say."""

    name: str
    schema: Schema
    required: bool | None = None


@dataclass(slots=True)
class _Parts:
    """What was found of a field while it is read."""

    head: str
    values: list[str] = field(default_factory=list)
    required: bool | None = None
    kind: Schema = field(default_factory=dict)
    limits: Schema = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    nested: str = ""


def read_field(text: str, pack: Pack, inside: Callable[[str, Pack], list[Field]]) -> Field | None:
    """The output that a phrase describes. `inside` reads the parts of a nested one."""
    phrase = plain(text)
    phrase = re.sub(rf"^{pack.words('and').pattern}\s+", "", phrase, flags=re.IGNORECASE)
    phrase = pack.rewrite("field", phrase)
    if not re.search(r"[^\W\d_]", phrase):
        return None
    parts = _taken_apart(phrase, pack)
    if parts.nested:
        found = inside(parts.nested, pack)
        if found:
            return _nested(parts, found, pack)
        parts.head = f"{parts.head} {parts.nested}"
    return _finished(parts, phrase, pack)


def _taken_apart(phrase: str, pack: Pack) -> _Parts:
    parts = _Parts(phrase)
    if match := pack.framed("flag", phrase):
        parts.kind = {"type": "boolean"}
        _trailing(parts, pack)
        parts.notes.insert(0, capital(parts.head))
        clause = pack.framed("flag", parts.head) or match
        parts.head = clause["clause"]
        return parts
    _brackets(parts, pack)
    _colon(parts, pack)
    _trailing(parts, pack)
    if (
        not parts.values
        and not parts.nested
        and (match := pack.framed("each_with", parts.head))
        and _is_whole(match, pack)
    ):
        parts.head, parts.nested = match["head"], match["parts"]
    _leading(parts, pack)
    _named_values(parts, pack)
    return parts


def _is_whole(match: re.Match[str], pack: Pack) -> bool:
    """ "customer with name and email" has parts; "a reply with a greeting" has not."""
    last = identifier(match["head"], pack).rsplit("_", 1)[-1]
    several = pack.says("each", match[0]) or pack.framed("list_of", match["head"]) is not None
    known = len(pack.words("data_noun").findall(match["parts"])) >= 2
    return several or known or pack.words("object_head").fullmatch(last) is not None


def _brackets(parts: _Parts, pack: Pack) -> None:
    """What stands in brackets: values, parts of it, or remarks."""
    for match in _BRACKETS.finditer(parts.head):
        content = plain(match[1] or match[2] or "")
        before = parts.head[: match.start()]
        if not content:
            continue
        if _names_parts(before, content, pack):
            parts.nested = pack.words("each").sub(" ", content)
        else:
            _details(parts, content, pack)
    parts.head = plain(_BRACKETS.sub(" ", parts.head))


def _names_parts(before: str, content: str, pack: Pack) -> bool:
    """ "customer (name, email)" and "items (each with name and price)" list parts, not values."""
    if pack.words("or").search(content) or kinds.bounds(content, pack):
        return False
    nouns = len(pack.words("data_noun").findall(content))
    last = identifier(before, pack).rsplit("_", 1)[-1]
    return pack.says("each", content) or (
        nouns >= 2 and bool(pack.words("object_head").fullmatch(last) or pack.framed("list_of", before))
    )


def _colon(parts: _Parts, pack: Pack) -> None:
    match = re.match(r"(?s)^([^:]{1,80}?)\s*(?::|=| [-–—] )\s*(.+)$", parts.head)
    if not match:
        return
    head, detail = match[1], plain(match[2])
    parts.head = head
    if _names_parts(head, detail, pack):
        parts.nested = detail
        return
    _details(parts, detail, pack)


def _details(parts: _Parts, detail: str, pack: Pack) -> None:
    """Values, remarks and notes behind a colon or "that is"."""
    left = [segment for segment in split_outside(detail, ",;") if not _remark(parts, segment, pack)]
    joined = ", ".join(left)
    parts.values = parts.values or choices(joined, pack) or (bare_choices(joined, pack) if len(left) > 1 else [])
    if not parts.values and left:
        if pack.framed("list_of", joined) or pack.framed("flag", joined):
            parts.kind = {"type": "array"} if pack.framed("list_of", joined) else {"type": "boolean"}
        parts.notes.append(joined)


def _trailing(parts: _Parts, pack: Pack) -> None:
    """Remarks after commas: ", always", ", whole number", ", only if accepted". What is left may list values."""
    segments = split_outside(parts.head, ",;")
    kept = [segment for index, segment in enumerate(segments) if index == 0 or not _remark(parts, segment, pack)]
    parts.head = ", ".join(kept)


def _leading(parts: _Parts, pack: Pack) -> None:
    """Remarks inside the phrase: "optional due date", "a required short reason", "score from 0 to 100"."""
    for name, flag in (("optional", False), ("required", True)):
        match = pack.words(name).search(parts.head)
        if flag and match and match.start():
            continue  # "kitchen needed" is what it is called
        if match and match.group() != parts.head:
            parts.required = flag if parts.required is None else parts.required
            parts.head = plain(f"{parts.head[: match.start()]} {parts.head[match.end() :]}")
    if limits := kinds.bounds(parts.head, pack):
        parts.limits = limits
        parts.head = kinds.without_bounds(parts.head, pack)


def _named_values(parts: _Parts, pack: Pack) -> None:
    """ "the pile, that's a, b or c", "verdict strong, possible or weak", "category payment/invoice/other"."""
    if parts.values:
        return
    if (match := pack.framed("values", parts.head)) and (found := choices(match["values"], pack)):
        parts.head, parts.values = plain(match["head"]), found
        return
    if (head_and_values := slashed(parts.head)) is not None:
        parts.head, parts.values = head_and_values
        if pack.says("boolean", "/".join(parts.values)):
            parts.values, parts.kind = [], {"type": "boolean"}
        return
    listed = choices(parts.head, pack)
    if len(listed) > 2 and pack.framed("clause", listed[0]):
        parts.head, parts.values = listed[0], listed[1:]  # "when they arrive, morning or afternoon"
        return
    first = listed[0].split() if listed else []
    if len(first) > 1 and len(listed) > 1:
        parts.head, parts.values = " ".join(first[:-1]), [first[-1], *listed[1:]]
    elif "," in parts.head:
        parts.head, *more = split_outside(parts.head, ",")
        parts.notes += more


def _remark(parts: _Parts, segment: str, pack: Pack) -> bool:
    """Takes a remark in; False when the segment is none."""
    text = plain(segment)
    if pack.words("optional").fullmatch(text):
        parts.required = False
        if word_count(text) > 2 and not pack.words("own_remark").fullmatch(text):
            parts.notes.append(capital(text))
        return True
    if pack.words("required").fullmatch(text):
        parts.required = True
        return True
    if not choices(text, pack) and (limits := kinds.bounds(text, pack)) and word_count(text) <= 9:
        parts.limits = limits
        if stated := _number_kind(text, pack):
            parts.kind = stated
        return True
    if stated := kinds.stated_kind(text, pack):
        parts.kind = stated
        return True
    return False


def _number_kind(text: str, pack: Pack) -> Schema:
    return {"type": "integer"} if re.search(pack.words("integer"), text) else {}


def _finished(parts: _Parts, phrase: str, pack: Pack) -> Field | None:
    head = _without_article(parts.head, pack)
    listed = pack.framed("list_of", parts.head)
    name = _name(listed["item"] if listed else head, pack)
    if pack.is_only("choice_words", head) or (not name and parts.values):
        name = pack.text("grammar.choice")
    if not name:
        return None
    schema: Schema
    if listed or parts.kind.get("type") == "array" or _counts_things(parts, head, pack):
        items = _plain_item(listed["item"] if listed else head, parts.values, pack)
        schema = {"type": "array", "items": items} | _length(parts)
    elif parts.values and parts.kind.get("type") not in _TYPE_OVER_ENUM:
        schema = {"type": "string", "enum": parts.values}
    else:
        schema = (parts.limits | parts.kind) or _kind(head, pack)
    note = _note(parts, phrase, head, name)
    return Field(name, schema | ({"description": note} if note else {}), parts.required)


def _counts_things(parts: _Parts, head: str, pack: Pack) -> bool:
    """ "up to 5 keywords" is a list of at most five, not a number."""
    return len(parts.limits) == 2 and not parts.kind and bool(pack.words("plural").fullmatch(head.lower()))


def _kind(head: str, pack: Pack) -> Schema:
    if pack.framed("what_clause", head) or pack.framed("clause", head):
        return kinds.kind_of_clause(head, pack)
    return kinds.kind_of(head, pack)


def _length(parts: _Parts) -> Schema:
    named = {"minimum": "minItems", "maximum": "maxItems"}
    return {named[key]: value for key, value in parts.limits.items() if key in named}


def _plain_item(item: str, values: list[str], pack: Pack) -> Schema:
    if values:
        return {"type": "string", "enum": values}
    found = kinds.kind_of(item, pack)
    vague = found["type"] == "array" or (found["type"] == "integer" and word_count(item) > 1)
    return {"type": "string"} if vague else found


def _nested(parts: _Parts, found: list[Field], pack: Pack) -> Field | None:
    """A field with fields of its own: an object, or a list of such objects."""
    listed = pack.framed("list_of", parts.head)
    item = listed["item"] if listed else _without_article(parts.head, pack)
    name = _name(item, pack)
    several = bool(listed) or bool(pack.words("plural").fullmatch(item.lower())) or parts.kind.get("type") == "array"
    thing = as_object(found)
    return Field(name, {"type": "array", "items": thing} if several else thing, parts.required) if name else None


def as_object(found: list[Field]) -> Schema:
    """An object schema of these fields; what nobody called optional is required."""
    marked = any(entry.required for entry in found)
    needed = [entry.name for entry in found if (entry.required if marked else entry.required is not False)]
    whole: Schema = {"type": "object", "properties": {entry.name: entry.schema for entry in found}}
    return whole | ({"required": needed} if needed else {})


def _name(head: str, pack: Pack) -> str:
    match = pack.framed("what_clause", head)
    if match and not pack.is_only("light", match["who"]) and re.search(r"\w{3}", match["who"]):
        noun = pack.table("verbs").get(match["verb"].lower(), pack.table("verbs")["default"])
        return identifier(f"{match['who']} {noun}", pack)
    if match := pack.framed("clause", head):
        return identifier(head, pack) if len(match["rest"].split()) < 1 else _asked_name(match, pack)
    return identifier(head, pack)


def _asked_name(match: re.Match[str], pack: Pack) -> str:
    """ "how long they have had it" is how_long; "how many people come" is how_many_people_come."""
    ask = "_".join(match["ask"].lower().split())
    rest = identifier(match["rest"], pack)
    empty = all(pack.words("light").fullmatch(word) for word in re.findall(r"\w+", match["rest"].lower()))
    return ask if empty or not rest else f"{ask}_{rest}"


def _without_article(head: str, pack: Pack) -> str:
    match = pack.words("article").match(head)
    return head[match.end() :].strip() if match else head


def _note(parts: _Parts, phrase: str, head: str, name: str) -> str:
    """A description in the person's words, where these say more than the name does."""
    notes = [bare(note) for note in parts.notes if bare(note)]
    said = bare(head).lower().replace(" ", "_")
    if not notes and said != name and word_count(head) > 1:
        notes = [head]
    return "; ".join(dict.fromkeys(capital(note) for note in notes))[:LONGEST_NOTE] + ("." if notes else "")
