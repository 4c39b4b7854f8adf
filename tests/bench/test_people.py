"""The scripted people are whole, varied and fair: what is demanded of the interviewer was really said."""

import re
from collections import Counter
from typing import Any

import pytest

from bench.people import Person, all_people

TOPICS = {"return_type", "name", "description", "tone", "rules", "inputs", "outputs", "greeting"}
TYPES = {"string", "integer", "number", "boolean", "array", "object", "date"}
each_person = pytest.mark.parametrize("person", all_people(), ids=lambda person: person["id"])


def words_said(person: Person) -> str:
    """Everything this person can ever say about the agent."""
    facts, change = person["facts"], person.get("change", {})
    single = ("return_type", "name", "description", "tone", "greeting")
    said = [facts[topic]["say"] for topic in single if topic in facts]
    said += [entry["say"] for topic in ("rules", "inputs", "outputs") for entry in facts[topic] if entry.get("say")]
    said += [person["opening"], facts.get("outputs_say"), change.get("first"), change.get("say")]
    return "\n".join(text for text in said if text)


def test_there_are_enough_of_them_in_four_languages_and_both_kinds() -> None:
    languages = Counter(person["language"] for person in all_people())
    kinds = Counter(person["facts"]["return_type"]["value"] for person in all_people())
    assert len(all_people()) >= 24
    assert set(languages) == {"en", "es", "de", "fr"}
    assert min(languages.values()) >= 3
    assert min(kinds.values()) >= 0.4 * len(all_people())


def test_they_come_from_different_trades_and_have_different_manners() -> None:
    assert len({person["domain"] for person in all_people()}) == len(all_people())
    assert len({person["style"] for person in all_people()}) >= 11
    for language in ("es", "de", "fr"):
        assert len({person["style"] for person in all_people() if person["language"] == language}) >= 3


@each_person
def test_a_person_knows_all_that_the_contract_demands(person: Person) -> None:
    facts = person["facts"]
    assert {"return_type", "name", "description", "rules", "inputs", "outputs"} <= set(facts)
    assert person["opening"].strip()
    assert facts["rules"]
    assert facts["inputs"]
    gives = TOPICS if person["opening_gives"] == "all" else set(person["opening_gives"])
    assert gives <= TOPICS | {"voice"}
    if facts["return_type"]["value"] == "structured":
        assert facts["outputs"] or "outputs" in person["undecided"]
    else:
        assert not facts["outputs"]


@each_person
def test_every_output_they_expect_was_named_with_its_values_and_range(person: Person) -> None:
    said = words_said(person).lower()
    for output in person["facts"]["outputs"]:
        assert set(output["type"]) <= TYPES
        assert output["required"] in (True, False, None)
        assert output.get("say") or person["facts"].get("outputs_say")
        for value in output.get("enum", []):
            assert value.lower() in said
        for bound in output.get("range", {}).values():
            assert str(bound) in said


@each_person
def test_their_rules_can_be_found_in_what_they_say(person: Person) -> None:
    facts = person["facts"]
    for topic in (*facts["rules"], *([facts["tone"]] if "tone" in facts else [])):
        for pattern in topic["words"]:
            assert "NEG" in pattern or re.search(pattern, topic["say"] or words_said(person), re.I), pattern


@each_person
def test_they_never_say_what_must_not_appear(person: Person) -> None:
    hidden: list[Any] = person["must_not_appear"]
    change = person.get("change", {})
    taken_back = [demand["absent"] for demand in change.get("expect", []) if "absent" in demand]
    assert hidden
    for pattern in hidden:
        if pattern not in taken_back:
            assert not re.search(pattern, words_said(person).replace(change.get("first", "-"), ""), re.I), pattern
