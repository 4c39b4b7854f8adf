"""The API's own description (/openapi.json): what the routes say of themselves, and what holds for all of them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from builder.api import about, entry, event_schemas, links, marks, refusals, shapes
from builder.api.answers_talk import SESSION_ID, ChatLine
from builder.api.idempotency import LONGEST_KEY, REPEATED, WRITING
from builder.api.problems import Problem
from builder.api.trace import HEADER

# Answers that were really given; `python -m tests.api.examples` writes them.
EXAMPLES = Path(__file__).parent / "examples.json"
_TEXT = {"type": "string"}
HEADERS: dict[str, Any] = {
    "ETag": {"description": "The revision or version; send it as If-Match.", "schema": _TEXT, "example": '"7"'},
    "Location": {"description": "The address of it.", "schema": {"type": "string", "format": "uri-reference"}},
    "Retry-After": {
        "description": "Seconds to wait, where waiting helps.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 12,
    },
    "Content-Disposition": {"description": "A name for the file.", "schema": _TEXT},
    HEADER: {"description": "The call's name in the server's log.", "schema": _TEXT},
    REPEATED: {"description": "It was done before, under this key.", "schema": {"type": "string", "const": "true"}},
}
_KEY = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": r'^[!#-~]([ -~]*[!-~])?$'}
PARAMETERS: dict[str, Any] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "description": "A new one for each write, best a UUID; the same one to send the same write again.",
        "schema": _KEY,
    },
    "Client": {
        "name": "X-Client",
        "description": "Your program's name for itself: letters, digits, _ and -, 64 at the most. Live updates of what "
        "you change carry it, so that you know your own changes again.",
        "schema": _TEXT,
    },
    "RequestID": {
        "name": HEADER,
        "description": "Your own name for the call: letters, digits, dots, _ and -, 64 at the most.",
        "schema": _TEXT,
    },
}
TOKEN = "token"
SCHEMES = {
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "description": "Where the server asks for one: python -m builder token create NAME",
    }
}


def describe(api: FastAPI, routes: Sequence[APIRoute], tokens_required: bool) -> None:
    """Made when it is first asked for."""

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _made(api, routes, tokens_required)
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]


def operation_id(route: APIRoute) -> str:
    """The name of the function that answers, as client generators like it: createAgent. It is part of the promise."""
    first, *rest = route.name.split("_")
    return first + "".join(map(str.capitalize, rest))


def _made(api: FastAPI, routes: Sequence[APIRoute], tokens_required: bool) -> dict[str, Any]:
    whole: dict[str, Any] = get_openapi(
        title=api.title,
        version=api.version,
        description=about.ABOUT,
        routes=api.routes,
        tags=about.TAGS,
        servers=[{"url": "/api", "description": "This server."}],
    )
    whole["security"] = [{TOKEN: []}] if tokens_required else [{}, {TOKEN: []}]
    parts = whole.setdefault("components", {})
    parts["schemas"] = parts.get("schemas", {}) | _shapes()
    parts["responses"] = refusals.responses()
    parts["headers"] = HEADERS
    parts["parameters"] = {name: {**one, "in": "header", "required": False} for name, one in PARAMETERS.items()}
    parts["securitySchemes"] = SCHEMES
    whole = marks.resolved(whole)
    _complete(whole, routes)
    _drop_unnamed(whole)
    links.add(whole["paths"])
    return whole


def _shapes() -> dict[str, Any]:
    template = marks.AT + "{model}"
    return {
        "Problem": Problem.model_json_schema(ref_template=template),
        "ChatLine": _without_parts(ChatLine.model_json_schema(ref_template=template)),
        "SessionId": SESSION_ID,
        **shapes.configuration(),
        **shapes.events(),
    }


def _drop_unnamed(whole: dict[str, Any]) -> None:
    """Shapes in whose place a route has said another one by hand."""
    text, shapes = json.dumps(whole), whole["components"]["schemas"]
    for name in [name for name in shapes if f'"{marks.AT}{name}"' not in text and name != event_schemas.ALL]:
        del shapes[name]


def _without_parts(schema: dict[str, Any]) -> dict[str, Any]:
    """They are there already."""
    return {key: part for key, part in schema.items() if key != "$defs"}


def _complete(whole: dict[str, Any], routes: Sequence[APIRoute]) -> None:
    """What each call has beside what its route says."""
    at = {(route.path, method.lower()): route for route in routes for method in route.methods or ()}
    examples = json.loads(EXAMPLES.read_text("utf-8")) if EXAMPLES.exists() else {}
    for path, calls in whole["paths"].items():
        for method, call in calls.items():
            call["responses"] = refusals.of_call(call, at[path, method], method)
            call.setdefault("parameters", []).extend(_parameters(method))
            if entry.is_open(path):
                call["security"] = []
            elif "tokens" in call["tags"]:
                call["security"] = [{TOKEN: []}]
            _show(call, whole["components"]["schemas"], examples.get(call["operationId"], {}))
            for status, answer in call["responses"].items():
                if "$ref" not in answer:
                    _add_headers(answer, repeatable=method.upper() in WRITING and status.startswith("2"))


def _parameters(method: str) -> list[dict[str, str]]:
    names = ("IdempotencyKey", "Client", "RequestID") if method.upper() in WRITING else ("RequestID",)
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _add_headers(answer: dict[str, Any], *, repeatable: bool) -> None:
    headers = answer.setdefault("headers", {})
    for name in (HEADER, *((REPEATED,) if repeatable else ())):
        headers[name] = {"$ref": f"#/components/headers/{name}"}


def _show(call: dict[str, Any], shapes: dict[str, Any], examples: dict[str, Any]) -> None:
    """Examples where tools look for them: of the body, and of answers that were really given."""
    for content in call.get("requestBody", {}).get("content", {}).values():
        found = content["schema"].get("examples") or _examples_of(content["schema"], shapes)
        content["examples"] = {f"example{number}": {"value": value} for number, value in enumerate(found, 1)}
    for status, example in examples.items():
        if content := call["responses"].get(status, {}).get("content", {}).get("application/json"):
            content["example"] = example


def _examples_of(schema: dict[str, Any], shapes: dict[str, Any]) -> list[Any]:
    named = [one["$ref"] for one in (schema, *schema.get("anyOf", ())) if "$ref" in one]
    return [example for at in named for example in shapes[at.removeprefix(marks.AT)].get("examples", ())]
