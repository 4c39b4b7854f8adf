"""What the model-led interviewer says when it cannot do something, in four languages."""

from typing import Literal

Unable = Literal["session_spent", "turn_spent", "draft_spent", "nothing_to_improve", "lost_gaps", "no_text"]

# what happened, and what to do
_WORDS: dict[str, dict[Unable, tuple[str, str]]] = {
    "en": {
        "session_spent": (
            "This talk has used up its limit of {} tokens.",
            "Raise the limit under Settings, or go on without the model: everything is kept.",
        ),
        "turn_spent": (
            "This message would need more than the {} tokens that one turn may take.",
            "Shorten it, raise the limit under Settings, or go on without the model.",
        ),
        "draft_spent": (
            "The agent has grown so long that a turn would need more than the {} tokens it may take.",
            "Raise the limit under Settings, shorten it by hand, or go on without the model.",
        ),
        "nothing_to_improve": (
            "There is no text here yet.",
            "Write something first, or answer the open question.",
        ),
        "lost_gaps": (
            "The new text would have changed the placeholders ({}), so it was put aside.",
            "Try again, or change the text by hand.",
        ),
        "no_text": (
            "No better text came back.",
            "Try again, or change the text by hand.",
        ),
    },
    "es": {
        "session_spent": (
            "Esta conversación ha gastado su límite de {} tokens.",
            "Sube el límite en Ajustes o sigue sin el modelo: no se pierde nada.",
        ),
        "turn_spent": (
            "Este mensaje necesitaría más de los {} tokens que puede gastar un turno.",
            "Acórtalo, sube el límite en Ajustes o sigue sin el modelo.",
        ),
        "draft_spent": (
            "El agente es ya tan largo que un turno necesitaría más de los {} tokens que puede gastar.",
            "Sube el límite en Ajustes, acórtalo a mano o sigue sin el modelo.",
        ),
        "nothing_to_improve": (
            "Aquí todavía no hay texto.",
            "Escribe algo primero o responde a la pregunta abierta.",
        ),
        "lost_gaps": (
            "El texto nuevo habría cambiado los marcadores ({}), así que se dejó a un lado.",
            "Inténtalo otra vez o cambia el texto a mano.",
        ),
        "no_text": (
            "No llegó ningún texto mejor.",
            "Inténtalo otra vez o cambia el texto a mano.",
        ),
    },
    "de": {
        "session_spent": (
            "Dieses Gespräch hat seine Grenze von {} Token aufgebraucht.",
            "Hebe die Grenze unter Einstellungen an oder mach ohne Modell weiter: Alles bleibt.",
        ),
        "turn_spent": (
            "Diese Nachricht bräuchte mehr als die {} Token, die ein Schritt kosten darf.",
            "Kürze sie, hebe die Grenze unter Einstellungen an oder mach ohne Modell weiter.",
        ),
        "draft_spent": (
            "Der Agent ist so lang geworden, dass ein Schritt mehr als die erlaubten {} Token bräuchte.",
            "Hebe die Grenze unter Einstellungen an, kürze ihn von Hand oder mach ohne Modell weiter.",
        ),
        "nothing_to_improve": (
            "Hier steht noch kein Text.",
            "Schreibe zuerst etwas oder beantworte die offene Frage.",
        ),
        "lost_gaps": (
            "Der neue Text hätte die Platzhalter verändert ({}), deshalb wurde er verworfen.",
            "Versuche es noch einmal oder ändere den Text von Hand.",
        ),
        "no_text": (
            "Es kam kein besserer Text zurück.",
            "Versuche es noch einmal oder ändere den Text von Hand.",
        ),
    },
    "fr": {
        "session_spent": (
            "Cette conversation a épuisé sa limite de {} jetons.",
            "Relevez la limite dans les réglages ou continuez sans le modèle : tout est conservé.",
        ),
        "turn_spent": (
            "Ce message demanderait plus que les {} jetons permis pour un tour.",
            "Raccourcissez-le, relevez la limite dans les réglages ou continuez sans le modèle.",
        ),
        "draft_spent": (
            "L’agent est devenu si long qu’un tour demanderait plus que les {} jetons permis.",
            "Relevez la limite dans les réglages, raccourcissez-le ou continuez sans le modèle.",
        ),
        "nothing_to_improve": (
            "Il n’y a pas encore de texte ici.",
            "Écrivez d’abord quelque chose ou répondez à la question ouverte.",
        ),
        "lost_gaps": (
            "Le nouveau texte aurait changé les espaces réservés ({}), il a donc été mis de côté.",
            "Réessayez ou modifiez le texte à la main.",
        ),
        "no_text": (
            "Aucun meilleur texte n’est revenu.",
            "Réessayez ou modifiez le texte à la main.",
        ),
    },
}
LANGUAGES = tuple(_WORDS)


def unable(name: Unable, language: str, *gaps: object) -> tuple[str, str]:
    """What happened and what to do, in the language, in English where there is none."""
    reason, step = _WORDS.get(language[:2].lower(), _WORDS["en"])[name]
    return reason.format(*gaps), step
