"""Clients of real servers: one led by the scripted interviewer, one by the offline guide."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from builder_client import Client
from tests.api.conftest import serving


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a server that the scripted interviewer leads."""
    with serving(tmp_path_factory.mktemp("scripted"), scripted=True) as http:
        yield str(http.base_url)


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    with Client(address) as client:
        yield client


@pytest.fixture
def session(client: Client) -> str:
    return client.sessions.create().session_id


@pytest.fixture(scope="module")
def guided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Of a server that the offline guide leads."""
    with serving(tmp_path_factory.mktemp("guided")) as http, Client(str(http.base_url)) as client:
        yield client


To = Callable[..., Client]


@pytest.fixture
def to() -> Iterator[To]:
    """Makes clients, which are closed at the end."""
    with ExitStack() as stack:
        yield lambda *given, **options: stack.enter_context(Client(*given, **options))
