"""Counters of owners, on both databases: raised once an event, looked at in the transaction of the thing itself."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest

from builder.core.errors import QuotaReached
from builder.core.saved import OnConflict
from builder.store import Store
from builder.store.agents import Arrival
from builder.store.quotas import NO_MONTH, Toll
from builder.store.turns import Answer, Asked
from tests.store import parts

NOVEMBER = "2026-11"


def toll(most: int | None = None, *, event: str = "", owner: str = "local", month: str = NOVEMBER) -> Toll:
    return Toll(owner, "messages", month, most, lambda: QuotaReached("None left."), event)


def room(most: int, owner: str = "local") -> Toll:
    return Toll(owner, "agents", NO_MONTH, most, lambda: QuotaReached("No room."))


def used(store: Store, month: str = NOVEMBER, owner: str = "local") -> int:
    return store.quotas.used(owner, "messages", month)


def ask(store: Store, session_id: str, most: int | None, message_id: str | None = None) -> Asked:
    question = parts.question("Hello", message_id)
    return store.turns.ask("local", session_id, question, uuid4().hex, None, 0, toll(most))


def end(store: Store, asked: Asked, text: str = "Good day", state: str = "done") -> None:
    told = Answer(asked.session, replace(asked.reply, text=text, state=state))
    store.turns.conclude("local", asked.session.id, asked.session.revision, told, lambda _: told, asked.toll)


def test_an_event_counts_once_and_for_its_owner_kind_and_month(store: Store) -> None:
    assert [store.quotas.count(toll(event=event)) for event in ("a", "b", "a")] == [True, True, False]
    assert store.quotas.count(toll(event="a", owner="bob"))
    assert not store.quotas.count(toll(event="a", month="2026-12")), "counted in November already"
    assert store.quotas.count(toll(event="c", month="2026-12"))
    assert (used(store), used(store, "2026-12"), used(store, owner="bob"), used(store, "2026-10")) == (2, 1, 1, 0)
    assert store.quotas.used("local", "pages", NOVEMBER) == 0


def test_events_of_months_that_are_over_are_forgotten_and_their_sums_stay(store: Store) -> None:
    store.quotas.count(toll(event="a"))
    store.quotas.count(toll(event="b", month="2026-12"))
    assert store.quotas.forget("2026-12") == 1
    assert store.quotas.forget("2026-12") == 0
    assert (used(store), used(store, "2026-12")) == (1, 1)
    assert not store.quotas.count(toll(event="b", month="2026-12")), "this month's are known still"


def test_many_events_at_once_are_all_counted_and_none_twice(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(lambda n: store.quotas.count(toll(event=str(n % 20))), range(60)))
    assert (new.count(True), used(store)) == (20, 20)


def test_check_refuses_when_nothing_is_left(store: Store) -> None:
    store.quotas.check(toll(1))
    store.quotas.count(toll(event="a"))
    store.quotas.check(toll(2))
    store.quotas.check(toll(None))
    store.quotas.check(toll(1, owner="bob"))
    for one, beside in ((toll(1), 0), (toll(0), 0), (toll(2), 1)):
        with pytest.raises(QuotaReached):
            store.quotas.check(one, beside)


@pytest.mark.parametrize(
    ("state", "text", "counts"),
    [("done", "Good day", 1), ("done", "", 1), ("stopped", "Good", 1), ("stopped", "", 0), ("failed", "Half", 0)],
)
def test_a_turn_counts_when_something_was_said(store: Store, state: str, text: str, counts: int) -> None:
    end(store, ask(store, parts.session(store).id, 5), text, state)
    assert used(store) == counts


def test_a_refused_message_leaves_nothing_behind(store: Store) -> None:
    new = parts.session(store)
    end(store, ask(store, new.id, 1))
    before = store.sessions.load("local", new.id)
    with pytest.raises(QuotaReached):
        ask(store, new.id, 1)
    assert store.sessions.load("local", new.id) == before
    assert used(store) == 1


def test_the_same_message_again_takes_nothing_and_is_told_although_nothing_is_left(store: Store) -> None:
    new = parts.session(store)
    end(store, ask(store, new.id, 1, "q1"))
    again = ask(store, new.id, 1, "q1")
    assert again.finished and used(store) == 1


def test_a_failed_message_may_be_tried_again_and_counts_when_it_is_answered(store: Store) -> None:
    new = parts.session(store)
    end(store, ask(store, new.id, 1, "q1"), state="failed")
    again = ask(store, new.id, 1, "q1")
    assert again.again and not again.finished
    end(store, again)
    assert used(store) == 1
    end(store, ask(store, parts.session(store).id, 2), state="failed")
    store.quotas.count(toll(event="elsewhere"))
    failed = parts.session(store)
    end(store, ask(store, failed.id, None, "q2"), state="failed")
    with pytest.raises(QuotaReached):
        ask(store, failed.id, 2, "q2")


def test_after_a_reset_the_same_message_id_is_a_new_message(store: Store) -> None:
    new = parts.session(store)
    end(store, ask(store, new.id, 5, "q1"))
    store.sessions.reset("local", new.id)
    end(store, ask(store, new.id, 5, "q1"))
    assert used(store) == 2


def test_a_message_that_is_being_answered_holds_its_place_and_a_failure_frees_it(store: Store) -> None:
    first = ask(store, parts.session(store).id, 1)
    with pytest.raises(QuotaReached):
        ask(store, parts.session(store).id, 1)
    with pytest.raises(QuotaReached):
        store.quotas.check(toll(1))
    hers = store.sessions.add(replace(parts.session(store, "bob"), id=str(uuid4())))
    store.turns.ask("bob", hers.id, parts.question(), uuid4().hex, None, 0, toll(1, owner="bob"))
    end(store, first, state="failed")
    end(store, ask(store, parts.session(store).id, 1))
    assert used(store) == 1


def at_once(url: str, count: int, work: Callable[[Store], bool]) -> int:
    """How many of them went through, each from a store of its own as from a process of its own."""
    stores = [Store.open(url) for _ in range(count)]
    start = threading.Barrier(count)

    def one(store: Store) -> bool:
        start.wait()
        try:
            return work(store)
        except QuotaReached:
            return False
        finally:
            store.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, stores)).count(True)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (None, {"created": 1, "refused": 7}),
        ("copy", {"created": 1, "copied": 7}),
        ("version", {"created": 1, "version": 7}),
    ],
)
def test_of_many_that_arrive_at_once_each_name_is_given_once(
    store: Store, url: str, choice: OnConflict | None, expected: dict[str, int]
) -> None:
    tones = [f"tone {number}" for number in range(8)]
    came = list[tuple[str, str]]()

    def arrive(own: Store) -> bool:
        config = {**parts.config("Sorter"), "tone": tones.pop()}
        outcome, agent = own.agents.arrive("local", Arrival(config, choice, lambda session, *_: session), room(50))
        came.append((outcome, agent.name))
        return True

    assert at_once(url, 8, arrive) == 8
    assert Counter(outcome for outcome, _ in came) == expected
    names = [agent.name for agent in store.agents.search("local", "", None, "name", None, 50).agents]
    assert len(names) == len(set(names)) == (8 if choice == "copy" else 1)
    assert store.agents.get("local", store.agents.called("local", ["Sorter"])["Sorter"][0].id).version == (
        8 if choice == "version" else 1
    )


def test_of_many_that_bring_the_same_at_once_one_makes_it(store: Store, url: str) -> None:
    free = Toll("local", "agents", NO_MONTH, None, lambda: QuotaReached("No room."))
    assert at_once(url, 8, lambda own: own.agents.bring("local", parts.config(), "", free)[1]) == 1
    assert store.quotas.agents("local") == 1


def test_of_many_messages_at_once_for_three_places_three_get_one(store: Store, url: str) -> None:
    sessions = [parts.session(store).id for _ in range(8)]

    def say(own: Store) -> bool:
        end(own, ask(own, sessions.pop(), 3))
        return True

    assert at_once(url, 8, say) == 3
    assert used(store) == 3


def test_of_many_agents_at_once_for_two_places_two_get_one(store: Store, url: str) -> None:
    names = [f"Greeter{n}" for n in range(8)]
    assert at_once(url, 8, lambda own: own.agents.bring("local", parts.config(names.pop()), "", room(2))[1]) == 2
    assert store.quotas.agents("local") == 2


def test_agents_are_those_that_there_are(store: Store) -> None:
    agent, _ = store.agents.bring("local", parts.config(), "", room(1))
    store.agents.bring("local", parts.config(), "", room(1))  # the same again is the same
    with pytest.raises(QuotaReached):
        store.agents.bring("local", parts.config("Other"), "", room(1))
    store.agents.bring("bob", parts.config("Other"), "", room(1, "bob"))
    store.agents.mark_deleted("local", agent.id, True, room(1))
    other, _ = store.agents.bring("local", parts.config("Other"), "", room(1))
    with pytest.raises(QuotaReached):
        store.agents.mark_deleted("local", agent.id, False, room(1))
    store.agents.mark_deleted("local", other.id, True, room(1))
    store.agents.mark_deleted("local", agent.id, False, room(1))
    store.agents.mark_deleted("local", agent.id, False, room(1))  # it is there: nothing is added
    assert store.quotas.agents("local") == 1


def test_a_new_version_takes_no_place_and_taking_back_a_deleted_agent_does(store: Store) -> None:
    new = parts.session(store)
    version = store.agents.save("local", new, parts.config(), "", room(1))
    changed = store.sessions.load("local", new.id)
    assert store.agents.save("local", changed, parts.config(user="{question}?"), "", room(1)).number == 2
    with pytest.raises(QuotaReached):
        store.agents.save("local", parts.session(store), parts.config("Other"), "", room(1))
    store.agents.mark_deleted("local", version.agent_id, True)
    store.agents.bring("local", parts.config("Other"), "", room(1))
    for config in (parts.config(user="{question}?"), parts.config(user="{question}!")):
        with pytest.raises(QuotaReached):
            store.agents.save("local", store.sessions.load("local", new.id), config, "", room(1))


def test_a_reply_that_was_left_behind_does_not_stand_in_its_own_way(store: Store) -> None:
    new = parts.session(store)
    ask(store, new.id, 1, "q1")  # and then the turn broke off
    end(store, ask(store, new.id, 1, "q1"))
    ask(store, new.id, 2, "q2")
    assert used(store) == 1
    end(store, ask(store, new.id, 2, "q3"))
    assert used(store) == 2
