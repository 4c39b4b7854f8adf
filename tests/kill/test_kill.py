"""200 kills at random points of turns, edits, saves and deletes.

Afterwards: every acknowledged message and edit is there, so is what was shown of a reply up to a second before, nothing
is there twice after it was sent again, half turns left no trace in the draft, and the database is intact.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.kill.victim import Heard, Nursery, Victim, nursery
from tests.services.talking import READY
from tests.store.parts import config

KILLS = 200
LANES = 4  # databases side by side, each with servers of its own
SHOWN_BEFORE = 1.0  # seconds


@pytest.fixture(scope="module")
def servers() -> Iterator[Nursery]:
    with nursery() as opened:
        yield opened


@dataclass
class Lane:
    """One database and all that its servers promised about it."""

    servers: Nursery
    folder: Path
    chance: random.Random
    seen: Counter[str] = field(default_factory=Counter)
    count: int = 0
    session: str = ""
    asked: dict[str, str] = field(default_factory=dict)  # acknowledged questions: id -> text
    answered: dict[str, str] = field(default_factory=dict)  # finished replies: id of the question -> goal
    edited: list[str] = field(default_factory=list)
    versions: list[list[Any]] = field(default_factory=list)
    created: dict[str, dict[str, Any]] = field(default_factory=dict)  # agent id -> configuration
    removed: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)
    agent: str = ""

    def new(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def live(self, kills: int) -> Counter[str]:
        server = self.start()
        for _ in range(kills):
            if not self.session or len(self.asked) > 20:
                self.begin(server)
            self.chance.choice([self.turn, self.turn, self.turn, self.edits, self.saves, self.gallery])(server)
            server = self.start()
            assert server.call("intact").answer == ["ok"]
            self.all_kept(server)
        server.kill()
        return self.seen

    def start(self) -> Victim:
        return self.servers.bear(f"sqlite:///{self.folder}/agents.db", self.folder / "socket")

    def begin(self, server: Victim) -> None:
        self.session = server.call("begin", fields=READY).answer
        self.agent = ""
        for record in (self.asked, self.answered, self.edited, self.versions):
            record.clear()

    # What happens before a kill; each notes what was acknowledged and looks after what was not.

    def turn(self, server: Victim) -> None:
        """A turn, perhaps with an edit in its midst; a quarter of them long enough to be shown a second before."""
        message_id, goal, value = self.new("message"), self.new("goal"), self.new("value")
        long = self.chance.random() < 0.25
        text = json.dumps({"words": 90 if long else self.chance.randint(1, 20), "pause": 0.02, "goal": goal})
        turn = server.ask("send", session=self.session, text=text, message_id=message_id)
        edit = server.ask("edit", session=self.session, value=value) if self.chance.random() < 0.3 else None
        if long:
            server.wait_for(turn, "TextDelta")
            server.live(self.chance.uniform(1.1, 1.6))
        else:
            server.live(self.chance.uniform(0, 0.4))
        moment = server.kill()
        heard = server.heard[turn]
        if edit is not None:
            self.note_edit(server.heard[edit], value)
        self.after_turn(heard, message_id, text, goal, heard.text(moment - SHOWN_BEFORE))

    def after_turn(self, heard: Heard, message_id: str, text: str, goal: str, shown: str) -> None:
        server = self.start()
        kept = server.call("look", session=self.session).answer
        mine = [position for position, message in enumerate(kept["messages"]) if message[0] == message_id]
        assert len(mine) <= 1 and not kept["running"]
        if heard.has("Started"):
            assert len(mine) == 1, "an acknowledged message is lost"
        if mine:
            self.asked[message_id] = text
            _, _, reply, state = kept["messages"][mine[0] + 1]
            assert reply.startswith(shown), "what was shown is lost"
            assert (state == "done") is (goal in kept["goals"]), "half a turn"
            assert state == "done" or not heard.has("Finished")
            self.seen[f"turn cut, {state}, {'shown' if shown else 'kept' if reply else 'silent'}"] += 1
        self.again(server, message_id, text, goal)
        server.kill()

    def again(self, server: Victim, message_id: str, text: str, goal: str) -> None:
        """The client sends its message again: there is one of it, and it has an answer."""
        number = server.ask("send", session=self.session, text=text, message_id=message_id)
        server.wait_for(number, "Started")
        server.call("stop", session=self.session)
        server.wait_for(number, "Finished")
        self.asked[message_id] = text
        kept = server.call("look", session=self.session).answer
        if goal in kept["goals"]:
            self.answered[message_id] = goal

    def edits(self, server: Victim) -> None:
        values = [self.new("value") for _ in range(8)]
        numbers = [server.ask("edit", session=self.session, value=value) for value in values]
        server.live(self.chance.uniform(0, 0.05))
        server.kill()
        for number, value in zip(numbers, values, strict=True):
            self.note_edit(server.heard[number], value)

    def note_edit(self, heard: Heard, value: str) -> None:
        self.seen["edit acknowledged" if heard.acknowledged else "edit cut"] += 1
        if heard.acknowledged:
            self.edited.append(value)

    def saves(self, server: Victim) -> None:
        value = self.new("value")
        self.note_edit(server.call("edit", session=self.session, value=value), value)
        numbers = [server.ask("save", session=self.session) for _ in range(3)]
        server.live(self.chance.uniform(0, 0.03))
        server.kill()
        for number in numbers:
            heard = server.heard[number]
            self.seen["save acknowledged" if heard.acknowledged else "save cut"] += 1
            if heard.acknowledged:
                self.agent, *version = heard.answer
                self.versions.append(version)

    def gallery(self, server: Victim) -> None:
        """New agents, and one agent and one session that are deleted."""
        made = config(self.new("Agent"))
        victim = server.call("create", config=config(self.new("Agent"))).answer
        old = server.call("begin", fields={"name": "Old"}).answer
        create = server.ask("create", config=made)
        remove = server.ask("remove", agent=victim)
        forget = server.ask("forget", session=old)
        server.live(self.chance.uniform(0, 0.03))
        server.kill()
        self.seen["delete acknowledged" if server.heard[remove].acknowledged else "delete cut"] += 1
        if server.heard[remove].acknowledged:
            self.removed.add(victim)
        if server.heard[forget].acknowledged:
            self.forgotten.add(old)
        if server.heard[create].acknowledged:
            self.created[server.heard[create].answer] = made

    def all_kept(self, server: Victim) -> None:
        kept = server.call("look", session=self.session).answer
        told = Counter(message[0] for message in kept["messages"])
        assert all(count == 1 for count in told.values())
        for message_id, text in self.asked.items():
            assert [message_id, "user", text, "done"] in kept["messages"]
        assert [message[1] for message in kept["messages"]] == ["user", "model"] * (len(kept["messages"]) // 2)
        assert set(self.answered.values()) <= set(kept["goals"])
        assert set(self.edited) <= set(kept["guardrails"])
        assert len(set(kept["guardrails"])) == len(kept["guardrails"])
        self.gallery_kept(server, kept["saved"])

    def gallery_kept(self, server: Victim, saved: int | None) -> None:
        agents = server.call("agents").answer
        for versions in agents.values():
            assert [number for number, _ in versions] == list(range(1, len(versions) + 1))
        if self.agent:
            assert all(version in agents[self.agent] for version in self.versions)
            assert saved == len(agents[self.agent])
        assert not self.removed & agents.keys()
        for agent, made in self.created.items():
            assert agent in agents
            assert server.call("create", config=made).answer == agent
        for session in self.forgotten:
            assert server.call("look", session=session).error == "NotFound"
        self.created.clear()
        self.removed.clear()
        self.forgotten.clear()


@pytest.mark.kill
def test_nothing_that_was_acknowledged_is_lost(servers: Nursery, tmp_path: Path) -> None:
    lanes = []
    for number in range(LANES):
        (tmp_path / str(number)).mkdir()
        lanes.append(Lane(servers, tmp_path / str(number), random.Random(f"lane {number}")))
    with ThreadPoolExecutor(LANES) as pool:
        seen = sum(pool.map(lambda lane: lane.live(KILLS // LANES), lanes), Counter[str]())
    for what, count in sorted(seen.items()):
        print(f"{count:5} {what}")
    assert seen["turn cut, stopped, shown"] >= 10, "the test cut too few replies that had been shown for a second"
    assert all(seen[f"{what} {end}"] for what in ("edit", "save", "delete") for end in ("acknowledged", "cut"))
