"""The whole server killed at random moments of streams and writes that programs asked for.

Afterwards the next server has every message that was acknowledged, all of a reply that was shown a second before, says
that the reply was stopped, and goes on when the client sends the same message or the same write again.
"""

import json
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.kill.clients import Face, Heard, Whole, Wholes, frames, hearing, lines, socket, wholes
from tests.services.talking import READY
from tests.store.parts import config

KILLS = 8  # of each kind of stream
MOMENTS = (0, 1, 4, 7, 10)  # how many of twelve writes were answered when the server dies
SHOWN_BEFORE = 1.0  # seconds
pytestmark = pytest.mark.kill


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wholes]:
    with wholes(tmp_path_factory.mktemp("wholes")) as opened:
        yield opened


def begin(server: Whole) -> str:
    return str(server.client.post("/session/").json()["session_id"])


def talk(server: Whole, session: str) -> dict[str, Any]:
    found: dict[str, Any] = server.client.get(f"/v1/sessions/{session}/talk", params={"limit": 200}).json()
    return found


def intact(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("face", [lines, frames, socket])
def test_what_was_acknowledged_and_shown_outlives_a_kill_in_the_midst_of_a_stream(
    servers: Wholes, tmp_path: Path, face: Face
) -> None:
    database, seen = tmp_path / "test.db", Counter[str]()
    server = servers.bear(database)
    session = begin(server)
    asked: list[str] = []
    for kill in range(KILLS):
        key, goal, long = uuid4().hex, f"goal{kill}", kill % 2 == 0
        text = json.dumps({"words": 90 if long else random.randint(1, 20), "pause": 0.02, "goal": goal})
        with hearing(face, server, session, text, key) as heard:
            _wait(heard, random.uniform(1.1, 1.6) if long else random.uniform(0, 0.5), after_a_word=long)
            moment = server.kill()
        intact(database)
        server = servers.bear(database)
        state = _kept(server, session, text, goal, heard, heard.text(moment - SHOWN_BEFORE))
        seen[state] += 1
        _again(server, session, face, text, key)
        asked.append(text)
        told = [(one["role"], one["text"]) for one in talk(server, session)["messages"]]
        assert [text for role, text in told if role == "user"] == asked, "lost, or there twice"
        assert [role for role, _ in told] == ["user", "model"] * len(asked)
    server.kill()
    print(dict(seen))
    assert seen["stopped"] >= KILLS // 2, "the long replies were not cut"


def _wait(heard: Heard, seconds: float, after_a_word: bool) -> None:
    until = time.monotonic() + 30
    while after_a_word and not heard.text():
        assert time.monotonic() < until, "nothing was said"
        time.sleep(0.005)
    time.sleep(seconds)


def _kept(server: Whole, session: str, text: str, goal: str, heard: Heard, shown: str) -> str:
    """How the cut reply stands in the talk of the next server."""
    found = talk(server, session)
    assert found["running"] is None
    mine = [number for number, one in enumerate(found["messages"]) if (one["role"], one["text"]) == ("user", text)]
    assert len(mine) == 1 or not (mine or heard.acknowledged), "an acknowledged message is lost, or there twice"
    if not mine:
        return "not even asked"
    reply = found["messages"][mine[0] + 1]
    assert reply["text"].startswith(shown), "what was shown is lost"
    assert reply["state"] == ("done" if heard.finished else reply["state"])
    assert reply["state"] in ("done", "stopped")
    draft = server.client.get(f"/v1/sessions/{session}").json()["draft"]
    assert (goal in draft.get("goals", {}).get("value", [])) is (reply["state"] == "done"), "half a turn"
    return str(reply["state"])


def _again(server: Whole, session: str, face: Face, text: str, key: str) -> None:
    """The client sends its message again: it hears all that is kept of the reply, or the reply as it is made."""
    with hearing(face, server, session, text, key) as heard:
        pass
    assert heard.acknowledged and heard.finished
    assert heard.text() == talk(server, session)["messages"][-1]["text"]


Write = Callable[[Whole], tuple[str, str, Any]]


def agent(server: Whole) -> tuple[str, str, Any]:
    return "POST", "/v1/agents", _fresh()


def brought(server: Whole) -> tuple[str, str, Any]:
    return "POST", "/v1/agents/import", [_fresh() for _ in range(5)]


def saved(server: Whole) -> tuple[str, str, Any]:
    session = begin(server)
    fields = {**READY, "name": _name()}
    operations = [{"action": "set", "field": name, "value": value} for name, value in fields.items()]
    edited = server.client.patch(f"/v1/sessions/{session}/draft", json={"operations": operations})
    assert edited.status_code == 200, edited.text
    return "POST", f"/v1/sessions/{session}/save", {"note": fields["name"]}


def artifact(server: Whole) -> tuple[str, str, Any]:
    body = {"type": "code", "name": "sort.py", "content": f"x = '{_name()}'\n"}
    return "POST", f"/v1/sessions/{begin(server)}/artifacts", body


def _name() -> str:
    return f"Agent{uuid4().hex[:8]}"


def _fresh() -> dict[str, Any]:
    return config(_name())


def test_a_write_that_a_kill_cut_is_there_whole_or_not_at_all_and_the_same_key_does_it_once(
    servers: Wholes, tmp_path: Path
) -> None:
    database, seen = tmp_path / "test.db", Counter[str]()
    server = servers.bear(database)
    for answers in MOMENTS:
        wanted = [(kind(server), uuid4().hex) for kind in (agent, brought, saved, artifact) for _ in range(3)]
        first = _cut(server, wanted, answers)
        intact(database)
        server = servers.bear(database)
        for (write, key), acknowledged in zip(wanted, first, strict=True):
            answer = _once_more(server, write, key)
            if acknowledged is not None:
                assert (answer.status_code, answer.content) == (acknowledged.status_code, acknowledged.content)
            seen["acknowledged" if acknowledged is not None else "cut"] += 1
            _there_once(server, write, answer.json())
    server.kill()
    print(dict(seen))
    assert seen["acknowledged"] and seen["cut"], "each should happen"


def _cut(server: Whole, wanted: list[tuple[tuple[str, str, Any], str]], answers: int) -> list[httpx.Response | None]:
    """All at once, and the server dies on the way; None for a write of which nothing was heard."""
    heard: list[httpx.Response | None] = [None] * len(wanted)

    def ask(number: int) -> None:
        (method, path, body), key = wanted[number]
        try:
            heard[number] = server.client.request(method, path, json=body, headers={"Idempotency-Key": key})
        except (httpx.HTTPError, RuntimeError):  # the second: the client was closed meanwhile
            return

    asking = [threading.Thread(target=ask, args=(number,)) for number in range(len(wanted))]
    for thread in asking:
        thread.start()
    until = time.monotonic() + 30
    while len(heard) - heard.count(None) < answers:
        assert time.monotonic() < until, "too few were answered"
        time.sleep(0.001)
    server.kill()
    for thread in asking:
        thread.join(30)
    return heard


def _once_more(server: Whole, write: tuple[str, str, Any], key: str) -> httpx.Response:
    method, path, body = write
    answer = server.client.request(method, path, json=body, headers={"Idempotency-Key": key})
    assert answer.is_success, answer.text
    return answer


def _there_once(server: Whole, write: tuple[str, str, Any], answer: Any) -> None:
    _, path, body = write
    if path.endswith("/artifacts"):
        found = server.client.get(path, params={"all": "true"}).json()["artifacts"]
        assert [(one["id"], one["version"]) for one in found] == [(answer["id"], 1)]
        assert server.client.get(f"{path}/{answer['id']}").json()["content"] == body["content"]
        return
    made = [{"name": body["note"]}] if path.endswith("/save") else body if isinstance(body, list) else [body]
    for name in (one["name"] for one in made):
        [card] = server.client.get("/v1/agents", params={"text": name}).json()["agents"]
        versions = server.client.get(f"/v1/agents/{card['id']}/versions").json()["versions"]
        assert (card["name"], [one["version"] for one in versions]) == (name, [1])
