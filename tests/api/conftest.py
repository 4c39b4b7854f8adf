"""The API over real HTTP on a database of its own: led by the offline guide, or by the scripted interviewer."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from builder import wiring
from builder.api import app as api
from builder.interviewers.scripted import Scripted
from builder.settings import Settings
from tests.scripts import script
from tests.servers import in_thread


@contextmanager
def mounted(app: wiring.App, **options: Any) -> Iterator[tuple[httpx.Client, FastAPI]]:
    """A client of the API over this App, and the API itself; both end with the block, and so does the App."""

    async def find() -> wiring.App:
        return app

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await app.rest()

    with ExitStack() as stack:
        stack.callback(app.close)
        application = api.create(find, **options)
        served = Starlette(routes=[Mount("/api", application)], lifespan=lifespan)
        address = stack.enter_context(in_thread(served))
        yield stack.enter_context(httpx.Client(base_url=f"{address}/api", timeout=30, trust_env=False)), application


@contextmanager
def serving(
    folder: Path, *, scripted: bool = False, chat_limit: str = "off", origins: tuple[str, ...] = (), **given: object
) -> Iterator[httpx.Client]:
    """A client of the API; its base address ends with /api. `given`: settings beside the database."""
    settings = Settings.model_validate({"database_url": f"sqlite:///{folder / 'test.db'}", **given})
    app = wiring.build(settings, {"scripted": Scripted(script)} if scripted else None)

    required = settings.api_tokens == "required"
    with mounted(app, origins=origins, chat_limit=chat_limit, tokens_required=required) as (client, _):
        yield client


@pytest.fixture(scope="module")
def guided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving(tmp_path_factory.mktemp("guided")) as client:
        yield client


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Led by the scripted interviewer."""
    with serving(tmp_path_factory.mktemp("scripted"), scripted=True) as client:
        yield client


@pytest.fixture
def session(client: httpx.Client) -> str:
    return begin(client)


def begin(client: httpx.Client) -> str:
    return str(client.post("/session/").json()["session_id"])
