"""The API's own description (/openapi.json): what the routes say of themselves, and what holds for all of them."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from builder.api.idempotency import LONGEST_KEY
from builder.api.problems import Problem

ABOUT = """
Build an AI agent by talking: sessions are interviews, each with a draft; a finished draft is saved as an agent.

- **Errors** are problem documents (RFC 9457): `detail` says what happened, `next_step` what to do.
- **Revisions**: answers about a session or an agent carry an `ETag`. Send it as `If-Match` where a call takes it: what
  was changed elsewhere meanwhile is answered by 409 with `theirs`, and nothing is written.
- **Idempotency-Key**: a write that is sent again with its key within a day is not done again; its first answer is given
  again (`Idempotency-Replayed: true`). The same key with another request is refused (422). A refusal wrote nothing, so
  the key is free again. A streamed answer is not kept but told again, from the talk.
- Paths work with and without a slash at their end.
"""
TAGS = [
    {"name": "plain", "description": "JSON in, JSON lines out: the whole interview in a handful of calls."},
    {"name": "chat", "description": "One call for a whole chat."},
    {"name": "sessions", "description": "Interviews: begin, read, edit the draft, pause, save."},
    {"name": "talk", "description": "What is said in a session, and steps back and forth in it."},
    {"name": "agents", "description": "Saved agents and their versions."},
    {"name": "schema", "description": "The contract of the configuration."},
    {"name": "operations", "description": "How the server is."},
    {"name": "tokens", "description": "Who may call."},
]
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A new one for each write; the same one to send the same write again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}
_WRITES = ("post", "put", "patch", "delete")


def describe(api: FastAPI) -> None:
    """Made when it is first asked for."""

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _made(api)
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]


def _made(api: FastAPI) -> dict[str, Any]:
    whole = get_openapi(
        title=api.title, version=api.version, description=ABOUT, routes=api.routes, tags=TAGS, servers=[{"url": "/api"}]
    )
    parts = whole.setdefault("components", {}).setdefault("schemas", {})
    parts["Problem"] = Problem.model_json_schema()
    for calls in whole["paths"].values():
        for method, call in calls.items():
            if method in _WRITES:
                call.setdefault("parameters", []).append(_KEY)
    return whole
