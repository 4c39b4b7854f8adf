"""A beginning with an Idempotency-Key, when the server dies in the middle of it or the key has had its time."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection

from tests.api.pairs import HOST, begin, client, listen, until
from tests.servers import Server, running


@pytest.mark.parametrize("path", ["/v1/sessions/create", "/agent/chat"])
def test_a_keyed_beginning_that_died_in_the_middle_is_finished_and_not_done_twice(tmp_path: Path, path: str) -> None:
    body = {"message": "slow 60"} if path == "/agent/chat" else {"initial_message": "slow 60"}
    how: Any = {"json": body, "headers": {"Idempotency-Key": "once"}}
    with running(tmp_path, program=HOST) as server, client(server) as calls, listen(server) as hearing:
        killer = threading.Thread(target=lambda: kill_when_it_speaks(server, hearing))
        killer.start()
        with pytest.raises(httpx.HTTPError):
            calls.post(path, **how)
        killer.join()
    age_of_claims(tmp_path / "test.db")
    with running(tmp_path, program=HOST) as server, client(server) as calls:
        [before] = calls.get("/v1/sessions").json()["sessions"]
        done = calls.post(path, **how).raise_for_status().json()
        assert done["session_id"] == before["session_id"]
        assert len(calls.get("/v1/sessions").json()["sessions"]) == 1
        assert len(calls.get("/chat/", params={"session_id": done["session_id"]}).text.splitlines()) == 2


def kill_when_it_speaks(server: Server, hearing: ClientConnection) -> None:
    until(hearing, lambda one: one.get("event") == "TextDelta")
    server.kill()


def age_of_claims(database: Path) -> None:
    """As if half a minute had passed."""
    with closing(sqlite3.connect(database)) as kept:
        assert kept.execute("UPDATE answers SET touched = touched - 31000000 WHERE state = 'running'").rowcount == 1
        kept.commit()


def test_the_same_key_after_its_time_begins_another_session(tmp_path: Path) -> None:
    key = {"Idempotency-Key": "every day"}
    with running(tmp_path, program=HOST) as server:
        first = begin(server, headers=key)
        assert begin(server, headers=key) == first
        with closing(sqlite3.connect(tmp_path / "test.db")) as kept:
            kept.execute("UPDATE answers SET created = created - 90000000000, touched = touched - 90000000000")
            kept.commit()
        assert begin(server, headers=key) != first
