"""The Messages API of Anthropic."""

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

STOP = {"length": "max_tokens", "safety": "refusal"}
ERRORS = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
    429: "rate_limit_error", 500: "api_error", 503: "api_error", 529: "overloaded_error",
}
# What this provider has no word for.
ELSEWHERE = {fault.name for fault in (
    faults.MALFORMED_CALL, faults.OTHER, faults.RECITATION, faults.rate_limited(info=1), faults.WRONG_KEY,
)}
OVERLOADED = Fault("529", "retry", status=529)
FAULTS = (*(fault for fault in faults.ALL if fault.name not in ELSEWHERE), OVERLOADED)
WRONG_KEY = Fault("wrong key", "tell", status=401, reason="key")


class AnthropicVoice(Voice):
    def whole(self) -> dict[str, Any]:
        return {**self._message(), "content": [self._block(self.answer.said)], "stop_reason": self._stop()}

    def opening(self) -> Iterable[bytes]:
        yield self._event("message_start", message=self._message())
        yield self._event("content_block_start", index=0, content_block=self._block(""))
        yield self._event("ping")

    def piece(self, text: str) -> bytes:
        named = {"type": "input_json_delta", "partial_json": text}
        delta = named if self.tool else {"type": "text_delta", "text": text}
        return self._event("content_block_delta", index=0, delta=delta)

    def closing(self) -> Iterable[bytes]:
        yield self._event("content_block_stop", index=0)
        yield from self._end(self._stop())

    def blocked(self, reason: str) -> Iterable[bytes]:
        yield self._event("message_start", message=self._message())
        yield from self._end("refusal")

    def error(self, fault: Fault) -> dict[str, Any]:
        kind = "billing_error" if fault.reason == "credit" else ERRORS.get(fault.status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": f"Fake: {fault.name}"}, "request_id": "req_fake"}

    def error_event(self, fault: Fault) -> bytes:
        return f"event: error\ndata: {json.dumps(self.error(fault))}\n\n".encode()

    def data(self, text: str) -> bytes:
        """The client reads only events whose name it knows."""
        return f"event: content_block_delta\ndata: {text}\n\n".encode()

    def _event(self, kind: str, **more: Any) -> bytes:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **more})}\n\n".encode()

    def _end(self, stop: str) -> Iterator[bytes]:
        delta = {"stop_reason": stop, "stop_sequence": None}
        yield self._event("message_delta", delta=delta, usage={"output_tokens": self._output()})
        yield self._event("message_stop")

    def _stop(self) -> str:
        natural = "tool_use" if self.tool else "end_turn"
        return natural if self.finish == "stop" else STOP.get(self.finish, self.finish)

    def _block(self, said: str) -> dict[str, Any]:
        if not self.tool:
            return {"type": "text", "text": said}
        return {"type": "tool_use", "id": "toolu_fake", "name": self.tool, "input": json.loads(said) if said else {}}

    def _output(self) -> int:
        return self.answer.output_tokens + self.answer.usage.thinking

    def _message(self) -> dict[str, Any]:
        usage = self.answer.usage
        return {
            "id": "msg_fake", "type": "message", "role": "assistant", "model": self.call.model, "content": [],
            "stop_reason": None, "stop_sequence": None,
            "usage": {
                "input_tokens": usage.prompt - usage.cached, "cache_read_input_tokens": usage.cached,
                "cache_creation_input_tokens": 0, "output_tokens": self._output(),
            },
        }


class Anthropic(Fake):
    default_models = ("claude-sonnet-5-5", "claude-haiku-4-5")

    def wrong_key_fault(self) -> Fault:
        return WRONG_KEY

    def voice(self, call: Received, answer: Answer) -> Voice:
        return AnthropicVoice(call, answer)

    def routes(self) -> list[Route]:
        return [Route("/v1/messages", self._asked, methods=["POST"]), Route("/v1/models", self._list)]

    async def _asked(self, request: Request) -> Response:
        return self.answer(_heard(request, await body_of(request)))

    async def _list(self, request: Request) -> Response:
        size, after = int(request.query_params.get("limit", 20)), request.query_params.get("after_id")
        start = self.models.index(after) + 1 if after else 0
        shown = self.models[start : start + size]
        page = {
            "data": [{"type": "model", "id": name, "display_name": name, "created_at": "2026-01-01T00:00:00Z"}
                     for name in shown],
            "has_more": start + size < len(self.models), "first_id": shown[0], "last_id": shown[-1],
        }
        return self.listed(_heard(request, {}, "models"), page)


def _heard(request: Request, body: dict[str, Any], route: str = "") -> Received:
    turns = [(turn["role"], _text(turn["content"])) for turn in body.get("messages", [])]
    shape = body.get("output_config", body).get("format") or body.get("output_format") or {}
    choice = body.get("tool_choice", {})
    return Received(
        route=route or ("stream" if body.get("stream") else "generate"),
        path=request.url.path,
        key=request.headers.get("x-api-key") or request.headers.get("authorization", "").removeprefix("Bearer "),
        headers=dict(request.headers),
        body=body,
        model=body.get("model", ""),
        api_version=request.headers.get("anthropic-version", ""),
        system=_text(body.get("system", "")),
        history=turns[:-1],
        last=turns[-1][1] if turns else "",
        schema=shape.get("schema"),
        tools=body.get("tools", []),
        forced_tool=_forced(choice, body.get("tools", [])),
    )


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text") or json.dumps(part) for part in content)


def _forced(choice: dict[str, Any], tools: list[dict[str, Any]]) -> str:
    """The tool that must be called: the one named, or the only one there is when some tool must be."""
    only = tools[0]["name"] if choice.get("type") == "any" and len(tools) == 1 else ""
    return str(choice.get("name", only))


@contextmanager
def serving(
    script: Script = HELLO, *, key: str | None = KEY, models: Sequence[str] | None = None
) -> Iterator[Anthropic]:
    """A fake Anthropic on a free port. With None for the key every key will do."""
    with serving_fake(Anthropic(script, key=key, models=models)) as fake:
        yield fake
