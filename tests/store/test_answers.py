"""Answers under a key: claimed once, given again, let go of, forgotten."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from builder.store import Store
from builder.store.idempotency import KEPT_FOR, STALE, Claim, Given

GIVEN = Given(200, (("etag", '"1"'), ("content-type", "text/plain; charset=utf-8")), b"\x00\xffbody")


def claim(store: Store, owner: str = "ada", request: str = "request", since: datetime | None = None) -> Claim:
    return store.answers.claim(owner, "key", request, since or datetime.now(UTC) - KEPT_FOR)


def test_an_answer_is_given_again_byte_for_byte(store: Store) -> None:
    first = claim(store)
    assert (first.state, claim(store).state) == ("mine", "running")
    store.answers.give(first.token, GIVEN)
    again = claim(store)
    assert (again.state, again.answer) == ("given", GIVEN)
    assert claim(store, request="another").state == "other"


def test_a_key_belongs_to_its_owner(store: Store) -> None:
    store.answers.give(claim(store).token, GIVEN)
    assert claim(store, "bob", "another").state == "mine"


def test_of_many_at_once_one_gets_the_key(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        states = [found.state for found in pool.map(lambda _: claim(store), range(8))]
    assert sorted(states) == ["mine"] + ["running"] * 7


def test_a_key_is_free_again_when_nothing_came_of_it(store: Store) -> None:
    store.answers.release(claim(store).token)
    assert claim(store, request="another").state == "mine"


def test_a_stream_is_only_marked(store: Store) -> None:
    store.answers.stream(claim(store).token)
    assert (claim(store).state, claim(store, request="another").state) == ("streamed", "other")


def test_keys_are_forgotten_after_their_time(store: Store) -> None:
    store.answers.give(claim(store).token, GIVEN)
    later = datetime.now(UTC) + timedelta(seconds=1)
    assert store.answers.forget(later - KEPT_FOR) == 0
    assert claim(store, request="another", since=later).state == "mine"
    assert store.answers.forget(later) == 1


def test_a_request_that_died_with_its_process_is_done_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = claim(store)
    monkeypatch.setattr("builder.store.idempotency.STALE", -1_000_000)
    second = claim(store)
    assert second.state == "mine" and second.token != first.token
    assert second.begun == first.begun, "it is the same request"
    other = claim(store, request="another")
    assert other.state == "mine" and other.begun > first.begun, "it died, and another took its key"
    assert claim(store).begun > other.begun
    monkeypatch.setattr("builder.store.idempotency.STALE", STALE)
    store.answers.give(first.token, GIVEN)
    assert claim(store).state == "running", "who came too late says nothing any more"


def test_a_sign_of_life_keeps_a_long_request_alive(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = claim(store)
    monkeypatch.setattr("builder.store.idempotency.STALE", 2_000_000)
    time.sleep(2.1)
    store.answers.touch(first.token)
    assert claim(store).state == "running"
    time.sleep(2.1)
    assert claim(store).state == "mine"
