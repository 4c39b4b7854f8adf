"""The Gemini API as google-genai speaks with it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.models import faults
from tests.models.fake import HELLO, KEY, Fake, body_of
from tests.models.fake import serving as serving_fake
from tests.models.script import Answer, Fault, Received, Script
from tests.models.voice import Voice

RPC = "type.googleapis.com/google.rpc."
FINISH = {
    "stop": "STOP", "length": "MAX_TOKENS", "safety": "SAFETY", "recitation": "RECITATION",
    "malformed": "MALFORMED_FUNCTION_CALL", "other": "OTHER",
}
STATUS = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE",
}
ROUTES = {"streamGenerateContent": "stream", "generateContent": "generate", "countTokens": "count"}
PAGE = 50
FAULTS = faults.ALL
# An embedding model cannot talk; a list to choose from must leave it out.
EMBEDS = "embedding"


class GeminiVoice(Voice):
    def whole(self) -> dict[str, Any]:
        return self._chunk(*self._parts(), finish=self.finish)

    def piece(self, text: str) -> bytes:
        """A call of a tool comes whole, so nothing of it is sent before the end."""
        return b"" if self.tool else self.data(json.dumps(self._chunk({"text": text})))

    def closing(self) -> Iterable[bytes]:
        parts = self._parts() if self.tool else []
        yield self.data(json.dumps(self._chunk(*parts, finish=self.finish)))

    def _parts(self) -> list[dict[str, Any]]:
        if self.tool and self.answer.said:
            return [{"functionCall": {"name": self.tool, "args": json.loads(self.answer.said)}}]
        return [{"text": self.answer.said}]

    def blocked(self, reason: str) -> Iterable[bytes]:
        yield self.data(json.dumps({"promptFeedback": {"blockReason": reason.upper()}, **self._end_matter()}))

    def data(self, text: str) -> bytes:
        return f"data: {text}\r\n\r\n".encode()

    def error(self, fault: Fault) -> dict[str, Any]:
        details: list[dict[str, Any]] = []
        if fault.reason == "key":
            details.append({"@type": RPC + "ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"})
        if fault.status == 429:
            details.append({"@type": RPC + "QuotaFailure", "violations": [{"quotaId": "RequestsPerMinute"}]})
        if fault.retry_info is not None:
            details.append({"@type": RPC + "RetryInfo", "retryDelay": f"{fault.retry_info:g}s"})
        status = STATUS.get(fault.status, "UNKNOWN")
        return {"error": {"code": fault.status, "message": f"Fake: {fault.name}", "status": status, "details": details}}

    def _chunk(self, *parts: dict[str, Any], finish: str = "") -> dict[str, Any]:
        candidate: dict[str, Any] = {"index": 0}
        if parts or finish == "stop":
            candidate["content"] = {"role": "model", "parts": list(parts) or [{"text": ""}]}
        if finish:
            candidate["finishReason"] = FINISH.get(finish, finish)
        return {"candidates": [candidate], **self._end_matter()}

    def _end_matter(self) -> dict[str, Any]:
        usage, output = self.answer.usage, self.answer.output_tokens
        counts = {
            "promptTokenCount": usage.prompt, "cachedContentTokenCount": usage.cached,
            "thoughtsTokenCount": usage.thinking, "candidatesTokenCount": output,
            "totalTokenCount": usage.prompt + usage.thinking + output,
        }
        given = {name: count for name, count in counts.items() if count}
        return {"usageMetadata": given, "modelVersion": self.call.model, "responseId": f"fake-{id(self.call):x}"}


class Gemini(Fake):
    default_models = ("gemini-3.8-flash", "gemini-3.8-pro", "gemini-embedding-001")

    def wrong_key_fault(self) -> Fault:
        return faults.WRONG_KEY

    def voice(self, call: Received, answer: Answer) -> Voice:
        return GeminiVoice(call, answer)

    def routes(self) -> list[Route]:
        return [
            Route("/{version}/models/{model}:{verb}", self._asked, methods=["POST"]),
            Route("/{version}/models", self._list),
            Route("/{version}/models/{model}", self._one),
        ]

    async def _asked(self, request: Request) -> Response:
        call = await self._heard(request, ROUTES[request.path_params["verb"]])
        if call.route == "count":
            return self.listed(call, {"totalTokens": len(call.text) // 4 + 1})
        return self.answer(call)

    async def _list(self, request: Request) -> Response:
        size = int(request.query_params.get("pageSize", PAGE))
        start = int(request.query_params.get("pageToken", 0))
        page: dict[str, Any] = {"models": [_described(name) for name in self.models[start : start + size]]}
        if start + size < len(self.models):
            page["nextPageToken"] = str(start + size)
        return self.listed(await self._heard(request, "models"), page)

    async def _one(self, request: Request) -> Response:
        call = await self._heard(request, "model")
        if call.model in self.models:
            return self.listed(call, _described(call.model))
        refused = self.voice(call, Answer()).error(faults.NO_SUCH_MODEL)
        return self.refusal(call, self.listing_fault) or JSONResponse(refused, faults.NO_SUCH_MODEL.status)

    async def _heard(self, request: Request, route: str) -> Received:
        body = await body_of(request)
        turns = [(turn.get("role", "user"), _text(turn)) for turn in body.get("contents", [])]
        shape = body.get("generationConfig", {})
        return Received(
            route=route,
            path=request.url.path,
            key=request.headers.get("x-goog-api-key", request.query_params.get("key", "")),
            headers=dict(request.headers),
            body=body,
            model=request.path_params.get("model", ""),
            api_version=request.path_params["version"],
            system=_text(body.get("systemInstruction", {})),
            history=turns[:-1],
            last=turns[-1][1] if turns else "",
            schema=shape.get("responseJsonSchema") or shape.get("responseSchema"),
            tools=body.get("tools", []),
            forced_tool=_forced(body),
        )


def _forced(body: dict[str, Any]) -> str:
    """The tool that must be called: the only one allowed or, without a list, the only one there is."""
    choice = body.get("toolConfig", {}).get("functionCallingConfig", {})
    if choice.get("mode") != "ANY":
        return ""
    there = [tool["name"] for group in body.get("tools", []) for tool in group.get("functionDeclarations", [])]
    allowed = choice.get("allowedFunctionNames") or there
    return str(allowed[0]) if len(allowed) == 1 else ""


def _text(turn: dict[str, Any]) -> str:
    return "".join(part.get("text") or json.dumps(part) for part in turn.get("parts", []))


def _described(name: str) -> dict[str, Any]:
    methods = ["embedContent"] if EMBEDS in name else ["generateContent", "countTokens"]
    return {
        "name": f"models/{name}", "version": "001", "displayName": name.replace("-", " ").title(),
        "inputTokenLimit": 1_048_576, "outputTokenLimit": 65_536, "supportedGenerationMethods": methods,
    }


@contextmanager
def serving(script: Script = HELLO, *, key: str | None = KEY, models: Sequence[str] | None = None) -> Iterator[Gemini]:
    """A fake Gemini on a free port. With None for the key every key will do."""
    with serving_fake(Gemini(script, key=key, models=models)) as fake:
        yield fake
