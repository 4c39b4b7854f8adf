"""Lets people talk to a server, several at once, and gives what came of it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from bench.interviews.door import Door, Record
from bench.interviews.listening import FACTS
from bench.interviews.person import Tally, Visitor
from bench.interviews.score import Verdict, judge, score
from bench.interviews.telling import specification
from bench.people import Person

MOST_TURNS = 30
SAME_TEXT_AGAIN = 3
TURNS_AFTER_THE_END = 3
ANSWER_SECONDS = 120.0
SCHEMA_PATH = "/v1/schema/agent-config"
Transcript = list[tuple[str, str | None]]


@dataclass(frozen=True)
class Result:
    """`par` turns are enough for this person; `elicited` is the share of the facts that were brought out."""

    person: Person
    verdict: Verdict
    score: float
    tally: Tally
    record: Record
    par: int
    elicited: float | None
    config: Mapping[str, Any] | None
    transcript: Transcript

    @property
    def valid(self) -> bool:
        return not self.verdict.problems


async def run(people: Sequence[Person], base_url: str, mode: str = "full", concurrency: int = 4) -> list[Result]:
    """`base_url` is that of the API; `mode` is full (/chat/), quick (/generate/) or spec (one POST)."""
    gate = asyncio.Semaphore(concurrency)
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as client:
        answer = await client.get(base_url.rstrip("/") + SCHEMA_PATH)
        published = answer.json() if answer.status_code == 200 else None

        async def one(person: Person) -> Result:
            async with gate:
                return await _meet(Door(client, base_url, mode), person, mode, published)

        return await asyncio.gather(*map(one, people))


async def _meet(door: Door, person: Person, mode: str, published: Mapping[str, Any] | None) -> Result:
    visitor = Visitor(person)
    par = 2 + visitor.expected + len(visitor.detours) + ("change" in person)
    transcript: Transcript = []
    if mode == "spec":
        config = await _hand_over(door, visitor)
    else:
        config = await _talk(door, visitor, transcript)
    try:
        verdict = judge(person, config, visitor.said, published)
    except (TypeError, AttributeError, KeyError, ValueError) as error:  # too broken to be measured
        door.record.errors.append(f"the configuration cannot be read: {error!r}"[:120])
        verdict = judge(person, None, visitor.said, published)
    elicited = 1 - len(visitor.open_facts()) / visitor.expected if visitor.expected else None
    points = round(score(verdict, _conduct(visitor.tally, door.record, par)), 1)
    return Result(person, verdict, points, visitor.tally, door.record, par, elicited, config, transcript)


async def _hand_over(door: Door, visitor: Visitor) -> Mapping[str, Any] | None:
    visitor.said, visitor.told, visitor.tally.turns = [specification(visitor.person)], set(FACTS), 1
    return await door.made_from(visitor.said[0])


async def _talk(door: Door, visitor: Visitor, transcript: Transcript) -> Mapping[str, Any] | None:
    """The last configuration; None when there was never one, or none any more."""
    if not await door.begin():
        return None
    message, config, after_the_end = visitor.open(), None, 0
    for _ in range(MOST_TURNS):
        answer = await door.say(message)
        transcript.append((message, answer[0] if answer else None))
        if answer is None:
            return None
        visitor.hear(*answer)
        config = await door.configuration()
        await door.note_stage()
        goes_on = visitor.is_really_asked() or "confirm" in visitor.topics()
        if config is not None and (after_the_end >= TURNS_AFTER_THE_END or not goes_on):
            thought = visitor.second_thoughts()
            if thought is None:
                return config
            message, after_the_end = thought, 0
            continue
        after_the_end += config is not None and not visitor.is_asked_something_new()
        if visitor.same_again >= SAME_TEXT_AGAIN:
            return config
        message = visitor.reply()
    return config


def _conduct(tally: Tally, record: Record, par: int) -> dict[str, float]:
    turns = max(1, tally.turns)
    return {
        "not_redundant": 1 - tally.redundant / max(1, tally.questions),
        "one_question": 1 - tally.several / turns,
        "effort": (3 * par - turns) / (2 * par),
        "no_errors": 1 - (len(record.errors) + len(record.malformed)) / turns,
    }
