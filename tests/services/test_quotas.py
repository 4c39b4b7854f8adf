"""Quotas where they hold: messages of talks, specifications, agents; by a clock that the test turns."""

import asyncio
import gc
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest

from builder.core.errors import BuilderError, Busy, QuotaReached, TooManyAgents
from builder.core.events import Started
from builder.core.limits_file import read
from builder.core.quota import Use, Used
from builder.interviewers.scripted import Scripted
from builder.llm.reach import Limits
from builder.services.engines import Engines
from builder.services.gallery import Gallery
from builder.services.interview import Interviews
from builder.services.models import Models
from builder.services.quotas import Quotas
from builder.services.seal import Seal
from builder.store import Store
from builder.wiring import App
from tests.scripts import script
from tests.services.conftest import Made
from tests.services.talking import end_of, first, operations, ready, say, text_of
from tests.store.parts import config

LIMITS = read("default: free\ntiers: {free: {messages: 2, pages: 3, agents: 1}, open: {}}\nowners: {ada: open}", "x")


class Clock:
    """Says what it was told."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class House:
    """Interviews and a gallery under limits."""

    def __init__(self, store: Store, quotas: Quotas) -> None:
        speaker = Scripted(script)
        engines = Engines([speaker], Models(store, [], {}, Limits(), Seal()), store, speaker.name, speaker.name)
        self.quotas = quotas
        self.interviews = Interviews(store, engines, quotas=quotas)
        self.gallery = Gallery(store, engines, quotas=quotas)

    async def begin(self, owner: str = "local") -> str:
        return (await self.interviews.begin(owner=owner)).id

    async def say(self, session_id: str, text: str = "Hello", **more: str) -> str:
        """How the turn ended."""
        return end_of([event async for event in self.interviews.send(session_id, text, **more)])

    async def messages(self, owner: str = "local") -> int:
        return (await self.quotas.use(owner)).messages.used


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 30, 23, 0, 0, 500_000, UTC))


@pytest.fixture
def house(store: Store, clock: Clock) -> House:
    return House(store, Quotas(store, LIMITS, clock))


async def test_what_is_used_of_what_and_when_it_begins_anew(house: House) -> None:
    await house.say(await house.begin())
    await house.gallery.create(config())
    await house.quotas.count("local", "pages", "p1")
    found = await house.quotas.use("local")
    resets = datetime(2026, 12, 1, tzinfo=UTC)
    assert found == Use("free", "2026-11", resets, Used(1, 2), Used(1, 3), Used(1, 1))
    assert await house.quotas.use("ada") == Use("open", "2026-11", resets, *[Used(0, None)] * 3)


async def test_a_message_beyond_the_quota_is_refused_with_the_seconds_until_there_is_room(
    house: House, clock: Clock
) -> None:
    session = await house.begin()
    assert [await house.say(session) for _ in range(2)] == ["done", "done"]
    with pytest.raises(QuotaReached) as refused:
        await house.say(session)
    assert refused.value.retry_after == 3600, "59 minutes 59.5 seconds, in whole ones"
    assert "messages are used up: 2 of 2" in refused.value.message and "2026-12-01" in refused.value.advice
    assert len((await house.interviews.talk(session)).messages) == 4
    clock.now += timedelta(seconds=3600)
    assert await house.say(session) == "done"
    assert (await house.messages(), (await house.quotas.use("local")).month) == (1, "2026-12")


async def test_a_failed_or_refused_turn_costs_nothing_and_a_stopped_one_that_spoke_does(house: House) -> None:
    session = await house.begin()
    assert await house.say(session, "down") == "failed"
    assert await house.say(session, "broken") == "failed"
    assert await house.messages() == 0
    with pytest.raises(BuilderError):
        await house.say(session, "   ")
    turn = house.interviews.send(session, "hang")
    await first(turn, Started)
    with pytest.raises(Busy):
        await house.say(session)
    await asyncio.sleep(0.2)
    await house.interviews.stop(session)
    await turn.aclose()
    assert await house.messages() == 1


async def test_a_turn_that_is_stopped_before_its_first_word_costs_nothing(app_with: Made) -> None:
    app = app_with([30.0])
    session = await app.interviews.begin()
    turn = app.interviews.send(session.id, "Hello")
    await first(turn, Started)
    await app.interviews.stop(session.id)
    assert end_of([event async for event in turn]) == "stopped"
    assert (await app.quotas.use()).messages.used == 0


async def test_the_same_message_id_again_costs_nothing_and_is_answered_though_nothing_is_left(house: House) -> None:
    session = await house.begin()
    await house.say(session, "say one", message_id="m1")
    await house.say(session, "say two", message_id="m2")
    again = [event async for event in house.interviews.send(session, "say one", message_id="m1")]
    assert text_of(again) == "one" and await house.messages() == 2


async def test_a_specification_counts_as_a_message_once_it_came_to_something(
    app_with: Made, store: Store, clock: Clock
) -> None:
    app = app_with()
    limited = House(store, Quotas(store, LIMITS, clock))
    spec = "An agent that sorts support mail by urgency. A program reads the answers."
    interviews = Interviews(store, app.engines, quotas=limited.quotas)
    with pytest.raises(BuilderError):
        await interviews.generate("Hello", engine="guided")
    assert await limited.messages() == 0
    assert await interviews.generate(spec, engine="guided")
    assert await limited.messages() == 1
    came = await asyncio.gather(
        *(interviews.generate(spec, engine="guided") for _ in range(4)), return_exceptions=True
    )
    assert [type(one) for one in came].count(QuotaReached) == 3, "one place was left"
    assert await limited.messages() == 2


async def test_agents_may_be_as_many_as_said_however_they_come(house: House) -> None:
    interviews, gallery = house.interviews, house.gallery
    agent = await gallery.create(config())
    assert (await gallery.create(config())).id == agent.id, "the same again is the same"
    opened = await gallery.open(agent.id)
    await interviews.edit(opened.id, operations(tone="warm"))
    assert (await gallery.save(opened.id)).number == 2, "a new version costs nothing"
    await gallery.rename(agent.id, "Welcomer")
    await gallery.renew(agent.id, config("Welcomer", "Greets."))
    await gallery.reinstate(agent.id, 1)
    for refused in (gallery.create(config("Other")), gallery.duplicate(agent.id)):
        with pytest.raises(TooManyAgents) as told:
            await refused
        assert told.value.retry_after is None and "elete an agent" in told.value.advice
    begun = await interviews.begin(config=config("Third"))
    with pytest.raises(TooManyAgents):
        await gallery.save(begun.id)
    await gallery.delete(agent.id)
    await gallery.save(begun.id)
    with pytest.raises(TooManyAgents):
        await gallery.restore(agent.id)
    assert (await house.quotas.use("local")).agents == Used(1, 1)


async def test_a_session_that_is_spoken_to_at_once_does_not_begin_where_nothing_is_left(house: House) -> None:
    session = await house.begin()
    await house.say(session)
    await house.interviews.begin(speaks=True)
    await house.say(session)
    with pytest.raises(QuotaReached):
        await house.interviews.begin(speaks=True)
    assert (await house.interviews.begin(session_id=session, speaks=True)).id == session, "it was begun before"
    assert len((await house.interviews.page()).sessions) == 2


async def test_owners_have_tiers_of_their_own(house: House) -> None:
    session = await house.begin("ada")
    assert [await house.say(session, owner="ada") for _ in range(3)] == ["done"] * 3
    assert (await house.messages("ada"), await house.messages()) == (3, 0)


async def test_pages_are_checked_before_and_counted_after_once_by_id(house: House) -> None:
    for event in ("a", "b", "a"):
        await house.quotas.check("local", "pages")
        await house.quotas.count("local", "pages", event)
    assert (await house.quotas.use("local")).pages.used == 2

    async def page() -> str:
        return "text"

    async def fails() -> str:
        raise BuilderError("Not there.")

    with pytest.raises(BuilderError, match="Not there"):
        await house.quotas.spend("local", "pages", "c", fails)
    assert await house.quotas.spend("local", "pages", "c", page) == "text"
    with pytest.raises(QuotaReached, match="pages are used up: 3 of 3"):
        await house.quotas.spend("local", "pages", "d", page)
    with pytest.raises(QuotaReached):
        await house.quotas.check("local", "pages")
    assert (await house.quotas.use("local")).pages.used == 3


async def test_nothing_stays_in_memory_of_owners_who_spent_something(store: Store) -> None:
    quotas = Quotas(store)

    async def fails() -> str:
        raise BuilderError("Not there.")

    async def spent_by(owners: range) -> None:
        for owner in owners:
            with pytest.raises(BuilderError):
                await quotas.spend(f"owner {owner}", "pages", "c", fails)

    await spent_by(range(100))
    tracemalloc.start()
    try:
        await spent_by(range(100, 5_100))
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 200_000
    finally:
        tracemalloc.stop()


async def test_without_a_limits_file_nothing_is_limited_and_use_is_known(app: App) -> None:
    session = await ready(app)
    for _ in range(3):
        await say(app, session)
    await app.gallery.save(session.id)
    found = await app.quotas.use()
    assert (found.tier, found.messages, found.agents) == (None, Used(3, None), Used(1, None))
    assert not app.quotas.are_set


async def test_tidying_forgets_the_events_of_earlier_months(store: Store, clock: Clock, house: House) -> None:
    await house.quotas.count("local", "pages", "a")
    assert await house.quotas.forget() == 0
    clock.now += timedelta(hours=2)
    assert await house.quotas.forget() == 1
    assert store.quotas.used("local", "pages", "2026-11") == 1


async def test_the_app_tidies_them_away(app: App) -> None:
    long_ago = Quotas(app.store, clock=Clock(datetime(2020, 1, 1, tzinfo=UTC)))
    await long_ago.count("local", "pages", "a")
    await app.tidy()
    await long_ago.count("local", "pages", "a")
    assert (await long_ago.use()).pages.used == 2, "the event was forgotten"
