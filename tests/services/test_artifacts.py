"""What interviews and programs leave behind: kept when it comes into being, told once, gone when its time is over.

And tidying up: it removes what is over its time and never anything that a person made.
"""

import asyncio
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from builder.core.artifact import Artifact, Product
from builder.core.convert import as_draft
from builder.core.errors import Invalid, NotFound
from builder.core.events import Agreed, Planned, Started
from builder.core.operation import Operation
from builder.core.session import Session
from builder.core.stages import Stage
from builder.services.artifacts import Artifacts
from builder.store import Store
from builder.wiring import App
from tests.services.conftest import Made
from tests.services.talking import READY, first, operations, say, sets, told
from tests.store.parts import config
from tests.store.test_faults import read_only

YES = [*sets(**READY), Planned(), Agreed()]
DAY, MONTH = timedelta(days=1), timedelta(days=30)


def counted(app: App, kind: str) -> float:
    return app.metrics.registry.get_sample_value("artifacts_created_total", {"artifact_type": kind}) or 0.0


def content(artifact: Artifact) -> object:
    assert artifact.content is not None
    return json.loads(artifact.content)


async def listed(app: App, session: Session) -> list[tuple[str, int]]:
    return [(one.type, one.version) for one in (await app.artifacts.page(session.id)).artifacts]


async def test_a_completed_interview_leaves_its_configuration(app_with: Made) -> None:
    app = app_with(YES)
    session = await app.interviews.begin()
    assert await app.artifacts.latest(session.id) == []
    await say(app, session)
    [kept] = await app.artifacts.latest(session.id)
    assert content(kept) == await app.interviews.configuration(session.id)
    assert (kept.type, kept.version, kept.session_id, kept.expires) == ("agent_config", 1, session.id, None)
    assert counted(app, "agent_config") == 1


async def test_a_correction_that_is_completed_is_the_second_version(app_with: Made) -> None:
    doubt = [Agreed(False)]
    app = app_with(YES, [], sets(tone="warm"), doubt, [Agreed()], [*doubt, *sets(tone="calm"), Agreed()])
    session = await app.interviews.begin()
    seen = []
    for _ in range(6):
        await say(app, session)
        seen.append(len(await listed(app, session)))
    assert seen == [1, 1, 2, 2, 2, 3]
    assert counted(app, "agent_config") == 3
    kept = await app.artifacts.page(session.id)
    assert [one.version for one in kept.artifacts] == [3, 2, 1]
    oldest = await app.artifacts.get(session.id, kept.artifacts[-1].id)
    assert "tone" not in content(oldest)  # type: ignore[operator]


async def test_edits_accepted_proposals_and_steps_count_like_turns(app_with: Made) -> None:
    app = app_with(YES, sets(tone="theirs"))
    session = await app.interviews.begin()
    await say(app, session)
    await app.interviews.edit(session.id, operations(tone="mine"))
    await say(app, session)
    await app.interviews.accept(session.id, "tone")
    await app.interviews.undo(session.id)
    latest = (await app.artifacts.latest(session.id))[0]
    assert latest.version == 4 and content(latest) == await app.interviews.configuration(session.id)


async def test_an_agent_that_is_opened_from_the_gallery_brings_its_configuration(app_with: Made) -> None:
    app = app_with(YES)
    session = await app.interviews.begin()
    await say(app, session)
    agent_id = (await app.gallery.save(session.id)).agent_id
    assert [one.agent_id for one in await app.artifacts.latest(session.id)] == [agent_id]
    await app.interviews.delete(session.id)
    opened = await app.gallery.open(agent_id)
    [kept] = await app.artifacts.latest(opened.id)
    assert content(kept) == (await app.gallery.get(agent_id)).config
    assert counted(app, "agent_config") == 2


async def test_a_configuration_completed_before_artifacts_were_kept_is_made_good_once(
    app_with: Made, database: str
) -> None:
    app = app_with(YES)
    session = await app.interviews.begin()
    await say(app, session)
    with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
        connection.execute("DELETE FROM artifacts")
    connection.close()
    found = await asyncio.gather(*(app.artifacts.latest(session.id) for _ in range(8)))
    assert {one.id for artifacts in found for one in artifacts} == {found[0][0].id}
    assert counted(app, "agent_config") == 2


