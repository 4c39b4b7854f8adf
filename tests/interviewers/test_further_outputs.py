"""Further outputs asked for in plain orders, whatever is open, and the parts of a message that found no place."""

import pytest

from tests.interviewers.corrections_said import FIELDS, FINISHED
from tests.interviewers.talking import Talk

ASKED_FOR = [
    ("en", "Also give a brief summary and the name of the courier.", ["summary", "courier_name"]),
    ("en", "Please also tell me the tracking code and the street.", ["tracking_code", "street"]),
    ("en", "Extract the weight of the parcel as well.", ["parcel_weight"]),
    ("en", "Include the postcode and the city, too", ["postcode", "city"]),
    ("en", "In addition, name the courier and, if known, the delivery date.", ["courier", "delivery_date"]),
    ("en", "Can you also return the courier?", ["courier"]),
    ("en", "Add a summary and the courier", ["summary", "courier"]),
    ("de", "Gib auch den Fahrer und eine kurze Zusammenfassung an.", ["fahrer", "zusammenfassung"]),
    ("de", "Nenne auch das Gewicht und den Ort.", ["gewicht", "ort"]),
    ("de", "Füge das Gewicht und den Ort hinzu.", ["gewicht", "ort"]),
    ("de", "Geben Sie bitte auch das Lieferdatum zurück.", ["lieferdatum"]),
    ("de", "Außerdem nenne bitte die Straße und den Ort", ["strasse", "ort"]),
    ("de", "Erfasse zusätzlich die Straße.", ["strasse"]),
    ("es", "Incluye también el peso y la calle.", ["peso", "calle"]),
    ("es", "Añade un resumen breve y la calle", ["resumen", "calle"]),
    ("es", "Da también el nombre del mensajero.", ["nombre_mensajero"]),
    ("es", "Además, indica la fecha de entrega y el peso, por favor", ["fecha_entrega", "peso"]),
    ("es", "Dime también la ciudad.", ["ciudad"]),
    ("es", "Por favor, devuelva también la ciudad y la calle", ["ciudad", "calle"]),
    ("fr", "Donne aussi le nom du livreur et un court résumé.", ["nom_livreur", "resume"]),
    ("fr", "Ajoute le poids et la ville", ["poids", "ville"]),
    ("fr", "Indiquez également la date de livraison, s'il vous plaît", ["date_livraison"]),
    ("fr", "Mentionne aussi l'adresse et la ville.", ["adresse", "ville"]),
    ("fr", "De plus, extrayez la rue et le poids", ["rue", "poids"]),
    ("fr", "Pouvez-vous donner aussi la rue ?", ["rue"]),
]
A_RULE_TOO = {
    "en": "It must never promise a refund.",
    "de": "Er darf nie eine Erstattung versprechen.",
    "es": "Nunca debe prometer un reembolso.",
    "fr": "Il ne doit jamais promettre un remboursement.",
}


def finished_in(language: str) -> Talk:
    talk = Talk.begin(language=language)
    talk.say(*FINISHED[language])
    return talk


def further(talk: Talk, language: str) -> list[str]:
    return [name for name in talk.outputs if name not in FIELDS[language]]


@pytest.mark.parametrize(("language", "order", "names"), ASKED_FOR)
def test_an_order_for_more_adds_outputs_and_names_them(language: str, order: str, names: list[str]) -> None:
    talk = finished_in(language)
    reply = talk.say(order)

    assert further(talk, language) == names
    assert all(name in reply for name in names)
    assert talk.is_valid()


@pytest.mark.parametrize(("language", "order", "names"), ASKED_FOR)
def test_a_rule_in_the_same_message_is_taken_as_well(language: str, order: str, names: list[str]) -> None:
    talk = finished_in(language)
    before = len(talk.value("guardrails"))
    talk.say(f"{order.rstrip('.')}{'' if order.endswith('?') else '.'} {A_RULE_TOO[language]}")

    assert further(talk, language) == names
    assert len(talk.value("guardrails")) == before + 1


