"""The WebSockets over a real server and a real client: every update out, actions in, and nothing that ends them."""

import asyncio
import json
import random
import socket as plain
import string
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from builder import wiring
from builder.api.actions import NAMES
from builder.api.envelopes import LARGEST
from builder.api.sockets import Pace
from builder.core.events import TextDelta
from builder.interviewers.scripted import Scripted
from builder.services.broadcast import Here
from builder.services.presence import Presence
from builder.services.updates import TurnEvent
from builder.settings import Settings
from tests.api.conftest import mounted
from tests.patience import AT_ONCE
from tests.scripts import script
from tests.servers import Server, running

Json = dict[str, Any]
OPEN: dict[str, Any] = {"proxy": None, "compression": None, "max_size": None}


@dataclass
class Place:
    """A server, its application, and a client of its plain calls."""

    app: wiring.App
    client: httpx.Client
    url: str

    def begin(self) -> str:
        return str(self.client.post("/session/").json()["session_id"])

    def open(self, path: str = "", **how: Any) -> ClientConnection:
        return connect(f"{self.url}/ws/agent{path}", **OPEN | how)

    @property
    def listening(self) -> int:
        assert isinstance(self.app.broadcast, Here)
        return self.app.broadcast.listening()


@contextmanager
def serving(
    folder: Path,
    chat_limit: str = "off",
    origins: tuple[str, ...] = (),
    required: bool = False,
    pace: Pace | None = None,
    absent_after: float = 50.0,
) -> Iterator[Place]:
    settings = Settings.model_validate({"database_url": f"sqlite:///{folder / 'test.db'}"})
    app = wiring.build(settings, {"scripted": Scripted(script)})
    app = replace(app, presence=Presence(app.broadcast, absent_after))

    with mounted(app, origins=origins, chat_limit=chat_limit, tokens_required=required) as (client, served):
        served.state.pace = pace or Pace()
        address = str(client.base_url).rstrip("/")
        yield Place(app, client, address.replace("http", "ws", 1))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with serving(tmp_path_factory.mktemp("sockets")) as found:
        yield found


def hear(socket: ClientConnection, timeout: float = 10) -> Json:
    found: Json = json.loads(socket.recv(timeout))
    assert set(found) == {"type", "payload", "timestamp"} and isinstance(found["timestamp"], float)
    assert abs(found["timestamp"] - time.time()) < 60
    return found


def until(socket: ClientConnection, true: Callable[[Json], Any]) -> list[Json]:
    """All envelopes up to the first for which it is true."""
    found = [hear(socket)]
    while not true(found[-1]):
        found.append(hear(socket))
    return found


def is_event(kind: str) -> Callable[[Json], bool]:
    return lambda envelope: bool(envelope["payload"].get("event") == kind)


def is_update(name: str) -> Callable[[Json], bool]:
    return lambda envelope: bool(envelope["payload"].get("update") == name)


def of_type(name: str) -> Callable[[Json], bool]:
    return lambda envelope: bool(envelope["type"] == name)


def ask(socket: ClientConnection, action: str, **given: Any) -> Json:
    """The answer to an action, or the error."""
    payload = {"action": action, "id": "mine", **given}
    socket.send(json.dumps({"type": "action", "payload": payload, "timestamp": time.time()}))
    found: Json = until(socket, lambda one: one["payload"].get("id") == "mine")[-1]
    return found


def text_of(envelopes: list[Json]) -> str:
    return "".join(one["payload"]["data"]["text"] for one in envelopes if is_event("TextDelta")(one))


# ---- the contract, case by case


def test_a_ping_is_answered_by_a_pong(place: Place) -> None:
    for path in ("", f"/{place.begin()}"):
        with place.open(path) as socket:
            socket.send(json.dumps({"type": "ping", "payload": {"n": 5}, "timestamp": 1.5}))
            assert until(socket, of_type("pong"))[-1]["payload"] == {"n": 5}
            socket.send('{"type": "ping"}')
            assert until(socket, of_type("pong"))[-1]["payload"] == {}