async def test_code_is_scanned_before_it_is_stored(app: App) -> None:
    session = await app.interviews.begin()
    with pytest.raises(Invalid) as refused:
        await app.artifacts.add_code(session.id, "x.py", "import json\nimport subprocess\neval('1')\n")
    assert [problem.line for problem in refused.value.problems] == [2, 3]
    assert "Line 2" in refused.value.message and await listed(app, session) == []
    for name in ("x.txt", "../x.py", ""):
        with pytest.raises(Invalid):
            await app.artifacts.add_code(session.id, name, "x = 1\n")
    assert counted(app, "code") == 0
    kept, is_new = await app.artifacts.add_code(session.id, "x.py", "x = 1\n")
    assert is_new and kept.content in (None, b"x = 1\n")
    assert (await app.artifacts.add_code(session.id, "x.py", "x = 1\n"))[1] is False
    assert counted(app, "code") == 1
    assert (await app.artifacts.get(session.id, kept.id)).content == b"x = 1\n"


async def test_what_cannot_be_stored_as_text_is_not_what_was_scanned_either(app: App) -> None:
    session = await app.interviews.begin()
    with pytest.raises(Invalid):  # without the NUL it is a word
        await app.artifacts.add_code(session.id, "x.py", "ev\0al('1')\n")
    made, _ = await app.artifacts.add_code(session.id, "x.py", "x = '\ud83d'")
    assert (await app.artifacts.get(session.id, made.id)).content == "x = '\ufffd'".encode()


async def test_code_and_bundles_are_kept_as_long_as_the_settings_say(app_with: Made) -> None:
    app = app_with(YES, artifact_retention_days=3)
    session = await app.interviews.begin()
    await say(app, session)
    code, _ = await app.artifacts.add_code(session.id, "x.py", "x = 1\n")
    bundle, _ = await app.artifacts.add_bundle(session.id, "x.zip", b"PK")
    assert code.expires == code.created + 3 * DAY and bundle.expires == bundle.created + 3 * DAY
    now = datetime.now(UTC)
    await app.tidy(now + 3 * DAY - timedelta(minutes=5))
    assert len(await listed(app, session)) == 3
    await app.tidy(now + 3 * DAY + timedelta(minutes=5))
    assert await listed(app, session) == [("agent_config", 1)]
    await app.tidy(now + 10_000 * DAY)
    assert await listed(app, session) == [("agent_config", 1)]


async def test_artifacts_go_with_the_session_and_stay_at_its_reset(app_with: Made) -> None:
    app = app_with(YES)
    session = await app.interviews.begin()
    await say(app, session)
    await app.interviews.reset(session.id)
    assert await listed(app, session) == [("agent_config", 1)]
    await app.interviews.delete(session.id)
    with pytest.raises(NotFound):
        await app.artifacts.latest(session.id)


async def test_another_owners_are_not_found(app: App) -> None:
    session = await app.interviews.begin(owner="somebody")
    made, _ = await app.artifacts.add_code(session.id, "x.py", "x = 1\n", owner="somebody")
    with pytest.raises(NotFound):
        await app.artifacts.latest(session.id)
    with pytest.raises(NotFound):
        await app.artifacts.get(session.id, made.id)
    with pytest.raises(NotFound):
        await app.artifacts.remove(session.id, made.id)
    with pytest.raises(NotFound):
        await app.artifacts.add_code(session.id, "x.py", "x = 1\n")
    await app.artifacts.remove(session.id, made.id, owner="somebody")


async def unfinished(app: App) -> Session:
    """A session in the middle: something said, something known, a step back to go, code kept."""
    session = await app.interviews.begin(context={"user": 7})
    await say(app, session, "good morning")
    await app.interviews.edit(session.id, operations(name="Greeter", tone="warm"))
    await app.interviews.edit(session.id, [Operation("unset", "tone")])
    await app.artifacts.add_code(session.id, "x.py", "x = 1\n")
    return session


async def all_of(app: App, session: Session) -> object:
    """All that a person made, as it can be had after the session was archived, too."""
    found = await app.interviews.get(session.id)
    talk = await app.interviews.talk(session.id, limit=200)
    undone = await app.interviews.undo(session.id)
    redone = await app.interviews.redo(session.id)
    drafts = [one.draft for one in (found, undone, redone)]
    return drafts, found.notes, found.stage, [(one.id, one.text) for one in talk.messages], await listed(app, session)


