"""OpenAI, by its chat completions: what gateways speak, too."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from builder.llm.base import Access, Connection, Provider, SettingNames
from builder.llm.wire import http_client, listing, usable

if TYPE_CHECKING:
    from pydantic_ai.models import StreamedResponse
    from pydantic_ai.profiles.openai import OpenAIModelProfile

ADDRESS = "https://api.openai.com/v1"
HOST = "api.openai.com"
# The list does not say which models can hold a talk, only their names do.
_SILENT = re.compile(
    r"audio|realtime|live|transcribe|tts|whisper|image|dall-e|sora|embedding|moderation|search|instruct|codex"
    r"|computer-use|babbage|davinci|deep-research|safeguard"
)


class OpenAI(Provider):
    name = "openai"
    title = "OpenAI"
    rank = 20
    default_model = "gpt-6.1-terra"
    settings = SettingNames(key="openai_api_key", address="openai_base_url", model="openai_model")
    key_page = "platform.openai.com/api-keys"
    priced_as = "openai"

    def warm(self) -> None:
        super().warm()
        import pydantic_ai.models.openai  # noqa: F401

    def of_settings(self, access: Access) -> Access:
        """A model at an address that is not OpenAI's is a server of one's own, and that provider's to ask."""
        elsewhere = access.model.strip() and not _is_here(access.address.strip() or ADDRESS)
        return replace(access, key="", address="", model="") if elsewhere else access

    def connect(self, access: Access) -> Connection:
        return OpenAIConnection(self, usable(self, access, ADDRESS))


def _is_here(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return host == HOST or host.endswith(f".{HOST}")


class OpenAIConnection(Connection):
    """Also for servers that speak like OpenAI: `profile` says what is different there."""

    def __init__(self, provider: Provider, access: Access, profile: "OpenAIModelProfile | None" = None) -> None:
        from pydantic_ai.profiles.openai import OpenAIModelProfile
        from pydantic_ai.providers.openai import OpenAIProvider

        from builder.llm.lean.completions import LeanOpenAI
        from builder.llm.lean.model import LeanChatModel

        self.provider, self.access = provider, access
        self._http = http_client()
        self._client = LeanOpenAI(
            api_key=access.key or "none",
            base_url=access.address,
            http_client=self._http,
            max_retries=0,
        )
        # It found them in the environment: not for any address.
        self._client.organization = self._client.project = self._client.admin_api_key = None
        self._client._custom_headers = {}
        # Without this a stream that breaks off counts as one that ended well.
        strict = OpenAIModelProfile(openai_chat_streaming_requires_finish_reason=True)
        strict.update(profile or {})
        self.model = LeanChatModel(access.model, provider=OpenAIProvider(openai_client=self._client), profile=strict)

    def texts(self, stream: "StreamedResponse") -> AsyncIterator[str]:
        from builder.llm.lean.model import LeanResponse

        return stream.texts() if isinstance(stream, LeanResponse) else super().texts(stream)

    async def names(self) -> list[str]:
        async with listing(self.access.key):
            listed = [model async for model in self._client.models.list()]
        newest_first = sorted(listed, key=lambda model: (-(model.created or 0), model.id))
        return [model.id for model in newest_first if self.talks(model.id)]

    def talks(self, name: str) -> bool:
        return not _SILENT.search(name)

    async def close(self) -> None:
        await self._client.close()
        await self._http.aclose()
