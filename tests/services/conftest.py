"""The whole application on a database of its own, led by a scripted interviewer."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from builder.interviewers.scripted import Line, Script, Scripted
from builder.settings import Settings
from builder.store import Store
from builder.wiring import App, build
from tests.redis import free_port, serving

Made = Callable[..., App]


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/agents.db"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a Redis that the tests of one file share."""
    with serving(tmp_path_factory.mktemp("redis"), free_port()) as url:
        yield url


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store.open(database)
    yield opened
    opened.close()


@pytest.fixture
def app_with(database: str) -> Iterator[Made]:
    """An application whose interviewer plays the given turns, or follows the given script."""
    made: list[App] = []

    def make(*turns: Sequence[Line], script: Script | None = None, **settings: object) -> App:
        scripted = Scripted(script) if script else Scripted.of(*turns) if turns else Scripted()
        chosen = Settings.model_validate({"database_url": database, **settings})
        made.append(build(chosen, {"scripted": scripted}))
        return made[-1]

    yield make
    for app in made:
        app.close()


@pytest.fixture
def app(app_with: Made) -> App:
    return app_with()
