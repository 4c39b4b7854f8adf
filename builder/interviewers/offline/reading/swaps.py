"""One thing for another: "14 days, not 30", "instead of Monday it should be Tuesday"."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from builder.interviewers.offline.brief import Brief, Input
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.phrases import identifier, without_courtesy, without_filler
from builder.interviewers.offline.reading.text import bare

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_LONGEST_OLD = 6  # words


def swapped(text: str, brief: Brief, pack: Pack) -> tuple[Brief, str] | None:
    """The brief with the old thing replaced wherever it stood, and the topic; None when it stood nowhere."""
    for frame in pack.frames("swap"):
        for match in frame.finditer(text):
            new_first = match.start("new") < match.start("old")
            old_words, new_words = (_said_plainly(match[part], pack) for part in ("old", "new"))
            for old, new in _pairs(old_words, new_words, new_first=new_first, pack=pack):
                if found := _replaced(brief, old, new, pack):
                    return found
    return None


def _said_plainly(text: str, pack: Pack) -> str:
    return bare(without_courtesy(without_filler(text, pack), pack))


def _pairs(old: str, new: str, *, new_first: bool, pack: Pack) -> Iterator[tuple[str, str]]:
    """What may be meant by old and new, longest first: the frames catch more words than belong to it."""
    numbers_old, numbers_new = _NUMBER.findall(old), _NUMBER.findall(new)
    if len(numbers_old) == 1 and numbers_new:
        yield numbers_old[0], numbers_new[-1] if new_first else numbers_new[0]
        return
    words, others = old.split(), new.split()
    for size in range(min(len(words), _LONGEST_OLD), 0, -1):
        part = bare(" ".join(words[:size]))
        if pack.is_only("light", part):
            continue
        yield part, _counterpart(others, size, new_first=new_first, whole=size == len(words), pack=pack)


def _counterpart(words: list[str], size: int, *, new_first: bool, whole: bool, pack: Pack) -> str:
    """As many words of the new phrase as the old has, at the side where they stand next to each other."""
    if len(words) <= size or (whole and not new_first):
        return bare(" ".join(words))
    return bare(" ".join(words[-size:] if new_first else words[:size]))


def _replaced(brief: Brief, old: str, new: str, pack: Pack) -> tuple[Brief, str] | None:
    if not old or not new or old == new:
        return None
    pattern = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)", re.IGNORECASE)
    if any(pattern.search(rule) for rule in brief.rules):
        return brief.told("rules", rules=tuple(pattern.sub(new, rule) for rule in brief.rules)), "rules"
    if pattern.search(brief.tone):
        return brief.told("tone", tone=pattern.sub(new, brief.tone)), "tone"
    if pattern.search(brief.greeting):
        return brief.told("greeting", greeting=pattern.sub(new, brief.greeting)), "greeting"
    if schema := _in_schema(brief.schema, pattern, old, new, pack):
        return brief.told("outputs", schema=schema), "outputs"
    if any(pattern.search(entry.phrase) for entry in brief.inputs):
        inputs = tuple(_input(entry, pattern, new, pack) for entry in brief.inputs)
        return brief.told("inputs", inputs=inputs), "inputs"
    return _in_purpose(brief, pattern, new)


def _in_schema(
    schema: Mapping[str, Any], pattern: re.Pattern[str], old: str, new: str, pack: Pack
) -> dict[str, Any] | None:
    """An allowed value, a limit or the name of an output exchanged."""
    parts = schema.get("properties")
    if not isinstance(parts, Mapping):
        return None
    names = {name: identifier(new, pack) if name == identifier(old, pack) else name for name in parts}
    values = {names[name]: _in_property(part, pattern, old, new) for name, part in parts.items()}
    if not all(values) or dict(parts) == values:
        return None
    needed = [names.get(name, name) for name in schema.get("required", [])]
    return {**schema, "properties": values} | ({"required": needed} if needed else {})


def _in_property(part: Any, pattern: re.Pattern[str], old: str, new: str) -> Any:
    if not isinstance(part, Mapping):
        return part
    changed = dict(part)
    if isinstance(part.get("enum"), list):
        changed["enum"] = [
            new if isinstance(value, str) and pattern.fullmatch(value) else value for value in part["enum"]
        ]
    for key in ("minimum", "maximum"):
        if old.isdigit() and new.isdigit() and part.get(key) == int(old):
            changed[key] = int(new)
    if isinstance(part.get("items"), Mapping):
        changed["items"] = _in_property(part["items"], pattern, old, new)
    return changed


def _input(entry: Input, pattern: re.Pattern[str], new: str, pack: Pack) -> Input:
    phrase = pattern.sub(new, entry.phrase)
    return entry if phrase == entry.phrase else Input(identifier(phrase, pack) or entry.name, phrase)


def _in_purpose(brief: Brief, pattern: re.Pattern[str], new: str) -> tuple[Brief, str] | None:
    purpose = brief.purpose
    if not pattern.search(f"{purpose.noun}\n{purpose.deed}"):
        return None
    changed = replace(purpose, noun=pattern.sub(new, purpose.noun), deed=pattern.sub(new, purpose.deed))
    return brief.told("purpose", purpose=changed), "purpose"
