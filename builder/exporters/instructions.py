"""The text that tells a platform's model what to do: the system prompt, and what else says how the agent behaves."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from builder.core.agent import AgentConfig
from builder.core.placeholders import escape
from builder.exporters.braces import convert, lookalikes, names, plain, single
from builder.exporters.notes import Note, lost

FIELDS = ("goals", "tone", "language", "guardrails")
_TITLES: Mapping[str, Mapping[str, str]] = {
    "en": {"goals": "Goals", "tone": "Tone", "language": "Language of your answers", "guardrails": "Rules"},
    "es": {"goals": "Objetivos", "tone": "Tono", "language": "Idioma de tus respuestas", "guardrails": "Reglas"},
    "de": {"goals": "Ziele", "tone": "Ton", "language": "Sprache deiner Antworten", "guardrails": "Regeln"},
    "fr": {"goals": "Objectifs", "tone": "Ton", "language": "Langue de tes réponses", "guardrails": "Règles"},
}


@dataclass(frozen=True, slots=True)
class Instructions:
    """`content` is a prompt as configurations write it, `{name}` and doubled braces: `braces.convert` takes it on."""

    content: str
    notes: tuple[Note, ...]


def instructions(config: AgentConfig, platform: str, *, elsewhere: Collection[str] = ()) -> Instructions:
    """The system prompt with a short section for each of `FIELDS` that is not in it; `elsewhere`: has its own slot."""
    content, notes = config.prompt("system").content, list[Note]()
    told = _bare(plain(content))
    titles = _TITLES.get((config.language or "en").split("-")[0].lower(), _TITLES["en"])
    for field in FIELDS:
        texts = [] if field in elsewhere else _texts(config, field)
        said = [text for text in texts if not _says(told, text)]
        if said:
            content += "\n\n" + _section(titles[field], [escape(text.strip()) for text in said])
        if texts:
            notes.append(Note("rewritten", field, "in_instructions", {"platform": platform}))
    return Instructions(content, tuple(notes))


def as_text(
    config: AgentConfig, platform: str, *, longest: int | None = None, apart: bool = False, hints: bool = False
) -> Instructions:
    """The same for platforms that fill nothing: `content` is plain text there, with `{name}` for whoever sends it.

    `apart`: nothing else in the files tells the placeholders, so text that looks like any is kept apart by a blank.
    `hints`: what to provide for them stands elsewhere, or somebody else says that it does not."""
    told = instructions(config, platform)
    others = lookalikes(told.content) if apart else []
    text, notes = plain(told.content, [*names(config), *others]), list(told.notes)
    if text != convert(told.content, single):
        notes.append(Note("rewritten", "system_prompt", "template_escaped", {"platform": platform}))
    if config.prompt("system").placeholders:
        notes.append(Note("rewritten", "system_prompt", "placeholders_text", {"platform": platform}))
        notes += [] if hints else [lost("placeholders", platform)]
    if longest is not None:
        text, cut = shortened(text, longest, "system_prompt", platform)
        notes += cut
    return Instructions(text, tuple(notes))


def shortened(text: str, longest: int, field: str, platform: str) -> tuple[str, tuple[Note, ...]]:
    """The text, cut where the platform's limit of characters is."""
    if len(text) <= longest:
        return text, ()
    params = {"platform": platform, "key": field, "length": len(text), "longest": longest}
    return text[:longest], (Note("rewritten", field, "text_cut", params),)


def _texts(config: AgentConfig, field: str) -> list[str]:
    value: str | list[str] | None = getattr(config, field)
    return [value] if isinstance(value, str) else list(value or ())


def _section(title: str, texts: list[str]) -> str:
    return f"{title}: {texts[0]}" if len(texts) == 1 else "\n".join([title, *_points(texts)])


def _points(texts: Iterable[str]) -> Iterable[str]:
    return (f"- {text}" for text in texts)


def _says(told: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(_bare(text))}(?!\w)", told) is not None


def _bare(text: str) -> str:
    """For comparing: upper and lower case, blanks and a full stop do not count."""
    return " ".join(text.split()).casefold().rstrip(".!")
