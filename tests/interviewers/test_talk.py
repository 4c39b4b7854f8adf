"""A talk from the first words to the finished agent."""

import pytest

from tests.interviewers.talking import GUIDED, Talk, finished


def test_an_agent_is_finished_after_the_persons_yes() -> None:
    talk = finished()

    assert talk.stage == "COMPLETED"
    assert talk.is_valid()
    assert talk.value("name") == "ParcelDesk"
    assert talk.value("return_type") == "structured"
    assert talk.value("description") == "Reads parcel complaints and decides how urgent they are."
    assert talk.config["schema_definition"]["required"] == ["urgency"]
    assert set(talk.config["prompts"][1]["placeholders"]) == {"customer_complaint", "parcel_number"}


def test_nothing_is_finished_before_the_yes() -> None:
    talk = Talk.begin()
    reply = talk.say(
        "Something that writes limericks for weddings.", "LimerickLark", "It has to be short. Funny.", "two names"
    )

    assert talk.stage == "FINALIZING"
    assert reply.rstrip().endswith("?")
    assert talk.say("no").rstrip().endswith("?")
    assert talk.stage == "FINALIZING"


@pytest.mark.parametrize("words", ["You decide", "you decide the rest"])
def test_leaving_it_to_the_guide_is_a_yes_to_its_plan(words: str) -> None:
    talk = Talk.begin()
    talk.say("Something that writes limericks for weddings.", "LimerickLark", "It has to be short. Funny.", "two names")
    assert talk.stage == "FINALIZING"

    talk.say(words)

    assert talk.stage == "COMPLETED"


def test_the_questions_come_in_order_and_one_at_a_time() -> None:
    talk = Talk.begin()
    asked = [
        talk.say(message)
        for message in (
            "An assistant for questions about our swimming pool.",
            "data for a program",
            "PoolGuide",
            "never gives medical advice",
            "the question",
        )
    ]

    for reply, word in zip(asked, ("program", "called", "behave", "given", "contain"), strict=True):
        assert word in reply
        assert reply.count("?") == 1


def test_what_the_description_already_says_is_not_asked_again() -> None:
    talk = Talk.begin()
    reply = talk.say(
        "Please build an agent called GardenLog that turns visit reports into data for our planning tool. "
        "It gets the visit report and the name of the gardener. Tone: matter-of-fact. It must never invent plants. "
        "Output: plants, a list; watered: yes or no, always; next visit, a date, optional."
    )

    assert talk.value("name") == "GardenLog"
    assert talk.value("return_type") == "structured"
    assert list(talk.outputs) == ["plants", "watered", "next_visit"]
    assert talk.outputs["next_visit"]["format"] == "date"
    assert talk.stage == "FINALIZING"
    assert reply.count("?") == 1


def test_several_answers_in_one_message_are_all_taken() -> None:
    talk = Talk.begin()
    talk.say(
        "I need a helper that answers questions about our museum.",
        "As a chat. Call it MuseumMate. It should sound warm.",
    )

    assert talk.value("return_type") == "unstructured"
    assert talk.value("name") == "MuseumMate"
    assert talk.value("tone") == "warm"


def test_small_talk_does_not_get_into_the_agent() -> None:
    talk = Talk.begin()
    talk.say(
        "Hi! What a morning, my coffee machine died. I want something that invents riddles for pirates' parties."
    )
    talk.say("Good question! Call it RiddleReef. I hope that helps!")
    talk.say("Haha, my cat is on the keyboard. Riddles must never be about ghosts. Cheeky. Thanks for your patience!")
    talk.say("It is given the age group. Anyway, long day here.")

    text = str(talk.config)
    assert talk.value("name") == "RiddleReef"
    assert not any(word in text for word in ("coffee", "cat ", "patience", "hope", "long day"))
    assert "ghosts" in talk.value("system_prompt")


def test_the_reply_comes_in_pieces_and_says_what_was_understood() -> None:
    talk = Talk.begin()
    reply = talk.say("Something that sorts letters to our town hall.")

    assert talk.pieces > 3
    assert "sorts letters" in reply


def test_only_what_changed_is_proposed() -> None:
    talk = finished()
    talk.say("Make the reason required.")

    assert {operation.field for operation in talk.proposed} == {"schema_definition", "system_prompt"}
    talk.say("thanks")
    assert talk.proposed == []


def test_two_runs_of_the_same_talk_are_the_same() -> None:
    assert finished().config == finished().config


def test_quick_mode_asks_no_more_than_full_mode_and_ends_with_a_plan() -> None:
    full, quick = Talk.begin("full"), Talk.begin("quick")
    opening = "A phone assistant that takes bookings for our boat rental."
    answers = ("RowBoat", "It never quotes a price. Jolly.", "what the caller says")

    assert full.say(opening, *answers).count("greet") == 1
    quick.say(opening, *answers)
    assert quick.stage == "FINALIZING"


@pytest.mark.parametrize("language", ["en", "es", "de", "fr", "xx"])
def test_the_opening_is_in_the_persons_language_and_can_be_tapped(language: str) -> None:
    text, taps = GUIDED.opening(language)

    assert text
    assert len(taps) == 3


def test_the_open_question_can_be_asked_again() -> None:
    talk = Talk.begin()
    assert "do for you" in GUIDED.open_question(talk.session)
    talk.say("Something that sorts letters to our town hall.")
    assert "program" in GUIDED.open_question(talk.session)
    assert GUIDED.open_question(finished().session) == ""


TALKS = {
    "es": (
        "Hola, necesito un asistente que lea las quejas de los vecinos y decida su urgencia.",
        "Datos para un programa",
        "VecinoAlerta",
        "Nunca promete una visita. Un escape de gas siempre es urgente. Serio y amable.",
        "el mensaje del vecino",
        "la urgencia: baja, media o alta, siempre; el motivo; y si hay heridos",
        "Sí.",
    ),
    "de": (
        "Wir brauchen einen Assistenten, der die Beschwerden unserer Fahrgäste liest und einordnet.",
        "Daten für ein Programm",
        "FahrgastOhr",
        "Er verspricht nie eine Erstattung. Verletzte haben immer Vorrang. Sachlich und freundlich.",
        "die Beschwerde des Fahrgastes und die Linie",
        "das Thema: Takt, Sauberkeit oder Personal, immer; eine kurze Zusammenfassung; und ob es Verletzte gab",
        "Ja.",
    ),
    "fr": (
        "Bonjour, je voudrais un assistant qui lise les lettres des parents et décide qui doit répondre.",
        "Données pour un programme",
        "CourrierParents",
        "Il ne promet jamais de place. Les urgences vont au directeur. Poli et bref.",
        "la lettre des parents",
        "le service : cantine, garderie ou direction, toujours; un résumé; et si c'est urgent",
        "Oui.",
    ),
}


@pytest.mark.parametrize("language", TALKS)
def test_a_whole_talk_in_another_language(language: str) -> None:
    talk = Talk.begin()
    opening, *answers = TALKS[language]
    talk.say(opening, *answers)

    first = next(iter(talk.outputs.values()))
    assert talk.stage == "COMPLETED"
    assert talk.is_valid()
    assert talk.value("language") == language
    assert len(talk.outputs) == 3
    assert len(first["enum"]) == 3
    assert [part["type"] for part in talk.outputs.values()] == ["string", "string", "boolean"]
    assert talk.value("system_prompt").startswith({"es": "Eres ", "de": "Du bist ", "fr": "Tu es "}[language])
