"""Corrections at any time: they are applied at once, and the reply says what became of them."""

import pytest

from tests.interviewers.talking import Talk, finished


def test_another_name() -> None:
    talk = finished()
    reply = talk.say("Call it ParcelTriage instead.")

    assert talk.value("name") == "ParcelTriage"
    assert "ParcelTriage" in reply
    assert "ParcelDesk" not in str(talk.config)
    assert talk.stage == "COMPLETED"


def test_a_name_that_is_not_allowed_is_mended_and_said() -> None:
    talk = Talk.begin()
    reply = talk.say("Something that sorts letters.", "chat", "Letter Sorter 3000!")

    assert talk.value("name") == "LetterSorter3000"
    assert "LetterSorter3000" in reply


@pytest.mark.parametrize(
    ("message", "required"),
    [("Make urgency optional.", []), ("the reason must be required", ["urgency", "reason"])],
)
def test_optional_and_required(message: str, required: list[str]) -> None:
    talk = finished()
    talk.say(message)
    assert talk.config["schema_definition"].get("required", []) == required


def test_a_new_output_and_one_that_goes() -> None:
    talk = finished()
    reply = talk.say("Please add a field for the depot and drop the reason.")

    assert set(talk.outputs) == {"urgency", "callback_date", "depot"}
    assert "depot" in reply
    assert "reason" in reply


def test_values_come_and_go() -> None:
    talk = finished()
    talk.say("One more thing: please add critical as a fourth urgency.")
    assert talk.outputs["urgency"]["enum"] == ["low", "medium", "high", "critical"]
    talk.say("remove low")
    assert talk.outputs["urgency"]["enum"] == ["medium", "high", "critical"]
    talk.say("rename critical to alarm")
    assert talk.outputs["urgency"]["enum"] == ["medium", "high", "alarm"]


def test_an_output_described_anew() -> None:
    talk = finished()
    talk.say("urgency should be from 1 to 5")
    assert talk.outputs["urgency"] == {"type": "integer", "minimum": 1, "maximum": 5}
    assert talk.config["schema_definition"]["required"] == ["urgency"]


def test_renaming_an_output() -> None:
    talk = finished()
    talk.say("rename reason to explanation")
    assert list(talk.outputs) == ["urgency", "explanation", "callback_date"]


def test_a_number_in_a_rule() -> None:
    talk = finished()
    talk.say("Sorry, it's 250 euros, not 100.")

    assert "250 euros" in talk.value("system_prompt")
    assert "100" not in talk.value("system_prompt")


def test_a_rule_said_anew_replaces_the_old_one() -> None:
    talk = finished()
    talk.say("Correction: claims above 500 euros go to the manager.")

    assert "500 euros" in talk.value("system_prompt")
    assert "100 euros" not in talk.value("system_prompt")
    assert "admit fault" in talk.value("system_prompt")


def test_a_new_rule_after_the_end() -> None:
    talk = finished()
    talk.say("It must never mention other carriers.")

    assert "other carriers" in talk.value("system_prompt")
    assert "other carriers" in str(talk.value("guardrails"))
    assert talk.stage == "COMPLETED"


def test_it_should_just_chat_after_all() -> None:
    talk = finished()
    talk.say("No, it should just chat.")

    assert talk.value("return_type") == "unstructured"
    assert "schema_definition" not in talk.config
    assert talk.is_valid()


def test_data_after_all_reopens_only_the_outputs() -> None:
    talk = Talk.begin()
    talk.say(
        "A helper for beekeepers' questions.", "chat", "HiveMate", "never guesses", "the question", "no greeting", "yes"
    )
    assert talk.stage == "COMPLETED"
    reply = talk.say("Actually, make it structured data for our app.")
    assert talk.stage == "COLLECTING_BASICS"
    assert "contain" in reply
    talk.say("answer; topic")
    assert talk.stage == "COMPLETED"


def test_a_correction_comes_with_the_next_answer() -> None:
    talk = Talk.begin()
    talk.say("Something that sorts letters to the town hall.", "structured", "Call it PostBot.")
    talk.say(
        "Oh, I mixed that up, the name has to be MailGate and not PostBot.\nNever open anything marked private. Plain."
    )

    assert talk.value("name") == "MailGate"
    assert talk.value("tone") == "plain"
    assert "private" in talk.value("system_prompt")
    assert "PostBot" not in str(talk.config)


def test_what_does_not_exist_is_said_and_nothing_changes() -> None:
    talk = finished()
    before = talk.config
    reply = talk.say("Make the department optional.")

    assert talk.config == before
    assert "department" in reply
    assert "urgency" in reply


def test_yes_with_a_change_is_no_yes() -> None:
    talk = Talk.begin()
    talk.say("Something that writes toasts.", "ToastMate", "short", "the occasion")
    talk.say("Yes, but it must never mention money.")

    assert talk.stage == "FINALIZING"
    assert "money" in talk.value("system_prompt")
    talk.say("👍")
    assert talk.stage == "COMPLETED"


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("es", "Perdón, se llama BarrioVivo, no VecinoAlerta."),
        ("de", "Moment, er soll BarrioVivo heißen und nicht FahrgastOhr."),
        ("fr", "Pardon, il s'appelle BarrioVivo et non CourrierParents."),
    ],
)
def test_corrections_in_other_languages(language: str, message: str) -> None:
    from tests.interviewers.test_talk import TALKS

    talk = Talk.begin()
    talk.say(*TALKS[language])
    talk.say(message)
    assert talk.value("name") == "BarrioVivo"


