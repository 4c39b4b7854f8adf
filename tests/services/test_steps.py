import asyncio
from datetime import timedelta

import pytest

from builder.core.errors import Conflict, Invalid, NotFound
from builder.core.events import Planned, Remembered, Suggested, TextDelta
from builder.core.operation import Operation
from builder.core.session import Session
from builder.core.stages import Stage
from builder.wiring import App
from tests.services.conftest import Made
from tests.services.talking import READY, first, operations, ready, say, sets, told


def name(session: Session) -> str | None:
    return session.draft.text("name") or None


async def test_a_new_session_knows_nothing_and_says_how_to_begin(app: App) -> None:
    session = await app.interviews.begin(mode="quick", language="de")
    talk = await app.interviews.talk(session.id)
    assert (session.mode, session.language, session.stage, session.progress) == ("quick", "de", Stage.INITIAL, 0)
    assert (talk.messages, talk.opening, talk.suggestions) == ((), "What should your agent do?", ("Answer customers",))
    assert not (talk.earlier or talk.can_undo or talk.can_redo)


@pytest.mark.parametrize(("engine", "language"), [("oracle", "en"), (None, "<b>"), (None, "x" * 5000), (None, "")])
async def test_a_session_begins_only_with_an_engine_and_a_language_that_exist(
    app: App, engine: str | None, language: str
) -> None:
    with pytest.raises(Invalid):
        await app.interviews.begin(engine=engine, language=language)


async def test_a_session_may_begin_with_a_draft(app: App) -> None:
    config = {"name": "Greeter", "description": "Greets.", "return_type": "unstructured", "prompts": []}
    session = await app.interviews.begin(config=config)
    talk = await app.interviews.talk(session.id)
    assert name(talk.session) == "Greeter" and "Greeter" in talk.opening and not talk.session.draft.locked("name")


async def test_an_edit_by_hand_says_what_changed_and_what_did_not_fit(app: App) -> None:
    session = await app.interviews.begin()
    wrong = Operation("put", "name", "x")
    came = await app.interviews.edit(session.id, [*operations(name="Mine", tone="cool"), wrong])
    assert [change.field for change in came.changes] == ["name", "tone"]
    assert [problem.code for problem in came.problems] == ["bad_operation"]
    assert came.session.draft.locked("name") and name(await app.interviews.get(session.id)) == "Mine"


async def test_an_edit_of_what_was_changed_elsewhere_is_refused_and_shows_what_is_there(app: App) -> None:
    session = await app.interviews.begin()
    await app.interviews.edit(session.id, operations(name="Theirs", tone="warm"))
    with pytest.raises(Conflict) as refused:
        await app.interviews.edit(session.id, operations(name="Mine"), seen={"name": "Old", "tone": "warm"})
    assert refused.value.theirs == {"name": "Theirs"}
    assert name(await app.interviews.get(session.id)) == "Theirs"
    await app.interviews.edit(session.id, operations(name="Mine"), seen={"name": "Theirs"})
    assert name(await app.interviews.get(session.id)) == "Mine"


async def test_many_edits_at_once_are_all_kept(app: App) -> None:
    session = await app.interviews.begin()
    rules = [f"Rule {number}" for number in range(30)]
    await asyncio.gather(*(app.interviews.edit(session.id, [Operation("add", "guardrails", rule)]) for rule in rules))
    assert sorted((await app.interviews.get(session.id)).draft.value("guardrails")) == sorted(rules)


async def test_an_edit_while_a_turn_runs_is_kept_and_the_turn_too(app_with: Made) -> None:
    app = app_with([TextDelta("Well, "), 0.2, *sets(name="Theirs", tone="warm"), Remembered({"asked": "goals"})])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "Hello")
    await first(events, TextDelta)
    await app.interviews.edit(session.id, operations(name="Mine"))
    async for _ in events:
        pass
    kept = await app.interviews.get(session.id)
    assert (name(kept), kept.draft.value("tone"), kept.notes) == ("Mine", "warm", {"asked": "goals"})
    assert kept.proposals["name"].after == "Theirs"
    assert [change.field for change in kept.messages[-1].changes] == ["tone"]


async def test_a_value_nested_without_end_is_refused(app: App) -> None:
    session = await app.interviews.begin()
    deep: list[object] = []
    for _ in range(500):
        deep = [deep]
    with pytest.raises(Invalid):
        await app.interviews.edit(session.id, operations(metadata={"deep": deep}))
    assert (await app.interviews.get(session.id)).draft.entries == {}


async def test_undo_and_redo_step_over_turns_and_edits_alike(app_with: Made) -> None:
    app = app_with([*sets(name="One"), Remembered({"asked": "tone"}), Planned()])
    session = await app.interviews.begin()
    await say(app, session)
    await app.interviews.edit(session.id, operations(name="Two"))
    talk = await app.interviews.talk(session.id)
    assert (talk.can_undo, talk.can_redo, talk.undoes) == (True, False, None)
    assert name(await app.interviews.undo(session.id)) == "One"
    talk = await app.interviews.talk(session.id)
    assert (talk.can_undo, talk.can_redo, talk.undoes) == (True, True, talk.messages[-1].id)
    before = await app.interviews.undo(session.id)
    assert (name(before), before.notes, before.planned) == (None, {}, False)
    assert not (await app.interviews.talk(session.id)).can_undo
    after = await app.interviews.redo(session.id)
    assert (name(after), after.notes, after.planned) == ("One", {"asked": "tone"}, True)
    assert name(await app.interviews.redo(session.id)) == "Two"


