"""Two real servers on one database and one Redis: each hears of the other, whatever happens to either of them."""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from builder.services.broadcast import PULSE
from builder.services.presence import PULSES
from builder.services.seal import Seal
from builder.services.tokens import Passes
from tests.redis import free_port, serving
from tests.servers import Server, running
from tests.store import postgres

Json = dict[str, Any]
HOST = ("tests.browser.chat_host",)
KEY = "a long text that all servers share"


@dataclass
class Pair:
    one: Server
    two: Server
    redis: str


@contextmanager
def pair(folder: Path, port: int, program: tuple[str, ...] | None = HOST, **settings: str) -> Iterator[Pair]:
    with ExitStack() as stack:
        address = f"redis://127.0.0.1:{port}"
        given: Any = {"program": program} if program else {}
        first = stack.enter_context(running(folder, REDIS_URL=address, **given, **settings))
        second = stack.enter_context(running(folder, REDIS_URL=address, **given, **settings))
        yield Pair(first, second, address)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder, port = tmp_path_factory.mktemp("replicas"), free_port()
    with serving(folder, port), pair(folder, port) as found:
        yield found


def client(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.api, timeout=30, trust_env=False)


def begin(server: Server, **how: Any) -> str:
    with client(server) as calls:
        return str(calls.post("/session/", **how).json()["session_id"])


def listen(server: Server, session: str = "", **how: Any) -> ClientConnection:
    address = server.api.replace("http", "ws", 1) + "/ws/agent" + (f"/{session}" if session else "")
    return connect(address, proxy=None, compression=None, max_size=None, **how)


def hear(socket: ClientConnection, timeout: float = 10) -> Json:
    found: Json = json.loads(socket.recv(timeout))["payload"]
    return found


def until(socket: ClientConnection, true: Callable[[Json], bool], timeout: float = 10) -> list[Json]:
    found = [hear(socket, timeout)]
    while not true(found[-1]):
        found.append(hear(socket, timeout))
    return found


def is_update(name: str) -> Callable[[Json], bool]:
    return lambda payload: payload.get("update") == name


def ends(payload: Json) -> bool:
    return payload.get("event") == "Finished"


def ask(socket: ClientConnection, action: str, **given: Any) -> Json:
    socket.send(json.dumps({"type": "action", "payload": {"action": action, "id": "mine", **given}}))
    return until(socket, lambda payload: payload.get("id") == "mine")[-1]


def ids(payload: Json) -> set[str]:
    return {one["id"] for one in payload["visitors"]}


def everything_is_heard(servers: Pair) -> None:
    """Of a whole session on the second server, by a reader on the first one."""
    with listen(servers.one) as far, client(servers.two) as calls:
        session = str(calls.post("/session/").json()["session_id"])
        with listen(servers.two, session) as near:
            near.send("slow 30")
            told = until(near, ends)
            calls.patch(f"/v1/sessions/{session}/draft", json={"operations": VALID}).raise_for_status()
            saved = calls.post(f"/v1/sessions/{session}/save", json={}).raise_for_status().json()
            calls.delete(f"/v1/sessions/{session}").raise_for_status()
        found = until(far, lambda payload: payload.get("what") == "deleted")
    events = [one for one in found if one.get("update") == "turn"]
    assert events == [one for one in told if one.get("update") == "turn"], "not complete, or not in order"
    assert sum(one["event"] == "TextDelta" for one in events) == 30
    others = [one for one in found if one["update"] not in ("turn", "presence")]
    assert [one["update"] for one in others] == [
        "session", "message", "session_changed", "message", "session_changed", "session_changed", "agent",
        "session_changed", "session",
    ]  # fmt: skip
    assert [one["revision"] for one in others if one["update"] == "session_changed"] == sorted(
        one["revision"] for one in others if one["update"] == "session_changed"
    )
    [agent] = [one for one in others if one["update"] == "agent"]
    assert (agent["what"], agent["agent_id"], agent["version"]) == ("saved", saved["agent_id"], 1)
    assert [one["message"]["role"] for one in others if one["update"] == "message"] == ["user", "model"]


