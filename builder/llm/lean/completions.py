"""The streamed call of OpenAI's library without its detours: half the work for the same requests, values and errors.

The library holds every part of a request and of each piece against its annotations, in Python. A request needs none of
that: what pydantic-ai gives is JSON already. A piece is read by the validator of the same class; one that is not as
OpenAI writes it goes the library's own way, which takes everything.
"""

from typing import Any, cast

from httpx2 import URL, Request
from openai import AsyncOpenAI, NotGiven, Omit
from openai._base_client import make_request_options
from openai._models import FinalRequestOptions
from openai._utils._json import openapi_dumps
from openai.resources.chat.completions import AsyncCompletions
from openai.types.chat import ChatCompletionChunk
from pydantic import ValidationError

from builder.llm.lean.stream import Stream

PATH = "/chat/completions"
_OPTIONS = ("extra_headers", "extra_query", "extra_body", "timeout")


class LeanOpenAI(AsyncOpenAI):
    """A client whose streamed chat completions are lean; everything else is the library's."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._kinds: dict[tuple[str, ...], tuple[URL, list[tuple[bytes, bytes]], dict[str, Any]]] = {}
        self.chat.completions = _Completions(self)  # type: ignore[misc]

    def _build_request(self, options: FinalRequestOptions, *, retries_taken: int = 0) -> Request:
        """What is the same for all requests of a kind is put together once: address and headers."""
        if options.url != PATH or retries_taken or options.extra_json or options.params:
            return super()._build_request(options, retries_taken=retries_taken)
        kind = (self.api_key, str(options.timeout), str(options.headers))
        known = self._kinds.get(kind)
        if known is None:
            request = super()._build_request(options)
            headers = [one for one in request.headers.raw if one[0].lower() != b"content-length"]
            self._kinds[kind] = (request.url, headers, request.extensions)
            return request
        url, headers, extensions = known
        content = openapi_dumps(options.json_data)
        return Request("POST", url, headers=headers, content=content, extensions=dict(extensions))

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
            PATH,
            body=body,
            options=make_request_options(**options, security={"bearer_auth": True}),
            cast_to=cast(Any, ChatCompletionChunk),
            stream=True,
            stream_cls=Stream,
        )
