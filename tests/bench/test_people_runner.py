"""The simulated person and the measuring rod: a perfect answer gets all points, a blind one does not."""

from typing import Any

import pytest

from bench.people import Person, all_people
from bench.people_runner.listening import questions
from bench.people_runner.person import SimulatedPerson, specification
from bench.people_runner.scoring import content_of, invented, score
from builder.interviewers.offline.pack import codes, pack_for

each_person = pytest.mark.parametrize("person", all_people(), ids=lambda person: person["id"])
TOPIC_OF = {"purpose": "description", "rules_only": "rules"}


def perfect(person: Person) -> dict[str, Any]:
    """The configuration that somebody would write who knows every fact."""
    facts = person["facts"]
    name = (facts["name"].get("accept") or [facts["name"].get("hints", "Helper").split("|")[0].title()])[0]
    said = [facts["description"], facts.get("tone"), *facts["rules"], facts.get("greeting")]
    role = {"en": "You are", "es": "Eres", "de": "Du bist", "fr": "Tu es"}[person["language"]]
    system = "\n".join([f"{role} {name}.", *(fact["say"] for fact in said if fact)])
    inputs = {entry["name"]: f"Fill in {entry['say']}" for entry in facts["inputs"]}
    user = "\n".join(f"{{{name}}}" for name in inputs)
    config: dict[str, Any] = {
        "name": name,
        "description": facts["description"]["say"],
        "return_type": facts["return_type"]["value"],
        "prompts": [
            {"prompt_type": "system", "content": system, "placeholders": {}},
            {"prompt_type": "user", "content": user, "placeholders": inputs},
        ],
    }
    if facts["outputs"]:
        config["schema_definition"] = {
            "type": "object",
            "properties": {entry["name"]: _property(entry) for entry in facts["outputs"]},
            "required": [entry["name"] for entry in facts["outputs"] if entry["required"]],
        }
    return config


def _property(entry: dict[str, Any]) -> dict[str, Any]:
    kind = entry["type"][0]
    schema = {"type": "string", "format": "date"} if kind == "date" else {"type": kind}
    limits = {"minimum": "min", "maximum": "max"}
    limits = {word: entry["range"][key] for word, key in limits.items() if key in entry.get("range", {})}
    return schema | limits | ({"enum": entry["enum"]} if "enum" in entry else {})


@each_person
def test_who_knows_all_facts_gets_nearly_all_points(person: Person) -> None:
    config = perfect(person)
    content = content_of(person, config)
    assert score(content, 1.0, 0, valid=True) >= 90, {name: value for name, value in content.items() if value < 1}
    assert invented(person, config, [specification(person)]) == []


@each_person
def test_an_empty_agent_gets_few_points(person: Person) -> None:
    config = {"name": "MyAgent", "description": "Helps.", "return_type": "unstructured", "prompts": []}
    assert score(content_of(person, config), 1.0, 0, valid=False) < 30


@pytest.mark.parametrize("code", codes())
def test_a_person_understands_every_question_of_the_interviewer(code: str) -> None:
    for topic, words in pack_for(code).table("ask").items():
        heard = [question.topic for question in questions(words.replace("{example}", "LarkSong"), code)]
        assert heard == [TOPIC_OF.get(topic, topic)]


def test_a_person_answers_only_what_is_asked_and_counts_repetitions() -> None:
    data = next(person for person in all_people() if person["style"] == "terse")
    person = SimulatedPerson(data)
    person.open()
    person.hear("What should it be called?")
    assert person.reply() == data["facts"]["name"]["say"]
    person.hear("What should it be called?")
    assert person.again == 1
    person.hear("Nice weather. What is it given each time, and what must it never do?")
    assert person.reply()