VALID = [
    {"action": "set", "field": name, "value": value}
    for name, value in {
        "name": "Greeter",
        "description": "Greets people.",
        "return_type": "unstructured",
        "system_prompt": "You greet people warmly.",
        "user_prompt": "Hello",
    }.items()
]


def test_a_reader_on_one_server_hears_everything_of_the_other_in_order(servers: Pair) -> None:
    everything_is_heard(servers)


def test_the_same_on_postgresql(tmp_path: Path) -> None:
    port = free_port()
    with postgres.server() as folder, serving(tmp_path, port):
        database = postgres.new_database(folder)
        with pair(tmp_path, port, DATABASE_URL=database, ENCRYPTION_KEY=KEY) as servers:
            everything_is_heard(servers)


def test_two_hundred_edits_in_a_row_come_through(servers: Pair) -> None:
    session = begin(servers.two)
    with listen(servers.one, session) as far, listen(servers.two, session) as near:
        hear(far)
        hear(near)
        for number in range(200):
            edit = [{"action": "set", "field": "tone", "value": f"tone {number}"}]
            near.send(json.dumps({"type": "action", "payload": {"action": "edit", "operations": edit}}))
        far_away = until(far, lambda one: one.get("update") == "missed" or one.get("revision") == 200, 60)
    revisions = [one["revision"] for one in far_away if one.get("update") == "session_changed"]
    assert revisions == list(range(1, 201))


def test_visitors_are_shown_on_every_server_and_go(servers: Pair) -> None:
    session = begin(servers.one)
    with listen(servers.one, session) as here:
        me = hear(here)["you"]
        with listen(servers.two, session) as there:
            other = hear(there)["you"]
            until(here, lambda one: is_update("presence")(one) and ids(one) == {me, other})
            until(there, lambda one: is_update("presence")(one) and ids(one) == {me, other})
            edits = [{"action": "set", "field": "tone", "value": "calm"}]
            ask(there, "edit", operations=edits)
            until(here, lambda one: is_update("presence")(one) and {"edits"} < {a["doing"] for a in one["visitors"]})
            with listen(servers.two, session) as late:
                assert {me, other} <= ids(hear(late)), "who comes later sees all at once"
        until(here, lambda one: is_update("presence")(one) and ids(one) == {me})


def test_a_server_that_is_killed_takes_its_visitors_away(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port), pair(tmp_path, port) as servers:
        session = begin(servers.one)
        with listen(servers.one, session) as here:
            me = hear(here)["you"]
            with listen(servers.two, session) as there:
                other = hear(there)["you"]
                until(here, lambda one: is_update("presence")(one) and ids(one) == {me, other})
                servers.two.kill()
                with pytest.raises(ConnectionClosed):
                    until(there, lambda _: False)
            began = time.monotonic()
            while not (is_update("presence")(last := hear(here, 30)) and ids(last) == {me}):
                here.send('{"type": "pong"}')
            assert time.monotonic() - began < (PULSES + 2) * PULSE
            here.send("name After")
            until(here, ends)


def test_redis_may_go_and_come_back_in_the_middle(tmp_path: Path) -> None:
    port = free_port()
    with ExitStack() as stack:
        with serving(tmp_path, port):
            servers = stack.enter_context(pair(tmp_path, port))
            session = begin(servers.one)
            far = stack.enter_context(listen(servers.one, session))
            near = stack.enter_context(listen(servers.two, session))
            hear(far)
            near.send("say first")
            until(far, ends)
            until(near, ends)
        for number in range(3):
            near.send(f"say {number}")
            until(near, ends)
        with client(servers.one) as calls:
            cache = calls.get("/health").json()["checks"]["cache"]
            assert cache["status"] != "healthy"
            assert len(calls.get("/chat/", params={"session_id": session}).text.splitlines()) == 8
        with serving(tmp_path, port):
            until(far, is_update("missed"))
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                near.send("say again")
                until(near, ends)
                if any(one.get("event") == "Finished" for one in waiting(far)):
                    break
            else:
                raise AssertionError("the servers do not hear of each other any more")
            logs = [server.log.read_text("utf-8") for server in (servers.one, servers.two)]
    for log in logs:
        assert "Traceback" not in log
        assert log.count("other servers hear later") == log.count("other servers hear of everything again") == 1


