"""The chat completions of OpenAI, and of every server that speaks like it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.models import faults
from tests.models.fake import HELLO, KEY, Fake, body_of
from tests.models.fake import serving as serving_fake
from tests.models.script import Answer, Fault, Received, Script
from tests.models.voice import Voice

CREATED = 1_790_000_000
FINISH = {"length": "length", "safety": "content_filter", "recitation": "content_filter"}
CODES = {"key": "invalid_api_key", "model": "model_not_found", "credit": "insufficient_quota"}
# What this provider has no word for.
ELSEWHERE = {faults.MALFORMED_CALL.name, faults.OTHER.name, faults.rate_limited(info=1).name, faults.WRONG_KEY.name}
FAULTS = tuple(fault for fault in faults.ALL if fault.name not in ELSEWHERE)
WRONG_KEY = Fault("wrong key", "tell", status=401, reason="key")


class OpenAiVoice(Voice):
    def whole(self) -> dict[str, Any]:
        message = {"role": "assistant", "refusal": None, **self._said(self.answer.said)}
        choice = {"index": 0, "message": message, "finish_reason": self._finish()}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self._usage()}

    def opening(self) -> Iterable[bytes]:
        yield self._chunk({"role": "assistant", "content": None if self.tool else ""})
        if self.tool:
            call = {"index": 0, "id": "call_fake", "type": "function"}
            yield self._chunk({"tool_calls": [{**call, "function": {"name": self.tool, "arguments": ""}}]})

    def piece(self, text: str) -> bytes:
        if self.tool:
            return self._chunk({"tool_calls": [{"index": 0, "function": {"arguments": text}}]})
        return self._chunk({"content": text})

    def closing(self) -> Iterable[bytes]:
        yield self._chunk({}, self._finish())
        if (self.call.body.get("stream_options") or {}).get("include_usage"):
            last = {**self._head("chat.completion.chunk"), "choices": [], "usage": self._usage()}
            yield self.data(json.dumps(last))
        yield self.data("[DONE]")

    def blocked(self, reason: str) -> Iterable[bytes]:
        yield self._chunk({"role": "assistant", "content": None, "refusal": f"Fake refusal: {reason}"})
        yield from self.closing()

    def error(self, fault: Fault) -> dict[str, Any]:
        kind = "invalid_request_error" if fault.status < 429 else "server_error"
        code = CODES.get(fault.reason, "rate_limit_exceeded" if fault.status == 429 else None)
        return {"error": {"message": f"Fake: {fault.name}", "type": kind, "param": None, "code": code}}

    def _finish(self) -> str:
        natural = "tool_calls" if self.tool and not self.call.forced_tool else "stop"
        return natural if self.finish == "stop" else FINISH.get(self.finish, self.finish)

    def _said(self, text: str) -> dict[str, Any]:
        if not self.tool:
            return {"content": text}
        function = {"name": self.tool, "arguments": text}
        return {"content": None, "tool_calls": [{"id": "call_fake", "type": "function", "function": function}]}

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return self.data(json.dumps({**self._head("chat.completion.chunk"), "choices": [choice]}))

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": "chatcmpl-fake", "object": kind, "created": CREATED, "model": self.call.model}

    def _usage(self) -> dict[str, Any]:
        usage, output = self.answer.usage, self.answer.output_tokens + self.answer.usage.thinking
        return {
            "prompt_tokens": usage.prompt, "completion_tokens": output, "total_tokens": usage.prompt + output,
            "prompt_tokens_details": {"cached_tokens": usage.cached},
            "completion_tokens_details": {"reasoning_tokens": usage.thinking},
        }


class OpenAi(Fake):
    default_models = ("gpt-5.6-luna", "gpt-5.6-terra", "text-embedding-3-small")

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def wrong_key_fault(self) -> Fault:
        return WRONG_KEY

    def voice(self, call: Received, answer: Answer) -> Voice:
        return OpenAiVoice(call, answer)

    def routes(self) -> list[Route]:
        return [Route("/v1/chat/completions", self._asked, methods=["POST"]), Route("/v1/models", self._list)]

    async def _asked(self, request: Request) -> Response:
        return self.answer(_heard(request, await body_of(request)))

    async def _list(self, request: Request) -> Response:
        models = [{"id": name, "object": "model", "created": CREATED, "owned_by": "fake"} for name in self.models]
        return self.listed(_heard(request, {}, "models"), {"object": "list", "data": models})


def _heard(request: Request, body: dict[str, Any], route: str = "") -> Received:
    said = [(turn["role"], _text(turn)) for turn in body.get("messages", [])]
    turns = [(role, text) for role, text in said if role not in ("system", "developer")]
    shape = (body.get("response_format") or {}).get("json_schema") or {}
    return Received(
        route=route or ("stream" if body.get("stream") else "generate"),
        path=request.url.path,
        key=request.headers.get("authorization", "").removeprefix("Bearer "),
        headers=dict(request.headers),
        body=body,
        model=body.get("model", ""),
        api_version="v1",
        system="\n".join(text for role, text in said if role in ("system", "developer")),
        history=turns[:-1],
        last=turns[-1][1] if turns else "",
        schema=shape.get("schema"),
        tools=body.get("tools", []),
        forced_tool=_forced(body),
    )


def _text(turn: dict[str, Any]) -> str:
    content, calls = turn.get("content") or "", turn.get("tool_calls") or []
    parts = [content] if isinstance(content, str) else [part.get("text") or json.dumps(part) for part in content]
    return "".join([*parts, *map(json.dumps, calls)])


def _forced(body: dict[str, Any]) -> str:
    """The tool that must be called: the one named, or the only one there is when some tool must be."""
    choice, tools = body.get("tool_choice"), body.get("tools", [])
    if isinstance(choice, dict):
        return str(choice.get("function", {}).get("name", ""))
    return str(tools[0]["function"]["name"]) if choice == "required" and len(tools) == 1 else ""


@contextmanager
def serving(script: Script = HELLO, *, key: str | None = KEY, models: Sequence[str] | None = None) -> Iterator[OpenAi]:
    """A fake OpenAI on a free port. With None for the key every key will do, as with a server of one's own."""
    with serving_fake(OpenAi(script, key=key, models=models)) as fake:
        yield fake
