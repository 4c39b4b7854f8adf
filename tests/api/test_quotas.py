"""Quotas and tiers through the door: each way to say something, each way to make an agent, rates, use, two servers."""

import asyncio
import json
import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from builder import wiring
from builder.core.quota import month_end, month_of
from builder.interviewers.scripted import Scripted
from builder.settings import Settings
from tests.api.conftest import begin, mounted, serving
from tests.api.test_refusals import assert_problem
from tests.scripts import script
from tests.servers import ROOT, environment, running
from tests.store.parts import config

Way = Callable[[httpx.Client, str], httpx.Response]
SPEC = {"spec": "An agent that sorts support mail by urgency. A program reads the answers."}
STREAMED = {"Accept": "text/event-stream"}
WAYS: dict[str, Way] = {
    "plain chat": lambda client, session: client.post("/chat/", json={"prompt": "hi", "session_id": session}),
    "plain quick": lambda client, session: client.post("/generate/", json={"prompt": "hi", "session_id": session}),
    "specification": lambda client, session: client.post("/generate/", json=SPEC),
    "message": lambda client, session: client.post(f"/v1/sessions/{session}/message", json={"message": "hi"}),
    "streamed message": lambda client, session: client.post(
        f"/v1/sessions/{session}/message", json={"message": "hi"}, headers=STREAMED
    ),
    "first message": lambda client, session: client.post("/v1/sessions/create", json={"initial_message": "hi"}),
    "agent chat": lambda client, session: client.post("/agent/chat", json={"message": "hi"}),
    "agent chat again": lambda client, session: client.post(
        "/agent/chat", json={"message": "hi", "session_id": session}
    ),
}


@pytest.fixture(autouse=True)
def within_one_month() -> None:
    """No month ends in the middle of a test: the servers go by the real clock."""
    if until_the_month_ends() < 60:
        time.sleep(until_the_month_ends() + 1)


def limits(folder: Path, **tier: Any) -> str:
    """A limits file with one tier for everybody."""
    path = folder / "limits.yaml"
    path.write_text(json.dumps({"default": "only", "tiers": {"only": tier}}), "utf-8")
    return str(path)


@contextmanager
def limited(folder: Path, **tier: Any) -> Iterator[httpx.Client]:
    """Led by the scripted interviewer; the offline guide is there for specifications."""
    with serving(folder, scripted=True, limits_file=limits(folder, **tier)) as client:
        yield client


def used(client: httpx.Client, kind: str = "messages") -> Any:
    return client.get("/v1/usage").json()[kind]


def until_the_month_ends() -> int:
    now = datetime.now(UTC)
    return math.ceil((month_end(now) - now).total_seconds())