def waiting(socket: ClientConnection) -> list[Json]:
    found: list[Json] = []
    while True:
        try:
            found.append(hear(socket, 0.5))
        except TimeoutError:
            return found


def test_garbage_on_the_channels_ends_nothing(servers: Pair) -> None:
    session = begin(servers.one)
    with listen(servers.one, session) as here, redis.Redis.from_url(servers.redis) as stranger:
        hear(here)
        channels = stranger.pubsub_channels()
        assert len(channels) >= 2 and not any(b"local" in name for name in channels)
        for channel in channels:
            for number in range(100):
                stranger.publish(channel, os.urandom(number * 10))
        until(here, is_update("missed"))
        with listen(servers.two, session) as near:
            near.send("say still here")
            until(here, ends)


def test_a_page_on_any_server_is_known_on_every_other_and_after_a_restart(tmp_path: Path) -> None:
    port = free_port()
    passes = Passes(lambda: Seal(KEY).secret_for("passes of pages"))
    session = "00000000-0000-4000-8000-000000000000"
    given = f"{session}?pass={passes.issue(session)}"
    with serving(tmp_path, port):
        for _ in range(2):
            with pair(tmp_path, port, API_TOKENS="required", ENCRYPTION_KEY=KEY) as servers:
                for server in (servers.one, servers.two):
                    with listen(server, given) as socket, pytest.raises(ConnectionClosed):
                        until(socket, lambda _: False)
                    assert socket.close_code == 4004, "the door opens; there is no such session"
                    with pytest.raises(InvalidStatus):
                        listen(server, f"{session}?pass={Passes().issue(session)}")


def test_a_server_that_starts_leaves_the_turns_of_the_others_alone(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port) as address, running(tmp_path, program=HOST, REDIS_URL=address) as first:
        session = begin(first)
        with listen(first, session) as near, client(first) as calls:
            near.send("slow 600")
            until(near, lambda one: one.get("event") == "TextDelta")
            with running(tmp_path, program=HOST, REDIS_URL=address) as second, client(second) as others:
                talk = others.get(f"/v1/sessions/{session}/talk").json()
                assert talk["running"] is not None and talk["running"]["state"] == "streaming"
                busy = others.post(f"/v1/sessions/{session}/message", json={"message": "me too"})
                assert busy.status_code == 409
            calls.post(f"/v1/sessions/{session}/stop")


def test_nothing_is_left_of_servers_that_stop(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port) as address, redis.Redis.from_url(address) as looking:
        with pair(tmp_path, port, program=None) as servers:
            session = begin(servers.one)
            with listen(servers.one, session) as far, listen(servers.two, session) as near:
                me = hear(far)["you"]
                other = hear(near)["you"]
                until(far, lambda one: is_update("presence")(one) and ids(one) == {me, other})
                servers.two.process.terminate()
                servers.two.process.wait(10)
                began = time.monotonic()
                until(far, lambda one: is_update("presence")(one) and ids(one) == {me})
                assert time.monotonic() - began < PULSE, "it said goodbye"
        assert looking.pubsub_channels() == []
        assert len(looking.client_list()) == 1
        for server in (servers.one, servers.two):
            log = server.log.read_text("utf-8")
            for trouble in ("Traceback", "never awaited", "destroyed but it is pending", "ERROR"):
                assert trouble not in log


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
