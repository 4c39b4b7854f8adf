"""The API as one application to be mounted under /api."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.routing import APIRoute

from builder import __version__
from builder.api import description, problems
from builder.api.acting import Acting
from builder.api.calls import Calls
from builder.api.entry import Entry
from builder.api.guard import EitherSlash, Guard
from builder.api.idempotency import REPEATED, Once
from builder.api.limit import ChatLimit
from builder.api.routes import (
    agent_chat,
    agents,
    artifacts,
    chat,
    docs,
    exports,
    health,
    imports,
    live,
    metrics,
    plain,
    schema,
    sessions,
    tokens,
    usage,
)
from builder.api.trace import HEADER, Net, Traced
from builder.core.errors import StorageMissing
from builder.wiring import App

ROUTERS = (
    *(plain.router, agent_chat.router, sessions.router, chat.router, agents.router, schema.router),
    *(live.router, health.router, metrics.router, tokens.router, docs.router, usage.router),
    *(artifacts.router, exports.router, imports.router),
)


def create(
    find: Callable[[], Awaitable[App]],
    *,
    origins: Collection[str] = (),
    chat_limit: str = "off",
    tokens_required: bool = False,
) -> FastAPI:
    """The API over the App that `find` gives (it may raise StorageError: then calls answer 503).

    `origins`: pages of other addresses that may call. `chat_limit`: as in "10/minute", for messages of programs.
    """
    # FastAPI's own pages of Swagger UI and ReDoc load their scripts from elsewhere; ours are in routes/docs.py.
    api = FastAPI(
        title="Agent Builder",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=description.operation_id,
        responses=problems.ANY,
    )
    api.state.find = find
    api.state.chat_limit = ChatLimit(chat_limit)
    api.state.calls = Calls(_routes())
    for router in ROUTERS:
        api.include_router(router)
    problems.install(api)
    description.describe(api, _routes(), tokens_required)
    _guard(api, origins, tokens_required)
    return api


def description_of() -> dict[str, Any]:
    """/openapi.json, without a database or a server."""

    async def nothing() -> App:
        raise StorageMissing("There is no database here.", "Start the server with: python -m builder serve")

    return create(nothing).openapi()


def _guard(api: FastAPI, origins: Collection[str], tokens_required: bool) -> None:
    """What stands before the routes; what is added first is the innermost."""
    api.add_middleware(Once, find=api.state.find, calls=api.state.calls)
    api.add_middleware(Acting)
    api.add_middleware(EitherSlash, with_slash=[one.path.rstrip("/") for one in _routes() if one.path.endswith("/")])
    api.add_middleware(Entry, find=api.state.find, required=tokens_required)
    api.add_middleware(Net)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["Retry-After", "ETag", "Location", "Content-Disposition", REPEATED, HEADER],
    )
    api.add_middleware(Guard, origins=origins)
    api.add_middleware(Traced)


def _routes() -> list[APIRoute]:
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
