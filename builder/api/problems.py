"""Errors as RFC 9457 problem documents. The table below is the one place that knows which error is which status."""

import logging
import secrets
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from builder.core import errors

log = logging.getLogger("builder.api")
MEDIA_TYPE = "application/problem+json"

TABLE: dict[type[errors.BuilderError], tuple[int, str]] = {
    errors.NotFound: (404, "not-found"),
    errors.Invalid: (422, "invalid"),
    errors.Conflict: (409, "conflict"),
    errors.Busy: (409, "busy"),
    errors.EngineFailed: (502, "engine-failed"),
    errors.StorageLocked: (503, "storage-locked"),
    errors.StorageFull: (503, "storage-full"),
    errors.StorageReadOnly: (503, "storage-read-only"),
    errors.StorageMissing: (503, "storage-missing"),
    errors.StorageError: (503, "storage"),
    errors.BuilderError: (500, "refused"),
}
# Where the framework has only the phrase of the status to say.
_PLAINLY = {404: "There is no such call.", 405: "This call does not take that method."}
_UNREADABLE = "There was an error parsing the body"  # FastAPI's words for bytes that are no text, and for endless depth
_HTTP = {
    404: ("no-such-call", "The list of calls is in openapi.json."),
    405: ("no-such-method", "The list of calls is in openapi.json."),
    413: ("too-large", "Send a shorter text."),
    429: ("too-many", "Wait as long as Retry-After says."),
}


def document(status: int, slug: str, detail: str, next_step: str, problems: Sequence[Any] = ()) -> dict[str, Any]:
    title = HTTPStatus(status).phrase
    whole = {"type": f"/problems/{slug}", "title": title, "detail": detail, "next_step": next_step, "status": status}
    return whole | ({"problems": list(problems)} if problems else {})


NOT_JSON = document(400, "not-json", "The request is not valid JSON.", "Send one JSON object.")


def response(document: dict[str, Any], headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(document, document["status"], headers, media_type=MEDIA_TYPE)


def of_error(error: errors.BuilderError) -> dict[str, Any]:
    """The document of a refusal; the nearest class in the table counts."""
    status, slug = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    listed = [problem.to_json() for problem in error.problems] if isinstance(error, errors.Invalid) else []
    return document(status, slug, error.message, error.advice, listed)


def install(api: FastAPI) -> None:
    """Every refusal and every failure of the API leaves as a problem document, never as a traceback."""
    api.add_exception_handler(errors.BuilderError, _refused)
    api.add_exception_handler(RequestValidationError, _not_understood)
    api.add_exception_handler(HTTPException, _no_such_call)
    api.add_exception_handler(Exception, _failed)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.BuilderError)
    found = of_error(error)
    if found["status"] >= 500:
        log.warning("%s: %s", type(error).__name__, error)
    return response(found)


async def _not_understood(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return response(NOT_JSON)
    listed = [{"field": _field(one["loc"]), "reason": _reason(one)} for one in found]
    detail = "; ".join(f"{one['field'] or 'body'}: {one['reason']}" for one in listed[:5])
    return response(document(422, "invalid-request", detail, "Mend the named fields and send it again.", listed))


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


async def _no_such_call(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.detail == _UNREADABLE:
        return response(NOT_JSON)
    slug, step = _HTTP.get(error.status_code, ("refused", "Change the request and try again."))
    said = str(error.detail)
    detail = _PLAINLY.get(error.status_code, said) if said == HTTPStatus(error.status_code).phrase else said
    return response(document(error.status_code, slug, detail, step), dict(error.headers or {}))


async def _failed(_: Request, error: Exception) -> JSONResponse:
    reference = secrets.token_hex(4)
    log.error("reference %s", reference, exc_info=error)
    detail = f"Something went wrong here. The log has it under reference {reference}."
    return response(
        document(500, "unexpected", detail, "Try again. If it stays, tell whoever runs this server the reference.")
    )
