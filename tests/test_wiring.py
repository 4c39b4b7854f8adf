from pathlib import Path

import pytest

from builder.core.errors import StorageMissing
from builder.interviewers.scripted import Scripted
from builder.settings import Settings, load
from builder.wiring import build


def settings(tmp_path: Path, **more: str) -> Settings:
    return load({"DB_PATH": "agents.db", **more}, tmp_path)


async def test_the_offline_interviewer_leads_and_no_double_is_on_offer(tmp_path: Path) -> None:
    app = build(settings(tmp_path))
    assert "scripted" not in [engine.name for engine in app.interviews.engines]
    assert (await app.interviews.begin()).engine == "guided"
    app.close()


async def test_a_double_leads_where_the_settings_ask_for_it(tmp_path: Path) -> None:
    app = build(settings(tmp_path, MOCK_MODE="true"))
    session = await app.interviews.begin()
    events = [event async for event in app.interviews.send(session.id, "Hello")]
    assert session.engine == "scripted" and events[-1].kind == "Finished"
    app.close()


async def test_a_session_whose_interviewer_is_gone_goes_on_with_the_first_one(tmp_path: Path) -> None:
    before = build(settings(tmp_path), {"scripted": Scripted()})
    session = await before.interviews.begin()
    before.close()
    app = build(settings(tmp_path))
    assert app.interviews.engine_of(await app.interviews.get(session.id)).name == "guided"
    app.close()


async def test_the_application_says_where_its_data_lies_and_tidies_up(tmp_path: Path) -> None:
    app = build(settings(tmp_path))
    assert app.place == str(tmp_path / "agents.db")
    assert await app.tidy() == 0
    app.close()


def test_a_database_that_cannot_be_used_stops_the_start_with_words(tmp_path: Path) -> None:
    (tmp_path / "agents.db").write_bytes(b"not a database, a letter " * 100)
    with pytest.raises(StorageMissing):
        build(settings(tmp_path))
