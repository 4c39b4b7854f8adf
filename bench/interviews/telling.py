"""How a person puts facts into words: short or wordy, with typing errors, in the person's language."""

import json
import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from bench.interviews.cues import words_of
from bench.people import Person


def pick(person: Person, key: str, turn: int) -> str:
    """One of several phrases, the same in every run."""
    choices: list[str] = words_of("phrases")[person["language"]][key]
    return Random(f"{person['id']} {key} {turn}").choice(choices)


def fact(person: Person, topic: str, *, wordy: bool, turn: int) -> str:
    """The person's words for one topic."""
    known = person["facts"].get(topic)
    if topic == "name" and known["say"] is None:
        return pick(person, "no_name", turn)
    if topic == "rules":
        return " ".join(rule["say"].rstrip(".") + "." for rule in known)
    if topic == "outputs":
        return str(person["facts"].get("outputs_say") or _fields(person, known, turn))
    if topic == "inputs":
        return (
            framed(person, topic, _series(person, known, ", ") + ".", wordy) if known else pick(person, "decide", turn)
        )
    return framed(person, topic, known["say"], wordy and topic == "name")


def framed(person: Person, topic: str, text: str, wordy: bool) -> str:
    """Wordy people make a sentence: 'It should be called "Anna".'"""
    if not wordy:
        return text
    frame = words_of("phrases")[person["language"]].get(topic, "{}")
    return str(frame).format(text[0].lower() + text[1:] if topic == "inputs" else text)


def detail(person: Person, entry: Mapping[str, Any], asks: str, turn: int) -> str:
    """About one field or placeholder: `asks` is "required", "values" or anything else."""
    if asks == "required":
        return pick(person, {True: "always", False: "sometimes", None: "perhaps"}[entry.get("required")], turn)
    if asks == "values" and "enum" in entry:
        return str(words_of("phrases")[person["language"]]["one_of"]).format(", ".join(entry["enum"]))
    return str(entry.get("say") or pick(person, "perhaps", turn))


def specification(person: Person) -> str:
    """All that the person knows as one text, with the last word after a change of mind; for POST /generate/ {spec}."""
    person = {**person, "style": "plain"}  # whoever writes a specification writes sentences
    given, undecided = person["opening_gives"], person.get("undecided", ())
    left = [topic for topic, known in person["facts"].items() if known and topic not in undecided]
    left = [topic for topic in left if topic != "outputs_say" and given != "all" and topic not in given]
    spoken = {topic: fact(person, topic, wordy=True, turn=0) for topic in left}
    return "\n".join(
        [
            person["opening"],
            *(framed(person, topic, text, topic in ("tone", "greeting")) for topic, text in spoken.items()),
        ]
    )


def misspelt(person: Person, text: str) -> str:
    """About every third long word with two letters swapped; words that the score looks for stay readable."""
    facts = person["facts"]
    fields = [[entry["name"], entry["synonyms"], entry.get("enum")] for entry in facts["outputs"]]
    looked_for = [
        [rule["words"] for rule in facts["rules"]],
        facts["description"]["words"],
        facts.get("tone"),
        facts["name"],
        facts["inputs"],
        fields,
    ]
    kept = set(re.findall(r"[^\W\d_]{3,}", json.dumps(looked_for, ensure_ascii=False).lower()))

    def swapped(match: re.Match[str]) -> str:
        word = match[0]
        chance = Random(word)
        if chance.random() > 0.35 or any(part in word.lower() for part in kept):
            return word
        at = chance.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return text if "{" in text else re.sub(r"\b[A-Za-z][a-z]{4,}\b", swapped, text)


def _fields(person: Person, entries: Sequence[Mapping[str, Any]], turn: int) -> str:
    if not entries:
        return pick(person, "no_fields", turn)
    series = _series(person, entries, "; ")
    return (
        series + "."
        if person["style"] == "terse"
        else str(words_of("phrases")[person["language"]]["fields"]).format(series)
    )


def _series(person: Person, entries: Sequence[Mapping[str, Any]], comma: str) -> str:
    *most, last = [entry["say"].rstrip(".") for entry in entries]
    join = words_of("phrases")[person["language"]]["join"]
    return comma.join(most) + (f"{comma.rstrip() if comma == '; ' else ''} {join} " if most else "") + str(last)
