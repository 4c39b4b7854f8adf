"""What people say after the end to change what is there: many phrasings, each obeyed at once and copied nowhere."""

from functools import cache

import pytest

from tests.interviewers.corrections_said import (
    ADDED,
    FIELDS,
    FINISHED,
    NAMED,
    NEEDED,
    REMOVED,
    RENAMED,
    RULES,
    TEXTS,
    TONES,
    VALUES,
    Said,
)
from tests.interviewers.talking import Talk


@cache
def _plan(language: str) -> Talk:
    talk = Talk.begin(language=language)
    talk.say(*FINISHED[language][:-1])
    assert tuple(talk.outputs) == FIELDS[language]
    return talk


@cache
def _end(language: str) -> Talk:
    talk = Talk(_plan(language).session)
    talk.say(FINISHED[language][-1])
    assert talk.stage == "COMPLETED"
    return talk


def _after(language: str, message: str) -> Talk:
    """The finished agent after the message; before the last yes the same words do the same."""
    talk, early = Talk(_end(language).session), Talk(_plan(language).session)
    talk.say(message)
    early.say(message)
    assert talk.is_valid()
    assert early.config == talk.config
    return talk


def _required(talk: Talk) -> list[str]:
    found: list[str] = talk.config["schema_definition"].get("required", [])
    return found


@pytest.mark.parametrize("said", ADDED, ids=str)
def test_a_new_output(said: Said) -> None:
    talk = _after(said.language, said.message)
    name = said.expected.rstrip("?")
    assert tuple(talk.outputs) == (*FIELDS[said.language], name)
    assert (name in _required(talk)) == (not said.expected.endswith("?"))


@pytest.mark.parametrize("said", REMOVED, ids=str)
def test_an_output_that_goes(said: Said) -> None:
    talk = _after(said.language, said.message)
    assert tuple(talk.outputs) == tuple(name for name in FIELDS[said.language] if name != said.expected)


@pytest.mark.parametrize("said", RENAMED, ids=str)
def test_an_output_with_another_name(said: Said) -> None:
    talk = _after(said.language, said.message)
    old, new = said.expected.split(">")
    assert tuple(talk.outputs) == tuple(new if name == old else name for name in FIELDS[said.language])
    assert talk.value("name") == FINISHED[said.language][2]


@pytest.mark.parametrize("said", NEEDED, ids=str)
def test_optional_or_required(said: Said) -> None:
    talk = _after(said.language, said.message)
    assert tuple(talk.outputs) == FIELDS[said.language]
    assert (said.expected.rstrip("?") in _required(talk)) == (not said.expected.endswith("?"))


@pytest.mark.parametrize("said", VALUES, ids=str)
def test_allowed_values(said: Said) -> None:
    talk = _after(said.language, said.message)
    assert talk.outputs[FIELDS[said.language][0]]["enum"] == said.expected


@pytest.mark.parametrize("said", NAMED, ids=str)
def test_another_name_for_the_agent(said: Said) -> None:
    talk = _after(said.language, said.message)
    assert talk.value("name") == said.expected
    assert tuple(talk.outputs) == FIELDS[said.language]
    assert FINISHED[said.language][2] not in str(talk.config)


@pytest.mark.parametrize("said", TEXTS, ids=str)
def test_text_instead_of_data(said: Said) -> None:
    assert _after(said.language, said.message).value("return_type") == said.expected


@pytest.mark.parametrize(
    ("language", "text", "data"),
    [
        ("en", "as plain text after all", "rather as data"),
        ("de", "doch lieber als Text", "doch lieber als Daten"),
        ("es", "mejor en texto", "mejor en datos"),
        ("fr", "finalement en texte simple", "finalement en données"),
    ],
)
def test_and_data_again(language: str, text: str, data: str) -> None:
    talk = _after(language, text)
    talk.say(data)
    assert talk.value("return_type") == "structured"


@pytest.mark.parametrize("said", RULES, ids=str)
def test_rules_come_and_go(said: Said) -> None:
    talk = _after(said.language, said.message)
    words, stands = said.expected
    assert (words.lower() in talk.value("system_prompt").lower()) == stands
    assert tuple(talk.outputs) == FIELDS[said.language]


@pytest.mark.parametrize("said", TONES, ids=str)
def test_another_tone(said: Said) -> None:
    talk = _after(said.language, said.message)
    assert said.expected in talk.value("system_prompt")
    assert tuple(talk.outputs) == FIELDS[said.language]


@pytest.mark.parametrize(
    ("language", "wish", "remark", "name"),
    [
        ("en", "Add the order number.", "It may be missing.", "order_number"),
        ("de", "Es fehlt noch die Bestellnummer.", "Das ist freiwillig.", "bestellnummer"),
        ("es", "Falta el número de pedido.", "Puede faltar.", "numero_pedido"),
        ("fr", "Il manque le numéro de commande.", "Il peut manquer.", "numero_commande"),
    ],
)
def test_a_remark_in_a_message_of_its_own_is_about_the_newest_output(
    language: str, wish: str, remark: str, name: str
) -> None:
    talk = _after(language, wish)
    assert name in _required(talk)
    before = talk.value("system_prompt")
    talk.say(remark)
    assert name not in _required(talk)
    assert remark.rstrip(".") not in talk.value("system_prompt")
    assert before != talk.value("system_prompt")


@pytest.mark.parametrize(
    ("language", "lead"),
    [("en", "I told you before:"), ("de", "Wie gesagt:"), ("es", "Como ya dije:"), ("fr", "Comme je l'ai dit :")],
)
def test_words_that_only_point_back_are_never_copied(language: str, lead: str) -> None:
    talk = Talk.begin(language=language)
    purpose, kind, *answers, agreed = FINISHED[language]
    talk.say(purpose, kind, *(f"{lead} {answer}" for answer in answers), agreed)
    assert talk.stage == "COMPLETED"
    assert talk.value("name") == FINISHED[language][2]
    assert tuple(talk.outputs) == FIELDS[language]
    assert lead.rstrip(" :").lower() not in str(talk.config).lower()


def test_a_remark_behind_a_list_is_no_thing_of_its_own() -> None:
    talk = Talk.begin()
    talk.say(*FINISHED["en"][:4], "the complaint and the parcel number. It may be missing.")
    talk.say("urgency: low, medium or high, always; and the order number. It may be missing.")

    assert set(talk.outputs) == {"urgency", "order_number"}
    assert _required(talk) == ["urgency"]
    assert "may be missing" not in talk.value("system_prompt").lower()
