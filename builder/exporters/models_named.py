"""The model that a file names, and its settings: the configuration's own where the platform runs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from builder.core.access import flaw
from builder.core.agent import AgentConfig
from builder.exporters.models_read import Named, named
from builder.exporters.models_read import provider_of as provider_of
from builder.exporters.notes import Note

DEFAULTS: Mapping[str, str] = {
    "google": "gemini-3.8-flash",
    "openai": "gpt-6.1-terra",
    "anthropic": "claude-haiku-5-5",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    provider: str
    name: str
    notes: tuple[Note, ...] = ()


def chosen(config: AgentConfig, platform: str, *providers: str) -> Chosen:
    """The configuration's model if it is of one of `providers`; else a default of theirs, with a note.

    The first of `providers` is one of DEFAULTS. Others: azure, google-vertex, bedrock, mistral, groq, ollama, …"""
    said = named(config)
    for provider, name in said.ways():
        if provider in providers and name and flaw("model", name) is None:
            return Chosen(provider, name, _of_provider(config, provider, name))
    known = [provider for provider, _ in said.ways() if provider in providers and provider in DEFAULTS]
    first = known[0] if known else providers[0]
    return Chosen(first, DEFAULTS[first], (_another(said, platform, providers, DEFAULTS[first]),))


def _another(said: Named, platform: str, providers: tuple[str, ...], default: str) -> Note:
    """Why the file names a model that nobody has named."""
    if not said.name and said.provider in ("", *providers):
        return Note("added", "model", "model_chosen", {"model": default, "platform": platform})
    params = {"platform": platform, "model": said.name[:80], "old": said.provider[:80], "chosen": default}
    if said.name and (said.provider in providers or said.provider in DEFAULTS):
        return Note("lost", "model", "model_other", params)
    return Note("lost", "model", "model_unwritten" if said.provider else "model_unknown", params)


def _of_provider(config: AgentConfig, provider: str, name: str) -> tuple[Note, ...]:
    """A note where the configuration does not say it in these words."""
    said = (config.model.provider, config.model.name) if config.model else (None, None)
    if said == (provider, name):
        return ()
    door = named(config).provider
    if door != provider:
        params = {"model": name, "old": door, "new": provider}
        return (Note("rewritten", "model", "provider_other", params),)
    return (Note("added", "model", "provider_named", {"model": name, "chosen": provider}),)


def own(model: Chosen, platform: str) -> Chosen:
    """For platforms that run their own models only, whatever a configuration says of somebody else's model."""
    if provider_of(model.name) in ("", model.provider):
        return model
    default = DEFAULTS[model.provider]
    params = {"platform": platform, "model": model.name[:80], "chosen": default}
    return Chosen(model.provider, default, (Note("lost", "model", "model_other", params),))


def by_name(config: AgentConfig, model: Chosen) -> Chosen:
    """For platforms that are told a name only: whose model it is follows from that, whatever was said."""
    owner = provider_of(model.name)
    if model.notes or not config.model or config.model.provider == owner:
        return model
    return replace(model, notes=(Note("rewritten", "model.provider", "provider_by_name", {"new": owner}),))


@dataclass(frozen=True, slots=True)
class Settings:
    values: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def settings(config: AgentConfig, platform: str, names: Mapping[str, str]) -> Settings:
    """The model's settings under the platform's names. `names`: ours -> theirs, of numbers only."""
    found, notes = dict[str, Any](), list[Note]()
    for key, value in ((config.model.settings if config.model else None) or {}).items():
        if key in names and _is_number_for(key, value):
            found[names[key]] = value
        else:
            params = {"platform": platform, "key": key[:80]}
            notes.append(Note("lost", f"model.settings.{key[:80]}", "setting_other", params))
    return Settings(found, tuple(notes))


_LIMITS: Mapping[str, tuple[type, float, float]] = {
    "temperature": (float, 0, 2),
    "top_p": (float, 0, 1),
    "max_tokens": (int, 1, 1_000_000),
    "presence_penalty": (float, -2, 2),
    "frequency_penalty": (float, -2, 2),
    "seed": (int, 0, 2**31 - 1),
}


def _is_number_for(key: str, value: Any) -> bool:
    kind, least, most = _LIMITS[key]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and (kind is float or isinstance(value, int)) and least <= value <= most
