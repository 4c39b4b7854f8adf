"""What stands in a configuration although the person never said it, and small talk that was taken for a fact."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bench.interviews.cues import words_of
from bench.interviews.fields import allowed_values, same
from bench.people import Person

NOT_FOR_THE_AGENT = ("metadata", "test_cases", "model", "workflow")
FILLERS = ("decide", "again", "no_name", "none", "no_more", "decline", "before", "after")
NUMBER = re.compile(r"(?<![\w.:,])(?:\d+(?:[.,]\d+)?\s?%|\d{2,}(?![\w:])(?!\s?(?:[ap]\.?m\b|uhr\b|h\b)))", re.I)
ADDRESS = re.compile(r"https?://[^\s\"<>]+|[\w.+-]+@[\w-]+\.\w+")


def invented(person: Person, config: Mapping[str, Any], prose: str, said: Sequence[str], matches: Any) -> list[str]:
    """One entry a thing. `prose` is what the agent is told; `matches(pattern, text)` reads the word rules of people."""
    heard = _with_digits(" ".join(said).lower())
    whole = json.dumps(
        {key: value for key, value in config.items() if key not in NOT_FOR_THE_AGENT}, ensure_ascii=False
    )
    listed = [*person["must_not_appear"], *person.get("noise", ())]
    return [
        *(f"never said: {pattern}" for pattern in listed if matches(pattern, whole)),
        *(f"never said: {figure}" for figure in _unheard(prose, heard)),
        *(f"no fact: {phrase}" for phrase in _fillers(person["language"]) if same(phrase) in same(prose)),
        *(f"nobody asked for {key}" for key in _unasked(person, config)),
        *_values(person, config, same(heard)),
    ]


def _unheard(prose: str, heard: str) -> list[str]:
    figures = {re.sub(r"\s", "", figure) for figure in NUMBER.findall(prose)} | set(ADDRESS.findall(prose.lower()))
    return sorted(figure for figure in figures if figure not in heard.replace(" %", "%"))


def _with_digits(heard: str) -> str:
    """ "At most twelve lines" allows a 12."""
    table: Mapping[str, Iterable[str]] = words_of("judging")["number_words"]
    digits = [number for number, words in table.items() if any(word in heard for word in words)]
    return " ".join([heard, *digits])


def _fillers(language: str) -> list[str]:
    """Phrases around the facts that must never be kept; a single word could be there for another reason."""
    phrases = words_of("phrases")[language]
    return [phrase for key in FILLERS for phrase in phrases[key] if len(phrase.split()) > 1]


def _unasked(person: Person, config: Mapping[str, Any]) -> list[str]:
    voice = () if person["style"] == "wants_voice_agent" else ("voice",)
    return [key for key in ("tools", "memory", *voice) if config.get(key)]


def _values(person: Person, config: Mapping[str, Any], heard: str) -> Iterator[str]:
    """Allowed values nobody named; who left the outputs open gets what the interviewer thinks fit."""
    if "outputs" in person.get("undecided", ()):
        return
    for name, field in (config.get("schema_definition") or {}).get("properties", {}).items():
        values = allowed_values(field) if isinstance(field, Mapping) else []
        if unheard := [str(value) for value in values if same(value) not in heard]:
            yield f"values of {name}: {', '.join(unheard)}"
