"""Tending a draft: every placeholder that is used gets a sentence, so that nothing is half described."""

from dataclasses import replace

from builder.core.draft import Draft, Entry, gaps

_SENTENCES = {
    "en": "Provide the {}.",
    "es": "Indica aquí: {}.",
    "de": "Hier einsetzen: {}.",
    "fr": "Indiquez ici : {}.",
}


def sentence(name: str, language: str) -> str:
    """What to put in for a placeholder nobody explained, from its name."""
    return _SENTENCES.get(language[:2], _SENTENCES["en"]).format(name.replace("_", " "))


def tend(draft: Draft, language: str) -> Draft:
    """The draft with a sentence for each used placeholder. Sentences of unused ones stay: the person may undo."""
    entry = draft.entries.get("placeholders", Entry({}, "assumed"))
    new = {name: sentence(name, language) for name in gaps(draft) if not entry.value.get(name)}
    return draft.with_entry("placeholders", replace(entry, value={**entry.value, **new})) if new else draft
