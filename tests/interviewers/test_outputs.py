"""Outputs from plain words become the right JSON Schema."""

import json

import pytest

from builder.interviewers.offline.pack import pack_for
from builder.interviewers.offline.reading.outputs import as_schema, read_outputs
from tests.interviewers.talking import Talk

TEXT = {"type": "string"}


def plain(words: str, language: str = "en") -> dict[str, object]:
    """Names and schemas, descriptions left out."""
    found = read_outputs(words, pack_for(language))
    return {entry.name: _bare(entry.schema) for entry in found}


def _bare(schema: object) -> object:
    if not isinstance(schema, dict):
        return schema
    return {key: _bare(part) for key, part in schema.items() if key != "description"}


@pytest.mark.parametrize(
    ("words", "name", "schema"),
    [
        ("priority (low, medium or high)", "priority", {"type": "string", "enum": ["low", "medium", "high"]}),
        ("mood: good, fair, bad", "mood", {"type": "string", "enum": ["good", "fair", "bad"]}),
        ("size small/large", "size", {"type": "string", "enum": ["small", "large"]}),
        ("grade A | B | C", "grade", {"type": "string", "enum": ["A", "B", "C"]}),
        ("a confidence between 0 and 1", "confidence", {"type": "number", "minimum": 0, "maximum": 1}),
        ("stars from one to five", "stars", {"type": "integer", "minimum": 1, "maximum": 5}),
        ("list of tags", "tags", {"type": "array", "items": TEXT}),
        ("up to 5 keywords", "keywords", {"type": "array", "items": TEXT, "maxItems": 5}),
        ("optional due date", "due_date", {"type": "string", "format": "date"}),
        ("the sender's email address", "sender_email_address", {"type": "string", "format": "email"}),
        ("whether a doctor is needed", "doctor_needed", {"type": "boolean"}),
        ("fragile: yes or no", "fragile", {"type": "boolean"}),
        ("the order number", "order_number", TEXT),
        ("number of guests", "number_of_guests", {"type": "integer"}),
        ("the total price in euros", "total_price", {"type": "number"}),
        ("how long it took", "how_long_took", TEXT),
        ("the date of the delivery", "delivery_date", {"type": "string", "format": "date"}),
        ("weight, as a number", "weight", {"type": "number"}),
    ],
)
def test_one_output(words: str, name: str, schema: dict[str, object]) -> None:
    assert plain(words) == {name: schema}


def test_the_list_of_the_issue() -> None:
    words = "priority (low, medium or high), department, a confidence between 0 and 1, list of tags, optional due date"
    found = read_outputs(words, pack_for("en"))

    assert [entry.name for entry in found] == ["priority", "department", "confidence", "tags", "due_date"]
    assert [entry.required for entry in found] == [None, None, None, None, False]
    assert as_schema(found)["required"] == ["priority", "department", "confidence", "tags"]


def test_values_remarks_and_ranges_between_commas_find_their_field() -> None:
    words = "fit from 0 to 10, whole number, required, verdict strong, weak or reject, always, gaps as a list"
    words += " and a note if any"
    found = read_outputs(words, pack_for("en"))

    assert {entry.name: entry.required for entry in found} == {
        "fit": True,
        "verdict": True,
        "gaps": None,
        "note": False,
    }
    assert plain(words)["verdict"] == {"type": "string", "enum": ["strong", "weak", "reject"]}


def test_nested_objects_and_lists_of_them() -> None:
    found = plain("customer with name and email, list of items, each with name, quantity and price, and the total")

    assert found["customer"] == {
        "type": "object",
        "properties": {"name": TEXT, "email": {"type": "string", "format": "email"}},
        "required": ["name", "email"],
    }
    assert json.loads(json.dumps(found["items"]))["items"]["properties"]["quantity"] == {"type": "integer"}
    assert found["total"] == {"type": "number"}


def test_where_one_is_marked_as_required_the_others_are_not() -> None:
    found = read_outputs("the topic, always; a short summary", pack_for("en"))
    assert as_schema(found)["required"] == ["topic"]


def test_lines_and_bullets() -> None:
    assert list(plain("- title\n- author (optional)\n- year: whole number")) == ["title", "author", "year"]


def test_words_that_describe_are_no_values() -> None:
    assert plain("summary: two or three sentences") == {"summary": TEXT}


SAME = {
    "es": "prioridad (baja, media o alta), una confianza entre 0 y 1, lista de temas, fecha límite opcional, si urge",
    "de": "Stufe (tief, mittel oder hoch), Zahl zwischen 0 und 1, Liste von Themen, optional ein Datum, ob es eilt",
    "fr": "priorité (basse, moyenne ou haute), un score entre 0 et 1, liste de mots, date facultative, si c'est urgent",
}


