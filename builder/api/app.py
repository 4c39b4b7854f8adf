"""The API as one application to be mounted under /api."""

from collections.abc import Awaitable, Callable, Collection

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.routing import APIRoute

from builder import __version__
from builder.api import problems
from builder.api.guard import EitherSlash, Guard
from builder.api.limit import ChatLimit
from builder.api.routes import chat, plain, schema
from builder.wiring import App

ROUTERS = (plain.router, chat.router, schema.router)


def create(find: Callable[[], Awaitable[App]], *, origins: Collection[str] = (), chat_limit: str = "off") -> FastAPI:
    """The API over the App that `find` gives (it may raise StorageError: then calls answer 503).

    `origins`: pages of other addresses that may call. `chat_limit`: as in "10/minute", for the plain chat endpoints.
    """
    # Swagger and ReDoc would load their scripts from elsewhere; /openapi.json has it all.
    api = FastAPI(title="Agent Builder", version=__version__, docs_url=None, redoc_url=None, redirect_slashes=False)
    api.state.find = find
    api.state.chat_limit = ChatLimit(chat_limit)
    for router in ROUTERS:
        api.include_router(router)
    problems.install(api)
    api.add_middleware(EitherSlash, with_slash=[path.rstrip("/") for path in _paths() if path.endswith("/")])
    api.add_middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["Retry-After"],
    )
    api.add_middleware(Guard, origins=origins)
    return api


def _paths() -> list[str]:
    return [route.path for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
