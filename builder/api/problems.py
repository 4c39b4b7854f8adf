"""Errors as RFC 9457 problem documents. The table below is the one place that knows which error is which status."""

import json
import logging
import secrets
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send
from structlog.contextvars import get_contextvars

from builder.api.logs import handshake_answered
from builder.core import errors

log = logging.getLogger("builder.api")
MEDIA_TYPE = "application/problem+json"
Responses = dict[int | str, dict[str, Any]]  # as routes say what they answer

TABLE: dict[type[errors.BuilderError], tuple[int, str]] = {
    errors.NotFound: (404, "not-found"),
    errors.Invalid: (422, "invalid"),
    errors.Conflict: (409, "conflict"),
    errors.Busy: (409, "busy"),
    errors.Crowded: (429, "too-many"),
    errors.NothingToUndo: (409, "nothing-to-undo"),
    errors.NothingToRedo: (409, "nothing-to-redo"),
    errors.QuotaReached: (429, "quota"),
    errors.EngineFailed: (502, "engine-failed"),
    errors.StorageLocked: (503, "storage-locked"),
    errors.StorageFull: (503, "storage-full"),
    errors.StorageReadOnly: (503, "storage-read-only"),
    errors.StorageMissing: (503, "storage-missing"),
    errors.StorageError: (503, "storage"),
    errors.BuilderError: (500, "refused"),
}
# Where a program finds what is there; people look on a page instead.
_LOOK: dict[errors.Thing, str] = {
    "session": "List the sessions with GET /v1/sessions, or begin one with POST /v1/sessions/create.",
    "message": "Read the talk with GET /v1/sessions/{session_id}/talk.",
    "agent": "Find the agents with GET /v1/agents.",
    "version": "List the versions with GET /v1/agents/{agent_id}/versions.",
    "target": "List the targets with GET /v1/exports.",
}
BEGIN_PLAIN = "Begin one with POST /session/."
_NOT_PLAIN = ("/v1/", "/agent/", "/ws/")
# Where the framework has only the phrase of the status to say.
_PLAINLY = {404: "There is no such call.", 405: "This call does not take that method."}
_UNREADABLE = "There was an error parsing the body"  # FastAPI's words for bytes that are no text, and for endless depth
WAIT = "Wait as long as Retry-After says."
MAKE_TOKEN = "on the page Settings, part Programs, or on the server with: python -m builder token create NAME"
_CALLS = "All calls are listed at /api/docs and in /api/openapi.json."
_HTTP = {
    401: ("no-token", f"Make one {MAKE_TOKEN} --scope admin. Send it as “Authorization: Bearer …”."),
    403: ("scope", f"Use a token with a wider scope: make one {MAKE_TOKEN} --scope admin"),
    404: ("no-such-call", _CALLS),
    405: ("no-such-method", _CALLS),
    413: ("too-large", "Send less at once."),
    415: ("no-file", "Send the file itself: curl -H 'Content-Type: application/octet-stream' --data-binary @file"),
    429: ("too-many", WAIT),
}


class Problem(BaseModel):
    """RFC 9457: what went wrong, and what to do next."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems/not-found",
                    "title": "Not Found",
                    "detail": "There is no such session.",
                    "next_step": _LOOK["session"],
                    "status": 404,
                }
            ]
        }
    )

    type: str = Field(description="Stable name of the kind of problem.")
    title: str
    detail: str = Field(description="One sentence: what happened.")
    next_step: str = Field(description="One sentence: what to do now.")
    status: int
    problems: list[dict[str, Any]] | None = Field(None, description="Where, why and what to do, one by one.")
    theirs: dict[str, Any] | None = Field(None, description="At a conflict: field -> its present value (null: empty).")
    request_id: str | None = Field(None, description="The call's name in the log.")
    revision: int | None = Field(None, description="At a conflict: the present revision or version.")


MEANS = {
    400: "The body is not JSON.",
    401: "The call needs a token, or the token is not known.",
    403: "The token may not do that, or the page that calls is a foreign one.",
    404: "There is no such thing, or it is somebody else's.",
    409: "It was changed elsewhere meanwhile, or is busy. Nothing was written.",
    413: "The body is too large.",
    422: "Something in the request cannot be used; `problems` names the fields.",
    415: "The body is no file as it is.",
    429: "Too many messages, too much at once, or a limit of the tier is reached. `Retry-After` says when to try "
    "again; it is left out where waiting does not help: as many agents as are allowed are there.",
    502: "The language model did not answer.",
    503: "The database cannot be used now. Nothing was written.",
}
_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
# What any call may answer: wrong requests, limits, trouble with the database.
ANY: Responses = {"default": {"description": "Any other problem.", "content": _CONTENT}}


def documented(*statuses: int) -> Responses:
    """Refusals of a route, for the API's own description."""
    return {status: {"description": MEANS[status], "content": _CONTENT} for status in statuses}


