"""What agents that speak need besides their prompt: how to talk, a greeting, and texts that fill no gap by mistake."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from builder.core.agent import AgentConfig
from builder.exporters.braces import apart
from builder.exporters.instructions import instructions
from builder.exporters.notes import Note
from builder.exporters.taken_down import RULES as OF_RESULTS
from builder.exporters.taken_down import hardly_fits, without_outputs

# Of the four languages the product writes; a model follows the English rules in any other one.
RULES: Mapping[str, str] = {
    "en": """Speaking
- What you write is read aloud to a caller. Use short sentences and plain words.
- Ask one question at a time, and wait for the answer.
- Write numbers, dates, prices, times and addresses as they are said aloud. Spell codes and e-mail addresses slowly.
- No markdown, no lists, no emoji, no links.
- If you did not understand, ask the caller to say it again.
- When all is done, say in one sentence what was agreed, ask if there is more, say goodbye and end the call.""",
    "es": """Al hablar
- Lo que escribes se lee en voz alta a quien llama. Usa frases cortas y palabras sencillas.
- Haz una sola pregunta cada vez y espera la respuesta.
- Escribe números, fechas, precios, horas y direcciones tal como se dicen. Deletrea despacio códigos y correos.
- Nada de markdown, listas, emojis ni enlaces.
- Si no has entendido algo, pide que te lo repitan.
- Al terminar, resume en una frase lo acordado, pregunta si hay algo más, despídete y termina la llamada.""",
    "de": """Beim Sprechen
- Was du schreibst, wird am Telefon vorgelesen. Nutze kurze Sätze und einfache Wörter.
- Stelle eine Frage auf einmal und warte auf die Antwort.
- Schreibe Zahlen, Daten, Preise, Uhrzeiten und Adressen, wie man sie spricht. Buchstabiere Codes und E-Mails langsam.
- Kein Markdown, keine Listen, keine Emojis, keine Links.
- Wenn du etwas nicht verstanden hast, bitte darum, es zu wiederholen.
- Sage am Ende in einem Satz, was vereinbart ist, frage, ob noch etwas offen ist, verabschiede dich und lege auf.""",
    "fr": """À l'oral
- Ce que tu écris est lu à voix haute. Fais des phrases courtes, avec des mots simples.
- Pose une seule question à la fois et attends la réponse.
- Écris les nombres, dates, prix, heures et adresses comme on les dit. Épelle lentement les codes et les e-mails.
- Pas de markdown, pas de listes, pas d'émojis, pas de liens.
- Si tu n'as pas compris, demande de répéter.
- À la fin, résume en une phrase ce qui est convenu, demande s'il reste une question, dis au revoir et raccroche.""",
}
GREETINGS: Mapping[str, str] = {
    "en": "Hello, this is {name}. How can I help you?",
    "es": "Hola, soy {name}. ¿En qué puedo ayudarte?",
    "de": "Hallo, hier ist {name}. Wie kann ich helfen?",
    "fr": "Bonjour, ici {name}. Comment puis-je vous aider ?",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """`content` is a prompt as configurations write it; in a language that is not ours the greeting is the name."""

    content: str
    greeting: str
    notes: tuple[Note, ...]


def spoken(config: AgentConfig, platform: str, *, takes_down: bool = False) -> Spoken:
    """The instructions with a section on how to talk, and what is said first. `takes_down`: outputs, after the call."""
    told = instructions(config, platform)
    rules = _rules(config, takes_down)
    content, notes = told.content, list(told.notes)
    if takes_down:
        content, of_outputs = without_outputs(content, config, platform)
        notes += [*of_outputs, hardly_fits(platform)]
    if not content.endswith(rules):
        content = f"{content}\n\n{rules}"
        notes.append(Note("rewritten", "system_prompt", "spoken_rules", {"platform": platform}))
    greeting = config.first_message or GREETINGS.get(_language(config), "{name}.").format(name=_said(config.name))
    if not config.first_message:
        notes.append(Note("added", "first_message", "greeting_added", {"new": greeting}))
    return Spoken(content, greeting, tuple(notes))


def unspoken(content: str) -> str:
    """A prompt without the section on how to talk, where one of ours ends it."""
    for rules in (*(_with_results(language) for language in RULES), *RULES.values()):
        if content.endswith(f"\n\n{rules}"):
            return content.removesuffix(f"\n\n{rules}")
    return content


def _rules(config: AgentConfig, takes_down: bool) -> str:
    language = _language(config) if _language(config) in RULES else "en"
    return _with_results(language) if takes_down else RULES[language]


def _with_results(language: str) -> str:
    return f"{RULES[language]}\n{OF_RESULTS[language]}"


def _language(config: AgentConfig) -> str:
    return (config.language or "en").split("-")[0].lower()


def _said(name: str) -> str:
    """A name as one says it: "CustomerServiceAgent" is "Customer Service Agent"."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[_-]+", " ", words).split())


def still(text: str) -> str:
    """Text in which no template language of these platforms finds a gap: blanks keep its braces apart."""
    return re.sub(r"\{(?=%)|%(?=\})", lambda match: f"{match[0]} ", apart(text))


def stilled(text: str, field: str, platform: str) -> tuple[str, tuple[Note, ...]]:
    """Plain text of a field where the platform looks for gaps; told where it had to be changed."""
    opens = re.search(r"\{\{|\}\}|\{%|%\}", text)
    if not opens:
        return text, ()
    return still(text).strip(), (Note("rewritten", field, "template_escaped", {"platform": platform}),)
