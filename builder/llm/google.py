"""Gemini, by a google-genai client of ours."""

import math
import re
from typing import TYPE_CHECKING

from builder.llm.base import Access, Connection, Provider, SettingNames
from builder.llm.wire import http_client, listing, usable

if TYPE_CHECKING:
    from pydantic_ai.settings import ModelSettings

ADDRESS = "https://generativelanguage.googleapis.com/"
VERSION = "v1beta"
# Seconds that the server has for the whole answer; the library would send its read timeout, and under 10 is refused.
# Who waits for longer than that (much thinking) tells the server so, else it gives up first.
SERVER_TIME, LEAST_TIME = "X-Server-Timeout", 60


class Google(Provider):
    name = "google"
    title = "Gemini"
    rank = 10
    default_model = "gemini-3.8-flash"
    settings = SettingNames("google_api_key", "google_gemini_base_url", "google_genai_api_version", "model_name")
    has_version = True
    key_page = "aistudio.google.com/apikey"
    priced_as = "google"

    def warm(self) -> None:
        super().warm()
        import pydantic_ai.models.google  # noqa: F401

    def connect(self, access: Access) -> Connection:
        return GoogleConnection(self, usable(self, access, ADDRESS))


class GoogleConnection(Connection):
    def __init__(self, provider: Provider, access: Access) -> None:
        from google.genai import Client
        from google.genai.types import HttpOptions
        from pydantic_ai.models.google import GoogleModel
        from pydantic_ai.providers.google import GoogleProvider

        self.provider, self.access = provider, access
        self._http = http_client()
        options = HttpOptions(
            base_url=access.address,
            api_version=access.version or VERSION,
            headers={SERVER_TIME: str(LEAST_TIME)},
            httpx_async_client=self._http,
        )
        self._client = Client(api_key=access.key, vertexai=False, http_options=options)
        self.model = GoogleModel(access.model, provider=GoogleProvider(client=self._client))

    def settings(self, most_tokens: int, seconds: float) -> "ModelSettings":
        told = str(max(LEAST_TIME, math.ceil(seconds)))
        return {**super().settings(most_tokens, seconds), "extra_headers": {SERVER_TIME: told}}

    async def names(self) -> list[str]:
        async with listing(self.access.key):
            listed = [model async for model in await self._client.aio.models.list(config={"page_size": 100})]
        talking = [model.name for model in listed if "generateContent" in (model.supported_actions or ())]
        return sorted((name.removeprefix("models/") for name in talking if name), key=_newest_first)

    async def close(self) -> None:
        self._client.close()
        await self._client.aio.aclose()
        await self._http.aclose()


def _newest_first(name: str) -> tuple[bool, list[float], str]:
    """Gemini before others, high versions before low ones."""
    found = re.search(r"\d+(?:\.\d+)?", name)
    return not name.startswith("gemini"), [-float(found[0])] if found else [0.0], name
