"""Databases for the tests of this room. A test that takes `store` runs on both kinds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.store import Store
from tests.store import postgres


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    with postgres.server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/agents.db"
    return postgres.new_database(request.getfixturevalue("postgres_address"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a SQLite database will lie."""
    return tmp_path / "agents.db"