def document(status: int, slug: str, detail: str, next_step: str, problems: Sequence[Any] = ()) -> dict[str, Any]:
    title = HTTPStatus(status).phrase
    whole = {"type": f"/problems/{slug}", "title": title, "detail": detail, "next_step": next_step, "status": status}
    return whole | ({"problems": list(problems)} if problems else {})


NO_FILE = document(415, "no-file", "This is a form with a file in it, not the file.", _HTTP[415][1])
NOT_JSON = document(400, "not-json", "The request is not valid JSON.", "Send one JSON object.")


class _Written(JSONResponse):
    """What somebody sent is named in problems, half characters too."""

    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(scope, receive, send)
        if scope["type"] == "websocket":
            handshake_answered.set(True)


def response(document: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    named = {name: given for name, given in get_contextvars().items() if name == "request_id"}
    return _Written({**document, **named}, document["status"], headers)


def of_error(error: errors.BuilderError, scope: Scope | None = None) -> dict[str, Any]:
    """The document of a refusal; the nearest class in the table counts. `scope`: the call that is refused."""
    status, slug = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    listed = [problem.to_json() for problem in error.problems] if isinstance(error, errors.Invalid) else []
    found = document(status, slug, error.message, _step(error, scope), listed)
    if not isinstance(error, errors.Conflict):
        return found
    return found | {name: now for name in ("theirs", "revision") if (now := getattr(error, name)) not in (None, {})}


def _step(error: errors.BuilderError, scope: Scope | None) -> str:
    """What to do next, with the calls that the caller uses."""
    if not isinstance(error, errors.NotFound) or error.what is None:
        return error.advice
    path = "/v1/" if scope is None else scope["path"].removeprefix(scope.get("root_path", ""))
    plain = error.what == "session" and not path.startswith(_NOT_PLAIN)
    return BEGIN_PLAIN if plain else _LOOK[error.what]


def answer(error: errors.BuilderError | HTTPException, scope: Scope | None = None) -> Response:
    """A refusal as it leaves."""
    if isinstance(error, HTTPException):
        return _of_http(error)
    found = of_error(error, scope)
    if found["status"] >= 500:
        log.warning("%s: %s", type(error).__name__, error)
    return response(found, waiting(error))


def waiting(error: errors.BuilderError) -> dict[str, str] | None:
    """The header that says when to try again, where waiting helps."""
    seconds = error.retry_after if isinstance(error, errors.QuotaReached | errors.Crowded) else None
    return None if seconds is None else {"Retry-After": str(seconds)}


def install(api: FastAPI) -> None:
    """Every refusal of the API leaves as a problem document; `trace.Net` does it for failures that nobody expected."""
    api.add_exception_handler(errors.BuilderError, _refused)
    api.add_exception_handler(RequestValidationError, _not_understood)
    api.add_exception_handler(HTTPException, _no_such_call)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.BuilderError)
    return answer(error, request.scope)


async def _not_understood(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    return response(of_findings(found))


def of_findings(found: Sequence[Any]) -> dict[str, Any]:
    """The document of what pydantic found wrong."""
    if any(one["type"] == "json_invalid" for one in found):
        return NOT_JSON
    listed = [{"field": _field(one["loc"]), "reason": _reason(one)} for one in found]
    detail = "; ".join(f"{one['field'] or 'body'}: {one['reason']}" for one in listed[:5])
    return document(422, "invalid-request", detail, "Mend the named fields and send it again.", listed)


def _field(location: Sequence[Any]) -> str:
    return ".".join(str(part) for part in location if part not in ("body", "query", "path"))


def _reason(error: dict[str, Any]) -> str:
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "extra_forbidden":
        return "is not known here"
    if error["type"] == "model_attributes_type":
        return "is not a JSON object, or came without Content-Type: application/json"
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


async def _no_such_call(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:  # the framework names the methods of one route; others may stand at the same address
        allowed = ", ".join(sorted(request.app.state.calls.methods(request.scope)))
        return response(of_http(error), {"Allow": allowed})
    return _of_http(error)


def _of_http(error: HTTPException) -> Response:
    return response(of_http(error), dict(error.headers or {}))


def of_http(error: HTTPException) -> dict[str, Any]:
    if error.detail == _UNREADABLE:
        return NOT_JSON
    slug, step = _HTTP.get(error.status_code, ("refused", "Change the request and try again."))
    said = str(error.detail)
    detail = _PLAINLY.get(error.status_code, said) if said == HTTPStatus(error.status_code).phrase else said
    return document(error.status_code, slug, detail, step)


def of_failure(error: Exception) -> dict[str, Any]:
    """A mistake of ours: the log keeps the cause, the caller gets a reference."""
    reference = secrets.token_hex(4)
    log.error("reference %s", reference, exc_info=error)
    detail = f"Something went wrong here. The log has it under reference {reference}."
    return document(500, "unexpected", detail, "Try again. If it stays, tell whoever runs this server the reference.")
