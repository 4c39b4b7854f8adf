"""The real client libraries, pointed at a fake, behind the face that pydantic-ai gives them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from anthropic import AsyncAnthropic
from google import genai
from google.genai.types import HttpOptions
from openai import AsyncOpenAI
from pydantic_ai import ModelRequest, ModelResponse
from pydantic_ai.direct import model_request_stream
from pydantic_ai.messages import PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta, UserPromptPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.openai import OpenAIProvider

from tests.models import anthropic, gemini, openai
from tests.models.fake import KEY, Fake

ASKED = [ModelRequest(parts=[UserPromptPart("I want an agent")], instructions="You interview.")]


@asynccontextmanager
async def gemini_client(fake: Fake, key: str = KEY) -> AsyncIterator[genai.Client]:
    options = HttpOptions(base_url=fake.base_url, api_version="v1beta", timeout=20_000)
    client = genai.Client(api_key=key, vertexai=False, http_options=options)
    try:
        yield client
    finally:
        await client.aio.aclose()
        client.close()


@asynccontextmanager
async def gemini_model(fake: Fake, key: str) -> AsyncIterator[Model]:
    async with gemini_client(fake, key) as client:
        yield GoogleModel("gemini-3.8-flash", provider=GoogleProvider(client=client))


@asynccontextmanager
async def openai_model(fake: Fake, key: str) -> AsyncIterator[Model]:
    async with AsyncOpenAI(api_key=key, base_url=fake.base_url, max_retries=0) as client:
        yield OpenAIChatModel("gpt-5.6-luna", provider=OpenAIProvider(openai_client=client))


@asynccontextmanager
async def anthropic_model(fake: Fake, key: str) -> AsyncIterator[Model]:
    async with AsyncAnthropic(api_key=key, base_url=fake.base_url, max_retries=0) as client:
        yield AnthropicModel("claude-haiku-4-5", provider=AnthropicProvider(anthropic_client=client))


@dataclass(frozen=True)
class Kind:
    room: ModuleType
    model: Callable[[Fake, str], Any]


KINDS = {
    "gemini": Kind(gemini, gemini_model),
    "openai": Kind(openai, openai_model),
    "anthropic": Kind(anthropic, anthropic_model),
}


async def asked(
    model: Model, parameters: ModelRequestParameters | None = None, shown: list[str] | None = None
) -> ModelResponse:
    """The response; `shown` gathers the text as it comes."""
    seen = [] if shown is None else shown
    async with model_request_stream(model, ASKED, model_request_parameters=parameters) as stream:
        async for event in stream:
            match event:
                case PartStartEvent(part=TextPart(content=text)):
                    seen.append(text)
                case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
                    seen.append(text)
        return stream.get()
