"""How calls refuse, for the API's own description: each status once, with an example, and which call may give which."""

from typing import Any

from fastapi.routing import APIRoute

from builder.api import entry, guard, idempotency, problems
from builder.api.limit import counted
from builder.api.marks import AT
from builder.core.errors import NotFound

_AT = "#/components/responses/"
NAMES = {
    400: "NotJson",
    401: "NoToken",
    403: "NotAllowed",
    404: "NotFound",
    409: "Conflict",
    413: "TooLarge",
    415: "NoFile",
    422: "Invalid",
    429: "TooMany",
    502: "ModelFailed",
    503: "Unavailable",
}
DEFAULT = "OtherProblem"
_NAMELESS = {"field": "name", "reason": "is missing"}
_REFUSED = ("name: is missing", "Mend the named fields and send it again.", [_NAMELESS])
EXAMPLES: dict[int, dict[str, Any]] = {
    400: problems.NOT_JSON,
    401: entry.NO_TOKEN,
    403: entry.too_little("write"),
    404: problems.of_error(NotFound("There is no such session.", what="session")),
    409: problems.document(409, "conflict", "The session is at revision 8 by now.", "Read it again.") | {"revision": 8},
    413: guard.LARGE,
    415: problems.NO_FILE,
    422: problems.document(422, "invalid-request", *_REFUSED),
    429: problems.document(429, "too-many", "Too many messages: 10 per 1 minute are allowed.", problems.WAIT),
    502: problems.document(502, "engine-failed", "The model does not answer.", "Try again in a minute."),
    503: problems.document(503, "storage-locked", "The database is busy.", "Try again in a moment."),
}
_OTHER = problems.document(500, "unexpected", "Something went wrong here.", "Try again.")
_WAITING = (409, 429)


def responses() -> dict[str, Any]:
    """The refusals by their names."""
    made = {NAMES[status]: _response(status, problems.MEANS[status], EXAMPLES[status]) for status in NAMES}
    return made | {DEFAULT: _response(500, "Any other problem.", _OTHER)}


def _response(status: int, description: str, example: dict[str, Any]) -> dict[str, Any]:
    names = ["X-Request-ID", *(["Retry-After"] if status in _WAITING else [])]
    return {
        "description": description,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": f"{AT}Problem"}, "example": example}},
    }


def of_call(call: dict[str, Any], route: APIRoute, method: str) -> dict[str, Any]:
    """The answers of a call: those that it names, and those that what stands before the routes may give."""
    named = {status: _by_name(status, answer) for status, answer in call["responses"].items()}
    added = {status: {"$ref": _AT + NAMES[status]} for status in _before(call, route, method)}
    whole = {str(status): answer for status, answer in added.items()} | named
    return {status: whole[status] for status in sorted(whole)}  # "default" comes last


def _by_name(status: str, answer: dict[str, Any]) -> dict[str, Any]:
    """A plain refusal is said by reference; one with words of its own stays."""
    if status == "default":
        return {"$ref": _AT + DEFAULT}
    common = problems.documented(int(status)).get(int(status)) if int(status) in NAMES else None
    return {"$ref": _AT + NAMES[int(status)]} if answer == common else answer


def _before(call: dict[str, Any], route: APIRoute, method: str) -> list[int]:
    found = [] if entry.is_open(route.path) else [401, 403, 503]
    if "requestBody" in call:
        found += [400, 413, 422]
    if method.upper() in idempotency.WRITING:
        found += [409, 422]
    if any("$ref" not in one["schema"] for one in call.get("parameters", ()) if one["in"] == "query"):
        found.append(422)
    if any(one.dependency is counted for one in route.dependencies):
        found.append(429)
    return found
