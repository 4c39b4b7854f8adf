"""The first sentence: what it says of the task, of the results and of what comes in is never asked again."""

import pytest

from builder.interviewers.offline.pack import codes, warm
from tests.interviewers.talking import Talk

LETTERS = {
    "en": ("Sorts letters by urgency: low, medium or high", "urgency", ["low", "medium", "high"], "letter"),
    "de": (
        "Sortiert Briefe nach Dringlichkeit: niedrig, mittel oder hoch",
        "dringlichkeit",
        ["niedrig", "mittel", "hoch"],
        "brief",
    ),
    "es": ("Clasifica cartas por urgencia: baja, media o alta", "urgencia", ["baja", "media", "alta"], "carta"),
    "fr": (
        "Trie les lettres par urgence : faible, moyenne ou haute",
        "urgence",
        ["faible", "moyenne", "haute"],
        "lettre",
    ),
}


@pytest.mark.parametrize("language", codes())
@pytest.mark.parametrize("way", ["say", "specify"])
def test_a_sentence_that_sorts_by_something_names_its_output(language: str, way: str) -> None:
    text, name, values, given = LETTERS[language]
    talk = Talk.begin(language=language)
    getattr(talk, way)(text)

    assert talk.outputs == {name: {"type": "string", "enum": values}}
    assert talk.config["schema_definition"]["required"] == [name]
    assert talk.config["return_type"] == "structured"
    assert f"{{{given}}}" in talk.value("user_prompt")


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("en", "you are given the letter."),
        ("de", "Du sortierst Briefe nach Dringlichkeit."),
        ("de", "der Brief."),
        ("es", "Cada vez recibes la carta."),
        ("fr", "tu reçois la lettre."),
    ],
)
def test_the_prompt_is_written_in_whole_sentences(language: str, spoken: str) -> None:
    talk = Talk.begin(language=language)
    talk.specify(LETTERS[language][0])
    assert spoken in talk.value("system_prompt")


def test_a_picture_behind_the_last_value_is_no_part_of_it() -> None:
    talk = Talk.begin()
    talk.specify("Sorts letters by urgency: low, medium or high ✉️")
    assert talk.outputs["urgency"]["enum"] == ["low", "medium", "high"]


def test_a_list_behind_a_colon_answers_three_questions() -> None:
    talk = Talk.begin()
    reply = talk.say(
        "Something that reads the forms our museum gets and tells the archive what came in: the object, "
        "its state (good, worn, broken) and whether the owner wants a receipt"
    )

    assert list(talk.outputs) == ["object", "state", "owner_wants_receipt"]
    assert talk.outputs["state"]["enum"] == ["good", "worn", "broken"]
    assert talk.config["return_type"] == "structured"
    assert "called" in reply


@pytest.mark.parametrize(
    "text",
    [
        "An assistant that writes toasts for three occasions: birthday, wedding or retirement",
        "It answers questions about our cellar: red, white or sparkling",
        "Something that helps with: cooking, baking or grilling",
    ],
)
def test_a_list_of_subjects_is_no_output(text: str) -> None:
    talk = Talk.begin()
    talk.say(text)
    assert "schema_definition" not in talk.session.draft


@pytest.mark.parametrize(
    ("language", "message", "said"),
    [
        (
            "en",
            "I have a bike shop and people write to me at night asking for spare parts, "
            "I want something that answers them",
            "Assistant for a bike shop that answers people who write at night asking for spare parts.",
        ),
        (
            "de",
            "Ich habe einen Radladen und die Kunden schreiben mir nachts wegen Ersatzteilen, "
            "ich will etwas, das ihnen antwortet",
            "Assistent für einen Radladen, der auf Nachrichten wegen Ersatzteilen antwortet.",
        ),
        (
            "es",
            "Tengo una panadería y la gente me escribe de noche pidiendo tartas, quiero algo que les conteste",
            "Asistente para una panadería que contesta a la gente que escribe de noche pidiendo tartas.",
        ),
        (
            "fr",
            "J'ai une boulangerie et les gens m'écrivent la nuit pour des gâteaux, "
            "je veux quelque chose qui leur réponde",
            "Assistant pour une boulangerie qui répond aux gens qui écrivent la nuit pour des gâteaux.",
        ),
    ],
)
def test_a_wish_that_points_back_at_a_story_is_told_in_full(language: str, message: str, said: str) -> None:
    talk = Talk.begin(language=language)
    talk.say(message)
    assert talk.value("description") == said


def test_an_answer_to_another_question_does_not_become_the_task() -> None:
    talk = Talk.begin(language="de")
    talk.say("Wir betreuen Gärten und bekommen jeden Tag Briefe.", "Ich selbst lese das, in einer Excel-Tabelle.")

    assert "description" not in talk.session.draft
    assert talk.value("return_type") == "structured"
    talk.say("nein, er soll die Briefe nach Dringlichkeit sortieren")
    assert "Dringlichkeit" in talk.value("description")


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "Something that reads reports and puts the facts into our Excel table."),
        ("es", "Quiero algo que lea los informes y los pase a nuestro programa."),
        ("de", "Etwas, das Berichte liest und alles in eine Excel-Tabelle schreibt."),
        ("fr", "Quelque chose qui lit les rapports et les note dans un tableau Excel."),
    ],
)
def test_what_goes_into_a_program_or_a_table_is_data(language: str, message: str) -> None:
    talk = Talk.begin(language=language)
    talk.say(message)
    assert talk.value("return_type") == "structured"


@pytest.mark.parametrize(
    ("language", "message", "said"),
    [
        ("es", "Algo que lea los correos, saque los datos y los pase al archivo", "y los pasa al archivo."),
        ("en", "A helper that answers what plants we have and take the order", "the team has and takes the order."),
    ],
)
def test_every_verb_of_a_task_is_conjugated(language: str, message: str, said: str) -> None:
    talk = Talk.begin(language=language)
    talk.say(message)
    assert talk.value("description").endswith(said)


def test_a_placeholder_keeps_the_whole_word() -> None:
    talk = Talk.begin(language="es")
    talk.specify("Clasifica los correos de los padres")
    assert "{correo_padre}" in talk.value("user_prompt")
    assert "el correo del padre" in talk.value("system_prompt")


def test_all_languages_can_be_made_ready_ahead() -> None:
    warm()
