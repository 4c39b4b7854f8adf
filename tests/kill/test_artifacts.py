"""Processes killed while an interview is completed or while they tidy up: nothing is lost, nothing is there by half."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builder.core.artifact import Product, configuration
from builder.core.operation import Operation
from builder.core.session import Session
from builder.core.stages import Stage
from builder.store import Store
from tests.kill.victim import Nursery, nursery
from tests.services.talking import READY
from tests.store.parts import question

KILLS = 15
DAY = 86_400.0


@pytest.fixture(scope="module")
def servers() -> Iterator[Nursery]:
    with nursery() as opened:
        yield opened


def test_a_completed_interview_and_its_artifact_are_both_there_or_none_is(servers: Nursery, tmp_path: Path) -> None:
    url, chance = f"sqlite:///{tmp_path}/agents.db", random.Random(6)
    for kill in range(KILLS):
        server = servers.bear(url, tmp_path / "socket")
        session_id = server.call("begin", fields=READY).answer
        text = json.dumps({"words": 1, "pause": 0, "goal": "Greet", "agrees": True})
        turn = server.ask("send", session=session_id, text=text, message_id="m")
        if kill % 5:
            server.live(chance.uniform(0, 0.05))
        else:
            server.wait_for(turn, "Finished")
        server.kill()
        store = Store.open(url)
        session = store.sessions.load("local", session_id)
        kept = store.artifacts.latest("local", session_id, datetime.now(UTC))
        store.close()
        product = configuration(session)
        assert [one.hash for one in kept] == ([product.hash] if product else [])
        assert (session.stage is Stage.COMPLETED) is (product is not None)
        assert product is not None or not server.heard[turn].has("Finished")


def test_what_people_made_outlives_a_kill_in_the_midst_of_tidying_up(servers: Nursery, tmp_path: Path) -> None:
    url, chance = f"sqlite:///{tmp_path}/agents.db", random.Random(7)
    for kill in range(KILLS):
        store = Store.open(url)
        made = [_unfinished(store, f"{kill} {number}") for number in range(20)]
        for number in range(20):
            store.sessions.add(Session(f"empty {kill} {number}"))
        store.close()
        server = servers.bear(url, tmp_path / "socket")
        tidying = server.ask("tidy", seconds=2 * DAY)
        server.live(chance.uniform(0, 0.08))
        server.kill()
        store = Store.open(url)
        for session in made:
            _assert_whole(store, session)
        found = {store.sessions.load("local", session.id).archived for session in made}
        assert len(found) == 1, "some are archived and some are not"
        assert found == {True} or not server.heard[tidying].acknowledged
        store.close()
    server = servers.bear(url, tmp_path / "socket")
    assert not server.call("tidy", seconds=2 * DAY).error
    assert server.call("intact").answer == ["ok"]
    server.kill()


def _assert_whole(store: Store, made: Session) -> None:
    found = store.sessions.stretch("local", made.id, None, 5, speaking=False)
    assert found.session.draft == made.draft and found.can_undo
    assert found.messages[0].text == "Hello"
    assert [one.content for one in store.artifacts.latest("local", made.id, datetime.now(UTC))] == [b"x = 1\n"]


def _unfinished(store: Store, name: str) -> Session:
    store.sessions.add(Session(name))
    store.turns.ask("local", name, question(), f"reply {name}", None, 0)
    store.turns.interrupted(alone=True)
    store.artifacts.add("local", name, Product("code", "x.py", "text/x-python", b"x = 1\n"), None)

    def step(session: Session) -> Session:
        return session.operate(Operation("set", "name", f"Agent{name}"), "person")[0].staged()

    return store.sessions.change("local", name, step)
