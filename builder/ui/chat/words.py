"""The words of the chat in each language. A page may put its own over them by key."""

from builder.core.draft import FIELDS
from builder.core.stages import ORDER

_KEYS = (
    "you", "interviewer", "talk", "message", "placeholder", "keys", "send", "stop", "earlier", "suggestions",
    "changed", "nothing_changed", "undo", "redo", "go_back", "waiting", "try_again", "not_sent", "failed",
    "stopped", "retrying", "offline", "elsewhere", "step", "progress", "engine",
)  # fmt: skip

_WORDS = {
    "en": (
        "You", "Interviewer", "Talk with the interviewer", "Your message", "Write here", "Enter sends, Shift and Enter begin a new line.",
        "Send", "Stop", "Show earlier messages", "Suggested answers",
        "Changed: {fields}", "Nothing changed.", "Undo", "Put back", "Go back to here",
        "Changed by you, so it waits for your yes: {fields}", "Try again", "Not sent yet. Your words are kept.", "No answer came.",
        "Stopped.", "No answer yet. Next try in {seconds} s.", "No connection right now. Your words are kept.",
        "This talk went on in another tab. Here is the newest state.",
        "Step {n} of {of}: {stage}", "{percent} % done", "Interviewer: {title}",
    ),
    "es": (
        "Tú", "Entrevistador", "Conversación con el entrevistador", "Tu mensaje", "Escribe aquí", "Intro envía; Mayús e Intro empiezan otra línea.",
        "Enviar", "Parar", "Mostrar mensajes anteriores", "Respuestas sugeridas",
        "Cambiado: {fields}", "Nada ha cambiado.", "Deshacer", "Rehacer", "Volver a este punto",
        "Lo cambiaste tú, así que espera tu sí: {fields}", "Intentar de nuevo", "Aún sin enviar. Tus palabras están guardadas.", "No llegó respuesta.",
        "Parado.", "Aún sin respuesta. Nuevo intento en {seconds} s.", "Ahora no hay conexión. Tus palabras están guardadas.",
        "Esta conversación siguió en otra pestaña. Este es el estado más reciente.",
        "Paso {n} de {of}: {stage}", "{percent} % hecho", "Entrevistador: {title}",
    ),
    "de": (
        "Du", "Interviewer", "Gespräch mit dem Interviewer", "Deine Nachricht", "Hier schreiben", "Eingabe sendet, Umschalt und Eingabe beginnen eine neue Zeile.",
        "Senden", "Anhalten", "Frühere Nachrichten zeigen", "Vorgeschlagene Antworten",
        "Geändert: {fields}", "Nichts geändert.", "Rückgängig", "Wiederherstellen", "Hierher zurück",
        "Von dir geändert, wartet daher auf dein Ja: {fields}", "Noch einmal versuchen", "Noch nicht gesendet. Deine Worte sind aufgehoben.", "Es kam keine Antwort.",
        "Angehalten.", "Noch keine Antwort. Nächster Versuch in {seconds} s.", "Gerade keine Verbindung. Deine Worte sind aufgehoben.",
        "Dieses Gespräch ging in einem anderen Tab weiter. Das ist der neueste Stand.",
        "Schritt {n} von {of}: {stage}", "{percent} % fertig", "Interviewer: {title}",
    ),
    "fr": (
        "Vous", "Intervieweur", "Conversation avec l’intervieweur", "Votre message", "Écrivez ici", "Entrée envoie, Maj et Entrée commencent une nouvelle ligne.",
        "Envoyer", "Arrêter", "Afficher les messages précédents", "Réponses proposées",
        "Modifié : {fields}", "Rien n’a changé.", "Annuler", "Rétablir", "Revenir à ce point",
        "Modifié par vous, donc en attente de votre accord : {fields}", "Réessayer", "Pas encore envoyé. Vos mots sont gardés.", "Aucune réponse n’est venue.",
        "Arrêté.", "Pas encore de réponse. Nouvel essai dans {seconds} s.", "Pas de connexion pour l’instant. Vos mots sont gardés.",
        "Cette conversation a continué dans un autre onglet. Voici l’état le plus récent.",
        "Étape {n} sur {of} : {stage}", "{percent} % fait", "Intervieweur : {title}",
    ),
}  # fmt: skip

_STAGES = {
    "en": ("Start", "The basics", "Tools", "Setting up tools", "The way it works", "Your yes", "Ready"),
    "es": ("Inicio", "Lo básico", "Herramientas", "Ajuste de herramientas", "Cómo trabaja", "Tu sí", "Listo"),
    "de": ("Anfang", "Das Wichtigste", "Werkzeuge", "Werkzeuge einrichten", "So arbeitet er", "Dein Ja", "Fertig"),
    "fr": ("Début", "L’essentiel", "Outils", "Réglage des outils", "Son travail", "Votre accord", "Prêt"),
}

_FIELDS = {
    "en": (
        "name", "description", "kind of answer", "system prompt", "user prompt", "placeholders", "outputs", "goals", "tone", "language",
        "first message", "conversation starters", "guardrails", "tools", "test cases", "memory", "workflow", "voice", "model", "notes",
    ),
    "es": (
        "nombre", "descripción", "tipo de respuesta", "prompt de sistema", "prompt de usuario", "marcadores", "salidas", "objetivos", "tono", "idioma",
        "primer mensaje", "frases de inicio", "límites", "herramientas", "casos de prueba", "memoria", "flujo", "voz", "modelo", "notas",
    ),
    "de": (
        "Name", "Beschreibung", "Art der Antwort", "System-Prompt", "Nutzer-Prompt", "Platzhalter", "Ausgaben", "Ziele", "Ton", "Sprache",
        "erste Nachricht", "Gesprächsanfänge", "Grenzen", "Werkzeuge", "Testfälle", "Gedächtnis", "Ablauf", "Stimme", "Modell", "Notizen",
    ),
    "fr": (
        "nom", "description", "type de réponse", "prompt système", "prompt utilisateur", "champs à remplir", "sorties", "objectifs", "ton", "langue",
        "premier message", "amorces", "limites", "outils", "cas de test", "mémoire", "déroulement", "voix", "modèle", "notes",
    ),
}  # fmt: skip

LANGUAGES = tuple(_WORDS)


def words(language: str) -> dict[str, str]:
    """All words of the nearest language; an unknown one reads English."""
    known = language[:2] if language[:2] in _WORDS else "en"
    stages = {f"stage.{stage}": name for stage, name in zip(ORDER, _STAGES[known], strict=True)}
    fields = {f"field.{field}": name for field, name in zip(FIELDS, _FIELDS[known], strict=True)}
    return {**dict(zip(_KEYS, _WORDS[known], strict=True)), **stages, **fields}