def assert_quota(response: httpx.Response) -> dict[str, Any]:
    found = assert_problem(response, 429, "quota")
    assert abs(int(response.headers["retry-after"]) - until_the_month_ends()) <= 2
    return found


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_each_way_to_say_something_counts_and_is_refused_when_nothing_is_left(way: Way, tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    with mounted_with_specify(folder, messages=2) as client:
        session = begin(client)
        before = len(client.get("/v1/sessions").json()["sessions"])
        assert way(client, session).status_code in (200, 201)
        assert used(client) == {"used": 1, "limit": 2}
        assert way(client, begin(client)).status_code in (200, 201)
        sessions = len(client.get("/v1/sessions").json()["sessions"])
        found = assert_quota(way(client, session))
        assert "2 of 2" in found["detail"]
        assert used(client) == {"used": 2, "limit": 2}
        assert len(client.get("/v1/sessions").json()["sessions"]) == sessions >= before, "no empty session is left"


class Specifying(Scripted):
    """As the offline guide does it when it is given a whole specification."""

    def specify(self, session: Any, text: str) -> Any:
        from builder.interviewers.guided import Guided

        return Guided().specify(session, text)


@contextmanager
def mounted_with_specify(folder: Path, **tier: Any) -> Iterator[httpx.Client]:
    chosen = Settings(database_url=f"sqlite:///{folder / 'test.db'}", limits_file=limits(folder, **tier))
    with mounted(wiring.build(chosen, {"scripted": Specifying(script)})) as (client, _):
        yield client


def test_over_a_websocket_the_refusal_names_the_seconds_and_the_connection_lives_on(tmp_path: Path) -> None:
    with limited(tmp_path, messages=1) as client:
        session = begin(client)
        address = str(client.base_url).replace("http", "ws").rstrip("/")
        with connect(f"{address}/ws/agent/{session}", proxy=None) as socket:
            finished(socket, session, "hi")
            socket.send(json.dumps(action("hi")))
            refused = next_of(socket, "error")
            assert refused["type"] == "/problems/quota" and refused["next_step"]
            assert abs(refused["retry_after"] - until_the_month_ends()) <= 2
            socket.send(json.dumps({"type": "ping", "payload": {}, "timestamp": 0.0}))
            assert next_of(socket, "pong") == {}
        assert used(client) == {"used": 1, "limit": 1}


def action(message: str) -> dict[str, Any]:
    return {"type": "action", "payload": {"action": "send", "message": message}, "timestamp": time.time()}


def next_of(socket: Any, kind: str) -> dict[str, Any]:
    while (frame := json.loads(socket.recv(10)))["type"] != kind:
        pass
    payload: dict[str, Any] = frame["payload"]
    return payload


def finished(socket: Any, session: str, message: str) -> None:
    socket.send(json.dumps(action(message)))
    while next_of(socket, "state_update").get("event") != "Finished":
        pass


def test_what_failed_costs_nothing_and_what_is_sent_again_is_counted_once(tmp_path: Path) -> None:
    with limited(tmp_path, messages=2) as client:
        path = f"/v1/sessions/{begin(client)}/message"
        assert client.post(path, json={"message": "down"}).status_code == 502
        assert client.post(path, json={"message": ""}).status_code == 422
        assert used(client)["used"] == 0
        body = {"message": "say once", "message_id": "m1"}
        texts = [client.post(path, json=body).json()["text"] for _ in range(3)]
        assert texts == ["once"] * 3 and used(client)["used"] == 1
        key = {"Idempotency-Key": "k1"}
        assert [client.post(path, json={"message": "say two"}, headers=key).status_code for _ in range(2)] == [200, 200]
        assert used(client)["used"] == 2
        assert client.post(path, json=body).json()["text"] == "once", "told again although nothing is left"
        assert client.post(path, json={"message": "say two"}, headers=key).json()["text"] == "two"
        assert_quota(client.post(path, json={"message": "say three", "message_id": "m3"}))


def test_a_client_that_goes_away_pays_for_what_was_said(tmp_path: Path) -> None:
    with limited(tmp_path, messages=5) as client:
        body = {"prompt": "slow 200", "session_id": begin(client)}
        with client.stream("POST", "/chat/", json=body) as response:
            next(line for line in response.iter_lines() if "word1" in line)
        deadline = time.monotonic() + 10
        while used(client)["used"] == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert used(client)["used"] == 1


def test_agents_are_refused_beyond_the_tier_whatever_way_they_come(tmp_path: Path) -> None:
    with limited(tmp_path, agents=1) as client:
        made = client.post("/v1/agents", json=config()).json()
        address = f"/v1/agents/{made['id']}"
        assert client.post("/v1/agents", json=config()).status_code == 200, "the same again is the same"
        assert client.put(address, json=config(user="{question}?")).json()["version"] == 2
        session = client.post(f"{address}/open").json()["session_id"]
        assert client.post(f"/v1/sessions/{session}/save").status_code == 200
        for refused in (
            client.post("/v1/agents", json=config("Other")),
            client.post(f"{address}/duplicate"),
            client.post(f"/v1/sessions/{other_draft(client)}/save"),
        ):
            found = assert_problem(refused, 429, "quota")
            assert "retry-after" not in refused.headers, "waiting does not help"
            assert "Delete an agent" in found["next_step"]
        items = client.post("/v1/agents/import", json=[config("Greeter", user="{question}?"), config("New")]).json()
        assert [item["outcome"] for item in items["items"]] == ["same", "refused"]
        assert "Delete an agent" in items["items"][1]["detail"]
        assert used(client, "agents") == {"used": 1, "limit": 1}
        assert client.delete(address).status_code == 204
        assert client.post("/v1/agents", json=config("Other")).status_code == 201
        assert_problem(client.post(f"{address}/undelete"), 429, "quota")


def other_draft(client: httpx.Client) -> str:
    """A session whose draft is a whole agent that was never saved."""
    session = begin(client)
    wanted = {
        "return_type": "unstructured",
        "name": "Third",
        "description": "Greets people.",
        "system_prompt": "You greet people.",
        "user_prompt": "{question}",
        "placeholders": {"question": "What the person asks."},
    }
    operations = [{"action": "set", "field": field, "value": value} for field, value in wanted.items()]
    edited = client.patch(f"/v1/sessions/{session}/draft", json={"operations": operations}).json()
    assert edited["problems"] == []
    return session


def test_use_is_told_with_the_tier_and_when_it_begins_anew(tmp_path: Path) -> None:
    with limited(tmp_path, messages=3, agents=2, rate="100/minute") as client:
        client.post("/agent/chat", json={"message": "hi"})
        now = datetime.now(UTC)
        assert client.get("/v1/usage").json() == {
            "tier": "only",
            "month": month_of(now),
            "resets": f"{month_end(now):%Y-%m-%d}T00:00:00.000Z",
            "messages": {"used": 1, "limit": 3},
            "pages": {"used": 0, "limit": None},
            "agents": {"used": 0, "limit": 2},
        }


def test_without_a_limits_file_use_is_told_all_the_same(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        client.post("/agent/chat", json={"message": "hi"})
        found = client.get("/v1/usage").json()
        assert (found["tier"], found["messages"]) == (None, {"used": 1, "limit": None})


def test_the_rate_of_the_tier_takes_the_place_of_the_setting(tmp_path: Path) -> None:
    given = limits(tmp_path, rate="3/minute")
    with serving(tmp_path, scripted=True, chat_limit="1/minute", limits_file=given) as client:
        statuses = [WAYS["agent chat"](client, "").status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        refused = WAYS["agent chat"](client, "")
        assert_problem(refused, 429, "too-many")
        assert 55 <= int(refused.headers["retry-after"]) <= 60


@pytest.mark.parametrize(("rate", "through"), [({"rate": "unlimited"}, 4), ({}, 1)])
def test_a_tier_may_switch_the_rate_off_and_one_that_says_nothing_leaves_the_setting(
    rate: dict[str, str], through: int, tmp_path: Path
) -> None:
    given = limits(tmp_path, **rate)
    with serving(tmp_path, scripted=True, chat_limit="1/minute", limits_file=given) as client:
        assert [WAYS["agent chat"](client, "").status_code for _ in range(4)].count(200) == through


def test_the_rate_holds_over_websockets_too(tmp_path: Path) -> None:
    with limited(tmp_path, rate="1/minute") as client:
        session = begin(client)
        address = str(client.base_url).replace("http", "ws").rstrip("/")
        with connect(f"{address}/ws/agent/{session}", proxy=None) as socket:
            finished(socket, session, "hi")
            socket.send(json.dumps(action("hi")))
            assert next_of(socket, "error")["type"] == "/problems/too-many"


async def test_two_server_processes_on_one_database_count_together(tmp_path: Path) -> None:
    file = limits(tmp_path, messages=5, agents=2)
    database = f"sqlite:///{tmp_path / 'shared.db'}"
    with (
        running(tmp_path, DATABASE_URL=database, LIMITS_FILE=file) as one,
        running(tmp_path, DATABASE_URL=database, LIMITS_FILE=file) as other,
    ):
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:

            async def status(place: str, path: str, body: Any) -> int:
                return (await client.post(f"{place}{path}", json=body)).status_code

            calls = [status((one, other)[n % 2].api, "/agent/chat", {"message": "hi"}) for n in range(10)]
            answers = await asyncio.gather(*calls)
            assert (answers.count(200), answers.count(429)) == (5, 5)
            agents = [status((one, other)[n % 2].api, "/v1/agents", config(f"Agent{n}")) for n in range(6)]
            made = await asyncio.gather(*agents)
            assert (made.count(201), made.count(429)) == (2, 4)
            for place in (one, other):
                found = (await client.get(f"{place.api}/v1/usage")).json()
                assert (found["messages"]["used"], found["agents"]["used"]) == (5, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [("default: free\ntiers:\n  free: {mesages: 2}", "limits.yaml, line 3"), (None, "LIMITS_FILE names")],
)
def test_a_limits_file_that_cannot_be_used_is_refused_at_the_start(text: str | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "limits.yaml"
    if text is not None:
        file.write_text(text, "utf-8")
    command = [sys.executable, "-m", "builder", "serve", "--port", "0"]
    env = environment(tmp_path / "test.db", LIMITS_FILE=str(file))
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1 and said in ended.stderr and "Traceback" not in ended.stderr
    assert not (tmp_path / "test.db").exists()
