"""Limits to the border: how many messages, how long one may wait, how large a body and a text may be."""

import asyncio
import math
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from limits import parse

from builder.api.guard import LARGEST_BODY
from builder.services.allowance import Allowance
from builder.settings import Settings
from tests import redis
from tests.api.conftest import begin, serving
from tests.api.test_refusals import assert_problem
from tests.patience import AT_ONCE

LONGEST = 200_000  # characters of a message


def say(client: httpx.Client, session: str, **headers: str) -> httpx.Response:
    return client.post("/chat/", json={"prompt": "hi", "session_id": session}, headers=headers)


def test_ten_messages_a_minute_are_the_default_and_the_eleventh_is_refused(tmp_path: Path) -> None:
    assert Settings().chat_rate_limit == "10/minute"
    with serving(tmp_path, scripted=True, chat_limit="10/minute") as client:
        session = begin(client)
        assert [say(client, session).status_code for _ in range(12)] == [200] * 10 + [429] * 2


def test_every_way_to_say_something_is_counted_together(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True, chat_limit="5/minute") as client:
        session, message = begin(client), {"message": "hi"}
        assert say(client, session).status_code == 200
        assert client.post("/generate/", json={"prompt": "hi", "session_id": session}).status_code == 200
        assert client.post(f"/v1/sessions/{session}/message", json=message).status_code == 200
        assert client.post("/v1/sessions/create", json={"initial_message": "hi"}).status_code == 201
        assert client.post("/agent/chat", json=message).status_code == 200
        for path, body in (
            ("/agent/chat", message),
            ("/v1/sessions/create", {"initial_message": "hi"}),
            (f"/v1/sessions/{session}/message", message),
            (f"/v1/sessions/{session}/improve", {"field": "description"}),
        ):
            assert_problem(client.post(path, json=body), 429, "too-many")
        assert client.post("/v1/sessions/create", json={}).status_code == 201, "nothing was said"
        assert client.get(f"/v1/sessions/{session}/talk").status_code == 200


def test_retry_after_is_the_time_until_there_is_room_and_not_a_second_more(tmp_path: Path) -> None:
    window = 4
    with serving(tmp_path, scripted=True, chat_limit=f"2/{window} second") as client:
        session = begin(client)
        before = time.time()
        say(client, session)
        after = time.time()
        say(client, session)
        asked = time.time()
        refused = say(client, session)
        told = time.time()
        assert_problem(refused, 429, "too-many")
        seconds = int(refused.headers["retry-after"])
        assert math.ceil(before + window - told) <= seconds <= math.ceil(after + window - asked)
        time.sleep(max(0.0, before + window - 0.5 - time.time()))
        if time.time() < before + window - 0.1:
            assert say(client, session).status_code == 429
        time.sleep(max(0.0, told + seconds - time.time()))
        assert say(client, session).status_code == 200


def test_many_at_once_are_counted_exactly(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True, chat_limit="7/minute") as client:
        sessions = [begin(client) for _ in range(24)]
        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda session: say(client, session).status_code, sessions))
    assert (statuses.count(200), statuses.count(429)) == (7, 17)


def test_a_refused_message_is_not_kept(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True, chat_limit="1/minute") as client:
        session = begin(client)
        assert [say(client, session).status_code for _ in range(2)] == [200, 429]
        assert len(client.get("/chat/", params={"session_id": session}).text.splitlines()) == 2


async def test_all_are_counted_or_none() -> None:
    rule, allowance = parse("2/minute"), Allowance()
    assert await allowance.take(rule, "address:a", "owner:o") == 0
    assert await allowance.take(rule, "address:a") == 0
    assert await allowance.take(rule, "owner:o", "address:a") > 0, "the address has sent two"
    assert await allowance.take(rule, "address:b", "owner:o") == 0, "the refused one did not count for the owner"
    assert await allowance.take(rule, "address:c", "owner:o") > 0