async def test_a_step_back_over_a_turn_is_said_in_the_talk_and_one_over_an_edit_is_not(app_with: Made) -> None:
    app = app_with([*sets(name="One"), Remembered({"asked": "tone"})])
    session = await app.interviews.begin(language="fr")
    await say(app, session)
    await app.interviews.edit(session.id, operations(name="Two"))
    await app.interviews.undo(session.id)
    assert len(await told(app, session)) == 2
    await app.interviews.undo(session.id)
    assert (await told(app, session))[2:] == [("model", "Cette étape est annulée. What about return_type?", "done")]
    await app.interviews.redo(session.id)
    assert (await told(app, session))[2:] == [("model", "Cette étape est rétablie. What about return_type?", "done")]


async def test_going_back_to_a_message_takes_the_draft_of_that_moment(app_with: Made) -> None:
    app = app_with([TextDelta("First."), *sets(name="One")], [TextDelta("Second."), *sets(name="Two")])
    session = await app.interviews.begin()
    await say(app, session, "Hello", message_id="m1")
    await app.interviews.edit(session.id, operations(tone="cool"))
    await say(app, session)
    reply = (await app.interviews.talk(session.id)).messages[1]
    back = await app.interviews.go_back(session.id, reply.id)
    assert (name(back), back.draft.value("tone")) == ("One", None)
    assert (await told(app, session))[-1][1] == "We are back at this point: “First.”. What about return_type?"
    assert (await app.interviews.talk(session.id)).can_redo
    assert name(await app.interviews.go_back(session.id, "m1")) is None
    with pytest.raises(NotFound):
        await app.interviews.go_back(session.id, "nowhere")


async def test_a_correction_after_the_end_reopens_the_interview(app: App) -> None:
    session = await ready(app)
    assert await app.interviews.problems(session.id) == []
    broken = await app.interviews.edit(session.id, [Operation("unset", "name")])
    assert broken.session.stage is Stage.COLLECTING_BASICS
    assert [problem.field for problem in await app.interviews.problems(session.id)] == ["name"]


async def test_a_long_talk_is_read_in_stretches(app: App) -> None:
    session = await app.interviews.begin()
    for number in range(4):
        await say(app, session, str(number))
    latest = await app.interviews.talk(session.id, limit=3)
    assert ([message.seq for message in latest.messages], latest.earlier) == ([6, 7, 8], True)
    older = await app.interviews.talk(session.id, before=6, limit=100)
    assert ([message.seq for message in older.messages], older.earlier) == ([1, 2, 3, 4, 5], False)
    assert (await app.interviews.talk(session.id, before=10**40, limit=0)).messages == latest.messages[-1:]


async def test_a_reset_clears_talk_and_draft_and_stops_what_runs(app_with: Made) -> None:
    app = app_with([TextDelta("Slowly"), *sets(name="One"), 60.0], [TextDelta("New"), Suggested(("Yes",))])
    session = await app.interviews.begin()
    await first(app.interviews.send(session.id, "Hello"), TextDelta)
    clean = await app.interviews.reset(session.id)
    assert (clean.draft.entries, await told(app, session)) == ({}, [])
    await say(app, session)
    assert (await told(app, session))[-1] == ("model", "New", "done")


async def test_sessions_are_put_away_taken_back_and_deleted(app: App) -> None:
    session = await app.interviews.begin()
    await say(app, session, "A greeter, please")
    await app.interviews.archive(session.id)
    assert await app.interviews.recent() == []
    assert [card.title for card in await app.interviews.recent(archived=True)] == ["A greeter, please"]
    await app.interviews.edit(session.id, operations(name="Greeter"))
    assert [card.title for card in await app.interviews.recent()] == ["Greeter"]
    await app.interviews.delete(session.id)
    with pytest.raises(NotFound):
        await app.interviews.get(session.id)


async def test_what_lay_idle_is_archived_and_goes_on_with_the_next_message(app: App) -> None:
    session = await app.interviews.begin()
    await say(app, session)
    assert await app.interviews.expire(timedelta(hours=1)) == 0
    assert await app.interviews.expire(timedelta(seconds=-1)) == 1
    await say(app, session, "Hello again")
    assert not (await app.interviews.get(session.id)).archived


async def test_sessions_outlive_the_application(app_with: Made) -> None:
    before = app_with([TextDelta("Hi"), *sets(**READY)])
    session = await before.interviews.begin()
    await say(before, session)
    kept = await before.interviews.get(session.id)
    before.close()
    assert await app_with().interviews.get(session.id) == kept


async def test_the_session_of_somebody_else_is_not_there(app: App) -> None:
    hers = await app.interviews.begin(owner="ada")
    interviews = app.interviews
    for attempt in (
        interviews.get(hers.id),
        interviews.edit(hers.id, operations(name="Mine")),
        interviews.accept(hers.id, "name"),
        interviews.refuse(hers.id, "name"),
        interviews.unlock(hers.id, "name"),
        interviews.undo(hers.id),
        interviews.redo(hers.id),
        interviews.go_back(hers.id, "m1"),
        interviews.talk(hers.id),
        interviews.problems(hers.id),
        interviews.configuration(hers.id),
        interviews.reset(hers.id),
        interviews.archive(hers.id),
        interviews.delete(hers.id),
        interviews.switch(hers.id, language="de"),
        app.gallery.save(hers.id),
        say(app, hers),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await interviews.get(hers.id, owner="ada") == hers
