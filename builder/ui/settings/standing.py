"""What a provider is called, and how things stand with it, in one line."""

from collections.abc import Mapping

from builder.llm.base import Lack
from builder.services.models import Setup
from builder.ui.chat.words import words as chat_words
from builder.ui.plain import plain
from builder.ui.words import Words

_LACKING: Mapping[Lack, str] = {
    "address": "settings.models.no_address",
    "key": "settings.models.no_key",
    "model": "settings.models.no_model",
}


def title(name: str, own: str, say: Words) -> str:
    """The name of a provider or interviewer as the chat says it; `own` is what it calls itself."""
    return chat_words(say.language).get(f"engines.{name}", own)


def standing(setup: Setup, say: Words) -> str:
    if setup.ready:
        return say("settings.models.ready", model=plain(setup.model, 60))
    return missing(setup, say)


def missing(setup: Setup, say: Words) -> str:
    """What it takes to make it ready."""
    if setup.key_lost:
        return say("settings.models.key_lost")
    return say(_LACKING[setup.lacks or "model"])


def reachable(setup: Setup) -> bool:
    """Is there enough to ask the provider for its models?"""
    return setup.lacks in (None, "model")
