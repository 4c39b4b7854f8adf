"""The API as one application to be mounted under /api."""

from collections.abc import Awaitable, Callable, Collection

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.routing import APIRoute

from builder import __version__
from builder.api import description, problems
from builder.api.acting import Acting
from builder.api.entry import Entry
from builder.api.guard import EitherSlash, Guard
from builder.api.idempotency import REPEATED, Once
from builder.api.limit import ChatLimit
from builder.api.routes import (
    agent_chat,
    agents,
    chat,
    health,
    live,
    metrics,
    plain,
    schema,
    sessions,
    tokens,
)
from builder.api.trace import HEADER, Net, Traced
from builder.wiring import App

ROUTERS = (
    *(plain.router, agent_chat.router, sessions.router, chat.router, agents.router, schema.router),
    *(live.router, health.router, metrics.router, tokens.router),
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
    # Swagger and ReDoc would load their scripts from elsewhere; /openapi.json has it all.
    api = FastAPI(
        title="Agent Builder",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=problems.ANY,
    )
    api.state.find = find
    api.state.chat_limit = ChatLimit(chat_limit)
    for router in ROUTERS:
        api.include_router(router)
    problems.install(api)
    description.describe(api)
    _guard(api, origins, tokens_required)
    return api


def _guard(api: FastAPI, origins: Collection[str], tokens_required: bool) -> None:
    """What stands before the routes; what is added first is the innermost."""
    api.add_middleware(Once, find=api.state.find)
    api.add_middleware(Acting)
    api.add_middleware(EitherSlash, with_slash=[path.rstrip("/") for path in _paths() if path.endswith("/")])
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


def _paths() -> list[str]:
    return [route.path for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