@pytest.mark.parametrize("language", SAME)
def test_the_same_in_other_languages(language: str) -> None:
    level, share, tags, date, flag = plain(SAME[language], language).values()

    assert isinstance(level, dict)
    assert len(level["enum"]) == 3
    assert share == {"type": "number", "minimum": 0, "maximum": 1}
    assert tags == {"type": "array", "items": TEXT}
    assert date == {"type": "string", "format": "date"}
    assert flag == {"type": "boolean"}


def test_remarks_after_an_and_belong_to_the_field_before() -> None:
    found = read_outputs("the insurance value, that's an amount, and it may be missing", pack_for("en"))
    assert [(entry.name, entry.schema["type"], entry.required) for entry in found] == [
        ("insurance_value", "number", False)
    ]


def test_a_question_word_keeps_its_values_apart() -> None:
    assert plain("when they arrive, morning or afternoon") == {
        "when_arrive": {"type": "string", "enum": ["morning", "afternoon"]}
    }


def test_outputs_that_sound_like_a_question() -> None:
    talk = Talk.begin()
    talk.say("Something that reads repair notes.", "data for our program", "FixNote", "plain", "the note")
    reply = talk.say(
        "what is broken (lens, strap, case, other) and how bad it is from 1 to 5, and a short note",
        "make the note optional",
    )

    assert talk.outputs["what_broken"]["enum"] == ["lens", "strap", "case", "other"]
    assert talk.outputs["how_bad"] | {"type": "integer", "minimum": 1, "maximum": 5} == talk.outputs["how_bad"]
    assert "note" not in talk.config["schema_definition"]["required"]
    assert "note" in reply


@pytest.mark.parametrize(
    ("language", "opening", "fields", "names"),
    [
        (
            "es",
            "Quiero algo que lea los avisos de los vecinos.",
            "nombre del vecino, calle, motivo (ruido, basura, otro) y fecha",
            ["nombre_vecino", "calle", "motivo", "fecha"],
        ),
        (
            "en",
            "Something that reads notices from neighbours.",
            "the street, the reason (noise, rubbish, other) and the date",
            ["street", "reason", "date"],
        ),
    ],
)
def test_a_list_of_fields_counts_whatever_was_asked(
    language: str, opening: str, fields: str, names: list[str]
) -> None:
    talk = Talk.begin(language=language)
    talk.say(opening, fields)

    assert list(talk.outputs) == names
    assert talk.value("return_type") == "structured"
    assert talk.outputs[names[-1]]["format"] == "date"


def test_yes_names_no_output() -> None:
    talk = Talk.begin()
    talk.say("Something that reads repair notes.", "data for our program", "FixNote", "plain", "the note")
    talk.say("yes, it is great")
    assert "schema_definition" not in talk.session.draft


@pytest.mark.parametrize(
    ("begun", "answer", "values"),
    [
        (
            ("Something that reads repair requests", "Data for a program", "Call it Mend", "Be short", "the request"),
            "the broken part; urgency (today, this week or later); whether they want a call back, optional",
            ["today", "this week", "later"],
        ),
        (
            ("Etwas, das Reparaturanfragen liest", "Daten für ein Programm", "Nenn ihn Flick", "Kurz", "die Anfrage"),
            "das defekte Teil; Dringlichkeit (heute, diese Woche oder später); ob ein Rückruf gewünscht ist",
            ["heute", "diese Woche", "später"],
        ),
        (
            ("Algo que lea solicitudes", "Datos para un programa", "Llámalo Remedio", "Sé breve", "la solicitud"),
            "la pieza rota; urgencia (hoy, esta semana o más tarde); si quieren que se les llame",
            ["hoy", "esta semana", "más tarde"],
        ),
        (
            ("Quelque chose qui lit les demandes", "Des données", "Appelle-le Repare", "Sois bref", "la demande"),
            "la pièce cassée ; l'urgence (aujourd'hui, cette semaine ou plus tard) ; le type de vélo",
            ["aujourd'hui", "cette semaine", "plus tard"],
        ),
    ],
    ids=["en", "de", "es", "fr"],
)
def test_words_of_small_talk_may_be_values_of_an_output(
    begun: tuple[str, ...], answer: str, values: list[str]
) -> None:
    talk = Talk()
    talk.say(*begun, answer)
    outputs = talk.value("schema_definition")["properties"]
    assert len(outputs) == 3
    assert values in [output.get("enum") for output in outputs.values()]
