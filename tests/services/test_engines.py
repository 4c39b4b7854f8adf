"""Who can lead, who begins, and switching in the middle of a talk."""

from collections.abc import AsyncIterator

import pytest

from builder.core.errors import EngineFailed, Invalid
from builder.core.events import Event, Failed, Finished, Proposed, TextDelta, Used
from builder.core.operation import Operation
from builder.core.session import Session
from builder.core.usage import Usage
from builder.interviewers.scripted import Scripted
from builder.llm.faults import ModelFailed
from builder.llm.reach import Reach
from builder.services.engines import Choice, Engines
from builder.services.gallery import Gallery
from builder.services.interview import Interviews
from builder.services.models import Models
from builder.store import Store
from tests.services.providers import Local, Pretended, Second, models_on
from tests.services.talking import READY, operations

KEY = "key-of-the-page-1234"


class Offline(Scripted):
    name, title, for_trials = "guided", "Guided", False


class Led(Scripted):
    """Reaches for its provider as a model-led interviewer does, then says one sentence."""

    for_trials = False

    def __init__(self, provider: Pretended, reach: Reach) -> None:
        super().__init__()
        self.name, self.title, self.provider = provider.name, provider.title, provider.name
        self._reach = reach

    async def reply(self, session: Session, message: str) -> AsyncIterator[Event]:
        try:
            await self._reach(self.name, session.owner)
        except ModelFailed as failed:
            yield Failed(f"No answer: {failed.fault.kind}.", "Enter a key in Settings.")
            return
        yield Proposed(Operation("set", "tone", "warm"))
        yield TextDelta(f"{self.title} speaking.")
        yield Used(Usage(10, 0, 0, 5, 0.001, "flash"))


@pytest.fixture
async def models(store: Store) -> AsyncIterator[Models]:
    made = models_on(store, [Pretended(), Second(), Local()], secret="secret")
    yield made
    await made.rest()


def engines_of(models: Models, store: Store, leader: str | None = None) -> Engines:
    led = [Led(provider, models.reach) for provider in models.providers if isinstance(provider, Pretended)]
    return Engines([Offline(), Scripted(), *reversed(led)], models, store, "guided", leader)


@pytest.fixture
def engines(models: Models, store: Store) -> Engines:
    return engines_of(models, store)


@pytest.fixture
def interviews(engines: Engines, store: Store) -> Interviews:
    return Interviews(store, engines)


async def say(interviews: Interviews, session: Session, text: str = "Hello") -> list[Event]:
    return [event async for event in interviews.send(session.id, text)]


async def test_without_keys_the_offline_interviewer_begins_and_the_others_are_offered(engines: Engines) -> None:
    choices = await engines.choices()
    assert [choice.name for choice in choices] == ["guided", "scripted", "first", "second", "local"]
    assert choices[0] == Choice("guided", "Guided", True) and choices[2] == Choice("first", "First", False)
    assert await engines.first() == "guided"


async def test_the_ready_provider_with_the_lowest_rank_begins(engines: Engines, models: Models) -> None:
    await models.change("second", key=KEY)
    assert await engines.first() == "second"
    await models.change("first", key=KEY)
    assert await engines.first() == "first"
    assert [choice.name for choice in await engines.choices()][:3] == ["first", "second", "guided"]


async def test_the_preferred_one_begins_while_it_is_ready(engines: Engines, models: Models, store: Store) -> None:
    await models.change("first", key=KEY)
    store.preferences.put("local", "engine", "guided")
    assert await engines.first() == "guided"
    for gone in ("second", "nobody", 5):
        store.preferences.put("local", "engine", gone)
        assert await engines.first() == "first"


async def test_readiness_belongs_to_an_owner(engines: Engines, models: Models) -> None:
    await models.change("first", "ada", key=KEY)
    assert (await engines.first("ada"), await engines.first("bob")) == ("first", "guided")


async def test_a_leader_for_trials_begins_before_any_model(models: Models, store: Store) -> None:
    await models.change("first", key=KEY)
    engines = engines_of(models, store, "scripted")
    assert await engines.first() == "scripted"
    assert (await engines.choices())[0].name == "scripted"
    assert engines.of("gone").name == "scripted"


async def test_a_talk_begins_with_who_is_ready_or_was_asked_for(interviews: Interviews, models: Models) -> None:
    await models.change("first", key=KEY)
    assert (await interviews.begin()).engine == "first"
    assert (await interviews.begin(engine="guided")).engine == "guided"
    with pytest.raises(Invalid, match="Second"):
        await interviews.begin(engine="second")


async def test_an_agent_opened_from_the_gallery_is_led_by_who_is_ready(
    interviews: Interviews, engines: Engines, models: Models, store: Store
) -> None:
    gallery, session = Gallery(store, engines), await interviews.begin()
    await interviews.edit(session.id, operations(**READY))
    await gallery.save(session.id)
    agent = (await gallery.search()).agents[0]
    await interviews.delete(session.id)
    await models.change("first", key=KEY)
    assert (await gallery.open(agent.id)).engine == "first"


async def test_switching_takes_the_draft_along_and_says_who_speaks(interviews: Interviews, models: Models) -> None:
    session = await interviews.begin()
    await interviews.edit(session.id, operations(name="Triage"))
    await models.change("first", key=KEY)
    switched = await interviews.switch(session.id, engine="first")
    assert (switched.engine, switched.draft.value("name")) == ("first", "Triage")
    await say(interviews, session)
    found = await interviews.talk(session.id)
    assert (found.messages[-1].text, found.messages[-1].engine) == ("First speaking.", "first")
    assert found.session.used == found.messages[-1].usage == Usage(10, 0, 0, 5, 0.001, "flash")


async def test_switching_to_one_that_is_not_ready_is_refused_with_the_way_on(interviews: Interviews) -> None:
    session = await interviews.begin()
    with pytest.raises(Invalid) as refused:
        await interviews.switch(session.id, engine="first", language="de")
    assert refused.value.problems[0].code == "engine_not_ready" and "Settings" in refused.value.advice
    assert (await interviews.get(session.id)) == session
    with pytest.raises(Invalid, match="nobody"):
        await interviews.switch(session.id, engine="nobody")


async def test_a_talk_whose_provider_lost_its_key_loads_fails_visibly_and_goes_on_offline(
    interviews: Interviews, models: Models
) -> None:
    await models.change("first", key=KEY)
    session = await interviews.begin()
    await say(interviews, session)
    await models.change("first", key="")
    before = (await interviews.talk(session.id)).session.draft
    events = await say(interviews, session, "Go on")
    assert isinstance(events[-1], Finished) and events[-1].outcome == "failed"
    found = await interviews.talk(session.id)
    assert "Settings" in found.messages[-1].reason and found.session.draft == before
    await interviews.switch(session.id, engine="guided")
    assert (await say(interviews, session, "Go on"))[-1].kind == "Finished"
    assert (await interviews.talk(session.id)).messages[-1].engine == "guided"


async def test_a_specification_goes_to_who_begins_and_its_failure_is_told(
    interviews: Interviews, models: Models, store: Store
) -> None:
    await models.change("first", "ada", key=KEY)
    with pytest.raises(EngineFailed, match="No usable configuration"):
        await interviews.generate("Sorts letters", owner="ada")
    store.secrets.change("ada", "first", lambda kept: kept)
    with pytest.raises(Invalid, match="Second"):
        await interviews.generate("Sorts letters", engine="second", owner="ada")
