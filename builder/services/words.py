"""The few sentences that services themselves add to a talk, in its language."""

from typing import Literal

Sentence = Literal[
    "went_back",
    "undone",
    "redone",
    "here_is",
    "failed",
    "failed_step",
    "improve_failed",
    "improve_again",
    "improve_guided",
    "improve_good",
    "improve_stopped",
]

_SENTENCES: dict[str, dict[Sentence, str]] = {
    "en": {
        "went_back": "We are back at this point: “{}”.",
        "undone": "That step is taken back.",
        "redone": "That step is done again.",
        "here_is": "This is how far we are: {}. What should be different?",
        "failed": "Something went wrong while I was answering. Your message is kept and the agent is as it was before.",
        "failed_step": "Send the message again.",
        "improve_failed": "The text could not be improved: something went wrong. It is as it was before.",
        "improve_again": "Try again.",
        "improve_guided": "Or improve it without the model.",
        "improve_good": "This text is good as it is.",
        "improve_stopped": "Stopped: the text is as it was before.",
    },
    "es": {
        "went_back": "Hemos vuelto a este punto: «{}».",
        "undone": "Ese paso queda deshecho.",
        "redone": "Ese paso queda rehecho.",
        "here_is": "Hasta aquí hemos llegado: {}. ¿Qué debería cambiar?",
        "failed": "Algo falló mientras respondía. Tu mensaje está guardado y el agente está como antes.",
        "failed_step": "Envía el mensaje otra vez.",
        "improve_failed": "No se pudo mejorar el texto: algo falló. Está como antes.",
        "improve_again": "Inténtalo otra vez.",
        "improve_guided": "O mejóralo sin el modelo.",
        "improve_good": "Este texto está bien como está.",
        "improve_stopped": "Detenido: el texto está como antes.",
    },
    "de": {
        "went_back": "Wir sind wieder an dieser Stelle: „{}“.",
        "undone": "Dieser Schritt ist zurückgenommen.",
        "redone": "Dieser Schritt gilt wieder.",
        "here_is": "So weit sind wir: {}. Was soll anders werden?",
        "failed": "Beim Antworten ging etwas schief. Deine Nachricht ist gespeichert, der Agent ist wie zuvor.",
        "failed_step": "Sende die Nachricht noch einmal.",
        "improve_failed": "Der Text ließ sich nicht verbessern: Etwas ging schief. Er ist wie zuvor.",
        "improve_again": "Versuch es noch einmal.",
        "improve_guided": "Oder verbessere ihn ohne das Modell.",
        "improve_good": "Dieser Text ist gut, wie er ist.",
        "improve_stopped": "Angehalten: Der Text ist wie zuvor.",
    },
    "fr": {
        "went_back": "Nous sommes revenus à ce point : « {} ».",
        "undone": "Cette étape est annulée.",
        "redone": "Cette étape est rétablie.",
        "here_is": "Voilà où nous en sommes : {}. Que faut-il changer ?",
        "failed": "Un problème est survenu pendant la réponse. Votre message est conservé, l’agent est comme avant.",
        "failed_step": "Envoyez le message à nouveau.",
        "improve_failed": "Le texte n’a pas pu être amélioré : un problème est survenu. Il est comme avant.",
        "improve_again": "Essayez à nouveau.",
        "improve_guided": "Ou améliorez-le sans le modèle.",
        "improve_good": "Ce texte est bon tel qu’il est.",
        "improve_stopped": "Arrêté : le texte est comme avant.",
    },
}
LANGUAGES = tuple(_SENTENCES)
QUOTED = 60  # characters of a message when it is named


def sentence(name: Sentence, language: str, *gaps: str) -> str:
    """The sentence in the language, in English where there is none."""
    return _SENTENCES.get(language[:2].lower(), _SENTENCES["en"])[name].format(*gaps)


def quoted(text: str) -> str:
    """The beginning of a message, in one line."""
    return " ".join((text if len(text) <= QUOTED else f"{text[:QUOTED].rstrip()}…").split())