def test_every_client_gets_every_state_update(place: Place) -> None:
    with place.open() as one, place.open() as other:
        session = place.begin()
        place.client.post("/chat/", json={"prompt": "name Triage", "session_id": session})
        for socket in (one, other):
            found = until(socket, is_event("Finished"))
            assert {one["type"] for one in found} == {"state_update"}
            names = [one["payload"]["update"] for one in found]
            assert names[:3] == ["session", "message", "session_changed"]
            assert text_of(found) == "Noted: Triage."
            [_, done] = filter(is_update("session_changed"), found)
            assert done["payload"] | {"by": None} == {
                "update": "session_changed", "session_id": session, "revision": done["payload"]["revision"],
                "stage": "COLLECTING_BASICS", "progress": done["payload"]["progress"], "fields": ["name"], "by": None,
            }  # fmt: skip


def test_text_of_a_person_is_answered_by_the_events_of_the_turn(place: Place) -> None:
    with place.open(f"/{place.begin()}") as socket:
        snapshot = hear(socket)["payload"]
        assert (snapshot["update"], snapshot["stage"], snapshot["running"]) == ("snapshot", "INITIAL", None)
        socket.send("name Triage")
        found = until(socket, is_event("Finished"))
        events = [one["payload"]["event"] for one in found if is_update("turn")(one)]
        assert events == ["Started", "DraftChanged", "TextDelta", "Suggested", "StageChanged", "Finished"]
        assert text_of(found) == "Noted: Triage."
        socket.send("and on")
        assert text_of(until(socket, is_event("Finished"))) == "You said: and on"


@pytest.mark.parametrize("unknown", ["6f0e5b8e-0000-4000-8000-000000000000", "nope", "%00", "a%20b"])
def test_an_unknown_session_closes_with_4004(place: Place, unknown: str) -> None:
    with place.open(f"/{unknown}") as socket:
        refused = hear(socket)["payload"]
        assert refused["type"] == "/problems/not-found" and "POST /v1/sessions/create" in refused["next_step"]
        with pytest.raises(ConnectionClosed):
            socket.recv(10)
        assert socket.close_code == 4004


def test_a_session_that_is_deleted_closes_with_4004(place: Place) -> None:
    session = place.begin()
    with place.open(f"/{session}") as socket:
        hear(socket)
        assert place.client.delete(f"/v1/sessions/{session}").status_code == 204
        assert until(socket, is_update("session"))[-1]["payload"]["what"] == "deleted"
        with pytest.raises(ConnectionClosed):
            socket.recv(10)
        assert socket.close_code == 4004


def test_foreign_pages_are_refused_our_own_and_named_ones_are_not(tmp_path: Path) -> None:
    with serving(tmp_path, origins=("https://friend.example",)) as place:
        host = place.url.split("/")[2]
        for origin in (f"http://{host}", "https://friend.example", None):
            with place.open(origin=origin) as socket:
                socket.ping().wait(10)
        for origin in ("https://evil.example", "null", f"http://{host}.evil.example", "http://127.0.0.1:1"):
            for path in ("", f"/{place.begin()}"):
                with pytest.raises(InvalidStatus) as refused:
                    place.open(path, origin=origin)
                assert refused.value.response.status_code == 403


def test_where_tokens_are_required_a_socket_needs_one_or_the_pass_of_a_page(tmp_path: Path) -> None:
    with serving(tmp_path, required=True) as place:
        session = asyncio.run(place.app.interviews.begin()).id
        token = asyncio.run(place.app.tokens.create("robot"))[1]
        for path in ("", f"/{session}", f"/{session}?pass=wrong", f"?pass={place.app.passes.issue(session)}"):
            with pytest.raises(InvalidStatus) as refused:
                place.open(path)
            assert refused.value.response.status_code == 401
        headers = {"Authorization": f"Bearer {token}"}
        with place.open(additional_headers=headers) as socket, place.open(f"/{session}", additional_headers=headers):
            socket.send('{"type": "ping"}')
            until(socket, of_type("pong"))
        with place.open(f"/{session}?pass={place.app.passes.issue(session)}") as socket:
            assert hear(socket)["payload"]["update"] == "snapshot"


def test_a_slash_at_the_end_is_no_other_address(place: Place) -> None:
    with place.open("/") as socket, place.open(f"/{place.begin()}/") as one:
        socket.send('{"type": "ping"}')
        assert until(socket, of_type("pong"))
        assert hear(one)["payload"]["update"] == "snapshot"


# ---- actions