@pytest.mark.parametrize(
    ("language", "first", "names"),
    [
        ("en", "It sorts parcels by size: small or large. Also give the courier and a short reason.", "courier reason"),
        ("de", "Er ordnet Pakete nach Größe: klein oder groß. Nenne auch den Fahrer und den Ort.", "fahrer ort"),
        ("es", "Clasifica paquetes por tamaño: pequeño o grande. Indica también la calle y el peso.", "calle peso"),
        ("fr", "Il trie les colis par taille : petite ou grande. Donne aussi la rue et le poids.", "rue poids"),
    ],
)
def test_they_are_heard_in_the_first_message(language: str, first: str, names: str) -> None:
    talk = Talk.begin(language=language)
    talk.say(first)
    assert list(talk.outputs)[1:] == names.split()


def test_what_is_asked_for_before_the_others_are_known_waits_for_them() -> None:
    talk = Talk.begin()
    reply = talk.say("An agent that sorts parcels in our depot. Also give the courier and a short reason.")
    assert "courier and reason" in reply

    talk.say("data for a program", "Depot", "sober", "the parcel note", "size: small or large")
    assert list(talk.outputs) == ["size", "courier", "reason"]


def test_what_waits_joins_outputs_that_are_left_to_the_guide() -> None:
    talk = Talk.begin()
    talk.say("An agent that sorts parcels in our depot. Also give the courier.")
    talk.say("data for a program", "You decide the rest")
    assert "courier" in talk.outputs
    assert len(talk.outputs) > 1


@pytest.mark.parametrize(
    ("language", "messages", "kept"),
    [
        ("en", ("It answers questions on our garden.", "text", "Rosie", "Also give a short reason."), "short reason"),
        ("de", ("Er beantwortet Fragen zu unserem Garten.", "Text", "Rosi", "Nenne auch einen Grund."), "Grund"),
        ("es", ("Responde preguntas sobre el jardín.", "texto", "Rosa", "Da también un motivo."), "motivo"),
        ("fr", ("Il répond aux questions sur le jardin.", "texte", "Rose", "Donne aussi un motif."), "motif"),
    ],
)
def test_for_an_agent_that_talks_it_stays_a_rule(language: str, messages: tuple[str, ...], kept: str) -> None:
    talk = Talk.begin(language=language)
    talk.say(*messages)

    assert any(kept in rule for rule in talk.session.notes["guided"]["brief"]["rules"])
    assert talk.value("return_type") == "unstructured"
    assert not talk.session.notes["guided"]["brief"]["schema"]


@pytest.mark.parametrize(
    "order",
    [
        "Also give the claim to a colleague if it is above 50 euros.",
        "Also tell the customers at the end that we are sorry.",
        "Also tell people when the depot is closed.",
    ],
)
def test_an_order_about_its_manner_adds_no_output(order: str) -> None:
    talk = finished_in("en")
    talk.say(order)
    assert further(talk, "en") == []


def test_what_is_there_already_is_said_to_be() -> None:
    talk = finished_in("en")
    reply = talk.say("Also give a short reason and the name of the courier.")
    assert further(talk, "en") == ["courier_name"]
    assert "Already among the outputs: reason." in reply


@pytest.mark.parametrize(
    ("language", "puzzling", "said"),
    [
        ("en", "Purple boxes sing near the harbour.", "I did not find a place for"),
        ("de", "Lila Kisten singen am Hafen.", "keinen Platz gefunden"),
        ("es", "Cajas moradas cantan junto al puerto.", "No he encontrado sitio"),
        ("fr", "Des boîtes violettes chantent au port.", "pas trouvé de place"),
    ],
)
def test_the_part_that_was_not_taken_is_named(language: str, puzzling: str, said: str) -> None:
    talk = finished_in(language)
    reply = talk.say(f"{puzzling} {A_RULE_TOO[language]}")

    assert said in reply
    assert puzzling.rstrip(".") in reply


def test_thanks_beside_a_change_need_no_place() -> None:
    talk = finished_in("en")
    reply = talk.say("Thanks a lot. It must never promise a refund.")
    assert "find a place" not in reply
