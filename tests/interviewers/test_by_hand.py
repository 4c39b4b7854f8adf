"""What a person wrote by hand is known, stays, and is changed only with their yes."""

import pytest

from builder.core.operation import Operation
from builder.interviewers.guided import Guided
from tests.interviewers.talking import Talk, finished


def test_a_name_written_by_hand_is_not_asked_for() -> None:
    talk = Talk.begin()
    talk.edit("name", "HandMade")
    talk.say("Something that sorts letters.", "data")

    assert talk.value("name") == "HandMade"
    assert "HandMade" in talk.value("system_prompt") if talk.value("system_prompt") else True
    assert "called" not in talk.say("never opens private mail").split("?")[0]


def test_a_change_of_an_edited_field_waits_for_the_persons_yes() -> None:
    talk = finished()
    talk.edit("name", "HandMade")
    reply = talk.say("Call it SomethingElse.")

    assert talk.value("name") == "HandMade"
    assert talk.session.proposals["name"].after == "SomethingElse"
    assert "your" in reply


def test_a_rule_is_added_to_an_edited_prompt_not_a_rewrite() -> None:
    talk = finished()
    talk.edit("system_prompt", "My own words.\n\nRules:\n- Be quick.")
    talk.say("It must never mention the weather.")

    assert talk.value("system_prompt") == "My own words.\n\nRules:\n- Be quick."
    proposed = talk.session.proposals["system_prompt"].after
    assert proposed == "My own words.\n\nRules:\n- Be quick.\n- Never mention the weather."
    talk.say("It must never joke.")
    assert talk.session.proposals["system_prompt"].after == f"{proposed}\n- Never joke."


def test_other_talk_leaves_edited_fields_alone() -> None:
    talk = finished()
    talk.edit("description", "By hand.")
    talk.say("Make the reason required.")

    assert talk.value("description") == "By hand."
    assert not talk.session.proposals


def test_outputs_written_by_hand_are_known() -> None:
    talk = Talk.begin()
    talk.say("Something that sorts letters.")
    talk.edit("return_type", "structured")
    talk.edit("schema_definition", {"type": "object", "properties": {"pile": {"type": "string"}}})
    talk.say("LetterPile", "never guesses", "the letter", "yes")

    assert talk.stage == "COMPLETED"
    assert list(talk.outputs) == ["pile"]


def test_a_field_that_was_emptied_is_asked_for_again() -> None:
    talk = Talk.begin()
    talk.say("Something that sorts letters.", "chat", "LetterPile")
    talk.edit("name", None)
    reply = talk.say("never guesses")

    assert "called" in reply


def test_a_prompt_written_by_hand_brings_its_placeholders() -> None:
    talk = Talk.begin()
    talk.say("Something that sorts letters.", "chat", "LetterPile", "never guesses")
    talk.edit("user_prompt", "Sort this letter:\n{letter_text}")
    talk.say("thanks")

    assert talk.stage in ("FINALIZING", "COLLECTING_BASICS")
    assert talk.value("user_prompt") == "Sort this letter:\n{letter_text}"


def test_an_accepted_proposal_is_the_new_truth() -> None:
    talk = finished()
    talk.edit("name", "HandMade")
    talk.say("Call it SomethingElse.")
    talk.session, _ = talk.session.operate(Operation("set", "name", "SomethingElse"), "person")
    talk.say("Make the reason required.")

    assert talk.value("name") == "SomethingElse"


def test_a_name_that_only_waits_is_not_used_in_the_prompts() -> None:
    talk = finished()
    talk.edit("name", "HandMade")
    reply = talk.say("Call it Other.")

    assert talk.session.proposals["name"].after == "Other"
    assert "HandMade" in talk.value("system_prompt")
    assert "Other" not in talk.value("system_prompt")
    assert "The name is now" not in reply
    assert "waits" in reply


def test_a_description_by_hand_is_the_task_in_the_prompt() -> None:
    talk = Talk.begin()
    talk.say("It translates reviews into English", "text", "Babel")
    talk.edit("description", "Turns reviews into French.")
    talk.say("polite", "the review")

    assert "Turns reviews into French." in talk.value("system_prompt")
    assert "English" not in talk.value("system_prompt")


def test_a_yes_finishes_nothing_while_a_field_is_not_right_and_says_which() -> None:
    talk = Talk.begin()
    talk.say("Something that sorts letters.", "chat", "LetterPile", "never guesses", "the letter", "friendly")
    while talk.stage != "FINALIZING":
        talk.say("you decide")
    talk.edit("name", "no good!")
    reply = talk.say("Yes")

    assert "no good!" in reply and "NoGood" in reply and "Name" in reply and "by hand" in reply
    assert "Done" not in reply and "ready" not in reply
    assert (talk.stage, talk.session.agreed) == ("FINALIZING", False) and talk.session.progress < 100

    talk.edit("name", "Good")
    assert "Good is ready" in talk.say("Yes")
    assert (talk.stage, talk.session.progress) == ("COMPLETED", 100)


def test_a_finished_agent_that_is_spoilt_by_hand_is_finished_again_when_it_is_put_right() -> None:
    talk = finished()
    talk.edit("description", "x" * 5_000)
    assert talk.stage == "FINALIZING"
    for said in ("Thanks", "It must never mention prices."):
        reply = talk.say(said)
        assert "Description" in reply and "5000" in reply and "complete" not in reply, said
    assert "5000" in Guided().open_question(talk.session)

    talk.edit("description", "Sorts letters.")
    assert talk.stage == "COMPLETED"
    assert "still complete" in talk.say("It must never joke.")
    assert Guided().open_question(talk.session) == ""


@pytest.mark.parametrize(
    ("language", "yes", "words"),
    [("es", "sí", "Nombre: «no good!»"), ("de", "ja", "Name: „no good!“"), ("fr", "oui", "Nom : « no good! »")],
)
def test_what_is_not_right_is_said_in_the_language_of_the_talk(language: str, yes: str, words: str) -> None:
    openings = {
        "es": "Quiero un asistente que ordene cartas.",
        "de": "Ich brauche einen Assistenten, der Briefe sortiert.",
        "fr": "Je voudrais un assistant qui trie des lettres.",
    }
    rest = {"es": "decide tú el resto", "de": "entscheide du den Rest", "fr": "décidez le reste"}
    talk = Talk.begin(language=language)
    talk.say(openings[language], rest[language])
    assert talk.stage == "FINALIZING"
    talk.edit("name", "no good!")
    reply = talk.say(yes)

    assert words in reply and talk.stage == "FINALIZING"
