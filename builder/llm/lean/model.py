"""pydantic-ai's model of chat completions, whose ordinary answers are read without a walk through its event types.

The request, the errors and everything that is out of the ordinary are pydantic-ai's own.
"""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

from openai import AsyncStream
from openai._streaming import ServerSentEvent
from openai.types.chat import ChatCompletionChunk
from pydantic_ai._utils import PeekableAsyncStream
from pydantic_ai.exceptions import ModelAPIError, UnexpectedModelBehavior
from pydantic_ai.messages import ModelResponseStreamEvent, PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models._decode_errors import map_decode_errors
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings, OpenAIStreamedResponse
from pydantic_ai.models.openai._errors import map_api_errors
from pydantic_ai.output import OutputObjectDefinition

from builder.llm.lean.stream import Stream

SHAPES = 16  # schemas whose form for this model is remembered
# What pydantic-ai reads as a mark: of thinking, or inside a special token of a model.
_MARK = re.compile("[<>\u200b-\u200d\u2060\ufeff]")
_OPEN = ("[", "]")  # such a token may begin with one
_NOTHING: tuple[Any, ...] = (None, "", [], {})


class LeanChatModel(OpenAIChatModel):
    """Remembers what a schema becomes for this model: pydantic-ai walks through it again for each request."""

    def customize_request_parameters(self, model_request_parameters: ModelRequestParameters) -> ModelRequestParameters:
        shape = model_request_parameters.output_object
        if shape is None or model_request_parameters.function_tools or model_request_parameters.output_tools:
            return super().customize_request_parameters(model_request_parameters)
        known = self._shapes.get(id(shape))
        if known is None or known[0] is not shape:
            made = super().customize_request_parameters(model_request_parameters).output_object
            assert made is not None
            if len(self._shapes) >= SHAPES:
                self._shapes.clear()
            known = self._shapes[id(shape)] = (shape, made)
        return replace(model_request_parameters, output_object=known[1])

    @property
    def _shapes(self) -> dict[int, tuple[OutputObjectDefinition, OutputObjectDefinition]]:
        found: dict[int, tuple[OutputObjectDefinition, OutputObjectDefinition]] = self.__dict__.setdefault("shapes", {})
        return found

    async def _process_streamed_response(
        self,
        response: AsyncStream[ChatCompletionChunk],
        model_request_parameters: ModelRequestParameters,
        model_settings: OpenAIChatModelSettings | None = None,
    ) -> OpenAIStreamedResponse:
        if not isinstance(response, Stream):
            return await super()._process_streamed_response(response, model_request_parameters, model_settings)
        streamed = LeanResponse(
            model_request_parameters=model_request_parameters,
            _model_name=self.model_name,
            _model_profile=self.profile,
            _response=PeekableAsyncStream(response),
            _provider_name=self._provider.name,
            _model_id_namespace=self._provider.model_id_namespace,
            _provider_url=self._provider.base_url,
            _model_settings=model_settings,
        )
        streamed.canonical_system = self._canonical_system_stamp
        return streamed


@dataclass
class LeanResponse(OpenAIStreamedResponse):
    """Iterate over `texts()`; then usage, names and the reason to end are known, as after pydantic-ai's own events."""

    _said: list[str] = field(default_factory=list, init=False)
    _fresh: list[str] = field(default_factory=list, init=False)
    _held: str = field(default="", init=False)
    _has_begun: bool = field(default=False, init=False)

    async def texts(self) -> AsyncIterator[str]:
        """The answer's text as it comes; "" is a sign of life. Raises what iterating over the events raises."""
        stream = self._response.source
        assert isinstance(stream, Stream)
        while burst := await self._burst(stream):
            for place, event in enumerate(burst):
                if event.data.startswith("[DONE]"):
                    await stream.finish()
                    yield self._passed_on() + self._held
                    self._end()
                    return
                if not self._take(event, stream):
                    yield self._passed_on()
                    async for text in self._by_library(stream, burst[place:]):
                        yield text
                    return
            yield self._passed_on()
        yield self._held
        self._end()

    async def _burst(self, stream: Stream) -> list[ServerSentEvent]:
        with map_api_errors(self._model_name, self._model_id_namespace), map_decode_errors(self._model_name):
            return await stream.burst()

    def _take(self, event: ServerSentEvent, stream: Stream) -> bool:
        """Takes an ordinary event. False: nothing was taken, it is for pydantic-ai."""
        found = _ordinary(event)
        if found is None:
            return False
        text, finish = found["text"], found["finish"]
        if _MARK.search(text) or (text.isspace() and not self._said):
            return False
        self._has_begun = True
        self._model_name = found["model"] or self._model_name
        if found["usage"] is not None:
            self._count(found["whole"], stream)
        if finish:
            self._has_finish_reason = True
            self.finish_reason = self._map_finish_reason(finish)
            self.provider_details = {**(self.provider_details or {}), "finish_reason": finish}
        if text:
            self._said.append(text)
            self._fresh.append(text)
        return True

    def _count(self, whole: Any, stream: Stream) -> None:
        read = stream._client._process_response_data
        chunk = read(data=whole, cast_to=ChatCompletionChunk, response=stream.response)
        if chunk.usage is not None:
            self._add_usage(self._map_usage(chunk), reported=True)

    def _passed_on(self) -> str:
        """What is fresh, but for a last character that may begin a token of the model's own."""
        fresh = self._held + "".join(self._fresh)
        self._fresh.clear()
        self._held = fresh[-1] if fresh.endswith(_OPEN) else ""
        return fresh[: len(fresh) - len(self._held)]

    async def _by_library(self, stream: Stream, rest: list[ServerSentEvent]) -> AsyncIterator[str]:
        """The rest as pydantic-ai reads it, who is told first what was said so far."""
        said = "".join(self._said)
        stream.keep([*([_event(self._model_name, said)] if said else []), *rest])
        known = len(said) - len(self._held)
        async for event in self:
            text = text_of(event)
            yield text[known:]
            known -= min(known, len(text))

    def _end(self) -> None:
        if not self._has_begun:
            raise UnexpectedModelBehavior("Streamed response ended without content or tool calls")
        if not self._has_finish_reason:
            raise ModelAPIError(self._model_name, "Streamed response ended without a `finish_reason`")


def text_of(event: ModelResponseStreamEvent) -> str:
    """Text of the answer; what a model thinks is none."""
    if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
        return event.part.content
    if isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
        return event.delta.content_delta
    return ""


def _ordinary(event: ServerSentEvent) -> dict[str, Any] | None:
    """What a piece of an answer says, when it is words, an end, what it took, or nothing; else None."""
    if event.event:
        return None
    try:
        whole = json.loads(event.data)
    except ValueError:
        return None
    if not isinstance(whole, dict) or whole.get("error"):
        return None
    text, finish = "", None
    match whole.get("choices"):
        case []:
            pass
        case [{"delta": dict() as delta, **choice}]:
            text, finish = delta.get("content") or "", choice.get("finish_reason")
            odd = any(value not in _NOTHING for name, value in delta.items() if name not in ("content", "role"))
            if odd or not isinstance(text, str) or not isinstance(finish, str | None):
                return None
        case _:
            return None
    model = whole.get("model")
    return {
        "text": text,
        "finish": finish,
        "model": model if isinstance(model, str) else "",
        "usage": whole.get("usage"),
        "whole": whole,
    }


def _event(model: str, text: str) -> ServerSentEvent:
    head = {"id": "", "object": "chat.completion.chunk", "created": 0, "model": model}
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    return ServerSentEvent(data=json.dumps({**head, "choices": [choice]}))