def test_every_action_does_what_it_says(place: Place) -> None:
    with place.open() as socket:
        begun = ask(socket, "begin", mode="quick", language="de")["payload"]["result"]
        session = {"session_id": begun["session_id"]}
        assert begun["mode"] == "quick"
        edits = [{"action": "set", "field": "name", "value": "Triage"}]
        edited = ask(socket, "edit", operations=edits, seen={"name": None}, **session)["payload"]["result"]
        assert (edited["collected"], edited["problems"]) == (["name"], [])
        assert edited["changes"][0]["field"] == "name"
        assert "name" not in ask(socket, "undo", **session)["payload"]["result"]["collected"]
        assert "name" in ask(socket, "redo", **session)["payload"]["result"]["collected"]
        sent = ask(socket, "send", message="name Other", message_id="m-1", **session)["payload"]["result"]
        assert sent["message_id"] == "m-1"
        until(socket, is_event("Finished"))
        accepted = ask(socket, "accept", field="name", **session)
        assert accepted["type"] == "action", accepted
        assert ask(socket, "refuse", field="name", **session)["payload"]["status"] == 404
        assert ask(socket, "unlock", field="name", **session)["type"] == "action"
        assert ask(socket, "switch", language="fr", **session)["type"] == "action"
        assert ask(socket, "switch", engine="nobody", **session)["payload"]["status"] == 422
        back = ask(socket, "go_back", message_id=sent["reply_id"], **session)["payload"]["result"]
        assert back["collected"] == ["name"]
        assert ask(socket, "status", **session)["payload"]["result"]["revision"] >= back["revision"]
        assert ask(socket, "subscribe", **session)["payload"]["result"]["update"] == "snapshot"
        assert ask(socket, "unsubscribe", **session)["payload"]["result"] == {}
        ask(socket, "send", message="hang", **session)
        assert ask(socket, "stop", **session)["type"] == "action"
    name = place.client.get(f"/v1/sessions/{begun['session_id']}").json()
    assert "Other" in json.dumps(name)
    assert len(NAMES) == 14


def test_an_action_that_is_late_is_a_conflict_and_writes_nothing(place: Place) -> None:
    with place.open(f"/{place.begin()}") as socket:
        edits = [{"action": "set", "field": "tone", "value": "calm"}]
        first = ask(socket, "edit", operations=edits, revision=0)["payload"]["result"]
        late = ask(socket, "edit", operations=edits, revision=0)
        assert (late["type"], late["payload"]["status"], late["payload"]["action"]) == ("error", 409, "edit")
        seen = ask(socket, "edit", operations=edits, seen={"tone": "loud"})["payload"]
        assert (seen["status"], seen["theirs"]) == (409, {"tone": "calm"})
        assert ask(socket, "status")["payload"]["result"]["revision"] == first["revision"]


def test_the_same_message_id_again_is_told_again_and_never_a_second_message(place: Place) -> None:
    session = place.begin()
    with place.open(f"/{session}") as socket:
        for again in (False, True):
            assert ask(socket, "send", message="say once", message_id="m1")["payload"]["result"]["again"] is again
            assert text_of(until(socket, is_event("Finished"))) == "once"
    assert len(place.client.get("/chat/", params={"session_id": session}).text.splitlines()) == 2


def test_the_socket_of_one_session_is_about_no_other(place: Place) -> None:
    with place.open(f"/{place.begin()}") as socket:
        assert ask(socket, "undo", session_id=place.begin())["payload"]["type"] == "/problems/other-session"
        assert ask(socket, "undo", session_id="nope")["payload"]["status"] == 404
    with place.open() as socket:
        assert ask(socket, "undo")["payload"]["type"] == "/problems/no-session"


def test_a_second_message_while_one_is_answered_is_refused_in_words(place: Place) -> None:
    with place.open(f"/{place.begin()}") as socket:
        ask(socket, "send", message="hang")
        busy = ask(socket, "send", message="me too")["payload"]
        assert (busy["status"], busy["type"]) == (409, "/problems/busy") and busy["next_step"]
        ask(socket, "stop")


def test_too_many_messages_are_told_when_to_go_on(tmp_path: Path) -> None:
    with serving(tmp_path, chat_limit="3/minute") as place, place.open(f"/{place.begin()}") as socket:
        for _ in range(3):
            socket.send("say yes")
            until(socket, is_event("Finished"))
        refused = ask(socket, "send", message="say no")["payload"]
        assert refused["status"] == 429 and 1 <= refused["retry_after"] <= 60
        over_http = place.client.post("/chat/", json={"prompt": "x", "session_id": place.begin()})
        assert over_http.status_code == 429
        assert ask(socket, "status")["type"] == "action"


# ---- bad input

