"""The whole application led by a fake Gemini: settings in, stored talks out."""

import asyncio
import time

from builder.core.events import Event, Failed, Finished, TextTakenBack
from builder.wiring import App
from tests.interviewers.model_led.talking import answer, sets
from tests.interviewers.model_led.test_faults import aborted
from tests.models import faults
from tests.models.gemini import Gemini
from tests.models.script import Answer

GOOD = answer("What should it be called?", *sets(description="Sorts letters."), suggestions=["You decide"])


async def say(app: App, session_id: str, text: str = "It sorts letters") -> list[Event]:
    return [event async for event in app.interviews.send(session_id, text)]


async def test_with_a_key_the_model_leads_and_what_it_took_is_stored(app: App, fake: Gemini) -> None:
    fake.play([Answer(json=GOOD)])
    session = await app.interviews.begin()
    assert session.engine == "google"
    assert isinstance((await say(app, session.id))[-1], Finished)
    now = await app.interviews.get(session.id)
    assert now.draft.text("description") == "Sorts letters." and now.used.tokens > 0
    assert now.messages[-1].text == "What should it be called?" and now.messages[-1].engine == "google"


async def test_a_failure_leaves_the_draft_and_the_guide_goes_on(app: App, fake: Gemini) -> None:
    fake.play([Answer(json=GOOD), Answer(json=GOOD, pieces=60, fault=faults.MAX_TOKENS), Answer(json=GOOD)])
    session = await app.interviews.begin()
    await say(app, session.id)
    before = (await app.interviews.get(session.id)).draft
    events = await say(app, session.id, "Call it Letters")
    assert {Failed, TextTakenBack} <= {type(event) for event in events}
    now = await app.interviews.get(session.id)
    assert now.draft == before and now.messages[-1].state == "failed" and now.messages[-1].text == ""
    await app.interviews.switch(session.id, engine="guided")
    await say(app, session.id, "For people to read")
    assert (await app.interviews.get(session.id)).messages[-1].engine == "guided"
    await app.interviews.switch(session.id, engine="google")
    assert isinstance((await say(app, session.id))[-1], Finished)


async def test_an_undone_turn_is_undone_in_what_is_sent_next(app: App, fake: Gemini) -> None:
    fake.play([Answer(json=GOOD)])
    session = await app.interviews.begin()
    await say(app, session.id)
    await app.interviews.undo(session.id)
    await say(app, session.id, "It sorts parcels")
    assert '"draft":{}' in fake.calls[-1].last


async def test_stopping_a_turn_ends_the_request_within_a_moment(app: App, fake: Gemini) -> None:
    session = await app.interviews.begin()
    took = []
    for _ in range(4):
        fake.play([Answer(json=answer("word " * 400), pieces=5, pause=0.05)])
        turn = asyncio.create_task(say(app, session.id))
        while not fake.calls or fake.calls[0].first_text_at is None:
            await asyncio.sleep(0.02)
        stopped = time.monotonic()
        await app.interviews.stop(session.id)
        await turn
        took.append(await aborted(fake.calls[0]) - stopped)
        assert (await app.interviews.get(session.id)).messages[-1].state == "stopped"
    assert min(took) < 0.2  # the best of them: the others may have waited for this machine


async def test_a_specification_becomes_a_configuration(app: App, fake: Gemini) -> None:
    fake.play([Answer(json=answer("Ready.", *sets(description="Sorts letters.", return_type="unstructured")))])
    config = await app.interviews.generate("An agent that sorts letters and answers in words")
    assert config["description"] == "Sorts letters." and "name" in config["metadata"]["assumed"]
