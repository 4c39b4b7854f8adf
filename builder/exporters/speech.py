"""What platforms whose agents speak share: the voice as ElevenLabs makes it, the language, and gaps `{{name}}`."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters.braces import convert, double
from builder.exporters.notes import Note
from builder.exporters.spoken import still

MANY_LANGUAGES = "eleven_flash_v2_5"  # the platforms' own default speaks English only
SLOWEST, FASTEST = 0.7, 1.2
_KEYS = ("voice_id", "model", "speed")


def language(config: AgentConfig, known: Iterable[str], platform: str) -> tuple[str, tuple[Note, ...]]:
    """The platform's own name of the language, or of the one it is a kind of; "" where its speech knows neither."""
    said = config.language or ""
    names = {name.lower(): name for name in known}
    found = names.get(said.lower()) or names.get(said.split("-")[0].lower()) or ""
    if said and not found:
        return "", (Note("rewritten", "language", "language_unspoken", {"platform": platform, "old": said}),)
    return found, (Note("rewritten", "language", "value_other", {"old": said, "new": found}),) * (found != said)


def voice(
    config: AgentConfig, theirs: Mapping[str, str], models: Collection[str], platform: str, *, alone: bool
) -> tuple[dict[str, Any], list[Note]]:
    """What the platform takes of the voice. `theirs`: our keys -> its. `alone`: a model and a speed need no voice."""
    all_said = {key: getattr(config.voice, key, None) for key in _KEYS}
    said = {key: value for key, value in all_said.items() if value is not None}
    has_voice = re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(said.get("voice_id", ""))) is not None
    takes = has_voice or alone
    fits = {"voice_id": has_voice, "model": takes and said.get("model") in models}
    fits["speed"] = takes and "speed" in said and SLOWEST <= said["speed"] <= FASTEST
    params = {"platform": platform}
    notes = [Note("lost", f"voice.{key}", "setting_other", {**params, "key": key}) for key in said if not fits[key]]
    return {theirs[key]: said[key] for key in _KEYS if key in said and fits[key]}, notes


def of_many_languages(platform: str) -> Note:
    return Note("added", "voice.model", "model_chosen", {"platform": platform, "model": MANY_LANGUAGES})


def of_prompt(config: AgentConfig, platform: str) -> list[Note]:
    """How the system prompt is written there."""
    prompt = config.prompt("system")
    told = {"platform": platform, "form": "{{name}}"}
    notes = [Note("rewritten", "system_prompt", "placeholders_form", told)] if prompt.placeholders else []
    if convert(prompt.content, double, still) != convert(prompt.content, double):
        notes.append(Note("rewritten", "system_prompt", "template_escaped", told))
    return notes
