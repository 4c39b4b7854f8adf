"""What a provider is called, and how things stand with it, in one line."""

from builder.llm.base import Provider
from builder.services.models import Setup
from builder.ui.chat.words import words as chat_words
from builder.ui.plain import plain
from builder.ui.words import Words


def title(name: str, own: str, say: Words) -> str:
    """The name of a provider or interviewer as the chat says it; `own` is what it calls itself."""
    return chat_words(say.language).get(f"engines.{name}", own)


def standing(setup: Setup, provider: Provider, say: Words) -> str:
    if setup.ready:
        return say("settings.models.ready", model=plain(setup.model, 60))
    return missing(setup, provider, say)


def missing(setup: Setup, provider: Provider, say: Words) -> str:
    """What it takes to make it ready."""
    if setup.key_lost:
        return say("settings.models.key_lost")
    if provider.needs_address and not setup.address:
        return say("settings.models.no_address")
    if provider.needs_key and not setup.key_from:
        return say("settings.models.no_key")
    return say("settings.models.no_model")


def reachable(setup: Setup, provider: Provider) -> bool:
    """Is there enough to ask the provider for its models?"""
    has_key = not setup.key_lost and (setup.key_from or not provider.needs_key)
    return bool(has_key and (setup.address or not provider.needs_address))