DEEP = '{"type":"ping","payload":' + '{"a":' * 5_000 + "1" + "}" * 5_000 + "}"
BAD: dict[str, str | bytes] = {
    "nothing": "",
    "no JSON": "{oops",
    "a list": "[1, 2]",
    "a number": "17",
    "null": "null",
    "NaN": '{"type": "ping", "payload": {"a": NaN}}',
    "endless number": '{"type": "ping", "payload": {"a": 1e999}}',
    "long number": '{"type": "ping", "payload": {"a": ' + "9" * 9_000 + "}}",
    "binary": b"\x00\x01\x02",
    "empty binary": b"",
    "huge": '{"type": "ping", "payload": {"a": "' + "x" * LARGEST + '"}}',
    "deep": DEEP,
    "deep list": "[" * 100_000,
    "moderately deep": '{"type":"ping","payload":' + '{"a":' * 150 + "1" + "}" * 150 + "}",
    "no type": "{}",
    "unknown type": '{"type": "shutdown"}',
    "type of another kind": '{"type": ["ping"]}',
    "the server's own type": '{"type": "state_update", "payload": {}}',
    "an error": '{"type": "error", "payload": {}}',
    "wrong payload": '{"type": "action", "payload": "undo"}',
    "wrong time": '{"type": "ping", "timestamp": "now"}',
    "unknown key": '{"type": "ping", "extra": 1}',
    "no action": '{"type": "action", "payload": {}}',
    "unknown action": '{"type": "action", "payload": {"action": "drop_tables"}}',
    "unknown key of an action": '{"type": "action", "payload": {"action": "undo", "force": true}}',
    "wrong value": '{"type": "action", "payload": {"action": "send", "message": 5}}',
    "blank message": '{"type": "action", "payload": {"action": "send", "message": "  "}}',
    "no operations": '{"type": "action", "payload": {"action": "edit", "operations": []}}',
    "half letters": '{"type": "\\ud800", "payload": {}}',
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_answered_by_an_error_with_a_next_step_and_the_connection_lives(place: Place, name: str) -> None:
    with place.open() as socket:
        socket.send(BAD[name])
        error = hear(socket)
        assert error["type"] == "error", error
        assert error["payload"]["detail"] and error["payload"]["next_step"] and error["payload"]["status"] < 500
        assert len(json.dumps(error)) < 2_000
        socket.send('{"type": "ping"}')
        assert hear(socket)["type"] == "pong"


def bad_frames(count: int) -> Iterator[str | bytes]:
    """The same frames in every run: broken, cut, shuffled and plainly random ones."""
    chance = random.Random(20240611)
    good = json.dumps({"type": "action", "payload": {"action": "edit", "operations": [], "id": "x"}})
    for number in range(count):
        match number % 5:
            case 0:
                yield chance.randbytes(chance.randrange(0, 300))
            case 1:
                yield "".join(chance.choices(string.printable + "ä🙂\u2028", k=chance.randrange(0, 300)))
            case 2:
                yield good[: chance.randrange(0, len(good) - 1)]
            case 3:
                kind = chance.choice(["", "Ping", "acti\u0000on", "x" * 200, 5, None, {}, []])
                yield json.dumps({"type": kind, "payload": chance.choice([None, 1, "x", [], {"a": []}])})
            case _:
                payload = {"action": chance.choice([*NAMES, "x", 7]), "session_id": chance.choice(["x", 5, [], None])}
                yield json.dumps({"type": "action", "payload": payload | {chance.choice("abc"): chance.random()}})


def test_a_thousand_bad_frames_are_a_thousand_errors(place: Place) -> None:
    with place.open() as socket:
        for number, frame in enumerate(bad_frames(1_000)):
            socket.send(frame)
            error = hear(socket)
            assert error["type"] == "error" and error["payload"]["status"] < 500, (number, frame, error)
        socket.send('{"type": "ping"}')
        assert hear(socket)["type"] == "pong"


def test_bad_frames_on_a_session_leave_its_draft_and_its_talk_alone(place: Place) -> None:
    session = place.begin()
    with place.open(f"/{session}") as socket:
        hear(socket)
        for frame in bad_frames(300):
            if isinstance(frame, bytes) or frame.lstrip().startswith("{"):  # anything else is what a person says
                socket.send(frame)
                assert until(socket, of_type("error"))[-1]["payload"]["status"] < 500
    status = place.client.get(f"/v1/sessions/{session}/status").json()
    assert (status["revision"], status["collected"]) == (0, [])


# ---- who is there


def visitors_of(envelope: Json) -> list[tuple[str, str]]:
    return [(one["kind"], one["doing"]) for one in envelope["payload"]["visitors"]]


def test_who_comes_edits_and_goes_is_told_to_who_is_there(place: Place) -> None:
    session = place.begin()
    page = f"/{session}?browser=b1"
    host = place.url.split("/")[2]
    with place.open(page, origin=f"http://{host}") as here:
        snapshot = hear(here)
        assert visitors_of(snapshot) == [("page", "looks")]
        assert snapshot["payload"]["you"] == snapshot["payload"]["visitors"][0]["id"]
        assert snapshot["payload"]["visitors"][0]["browser"] == "b1"
        assert visitors_of(until(here, is_update("presence"))[-1]) == [("page", "looks")]
        with place.open() as program:
            ask(program, "subscribe", session_id=session)
            assert visitors_of(until(here, is_update("presence"))[-1]) == [("page", "looks"), ("program", "looks")]
            edits = [{"action": "set", "field": "tone", "value": "calm"}]
            ask(program, "edit", operations=edits, session_id=session)
            changed, presence = until(here, is_update("presence"))
            assert changed["payload"]["by"]["kind"] == "program"
            assert visitors_of(presence) == [("page", "looks"), ("program", "edits")]
            ask(program, "unsubscribe", session_id=session)
            assert visitors_of(until(here, is_update("presence"))[-1]) == [("page", "looks")]
            ask(program, "subscribe", session_id=session)
            until(here, is_update("presence"))
        assert visitors_of(until(here, is_update("presence"))[-1]) == [("page", "looks")]


def test_a_client_is_pinged_and_who_does_not_answer_is_taken_for_gone(tmp_path: Path) -> None:
    with serving(tmp_path, pace=Pace(beat=0.1), absent_after=0.5) as place:
        session = place.begin()
        with place.open(f"/{session}") as lively, place.open(f"/{session}") as silent:
            me = hear(lively)["payload"]["you"]
            hear(silent)
            there: list[str] = []
            deadline = time.monotonic() + 10
            while there != [me] and time.monotonic() < deadline:
                envelope = hear(lively)
                if envelope["type"] == "ping":
                    lively.send('{"type": "pong"}')
                if is_update("presence")(envelope):
                    there = [one["id"] for one in envelope["payload"]["visitors"]]
            assert there == [me]
            silent.send('{"type": "pong"}')
            while len(there) < 2 and time.monotonic() < deadline:
                envelope = hear(lively)
                lively.send('{"type": "pong"}')
                if is_update("presence")(envelope):
                    there = [one["id"] for one in envelope["payload"]["visitors"]]
            assert len(there) == 2


def test_who_watches_as_many_places_as_may_be_may_ask_again_for_one_of_them(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builder.api.sockets.MOST_PLACES", 2)
    one, other, third = (place.begin() for _ in range(3))
    with place.open() as socket:
        for session in (one, other, one, other):
            assert ask(socket, "subscribe", session_id=session)["payload"]["result"]["update"] == "snapshot"
        assert ask(socket, "subscribe", session_id=third)["payload"]["status"] == 422


# ---- slow, many, gone


def test_a_reader_that_reads_nothing_holds_nobody_up_and_is_told_what_it_missed(place: Place) -> None:
    session = place.begin()
    with place.open(f"/{session}", max_queue=1) as slow, place.open(f"/{session}") as quick:
        hear(quick)
        began = time.monotonic()
        for number in range(3_000):
            event = TextDelta("x" * 20_000 if number < 600 else "x")  # the big ones fill what lies between
            place.app.broadcast.publish(TurnEvent("local", session, message_id="m", event=event))
        assert time.monotonic() - began < AT_ONCE
        quick.send('{"type": "ping"}')
        until(quick, of_type("pong"))
        missed = until(slow, is_update("missed"))[-1]["payload"]
        assert missed["count"] > 100 and missed["next_step"]
        slow.send('{"type": "ping"}')
        until(slow, of_type("pong"))


def test_a_client_that_takes_nothing_for_too_long_is_let_go(tmp_path: Path) -> None:
    with serving(tmp_path, pace=Pace(patience=0.5)) as place:
        session = place.begin()
        host, port = place.url.split("/")[2].split(":")
        with plain.create_connection((host, int(port))) as stuck:
            stuck.setsockopt(plain.SOL_SOCKET, plain.SO_RCVBUF, 4096)
            key = "dGhlIHNhbXBsZSBub25jZQ=="
            lines = [f"GET /api/ws/agent/{session} HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket",
                     "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]  # fmt: skip
            stuck.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            assert b"101" in stuck.recv(100)
            wait_until(lambda: place.listening == 1)
            for _ in range(900):
                event = TextDelta("x" * 20_000)
                place.app.broadcast.publish(TurnEvent("local", session, message_id="m", event=event))
            wait_until(lambda: place.listening == 0)
            assert place.app.presence.of("local", session) == ()


async def test_two_hundred_readers_hear_a_turn_and_nothing_of_them_is_left_when_they_go(place: Place) -> None:
    session = place.begin()
    address = f"{place.url}/ws/agent"
    opened = [await connect_async(f"{address}/{session}" if one < 20 else address, **OPEN) for one in range(200)]
    try:
        await asyncio.to_thread(wait_until, lambda: place.listening == 200)

        async def finished(socket: Any) -> float:
            async for frame in socket:
                if '"event": "Finished"' in frame:
                    return time.monotonic()
            raise AssertionError("closed")

        reading = [asyncio.create_task(finished(socket)) for socket in opened]
        began = time.monotonic()
        await opened[0].send("name Triage")
        ends = await asyncio.wait_for(asyncio.gather(*reading), 60)
        assert max(ends) - began < 5
    finally:
        await asyncio.gather(*(socket.close() for socket in opened))
    await asyncio.to_thread(wait_until, lambda: place.listening == 0)
    assert place.app.presence.of("local", session) == ()


def test_a_client_that_goes_away_in_mid_turn_cancels_it_after_a_while(tmp_path: Path) -> None:
    with serving(tmp_path, pace=Pace(linger=0.3)) as place:
        session = place.begin()
        with place.open(f"/{session}") as socket:
            ask(socket, "send", message="hang")
            until(socket, is_event("TextDelta"))
        talk = place.client.get(f"/v1/sessions/{session}/talk").json()
        assert talk["running"]["state"] == "streaming"
        wait_until(lambda: place.client.get(f"/v1/sessions/{session}/talk").json()["running"] is None)
        last = place.client.get(f"/v1/sessions/{session}/talk").json()["messages"][-1]
        assert (last["text"], last["state"]) == ("One moment", "stopped")


def test_nothing_is_left_of_connections_that_come_and_go(place: Place) -> None:
    session = place.begin()
    wait_until(lambda: place.listening == 0)
    before = threading.active_count()
    for number in range(60):
        with place.open(f"/{session}" if number % 2 else "") as socket:
            socket.send('{"type": "ping"}' if number % 3 else "{bad")
            hear(socket)
    wait_until(lambda: place.listening == 0)
    assert place.app.presence.of("local", session) == ()
    assert threading.active_count() <= before + 5  # the pool of the server's loop may have grown


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("whole"), program=("tests.browser.chat_host",)) as started:
        yield started


def test_beside_the_pages_the_sockets_answer_at_both_addresses(whole: Server) -> None:
    session = httpx.post(f"{whole.api}/session/", trust_env=False).json()["session_id"]
    root = whole.url.replace("http", "ws", 1)
    for base in (f"{root}/api", root):
        with connect(f"{base}/ws/agent/{session}", **OPEN) as one, connect(f"{base}/ws/agent", **OPEN) as everything:
            one.send("say hello")
            assert text_of(until(one, is_event("Finished"))) == "hello"
            assert text_of(until(everything, is_event("Finished"))) == "hello"
        with pytest.raises(InvalidStatus):
            connect(f"{base}/ws/agent", origin="https://evil.example", **OPEN)


def test_a_server_that_stops_closes_its_sockets_in_order(tmp_path: Path) -> None:
    with running(tmp_path, program=("tests.browser.chat_host",)) as server:
        session = httpx.post(f"{server.api}/session/", trust_env=False).json()["session_id"]
        address = server.url.replace("http", "ws", 1) + f"/api/ws/agent/{session}"
        with connect(address, **OPEN) as socket:
            ask(socket, "send", message="hang")
            server.process.terminate()
            with pytest.raises(ConnectionClosed):
                while True:
                    socket.recv(10)
            assert socket.close_code == 1012
        server.process.wait(10)
        log = server.log.read_text("utf-8")
    for trouble in ("Traceback", "never awaited", "destroyed but it is pending"):
        assert trouble not in log


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
