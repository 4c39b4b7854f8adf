"""Where providers answer in the language of OpenAI's API."""

from collections.abc import Mapping

DOORS: Mapping[str, str] = {
    "google": "https://generativelanguage.googleapis.com/v1beta/openai/",
    "anthropic": "https://api.anthropic.com/v1/",
    "mistral": "https://api.mistral.ai/v1",
    "groq": "https://api.groq.com/openai/v1",
    "deepseek": "https://api.deepseek.com/v1",
    "xai": "https://api.x.ai/v1",
    "openrouter": "https://openrouter.ai/api/v1",
    "ollama": "http://localhost:11434/v1",
}


def owner_of(address: str) -> str:
    """Whose door it is; "" where nobody's."""
    return next((provider for provider, door in DOORS.items() if door.rstrip("/") == address.rstrip("/")), "")
