"""Fields and rules in plain English, for what people read: "schema_definition.due" is "Outputs › due"."""

from collections.abc import Mapping

from builder.core.difference.facts import WORDS as FACTS
from builder.exporters.notes import WORDS, Note

FIELDS: Mapping[str, str] = {
    "name": "Name",
    "description": "Description",
    "return_type": "Who reads the answers?",
    "system_prompt": "System prompt",
    "user_prompt": "User prompt",
    "placeholders": "Placeholders",
    "schema_definition": "Outputs",
    "prompts": "Prompts",
    "goals": "Goals",
    "tone": "Tone",
    "language": "Language of the answers",
    "first_message": "First message",
    "conversation_starters": "Conversation starters",
    "guardrails": "Limits",
    "tools": "Tools",
    "memory": "Memory",
    "workflow": "Steps",
    "voice": "Voice",
    "model": "Model",
    "test_cases": "Test cases",
    "metadata": "Notes",
}
_PROMPTS = {"0": "system_prompt", "1": "user_prompt"}


def called(path: str) -> str:
    field, *below = path.split(".")
    if field == "prompts" and below[:1] in (["0"], ["1"]):
        field, below = _PROMPTS[below[0]], below[1:]
    return " › ".join([FIELDS.get(field, field), *(_below(part) for part in below if part)])


def _below(part: str) -> str:
    return str(int(part) + 1) if part.isdecimal() else "each entry" if part == "[]" else part


def told(note: Note) -> str:
    """What the note says, with the name of its field before it where the sentence does not name it."""
    gaps = {"key": note.field, **note.params}
    gaps["key"] = called(str(gaps["key"]))
    if "keyword" in gaps:
        gaps["keyword"] = FACTS.get(f"rule.{gaps['keyword']}", gaps["keyword"])
    words = WORDS[note.code]
    sentence = words.format(**gaps)
    return f"{called(note.field)}: {sentence}" if note.field and "{key}" not in words else sentence
