"""The few sentences that the model-led interviewer says without its model, in four languages."""

from collections.abc import Mapping
from typing import Literal

Unable = Literal["session_spent", "turn_spent", "draft_spent", "nothing_to_improve", "lost_gaps", "no_text"]
Step = Literal[
    "session_spent_step",
    "turn_spent_step",
    "draft_spent_step",
    "nothing_to_improve_step",
    "lost_gaps_step",
    "no_text_step",
]
STEPS: Mapping[Unable, Step] = {
    "session_spent": "session_spent_step",
    "turn_spent": "turn_spent_step",
    "draft_spent": "draft_spent_step",
    "nothing_to_improve": "nothing_to_improve_step",
    "lost_gaps": "lost_gaps_step",
    "no_text": "no_text_step",
}

_SENTENCES: dict[str, dict[Unable | Step, str]] = {
    "en": {
        "session_spent": "This talk has used up its limit of {} tokens.",
        "session_spent_step": "Raise the limit under Settings, or go on without the model: everything is kept.",
        "turn_spent": "This message would need more than the {} tokens that one turn may take.",
        "turn_spent_step": "Shorten it, raise the limit under Settings, or go on without the model.",
        "draft_spent": "The agent has grown so long that a turn would need more than the {} tokens it may take.",
        "draft_spent_step": "Raise the limit under Settings, shorten it by hand, or go on without the model.",
        "nothing_to_improve": "There is no text here yet.",
        "nothing_to_improve_step": "Write something first, or answer the open question.",
        "lost_gaps": "The new text would have changed the placeholders ({}), so it was put aside.",
        "lost_gaps_step": "Try again, or change the text by hand.",
        "no_text": "No better text came back.",
        "no_text_step": "Try again, or change the text by hand.",
    },
    "es": {
        "session_spent": "Esta conversación ha gastado su límite de {} tokens.",
        "session_spent_step": "Sube el límite en Ajustes o sigue sin el modelo: no se pierde nada.",
        "turn_spent": "Este mensaje necesitaría más de los {} tokens que puede gastar un turno.",
        "turn_spent_step": "Acórtalo, sube el límite en Ajustes o sigue sin el modelo.",
        "draft_spent": "El agente es ya tan largo que un turno necesitaría más de los {} tokens que puede gastar.",
        "draft_spent_step": "Sube el límite en Ajustes, acórtalo a mano o sigue sin el modelo.",
        "nothing_to_improve": "Aquí todavía no hay texto.",
        "nothing_to_improve_step": "Escribe algo primero o responde a la pregunta abierta.",
        "lost_gaps": "El texto nuevo habría cambiado los marcadores ({}), así que se dejó a un lado.",
        "lost_gaps_step": "Inténtalo otra vez o cambia el texto a mano.",
        "no_text": "No llegó ningún texto mejor.",
        "no_text_step": "Inténtalo otra vez o cambia el texto a mano.",
    },
    "de": {
        "session_spent": "Dieses Gespräch hat seine Grenze von {} Token aufgebraucht.",
        "session_spent_step": "Hebe die Grenze unter Einstellungen an oder mach ohne Modell weiter: Alles bleibt.",
        "turn_spent": "Diese Nachricht bräuchte mehr als die {} Token, die ein Schritt kosten darf.",
        "turn_spent_step": "Kürze sie, hebe die Grenze unter Einstellungen an oder mach ohne Modell weiter.",
        "draft_spent": "Der Agent ist so lang geworden, dass ein Schritt mehr als die erlaubten {} Token bräuchte.",
        "draft_spent_step": "Hebe die Grenze unter Einstellungen an, kürze ihn von Hand oder mach ohne Modell weiter.",
        "nothing_to_improve": "Hier steht noch kein Text.",
        "nothing_to_improve_step": "Schreibe zuerst etwas oder beantworte die offene Frage.",
        "lost_gaps": "Der neue Text hätte die Platzhalter verändert ({}), deshalb wurde er verworfen.",
        "lost_gaps_step": "Versuche es noch einmal oder ändere den Text von Hand.",
        "no_text": "Es kam kein besserer Text zurück.",
        "no_text_step": "Versuche es noch einmal oder ändere den Text von Hand.",
    },
    "fr": {
        "session_spent": "Cette conversation a épuisé sa limite de {} jetons.",
        "session_spent_step": "Relevez la limite dans les réglages ou continuez sans le modèle : tout est conservé.",
        "turn_spent": "Ce message demanderait plus que les {} jetons permis pour un tour.",
        "turn_spent_step": "Raccourcissez-le, relevez la limite dans les réglages ou continuez sans le modèle.",
        "draft_spent": "L’agent est devenu si long qu’un tour demanderait plus que les {} jetons permis.",
        "draft_spent_step": "Relevez la limite dans les réglages, raccourcissez-le ou continuez sans le modèle.",
        "nothing_to_improve": "Il n’y a pas encore de texte ici.",
        "nothing_to_improve_step": "Écrivez d’abord quelque chose ou répondez à la question ouverte.",
        "lost_gaps": "Le nouveau texte aurait changé les espaces réservés ({}), il a donc été mis de côté.",
        "lost_gaps_step": "Réessayez ou modifiez le texte à la main.",
        "no_text": "Aucun meilleur texte n’est revenu.",
        "no_text_step": "Réessayez ou modifiez le texte à la main.",
    },
}
LANGUAGES = tuple(_SENTENCES)


def sentence(name: Unable | Step, language: str, *gaps: object) -> str:
    """The sentence in the language, in English where there is none."""
    return _SENTENCES.get(language[:2].lower(), _SENTENCES["en"])[name].format(*gaps)