@pytest.mark.parametrize("words", ["Actually, back to data.", "Sorry, structured data after all."])
def test_there_and_back_again_keeps_the_outputs(words: str) -> None:
    talk = finished()
    before = talk.outputs
    talk.say("No, it should just chat.", words)

    assert talk.value("return_type") == "structured"
    assert talk.outputs == before
    assert talk.stage == "COMPLETED"


CHAT = {
    "en": ("It answers in ordinary text", ("No, it should just chat.", "it should just chat")),
    "de": ("", ("nein, er soll einfach nur chatten",)),
    "es": ("", ("no, solo debe chatear",)),
    "fr": ("", ("non, il doit simplement discuter",)),
}


@pytest.mark.parametrize("answered", range(1, 6))
@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_it_should_just_chat_at_every_question(language: str, answered: int) -> None:
    from tests.interviewers.test_act_words import ANSWERS

    data = {"en": "Data for our program.", "de": "Daten.", "es": "Datos para un programa.", "fr": "Des données."}
    answers = [ANSWERS[language][0], data[language], *ANSWERS[language][2:]]
    for words in CHAT[language][1]:
        talk = Talk.begin(language=language)
        talk.say(*answers[:answered], words)
        assert talk.value("return_type") == "unstructured"
        assert "chat" not in str(talk.value("system_prompt") or "").lower().replace("château", "")


@pytest.mark.parametrize(
    ("language", "opening", "correction", "now", "before"),
    [
        (
            "en",
            ("It translates reviews into English", "text", "Babel", "polite", "the review"),
            "it should translate reviews into German instead",
            "Translates reviews into German.",
            "English",
        ),
        (
            "de",
            ("Ein Agent, der sagt, was dringend ist", "Daten", "Postwolf"),
            "nein, er soll die Briefe nach Stadtteil sortieren",
            "Die Briefe nach Stadtteil sortieren.",
            "dringend",
        ),
    ],
)
def test_another_task_is_no_rule(
    language: str, opening: tuple[str, ...], correction: str, now: str, before: str
) -> None:
    talk = Talk.begin(language=language)
    talk.say(*opening, correction)

    assert talk.value("description") == now
    assert before not in str(talk.config)


def test_a_rule_that_begins_with_no_stays_a_rule() -> None:
    talk = finished()
    talk.say("No, it should ask for the parcel number first.")
    assert "parcel number first" in talk.value("system_prompt")
    assert "decides how urgent" in talk.value("description")


def test_a_name_and_a_rule_in_one_breath() -> None:
    talk = Talk.begin()
    talk.say("It answers questions about our garden.", "can it be called Rosie? and it should never promise a date")

    assert talk.value("name") == "Rosie"
    assert "Never promise a date" in str(talk.session.notes)


def test_a_rule_beside_a_name_is_kept_at_the_name_question() -> None:
    talk = Talk.begin()
    talk.say("It answers questions about our garden.", "text")
    talk.say("can it be called Rosie? and it should never promise a date")

    assert talk.value("name") == "Rosie"
    assert talk.value("guardrails") == ["Never promise a date."]


@pytest.mark.parametrize(
    ("language", "answer", "tone", "rules"),
    [
        ("en", "friendly and brief; never promises a date; never names prices", "friendly and brief", 2),
        ("de", "freundlich und knapp; verspricht nie einen Termin", "freundlich und knapp", 1),
        ("es", "amable y breve; nunca promete una fecha", "amable y breve", 1),
        ("fr", "aimable et bref ; ne promet jamais de date", "aimable et bref", 1),
    ],
)
def test_the_example_of_the_question_about_behaviour(language: str, answer: str, tone: str, rules: int) -> None:
    from tests.interviewers.test_act_words import ANSWERS

    talk = Talk.begin(language=language)
    talk.say(*ANSWERS[language][:3], answer)

    assert talk.value("tone") == tone
    assert len(talk.value("guardrails")) == rules


def test_a_bare_name_at_the_plan_is_the_name() -> None:
    talk = Talk.begin()
    talk.say("It translates reviews into English", "text", "Babel", "polite", "the review")
    reply = talk.say("Rosie")

    assert talk.value("name") == "Rosie"
    assert "Rosie" in reply
    talk.say("Cancel")
    assert talk.value("name") == "Rosie"
    assert talk.stage == "FINALIZING"


def test_yes_to_what_comes_in_takes_what_was_offered() -> None:
    talk = Talk.begin()
    talk.say("It reads letters to our town hall", "data", "Gate", "plain", "yes")
    assert "{letter}" in talk.value("user_prompt")


def test_a_field_asked_for_before_the_outputs_is_not_lost() -> None:
    talk = Talk.begin()
    talk.say("Sorts letters by urgency: low or high", "Gate", "add a field for the order number")
    assert list(talk.outputs) == ["urgency", "order_number"]


def test_what_comes_in_is_no_rule() -> None:
    talk = Talk.begin()
    talk.say("It reads letters to our town hall", "data", "Gate", "the letter")
    assert "{letter}" in talk.value("user_prompt")
    assert not talk.session.notes["guided"]["brief"]["rules"]


def test_endless_rules_are_kept_in_whole_words() -> None:
    talk = Talk.begin()
    endless = ", ".join(f"never promise anything about district number {number}" for number in range(60))
    talk.say("It answers questions about our garden.", "text", "Rosie", endless, "the question")

    prompt = talk.value("system_prompt")
    assert all(f"number {number}," in prompt or f"number {number}." in prompt for number in range(60))