async def test_two_servers_that_count_at_once_charge_nobody_for_what_was_refused(tmp_path: Path) -> None:
    rule = parse("1/minute")
    with redis.serving(tmp_path, redis.free_port()) as url:
        servers = Allowance(url), Allowance(url)
        for turn in range(40):
            addresses = [f"address:{turn}-{number}" for number in range(4)]
            calls = [servers[n % 2].take(rule, one, f"owner:{turn}") for n, one in enumerate(addresses)]
            waits = await asyncio.gather(*calls)
            assert waits.count(0) == 1
            refused = [one for one, wait in zip(addresses, waits, strict=True) if wait]
            assert [await servers[0].take(rule, one) for one in refused] == [0, 0, 0], "these had room"


async def test_two_processes_count_together_in_redis(tmp_path: Path) -> None:
    rule = parse("3/minute")
    with redis.serving(tmp_path, redis.free_port()) as address:
        one, other = Allowance(address), Allowance(address)
        assert [await each.take(rule, "a") for each in (one, other, one)] == [0, 0, 0]
        assert 58 <= await other.take(rule, "a") <= 60
        assert await one.state() == "up"


async def test_a_redis_that_goes_and_comes_back_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rule, port = parse("2/minute"), redis.free_port()
    with redis.serving(tmp_path, port) as address:
        allowance = Allowance(address, again=0.2)
        assert [await allowance.take(rule, "a") for _ in range(2)] == [0, 0]
    assert [await allowance.take(rule, "a") > 0 for _ in range(3)] == [False, False, True], "counted here meanwhile"
    assert await allowance.state() == "down"
    time.sleep(0.25)
    with redis.serving(tmp_path, port):
        assert await allowance.take(rule, "a") == 0, "the new Redis has counted nothing"
        assert await allowance.state() == "up"
    said = [record.message for record in caplog.records if record.name == "builder.services.allowance"]
    assert [("away" in one, "back" in one) for one in said] == [(True, False), (False, True)], "each said once"


async def test_a_redis_that_never_answers_costs_a_moment_once(tmp_path: Path) -> None:
    rule, port = parse("100/minute"), redis.free_port()
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", port))
        deaf.listen()
        allowance = Allowance(f"redis://127.0.0.1:{port}")
        began = time.monotonic()
        assert [await allowance.take(rule, "a") for _ in range(20)] == [0] * 20
        assert time.monotonic() - began < AT_ONCE


def body_of(size: int, session: str) -> bytes:
    """JSON of exactly that many bytes whose prompt is short: the rest is space."""
    start = f'{{"prompt": "hi", "session_id": "{session}"'.encode()
    return start + b" " * (size - len(start) - 1) + b"}"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_may_be_as_large_as_said_and_not_a_byte_larger(client: httpx.Client, chunked: bool) -> None:
    def sent(size: int) -> httpx.Response:
        body = body_of(size, session)
        content: Any = (body[at : at + 65536] for at in range(0, size, 65536)) if chunked else body
        return client.post("/chat/", content=content, headers={"Content-Type": "application/json"})

    session = begin(client)
    assert sent(LARGEST_BODY).status_code == 200
    assert_problem(sent(LARGEST_BODY + 1), 413, "too-large")


def test_a_message_may_be_as_long_as_said_and_not_a_character_longer(client: httpx.Client, session: str) -> None:
    longest = {"prompt": "x" * LONGEST, "session_id": session}
    assert client.post("/chat/", json=longest).status_code == 200
    assert_problem(client.post("/chat/", json={**longest, "prompt": "x" * (LONGEST + 1)}), 422, "invalid-request")


def test_a_talk_may_be_as_long_as_the_setting_says(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True, max_conversation_length=2) as client:
        session = begin(client)
        assert [say(client, session).status_code for _ in range(3)] == [200, 200, 422]


def test_the_settings_give_the_rule_its_redis(tmp_path: Path) -> None:
    with redis.serving(tmp_path, redis.free_port()) as address:
        given = {"redis_url": address}
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        with serving(tmp_path / "a", scripted=True, chat_limit="2/minute", **given) as one:
            assert [say(one, begin(one)).status_code for _ in range(2)] == [200, 200]
        with serving(tmp_path / "b", scripted=True, chat_limit="2/minute", **given) as other:
            assert say(other, begin(other)).status_code == 429, "counted by the other process"


def test_a_wrong_address_of_redis_is_said_at_the_start() -> None:
    with pytest.raises(ValueError, match="address of Redis"):
        Settings(redis_url="localhost:6379")
