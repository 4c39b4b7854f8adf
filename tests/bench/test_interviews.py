"""The scripted people judge fairly: who knows all gets everything, who invents, repeats or breaks things pays."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from bench.interviews import contract_check
from bench.interviews.__main__ import main
from bench.interviews.door import fault_of_stream
from bench.interviews.driver import Result, run
from bench.interviews.listening import ear
from bench.interviews.person import Visitor
from bench.interviews.score import judge
from bench.interviews.telling import misspelt
from bench.people import Person, all_people
from tests.bench import interviewer
from tests.bench.interviewer import perfect
from tests.servers import in_thread

CHOSEN = (
    "ask_farm", "badname_parish", "chatty_cakes", "de_kita", "decide_speech", "es_cocina", "fix_recall",
    "fr_velo", "late_name", "late_shipping", "off_shelter", "once_vetlab", "paste_greenhouse", "terse_gym",
    "typo_library", "voice_taxi",
)  # fmt: skip
PEOPLE = [person for person in all_people() if person["id"] in CHOSEN]


def met(kind: type[interviewer.Knowing], people: list[Person] = PEOPLE, mode: str = "full") -> list[Result]:
    with in_thread(interviewer.application(kind)) as url:
        return asyncio.run(run(people, url, mode))


def person(name: str) -> Person:
    return next(one for one in all_people() if one["id"] == name)


def score_of(results: list[Result]) -> float:
    return fmean(result.score for result in results)


@pytest.mark.parametrize("mode", ["full", "quick", "spec"])
def test_who_knows_the_facts_and_asks_for_each_gets_everything(mode: str) -> None:
    results = met(interviewer.Knowing, mode=mode)
    assert len(results) == len(CHOSEN)
    assert score_of(results) > 99.5
    assert all(result.verdict.finished and result.valid for result in results)
    assert not any(result.verdict.invented or result.tally.redundant or result.record.malformed for result in results)


def test_everybody_is_led_to_say_everything_by_plain_questions() -> None:
    assert all(result.elicited in (1, None) for result in met(interviewer.Knowing, list(all_people())))


def test_the_same_answer_for_everybody_is_worth_little() -> None:
    results = met(interviewer.HardCoded)
    assert all(result.verdict.finished and result.valid for result in results)
    assert score_of(results) < 20


def test_an_interview_without_an_end_is_worth_nothing_and_given_up_at_the_fourth_same_text() -> None:
    results = met(interviewer.Deaf)
    assert {result.score for result in results} == {0}
    assert {result.tally.turns for result in results} == {4}


def test_each_invented_fact_costs_four_points() -> None:
    results = met(interviewer.Inventing)
    assert all(len(result.verdict.invented) == 2 for result in results)
    assert score_of(results) == pytest.approx(score_of(met(interviewer.Knowing)) - 8, abs=0.1)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("off_shelter", "The puppy stays."),
        ("off_shelter", "You decide."),
        ("off_shelter", "As I already said: be warm."),
        ("off_shelter", "Offer 20 % off."),
        ("off_shelter", "Every vaccination is free."),
        ("fr_velo", "Comme je l'ai déjà dit : il aide."),
    ],
)
def test_what_nobody_said_and_small_talk_are_found(name: str, text: str) -> None:
    config, said = perfect(person(name)), [json.dumps(person(name), ensure_ascii=False)]
    assert not judge(person(name), config, said, None).invented
    assert len(judge(person(name), {**config, "guardrails": [text]}, said, None).invented) == 1


def test_asking_again_costs_and_the_person_says_so() -> None:
    misnamed, caller = met(interviewer.Insisting, [person("badname_parish"), person("voice_taxi")])
    assert caller.tally.redundant == 1
    assert caller.score < score_of(met(interviewer.Knowing, [person("voice_taxi")]))
    assert caller.transcript[2][0] in ("As I already said: CabCaller", "I told you before: CabCaller")
    assert misnamed.tally.redundant == 0, "a name that is not allowed may be asked for again"


def test_two_questions_at_once_cost() -> None:
    hasty = met(interviewer.Hasty, [person("off_shelter"), person("chatty_cakes")])
    assert all(result.tally.several > 1 and result.score < 99.5 for result in hasty)


def test_a_configuration_that_breaks_the_contract_counts_half() -> None:
    assert score_of(met(interviewer.Careless)) == pytest.approx(50, abs=0.5)


def test_a_change_of_mind_is_said_after_the_end_and_the_last_configuration_counts() -> None:
    (late,) = met(interviewer.Knowing, [person("late_name")])
    assert late.transcript[-1][0] == person("late_name")["change"]["say"]
    assert late.verdict.measures["correction"] == 1
    wrong = Visitor(person("late_name"))
    assert wrong.second_thoughts() and wrong.second_thoughts() is None


def heard(name: str, *texts: str, buttons: tuple[str, ...] = ()) -> list[str]:
    """What the person answers to each text, after the opening."""
    visitor, answers = Visitor(person(name)), []
    visitor.open()
    for text in texts:
        visitor.hear(text, buttons)
        answers.append(visitor.reply())
    return answers


def test_people_answer_only_what_is_asked() -> None:
    (answer,) = heard("voice_taxi", "What should it be called, and how should it greet callers?")
    assert answer == f"CabCaller {person('voice_taxi')['facts']['greeting']['say']}"
    assert heard("terse_gym", "What is its name? And what is it given each time?") == [
        person("terse_gym")["facts"]["name"]["say"]
    ]


def test_a_detour_comes_first_and_the_second_asking_is_not_redundant() -> None:
    question = "What should it be called?"
    visitor = Visitor(person("off_shelter"))
    visitor.hear(question)
    assert "puppy" in visitor.reply()
    visitor.hear(question)
    assert visitor.reply() == "PawMatch"
    assert visitor.tally.redundant == 0


def test_people_of_few_words_tap_the_reply_that_fits() -> None:
    choice = ("Text for people", "Data for a program")
    facts = person("terse_plumber")["facts"]
    expected = choice[facts["return_type"]["value"] == "structured"]
    assert heard("terse_plumber", "Should it give text or data?", buttons=choice) == [expected]
    assert heard("decide_speech", "What is its name?", buttons=("You decide",)) == ["You decide"]


def test_an_open_question_brings_out_one_thing_never_asked_except_from_people_of_few_words() -> None:
    assert heard("off_allotment", "Is there anything else?") == [person("off_allotment")["facts"]["name"]["say"]]
    assert heard("terse_gym", "Is there anything else?") == ["No, that was all."]


def test_a_summary_that_quotes_the_person_is_not_a_question() -> None:
    visitor = Visitor(person("decide_insurance"))
    quoted = visitor.open()
    visitor.hear(f"I have noted: {quoted}\n\nDoes this look right?")
    assert visitor.topics() == ["confirm"]


def test_typing_errors_spare_the_words_that_are_looked_for_and_are_the_same_every_time() -> None:
    typist = person("typo_library")
    assert Visitor(typist).open() == Visitor(typist).open() != typist["opening"]
    assert sorted(Visitor(typist).open()) == sorted(typist["opening"])
    for one in (one for one in all_people() if one["style"] == "typos"):
        facts = one["facts"]
        rules = [facts["description"], facts["tone"], *facts["rules"]]
        wanted = "|".join(pattern for rule in rules for pattern in rule["words"])
        looked_for = re.findall(r"\b[a-z]{5,}\b", wanted)
        assert [misspelt(one, word) for word in looked_for] == looked_for


@pytest.mark.parametrize(
    ("language", "topic", "text"),
    [
        ("en", "return_type", "Who reads the answers: people, or a program that needs data?"),
        ("en", "name", "Great. What shall we call it?"),
        ("en", "description", "What would you like to build today?"),
        ("en", "tone", "How should it sound? For example friendly, with clear rules."),
        ("en", "rules", "Are there things it should avoid?"),
        ("en", "inputs", "What will people send to it?"),
        ("en", "outputs", "Which pieces of information do you want back?"),
        ("en", "outputs", "What should the result contain (for example the tone, a rule, the limits)?"),
        ("en", "greeting", "What are the first words a caller hears?"),
        ("en", "tools", "Does it need access to a calendar?"),
        ("en", "confirm", "Name: Anna\n- Explain the rules kindly\n\nShall I save it like this?"),
        ("en", "more", "Would you like to change something?"),
        ("en", "offer", "Shall I suggest three categories?"),
        ("es", "return_type", "¿Quiere texto libre o datos para un programa?"),
        ("es", "name", "¿Cómo quiere llamarlo?"),
        ("es", "rules", "¿Hay algo que nunca debe hacer?"),
        ("es", "inputs", "¿Qué información recibe cada vez?"),
        ("es", "outputs", "¿Qué campos debe devolver?"),
        ("de", "return_type", "Soll er plaudern oder Daten für ein Programm liefern?"),
        ("de", "name", "Wie möchten Sie ihn nennen?"),
        ("de", "description", "Beschreiben Sie die Aufgabe in einem Satz."),
        ("de", "inputs", "Was wird ihm jedes Mal vorgelegt?"),
        ("de", "outputs", "Was soll im Ergebnis stehen?"),
        ("fr", "return_type", "Souhaitez-vous du texte libre ou des données pour un logiciel ?"),
        ("fr", "name", "Comment voulez-vous l'appeler ?"),
        ("fr", "tone", "Doit-il tutoyer ou vouvoyer ?"),
        ("fr", "outputs", "Que doit comporter le résultat ?"),
        ("fr", "confirm", "Est-ce correct ?"),
    ],
)
def test_a_question_is_understood(language: str, topic: str, text: str) -> None:
    assert [question.topic for question in ear(language).questions(text)] == [topic]


def test_hints_and_statements_ask_nothing() -> None:
    assert not ear("en").questions("It is called Anna. The rules are noted. A sentence here is enough.")
    asked = ear("en").questions("What is it given each time? Write the rules or skip them.")
    assert [question.topic for question in asked] == ["inputs"]


def changed(**parts: Any) -> dict[str, Any]:
    return {**perfect(person("off_shelter")), **parts}


def prompts(content: str, placeholders: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"prompt_type": "system", "content": "Help.", "placeholders": {}},
        {"prompt_type": "user", "content": content, "placeholders": placeholders},
    ]


def test_a_perfect_configuration_has_no_problem() -> None:
    literal = prompts('Write {{"a": 1}} about {topic}.', {"topic": "What it is about"})
    assert not contract_check.problems(changed(prompts=literal), None)


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ({"name": "Two words"}, "name"),
        ({"description": "x" * 501}, "description"),
        ({"return_type": "text"}, "return_type"),
        ({"prompts": prompts("{a}", {})}, "used but not listed"),
        ({"prompts": prompts("a", {"a": "What it is"})}, "listed but not used"),
        ({"prompts": prompts("{a} and {b c}", {"a": "What it is"})}, "brace"),
        ({"prompts": prompts("{a}", {"a": "What it is"})[1:]}, "prompts"),
        ({"schema_definition": None}, "schema_definition"),
        ({"schema_definition": {"type": "object", "properties": {}}}, "schema_definition"),
        ({"schema_definition": {"type": "object", "properties": {"a": {"type": "text"}}}}, "schema_definition"),
        ({"schema_definition": {"type": "object", "properties": {"a": {}}, "required": ["b"]}}, "required"),
        ({"return_type": "unstructured"}, "schema_definition"),
        ({"colour": "red"}, "unknown key"),
    ],
)
def test_a_break_of_the_contract_is_named(parts: dict[str, Any], word: str) -> None:
    assert word in " ".join(contract_check.problems(changed(**parts), None))


def test_the_published_schema_is_asked_too() -> None:
    assert contract_check.problems(changed(), {"required": ["colour"]})


def test_a_stream_is_the_person_first_and_then_a_text_that_grows_under_one_time() -> None:
    early, late = "2030-01-01T10:00:00Z", "2030-01-01T10:00:01Z"
    user = {"role": "user", "timestamp": early, "content": "Hi"}
    model = [{"role": "model", "timestamp": late, "content": text} for text in ("He", "Hello")]
    assert fault_of_stream([user, *model], "Hi") is None
    restarted = [user, model[0], {**model[1], "timestamp": early}]
    streams: list[list[dict[str, str]]] = [[], [{}], model, [user], [user, *reversed(model)], restarted]
    assert all(fault_of_stream(broken, "Hi") for broken in streams)


def test_the_command_prints_the_table_keeps_the_talks_and_says_whether_the_goal_is_reached(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "anna.json").write_text(json.dumps({**person("terse_gym"), "id": "anna"}))
    out, ids = tmp_path / "talks.json", ("--ids", "off_shelter", "anna")
    with in_thread(interviewer.application(interviewer.Knowing)) as url:
        options = ("--base-url", url, "--people", str(tmp_path / "more"), "--out", str(out), *ids)
        assert main(options) == 0
    printed = capsys.readouterr().out
    assert "| SCORE 0-100 | 100 | 100 | 100 | 100 | 100 |" in printed
    assert "Goal reached." in printed
    assert {talk["id"] for talk in json.loads(out.read_text())["interviews"]} == {"off_shelter", "anna"}


def test_the_command_fails_when_the_goal_is_missed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with in_thread(interviewer.application(interviewer.Careless)) as url:
        assert main(("--base-url", url, "--out", str(tmp_path / "talks.json"), "--ids", "off_shelter")) == 1
    assert "valid config % 0, 100 is wanted" in capsys.readouterr().out
