"""A server that the scripted interviewer leads, and the environment of a terminal beside it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.conftest import serving
from tests.servers import environment

GIVEN = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONWARNINGS": "error", "TERM": "xterm"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("scripted"), scripted=True) as http:
        yield str(http.base_url)


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, str]:
    """No server runs at the settings' address: the talk uses the database of this folder."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return environment(tmp_path / "talk.db", PORT=str(port), **GIVEN)
