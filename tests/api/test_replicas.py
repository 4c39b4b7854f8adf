"""Two real servers on one database and one Redis: each hears of the other, whatever happens to either of them."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from builder.services.broadcast import PULSE
from builder.services.presence import PULSES
from builder.services.seal import Seal
from builder.services.tokens import Passes
from tests.api.pairs import (
    HOST,
    Json,
    Pair,
    ask,
    begin,
    client,
    ends,
    hear,
    ids,
    is_update,
    listen,
    pair,
    settled,
    until,
)
from tests.redis import free_port, serving
from tests.servers import Server, running
from tests.store import postgres

KEY = "a long text that all servers share"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder, port = tmp_path_factory.mktemp("replicas"), free_port()
    with serving(folder, port), pair(folder, port) as found:
        yield found


def everything_is_heard(servers: Pair) -> None:
    """Of a whole session on the second server, by a reader on the first one."""
    with listen(servers.one) as far, client(servers.two) as calls:
        settled(far)
        session = str(calls.post("/session/").json()["session_id"])
        with listen(servers.two, session) as near:
            near.send("slow 30")
            told = until(near, ends)
            calls.patch(f"/v1/sessions/{session}/draft", json={"operations": VALID}).raise_for_status()
            saved = calls.post(f"/v1/sessions/{session}/save", json={}).raise_for_status().json()
            calls.delete(f"/v1/sessions/{session}").raise_for_status()
        found = until(far, lambda payload: payload.get("what") == "deleted")
    events = [one for one in found if one.get("update") == "turn"]
    near_by = [one for one in told if one.get("update") == "turn"]
    assert words(events) == words(near_by) == "".join(f"word{number} " for number in range(30)), "not complete"
    assert [one["event"] for one in events if one["event"] != "TextDelta"] == [
        one["event"] for one in near_by if one["event"] != "TextDelta"
    ], "not in order"
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


def words(events: list[Json]) -> str:
    """They may come together that were said one by one."""
    return "".join(one["data"]["text"] for one in events if one["event"] == "TextDelta")


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
            while not (is_update("presence")(last := hear(here, 60)) and ids(last) == {me}):
                here.send('{"type": "pong"}')
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
    settings = {"API_TOKENS": "required", "ENCRYPTION_KEY": KEY}
    with serving(tmp_path, port) as address:
        with pair(tmp_path, port, **settings) as servers:
            for server in (servers.one, servers.two):
                opens_only_to(given, server)
        with running(tmp_path, program=HOST, REDIS_URL=address, **settings) as again:
            opens_only_to(given, again)


def opens_only_to(given: str, server: Server) -> None:
    with listen(server, given) as socket, pytest.raises(ConnectionClosed):
        until(socket, lambda _: False)
    assert socket.close_code == 4004, "the door opens; there is no such session"
    session = given.partition("?")[0]
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
                for step in ("undo", "redo"):
                    assert others.post(f"/v1/sessions/{session}/{step}").status_code == 409
                late = others.post(f"/v1/sessions/{session}/stop", params={"message_id": "an-earlier-one"})
                assert late.status_code == 204
                assert calls.get(f"/v1/sessions/{session}/talk").json()["running"] is not None
                others.post(f"/v1/sessions/{session}/stop").raise_for_status()
                last = others.get(f"/v1/sessions/{session}/talk").json()["messages"][-1]
                assert (last["role"], last["state"]) == ("model", "stopped")
                assert until(near, ends)[-1]["data"]["outcome"] == "stopped"


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
                assert time.monotonic() - began < (PULSES - 1) * PULSE, "it said goodbye: nobody waited for its signs"
        assert looking.pubsub_channels() == []
        assert len(looking.client_list()) == 1
        for server in (servers.one, servers.two):
            log = server.log.read_text("utf-8")
            for trouble in ("Traceback", "never awaited", "destroyed but it is pending", "ERROR"):
                assert trouble not in log
