"""The streamed call of OpenAI's library without its detours: half the work for the same requests, values and errors.

The library holds every part of a request and of each piece against its annotations, in Python. A request needs none of
that: what pydantic-ai gives is JSON already. A piece is read by the validator of the same class; one that is not as
OpenAI writes it goes the library's own way, which takes everything.
"""

from typing import Any, cast

from openai import AsyncOpenAI, NotGiven, Omit
from openai._base_client import make_request_options
from openai.resources.chat.completions import AsyncCompletions
from openai.types.chat import ChatCompletionChunk
from pydantic import ValidationError

from builder.llm.lean.together import Together

_OPTIONS = ("extra_headers", "extra_query", "extra_body", "timeout")


class LeanOpenAI(AsyncOpenAI):
    """A client whose streamed chat completions are lean; everything else is the library's."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.chat.completions = _Completions(self)  # type: ignore[misc]

    @property
    def user_agent(self) -> str:
        return super().user_agent.replace(type(self).__name__, AsyncOpenAI.__name__)

    def _process_response_data(self, *, data: object, cast_to: Any, response: Any) -> Any:
        if cast_to is ChatCompletionChunk:
            try:
                return ChatCompletionChunk.model_validate(data)
            except ValidationError:
                pass  # another server's way to write it
        return super()._process_response_data(data=data, cast_to=cast_to, response=response)


class _Completions(AsyncCompletions):
    async def create(self, **given: Any) -> Any:
        if given.get("stream") is not True:
            return await super().create(**given)
        options = {name: given.pop(name) for name in _OPTIONS if name in given}
        body = {name: value for name, value in given.items() if not isinstance(value, Omit | NotGiven)}
        return await self._post(
            "/chat/completions",
            body=body,
            options=make_request_options(**options, security={"bearer_auth": True}),
            cast_to=cast(Any, ChatCompletionChunk),
            stream=True,
            stream_cls=Together,
        )