async def test_tidying_up_never_destroys_an_unfinished_draft(app: App) -> None:
    session = await unfinished(app)
    before = await all_of(app, session)
    soon = datetime.now(UTC) + 2 * DAY
    assert await app.tidy(soon) == 1
    assert (await app.interviews.get(session.id)).archived
    assert await app.tidy(soon) == 0
    assert await app.tidy(soon) == 0
    assert await all_of(app, session) == before
    await app.interviews.resume(session.id)
    await say(app, session, "go on")
    assert len((await app.interviews.talk(session.id)).messages) == 4


@pytest.mark.parametrize("kept", ["a word", "a field", "a configuration", "code", "a name that was taken back"])
async def test_whatever_a_session_holds_keeps_it(app: App, kept: str) -> None:
    session = await app.interviews.begin()
    empty = await app.interviews.begin()
    match kept:
        case "a word":
            await say(app, session, "hello")
        case "a field":
            await app.interviews.edit(session.id, operations(tone="warm"))
        case "a configuration":
            session = await app.interviews.begin(config=(await _ready(app)))
        case "code":
            await app.artifacts.add_code(session.id, "x.py", "x = 1\n")
        case _:
            await app.interviews.edit(session.id, operations(name="Greeter"))
            await app.interviews.undo(session.id)
    await asyncio.gather(*(app.tidy(datetime.now(UTC) + 2 * DAY) for _ in range(3)))
    assert (await app.interviews.get(session.id)).archived
    with pytest.raises(NotFound):
        await app.interviews.get(empty.id)


async def _ready(app: App) -> dict[str, object]:
    return await app.interviews.generate("An agent that greets guests of a hotel.", engine="guided")


async def test_a_completed_session_is_left_where_it_is(app_with: Made) -> None:
    app = app_with(YES)
    session = await app.interviews.begin()
    await say(app, session)
    assert await app.tidy(datetime.now(UTC) + 400 * DAY) == 0
    found = await app.interviews.get(session.id)
    assert found.stage is Stage.COMPLETED and not found.archived


async def test_tidying_up_beside_a_running_turn_takes_nothing_from_it(app_with: Made) -> None:
    app = app_with([*sets(**READY), 0.5, *sets(tone="warm"), Planned(), Agreed()])
    session = await app.interviews.begin()
    turn = app.interviews.send(session.id, "go")
    await first(turn, Started)
    for _ in range(5):
        assert await app.tidy(datetime.now(UTC) + 2 * DAY) == 0
        await asyncio.sleep(0.05)
    async for _ in turn:
        pass
    found = await app.interviews.get(session.id)
    assert found.stage is Stage.COMPLETED and found.draft.value("tone") == "warm" and not found.archived
    assert [state for _, _, state in await told(app, session)] == ["done", "done"]
    assert await listed(app, session) == [("agent_config", 1)]


async def test_an_edit_beside_tidying_up_is_kept(app: App) -> None:
    sessions = [await unfinished(app) for _ in range(8)]

    async def edited(session: Session) -> None:
        for number in range(5):
            await app.interviews.edit(session.id, [Operation("add", "goals", f"goal {number}")])

    tidying = (app.tidy(datetime.now(UTC) + 2 * DAY) for _ in range(10))
    await asyncio.gather(*map(edited, sessions), *tidying)
    for session in sessions:
        found = await app.interviews.get(session.id)
        assert found.draft.value("goals") == [f"goal {number}" for number in range(5)]


async def test_a_database_that_takes_no_writes_still_lists_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "agents.db"
    store = Store.open(f"sqlite:///{file}")
    done = Session("s", draft=as_draft(config()), planned=True, agreed=True).staged()
    store.sessions.add(done)
    store.artifacts.add("local", "s", Product("code", "x.py", "text/x-python", b"x = 1"), None)
    with store.database.write() as connection:  # as completed before artifacts were kept
        connection.exec_driver_sql("DELETE FROM artifacts WHERE type = 'agent_config'")
    store.close()
    with read_only(tmp_path):
        store = Store.open(f"sqlite:///{file}")
        try:
            found = await Artifacts(store, MONTH).latest("s")
        finally:
            store.close()
    assert [one.type for one in found] == ["code"]
