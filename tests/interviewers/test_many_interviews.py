"""Many model-led interviews in one process, with a model that often fails or talks nonsense.

The large version is `bench.many_interviews`.
"""

import asyncio
import gc
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bench.small_model.interview import meet
from bench.small_model.wishes import WISHES
from bench.talks import TALKS, Came, interview
from builder.settings import Settings
from builder.wiring import App, build
from tests.models import faults, gemini
from tests.models.brain import Faulty, Nonsense, Paced, lead
from tests.models.fake import KEY
from tests.models.gemini import Gemini

AT_ONCE = 44  # interviews; they take more than 200 turns
ENOUGH_TURNS = 6
BRISK = Paced(lead, pieces=60)
BUSY_OR_CUT = ((5, faults.rate_limited(header=0.01)), (19, faults.cut(after=3)))
WATCHED = {"builder", "pydantic_ai", "google", "httpx2", "httpcore2", "asyncio", "_asyncio"}


@pytest.fixture
def fake() -> Iterator[Gemini]:
    with gemini.serving(BRISK) as server:
        yield server


@pytest.fixture
async def app(tmp_path: Path, fake: Gemini) -> AsyncIterator[App]:
    place = {"google_api_key": KEY, "google_gemini_base_url": fake.url}
    app = build(Settings.model_validate({"database_url": f"sqlite:///{tmp_path}/agents.db", **place}))
    yield app
    await app.rest()
    app.close()


async def together(app: App, number: int) -> Came:
    came = Came()
    await asyncio.gather(*(interview(app, one, came) for one in range(number)))
    return came


def said(fake: Gemini) -> set[str]:
    """All replies that the model would have given, had nothing gone wrong."""
    return {json.loads(lead(call).said)["reply"] for call in fake.calls}


def objects_of_a_turn() -> Counter[str]:
    gc.collect()
    kinds = Counter(type(one) for one in gc.get_objects())
    names = {kind: str(kind.__module__) for kind in kinds}
    watched = [kind for kind, name in names.items() if name.split(".")[0] in WATCHED]
    return Counter({f"{names[kind]}.{kind.__qualname__}": kinds[kind] for kind in watched})


@pytest.mark.parametrize("number", range(len(TALKS)))
async def test_a_talk_with_the_brain_is_finished_within_six_turns(number: int, app: App) -> None:
    came = Came()
    await interview(app, number, came)
    assert came.broken == [] and came.turns == len(TALKS[number]) <= ENOUGH_TURNS


async def test_who_says_yes_to_everything_gets_an_agent_too(app: App) -> None:
    session = await app.interviews.begin()
    for message in ("An agent that answers questions about trees", *["Yes"] * (ENOUGH_TURNS - 1)):
        async for _ in app.interviews.send(session.id, message):
            pass
    assert await app.interviews.configuration(session.id)


async def test_many_interviews_at_once_all_end_although_the_model_often_fails(
    app: App, fake: Gemini, caplog: pytest.LogCaptureFixture
) -> None:
    brain = Faulty(BRISK)
    fake.play(brain)
    running = asyncio.all_tasks()
    with caplog.at_level(logging.WARNING):
        came = await together(app, AT_ONCE)
        gc.collect()  # a task that failed unseen says so when it goes
    assert came.broken == [] and came.interviews == AT_ONCE and came.turns >= 200
    assert brain.failed > came.turns / 4, "the model did not fail often enough for this test"
    assert brain.asked == came.turns + brain.failed, "something else was asked again"
    assert set(came.replies) <= said(fake), "half an answer was kept"
    assert caplog.records == []
    assert asyncio.all_tasks() == running


async def test_a_turn_leaves_nothing_behind(app: App, fake: Gemini) -> None:
    counts = []
    for _ in range(3):  # the first one is the warm-up
        fake.play(Faulty(BRISK, BUSY_OR_CUT))
        came = await together(app, 6)
        fake.play(lead)
        for card in await app.interviews.recent(limit=100):
            await app.interviews.delete(card.id)
        counts.append(await asyncio.to_thread(objects_of_a_turn))
    more = counts[2] - counts[1]
    # A leak leaves one of a kind for every turn; one turn may still be in the hands of the thread that stored it.
    assert {kind: number for kind, number in more.items() if number >= came.turns} == {}


@pytest.mark.parametrize("seed", range(len(WISHES)))
async def test_nonsense_breaks_nothing(seed: int, app: App, fake: Gemini) -> None:
    fake.play(Nonsense(seed))
    talked = await meet(app, "google", WISHES[seed])
    assert talked.wrong == [] and talked.broken_drafts == 0
    assert talked.dropped > 0, "the nonsense was too sensible"


async def test_the_brain_also_writes_a_specification_and_a_better_text(app: App) -> None:
    config = await app.interviews.generate("An agent that answers questions about trees")
    assert config["name"] == "HelpfulAgent"
    session = await app.interviews.begin(config=config)
    better = await app.interviews.improve(session.id, "system_prompt")
    assert better.after and better.after.endswith("If unsure, say so.") and better.reasons
