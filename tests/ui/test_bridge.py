"""The bridge between script threads and the loop on which the services run."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from builder import wiring
from builder.core.errors import StorageError
from builder.settings import Settings
from builder.ui import bridge


async def where() -> tuple[asyncio.AbstractEventLoop, str]:
    return asyncio.get_running_loop(), threading.current_thread().name


def test_async_work_runs_on_one_loop_outside_the_calling_thread() -> None:
    first, thread = bridge.run(where())
    second, _ = bridge.run(where())
    assert first is second
    assert thread != threading.current_thread().name


def test_a_server_lends_its_own_loop_while_it_runs() -> None:
    before, _ = bridge.run(where())

    async def serve() -> asyncio.AbstractEventLoop:
        with bridge.lent(asyncio.get_running_loop()):
            return (await asyncio.to_thread(bridge.run, where()))[0]

    with asyncio.Runner() as runner:
        assert runner.run(serve()) is runner.get_loop()
    assert bridge.run(where())[0] is before


def test_what_the_work_raises_reaches_the_caller() -> None:
    async def fail() -> None:
        raise KeyError("missing")

    with pytest.raises(KeyError):
        bridge.run(fail())


@contextmanager
def fresh() -> Iterator[None]:
    """As in a process in which nothing was built yet."""
    with bridge.using(None):
        yield


def test_the_app_is_built_once_from_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'once.db'}")
    with fresh():
        built = bridge.app()
        assert bridge.app() is built
        assert built.place.endswith("once.db")
        assert bridge.run(bridge.arrive()) is built
        built.close()


def test_after_trouble_with_the_database_the_next_call_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "late.db").mkdir()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'late.db'}")
    with fresh():
        with pytest.raises(StorageError):
            bridge.app()
        (tmp_path / "late.db").rmdir()
        bridge.app().close()


def test_a_test_may_use_another_app(tmp_path: Path) -> None:
    other = wiring.build(Settings(database_url=f"sqlite:///{tmp_path / 'other.db'}"))
    with bridge.using(other):
        assert bridge.app() is other
    assert not bridge.is_built()
    other.close()
