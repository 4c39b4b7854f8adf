""" "Improve this text": the better text waits for a yes, and nothing newer is overwritten by it."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from builder.core.draft import Proposal
from builder.core.errors import Busy, Conflict, EngineFailed, Invalid, NotFound
from builder.core.events import Failed, Retrying, Started, TextDelta, TextTakenBack, Used
from builder.core.operation import Operation
from builder.core.session import Session
from builder.core.usage import Usage
from builder.interviewers.base import IMPROVABLE
from builder.interviewers.scripted import Line, Scripted
from builder.settings import Settings
from builder.store import codec
from builder.wiring import App, build
from tests.services.conftest import Made
from tests.services.talking import first, operations, ready, say, sets

BETTER = "You greet people by name."
SPENT = Usage(10, 0, 0, 5, 0.25, "some-model")


def improving(*lines: Line) -> Any:
    """A script that answers to a field with these lines, and to anything else by setting the name."""

    def script(session: Session, message: str) -> Iterable[Line]:
        return lines if message in IMPROVABLE else sets(system_prompt=f"You {message}.")

    return script


GOOD = improving(TextDelta("- It names people.\n\n- It is "), TextDelta("shorter."), *sets(system_prompt=BETTER))


async def open_session(app: App) -> Session:
    """A ready session without locks."""
    session = await ready(app)
    for field in IMPROVABLE:
        session = await app.interviews.unlock(session.id, field)
    return session


async def test_a_better_text_waits_beside_the_text_with_its_reasons(app_with: Made) -> None:
    app = app_with(script=GOOD)
    session = await open_session(app)
    improved = await app.interviews.improve(session.id, "system_prompt")
    reasons = ("It names people.", "It is shorter.")
    assert (improved.before, improved.after, improved.reasons) == ("You greet people.", BETTER, reasons)
    stored = await app.interviews.get(session.id)
    assert stored == improved.session
    assert stored.draft == session.draft
    assert stored.proposals == {"system_prompt": Proposal("system_prompt", "You greet people.", BETTER, reasons)}


@pytest.mark.parametrize("field", IMPROVABLE)
@pytest.mark.parametrize("locked", [False, True])
async def test_accepting_takes_the_text_over_and_leaves_the_lock_as_it_was(
    app_with: Made, field: str, locked: bool
) -> None:
    app = app_with(script=improving(*sets(**{field: "Says {question} well."})))
    session = await (ready(app) if locked else open_session(app))
    await app.interviews.improve(session.id, field)
    accepted = await app.interviews.accept(session.id, field)
    entry = accepted.draft.entries[field]
    assert (entry.value, entry.locked) == ("Says {question} well.", locked)
    assert entry.source == ("edited" if locked else "user")
    assert accepted.proposals == {}


async def test_accepting_is_one_step_that_undo_takes_back_to_the_waiting_proposal(app_with: Made) -> None:
    app = app_with(script=GOOD)
    session = await open_session(app)
    waiting = (await app.interviews.improve(session.id, "system_prompt")).session
    accepted = await app.interviews.accept(session.id, "system_prompt")
    undone = await app.interviews.undo(session.id)
    assert (undone.draft, undone.proposals) == (session.draft, waiting.proposals)
    assert (await app.interviews.redo(session.id)).draft == accepted.draft


async def test_asking_and_refusing_are_no_steps_of_their_own(app_with: Made) -> None:
    app = app_with(script=GOOD)
    session = await app.interviews.begin()
    await app.interviews.edit(session.id, operations(system_prompt="One."))
    await app.interviews.edit(session.id, operations(system_prompt="Two."))
    await app.interviews.improve(session.id, "system_prompt")
    refused = await app.interviews.refuse(session.id, "system_prompt")
    assert (refused.draft.value("system_prompt"), refused.proposals) == ("Two.", {})
    assert (await app.interviews.undo(session.id)).draft.value("system_prompt") == "One."


@pytest.mark.parametrize("lines", [[], [TextDelta("Fine.")], sets(system_prompt="You greet people."), sets(name="X")])
async def test_without_a_better_text_nothing_waits_and_there_is_a_reason(
    app_with: Made, lines: Sequence[Line]
) -> None:
    app = app_with(script=improving(*lines))
    session = await open_session(app)
    improved = await app.interviews.improve(session.id, "system_prompt")
    assert improved.after is None and len(improved.reasons) == 1
    assert improved.session == session


async def test_what_was_taken_back_does_not_count(app_with: Made) -> None:
    half = [TextDelta("Half"), *sets(system_prompt="Half."), Retrying(1, 0.0, "busy"), TextTakenBack()]
    app = app_with(script=improving(*half, TextDelta("Whole"), *sets(system_prompt=BETTER)))
    improved = await app.interviews.improve((await open_session(app)).id, "system_prompt")
    assert (improved.after, improved.reasons) == (BETTER, ("Whole",))


@pytest.mark.parametrize("field", ["name", "tone", "placeholders", "nothing_like_that"])
async def test_other_fields_are_refused(app: App, field: str) -> None:
    session = await ready(app)
    with pytest.raises(Invalid, match="cannot be improved"):
        await app.interviews.improve(session.id, field)


async def test_an_empty_field_is_refused(app: App) -> None:
    session = await app.interviews.begin()
    with pytest.raises(Invalid, match="no text to improve"):
        await app.interviews.improve(session.id, "system_prompt")


async def test_a_session_of_somebody_else_is_not_there(app: App) -> None:
    session = await ready(app)
    with pytest.raises(NotFound):
        await app.interviews.improve(session.id, "system_prompt", "somebody")


async def test_a_waiting_proposal_is_not_replaced(app_with: Made) -> None:
    app = app_with(script=GOOD)
    session = await ready(app)
    await say(app, session, "sing")
    with pytest.raises(Conflict, match="waits already"):
        await app.interviews.improve(session.id, "system_prompt")
    kept = await app.interviews.get(session.id)
    assert kept.proposals["system_prompt"].after == "You sing."


async def test_while_a_turn_runs_it_is_busy(app_with: Made) -> None:
    app = app_with([TextDelta("One "), 30.0])
    session = await ready(app)
    turn = app.interviews.send(session.id, "Hello")
    await first(turn, Started)
    with pytest.raises(Busy):
        await app.interviews.improve(session.id, "system_prompt")
    await app.interviews.stop(session.id)
    await turn.aclose()


# -- nothing newer is overwritten


async def test_a_hand_edit_drops_the_waiting_text(app_with: Made) -> None:
    app = app_with(script=GOOD)
    session = await open_session(app)
    await app.interviews.improve(session.id, "system_prompt")
    edited = await app.interviews.edit(session.id, operations(system_prompt="Mine."))
    assert edited.session.proposals == {}
    with pytest.raises(NotFound):
        await app.interviews.accept(session.id, "system_prompt")


async def test_a_turn_that_changes_the_field_drops_the_waiting_text(app_with: Made) -> None:
    app = app_with(script=GOOD)
    session = await open_session(app)
    await app.interviews.improve(session.id, "system_prompt")
    await say(app, session, "sing")
    now = await app.interviews.get(session.id)
    assert (now.draft.value("system_prompt"), now.proposals) == ("You sing.", {})


async def test_a_change_of_another_field_leaves_the_text_waiting(app_with: Made) -> None:
    app = app_with(script=GOOD)
    session = await open_session(app)
    await app.interviews.improve(session.id, "system_prompt")
    edited = await app.interviews.edit(session.id, operations(tone="warm"))
    assert edited.session.proposals["system_prompt"].after == BETTER


class Interrupted(Scripted):
    """While it looks for a better text, the person goes on working."""

    def __init__(self, meanwhile: Any) -> None:
        super().__init__(GOOD)
        self.meanwhile = meanwhile

    async def improve(self, session: Session, field: str) -> Any:
        await self.meanwhile(session)
        yield Used(SPENT)
        async for event in super().improve(session, field):
            yield event


@pytest.fixture
def built(database: str) -> Iterator[Any]:
    made: list[App] = []

    def make(interviewer: Scripted, **settings: object) -> App:
        made.append(build(Settings.model_validate({"database_url": database, **settings}), {"scripted": interviewer}))
        return made[-1]

    yield make
    for app in made:
        app.close()


async def test_a_text_that_was_changed_while_it_was_improved_stays_and_the_cost_is_kept(built: Any) -> None:
    async def meanwhile(session: Session) -> None:
        await app.interviews.edit(session.id, operations(system_prompt="Newer."))

    app = built(Interrupted(meanwhile))
    session = await open_session(app)
    with pytest.raises(Conflict) as refused:
        await app.interviews.improve(session.id, "system_prompt")
    assert refused.value.theirs == {"system_prompt": "Newer."}
    now = await app.interviews.get(session.id)
    assert (now.draft.value("system_prompt"), now.proposals, now.used) == ("Newer.", {}, SPENT)


async def test_an_edit_of_another_field_meanwhile_does_not_stand_in_the_way(built: Any) -> None:
    async def meanwhile(session: Session) -> None:
        await app.interviews.edit(session.id, operations(tone="warm"))

    app = built(Interrupted(meanwhile))
    session = await open_session(app)
    improved = await app.interviews.improve(session.id, "system_prompt")
    assert improved.session.draft.value("tone") == "warm"
    assert improved.session.proposals["system_prompt"].after == BETTER


async def test_while_a_text_is_improved_no_turn_begins_and_no_other_text_is_improved(built: Any) -> None:
    refused: list[str] = []

    async def meanwhile(session: Session) -> None:
        improving, saying = app.interviews.improve(session.id, "description"), app.interviews.send(session.id, "sing")
        for other in (improving, anext(saying)):
            with pytest.raises(Busy):
                await other
            refused.append(session.id)

    app = built(Interrupted(meanwhile))
    session = await open_session(app)
    improved = await app.interviews.improve(session.id, "system_prompt")
    assert len(refused) == 2 and improved.after == BETTER
    await say(app, improved.session, "sing")
    assert (await app.interviews.get(session.id)).draft.value("system_prompt") == "You sing."


async def test_a_reload_while_a_text_is_improved_finds_no_turn_to_follow(built: Any) -> None:
    followed: list[Any] = []

    async def meanwhile(session: Session) -> None:
        followed.append([event async for event in app.interviews.follow(session.id)])

    app = built(Interrupted(meanwhile))
    session = await open_session(app)
    assert (await app.interviews.improve(session.id, "system_prompt")).after == BETTER
    assert followed == [[]]


# -- stopping it


class Slow:
    """A script that falls silent in the middle of a better text."""

    def __init__(self) -> None:
        self.silent = asyncio.Event()

    def __call__(self, session: Session, message: str) -> Iterable[Line]:
        if message not in IMPROVABLE:
            yield from sets(system_prompt=f"You {message}.")
            return
        yield from [Used(SPENT), TextDelta("Half"), *sets(system_prompt="Half.")]
        self.silent.set()
        yield from [30.0, *sets(system_prompt=BETTER)]

    async def begun(self, app: App, session: Session) -> "asyncio.Task[Any]":
        task = asyncio.create_task(app.interviews.improve(session.id, "system_prompt"))
        await self.silent.wait()
        return task


async def test_it_is_stopped_like_a_turn_and_what_it_took_is_kept(app_with: Made) -> None:
    slow = Slow()
    app = app_with(script=slow)
    session = await open_session(app)
    task = await slow.begun(app, session)
    async with asyncio.timeout(5.0):
        await app.interviews.stop(session.id)
        improved = await task
    assert improved.after is None and improved.usage == SPENT and improved.reasons[0].startswith("Stopped")
    now = await app.interviews.get(session.id)
    assert (now.draft, now.proposals, now.used) == (session.draft, {}, SPENT)
    await say(app, session, "sing")


async def test_it_ends_when_nobody_waits_for_it_any_more(app_with: Made) -> None:
    slow = Slow()
    app = app_with(script=slow)
    session = await open_session(app)
    task = await slow.begun(app, session)
    task.cancel()
    async with asyncio.timeout(5.0):
        await asyncio.wait([task])
        while (talk := await app.interviews.talk(session.id)).session.used != SPENT or talk.running:
            await asyncio.sleep(0.02)
    assert (await app.interviews.get(session.id)).proposals == {}
    await say(app, session, "sing")


# -- models


class Modelled(Scripted):
    provider = "google"


FAILS = [Used(SPENT), TextDelta("Half"), *sets(system_prompt="Half."), Failed("It is overloaded.", "Wait a minute.")]


async def modelled(built: Any, *lines: Line, language: str = "en") -> tuple[App, Session]:
    app: App = built(Modelled(improving(*lines)), google_api_key="made-up-for-this-test")
    session = await app.interviews.begin(engine="scripted", language=language)
    return app, (await app.interviews.edit(session.id, operations(system_prompt="Answer."))).session


async def test_what_it_took_is_added_to_the_session(built: Any) -> None:
    app, session = await modelled(built, Used(SPENT), Used(SPENT), *sets(system_prompt=BETTER))
    improved = await app.interviews.improve(session.id, "system_prompt")
    assert improved.usage == SPENT + SPENT
    assert (await app.interviews.get(session.id)).used == SPENT + SPENT
    assert (await app.interviews.undo(session.id)).used == SPENT + SPENT


@pytest.mark.parametrize(
    ("language", "way_on"), [("en", "Or improve it without the model."), ("de", "Oder verbessere ihn ohne das Modell.")]
)
async def test_a_failed_model_says_why_and_that_there_is_a_way_without_it(
    built: Any, language: str, way_on: str
) -> None:
    app, session = await modelled(built, *FAILS, language=language)
    with pytest.raises(EngineFailed) as failed:
        await app.interviews.improve(session.id, "system_prompt")
    assert failed.value.message == "It is overloaded."
    assert failed.value.advice == f"Wait a minute. {way_on}"
    now = await app.interviews.get(session.id)
    assert (now.draft, now.proposals, now.used) == (session.draft, {}, SPENT)


async def test_the_guide_improves_it_where_the_model_does_not(built: Any) -> None:
    app, session = await modelled(built, *FAILS)
    improved = await app.interviews.improve(session.id, "system_prompt", engine="guided")
    assert improved.after is not None and "Answer." in improved.after
    assert (improved.session.engine, improved.usage) == ("scripted", Usage())


async def test_an_engine_that_is_not_there_is_refused(app: App) -> None:
    session = await ready(app)
    with pytest.raises(Invalid, match="no interviewer"):
        await app.interviews.improve(session.id, "system_prompt", engine="nobody")


@pytest.mark.parametrize("broken", [EngineFailed("Down.", "Later."), RuntimeError("inside")])
async def test_an_interviewer_that_breaks_off_leaves_everything_and_says_so(
    app_with: Made, broken: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    app = app_with(script=improving(Used(SPENT), broken))
    session = await open_session(app)
    with pytest.raises(EngineFailed) as failed:
        await app.interviews.improve(session.id, "system_prompt")
    assert "inside" not in str(failed.value) and failed.value.advice
    assert str(broken).split()[0] in caplog.text
    assert await app.interviews.get(session.id) == replace(
        session, used=SPENT, revision=session.revision + 1, updated=(await app.interviews.get(session.id)).updated
    )


async def test_what_no_database_takes_is_left_out(app_with: Made) -> None:
    app = app_with(script=improving(TextDelta("A\0 reason"), *sets(system_prompt="Bad \0 and \ud800 text.")))
    improved = await app.interviews.improve((await open_session(app)).id, "system_prompt")
    assert improved.reasons == ("A reason",)
    assert (await app.interviews.get(improved.session.id)).proposals["system_prompt"].after == "Bad  and \ufffd text."


def test_a_proposal_of_an_older_version_is_still_read() -> None:
    assert codec.proposals_from('[{"field": "name", "before": "A", "after": "B"}]') == (Proposal("name", "A", "B"),)
    assert codec.proposals_from(codec.proposals_to([Proposal("name", "A", "B", ("Why",))]))[0].reasons == ("Why",)


async def test_the_guide_improves_a_real_draft_by_itself(app: App) -> None:
    session = await app.interviews.begin(engine="guided")
    session = (await app.interviews.edit(session.id, [Operation("set", "system_prompt", "Answer.")])).session
    first_time = await app.interviews.improve(session.id, "system_prompt")
    await app.interviews.accept(session.id, "system_prompt")
    again = await app.interviews.improve(session.id, "system_prompt")
    assert first_time.after is not None and again.after is None
    assert again.reasons


async def test_a_proposal_that_came_meanwhile_from_another_process_is_not_replaced(built: Any) -> None:
    other = built(Scripted(GOOD))

    async def meanwhile(session: Session) -> None:
        await say(other, session, "sing")

    app = built(Interrupted(meanwhile))
    session = await ready(app)
    with pytest.raises(Conflict):
        await app.interviews.improve(session.id, "system_prompt")
    assert (await app.interviews.get(session.id)).proposals["system_prompt"].after == "You sing."


async def test_a_turn_of_another_process_that_changes_the_field_meanwhile_wins(built: Any) -> None:
    other = built(Scripted(GOOD))

    async def meanwhile(session: Session) -> None:
        await say(other, session, "sing")

    app = built(Interrupted(meanwhile))
    session = await open_session(app)
    with pytest.raises(Conflict):
        await app.interviews.improve(session.id, "system_prompt")
    now = await app.interviews.get(session.id)
    assert (now.draft.value("system_prompt"), now.proposals) == ("You sing.", {})
