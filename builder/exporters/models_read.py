"""Whose model a configuration names: provider and name, however people write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from builder.core.agent import AgentConfig

# Whose model a name is, by how it begins.
_BEGINNINGS = {
    **dict.fromkeys(("gemini", "gemma"), "google"),
    **dict.fromkeys(("gpt", "chatgpt", "o1", "o3", "o4", "ft:gpt", "ft:o"), "openai"),
    "claude": "anthropic",
    **dict.fromkeys(("mistral", "ministral", "magistral", "codestral", "pixtral"), "mistral"),
    "deepseek": "deepseek",
    "grok": "xai",
    "command-r": "cohere",
}
# The names under which people know the providers.
_ALIASES = {
    **dict.fromkeys(("google", "gemini", "google-gla", "google_genai", "googleai", "google_ai", "google-ai"), "google"),
    **dict.fromkeys(("anthropic", "claude"), "anthropic"),
    **dict.fromkeys(("openai", "openai-chat", "openai-responses"), "openai"),
    **dict.fromkeys(("azure", "azure_openai", "azure-openai", "azureopenai", "azure_ai", "azure-ai"), "azure"),
    **dict.fromkeys(("vertex", "vertexai", "vertex_ai", "vertex-ai"), "google-vertex"),
    **dict.fromkeys(("google-vertex", "google_vertex", "google_vertexai", "google-vertexai"), "google-vertex"),
    **dict.fromkeys(("bedrock", "aws_bedrock", "aws-bedrock", "amazon_bedrock", "amazon-bedrock", "aws"), "bedrock"),
    **dict.fromkeys(("mistral", "mistralai"), "mistral"),
    **dict.fromkeys(("xai", "x-ai", "grok"), "xai"),
    **{name: name for name in ("groq", "ollama", "openrouter", "deepseek", "cohere", "together", "fireworks")},
}
# Doors of others to models of the three makers.
_DOORS = ("azure", "google-vertex", "bedrock")
_PARTED = re.compile(r"([A-Za-z][A-Za-z_-]*)[:/](.+)", re.DOTALL)
_AT_BEDROCK = re.compile(r"(?:[a-z]+(?:-[a-z]+)*\.)?anthropic\.(claude-.+?)(?:-v\d+(?::\d+)?)?")


@dataclass(frozen=True, slots=True)
class Named:
    """`provider` and `name` are "" where nothing tells them."""

    provider: str = ""
    name: str = ""

    def ways(self) -> Iterator[tuple[str, str]]:
        """Provider and name as they are said; behind a door of others also those of who makes the model."""
        yield self.provider, self.name
        name = _own_name(self.name)
        if self.provider in _DOORS and (maker := _maker_by_name(name)):
            yield maker, name


def named(config: AgentConfig) -> Named:
    """As the configuration says it; the provider by the name where it says none."""
    model = config.model
    name = (model.name or "").strip() if model else ""
    said = (model.provider or "").strip().lower() if model else ""
    provider = _ALIASES.get(said, said)
    if parted := _PARTED.fullmatch(name):
        first = _ALIASES.get(parted[1].lower(), "")
        if first and provider in ("", first):
            provider, name = first, parted[2]
    if provider in ("", "google"):
        name = name.removeprefix("models/")
    return Named(provider or provider_of(name), name)


def provider_of(name: str) -> str:
    """Whose model a name is, by how it begins; "" where that tells nothing."""
    return next((owner for start, owner in _BEGINNINGS.items() if name.lower().startswith(start)), "")


def _own_name(name: str) -> str:
    """The maker's own name of a model that is called otherwise behind a door."""
    bare = name.rpartition("/models/")[2].removeprefix("models/")
    found = _AT_BEDROCK.fullmatch(bare)
    return found[1] if found else bare


def _maker_by_name(name: str) -> str:
    return provider_of(name) if "@" not in name else ""
