"""Anthropic, by its Messages API."""

from typing import TYPE_CHECKING

from builder.llm.base import Access, Connection, Provider, SettingNames
from builder.llm.wire import http_client, listing, usable

if TYPE_CHECKING:
    from pydantic_ai.settings import ModelSettings

ADDRESS = "https://api.anthropic.com"


class Anthropic(Provider):
    name = "anthropic"
    title = "Anthropic"
    rank = 30
    default_model = "claude-haiku-5-5"
    settings = SettingNames(key="anthropic_api_key", address="anthropic_base_url", model="anthropic_model")
    key_page = "console.anthropic.com/settings/keys"
    priced_as = "anthropic"

    def warm(self) -> None:
        super().warm()
        import pydantic_ai.models.anthropic  # noqa: F401

    def connect(self, access: Access) -> Connection:
        return AnthropicConnection(self, usable(self, access, ADDRESS))


class AnthropicConnection(Connection):
    def __init__(self, provider: Provider, access: Access) -> None:
        from anthropic import AsyncAnthropic
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        self.provider, self.access = provider, access
        self._http = http_client()
        self._client = AsyncAnthropic(
            api_key=access.key,
            base_url=access.address,
            http_client=self._http,
            max_retries=0,
        )
        self._client._custom_headers = {}  # it found them in the environment: not for any address
        self.model = AnthropicModel(access.model, provider=AnthropicProvider(anthropic_client=self._client))

    def settings(self, most_tokens: int, seconds: float) -> "ModelSettings":
        from pydantic_ai.models.anthropic import AnthropicModelSettings

        said = AnthropicModelSettings(max_tokens=most_tokens, anthropic_cache_instructions=True)
        # Older models want a budget of thoughts that leaves no room for the answer.
        if self.model.profile.get("anthropic_supports_adaptive_thinking"):
            said["thinking"] = self.access.thinking
        return said

    async def names(self) -> list[str]:
        async with listing(self.access.key):
            return [model.id async for model in self._client.models.list(limit=1000)]

    async def close(self) -> None:
        await self._client.close()
        await self._http.aclose()
