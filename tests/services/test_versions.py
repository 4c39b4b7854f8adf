"""Versions of an agent: compared, restored, read page by page, and what is known of changes that are not saved."""

import pytest

from builder.core.errors import Conflict, NotFound
from builder.wiring import App
from tests.services.talking import operations, ready
from tests.store.parts import config


async def test_two_versions_are_compared_in_words_in_both_directions(app: App) -> None:
    agent = await app.gallery.create(config())
    await app.gallery.renew(agent.id, {**config(), "tone": "warm"})
    there = await app.gallery.compare(agent.id, 1)
    back = await app.gallery.compare(agent.id, 2, 1)
    assert [fact.text for each in there.fields for fact in each.facts] == ["new: “warm”"]
    assert [fact.text for each in back.fields for fact in each.facts] == ["removed, it was “warm”"]
    assert [each.change for each in there.fields] == await app.gallery.difference(agent.id, 1)
    with pytest.raises(NotFound):
        await app.gallery.compare(agent.id, 1, 9)


async def test_a_long_history_is_read_page_by_page(app: App) -> None:
    agent = await app.gallery.create(config())
    for number in range(2, 8):
        await app.gallery.renew(agent.id, {**config(), "tone": f"tone {number}"})
    first = await app.gallery.versions(agent.id, limit=3)
    rest = await app.gallery.versions(agent.id, before=first[-1].number)
    assert [version.number for version in (*first, *rest)] == [7, 6, 5, 4, 3, 2, 1]
    assert await app.gallery.versions(agent.id) == [*first, *rest]


async def test_changes_that_no_version_has_are_known(app: App) -> None:
    session = await ready(app)
    saved = await app.gallery.save(session.id)
    assert not await app.gallery.unsaved(saved.agent_id)
    await app.interviews.edit(session.id, operations(tone="warm"))
    assert await app.gallery.unsaved(saved.agent_id)
    await app.interviews.undo(session.id)
    assert not await app.gallery.unsaved(saved.agent_id)
    alone = await app.gallery.create(config("Alone"))
    assert not await app.gallery.unsaved(alone.id), "it was never worked on here"


async def test_restoring_takes_a_note_and_leaves_what_is_not_saved(app: App) -> None:
    session = await ready(app)
    saved = await app.gallery.save(session.id)
    await app.interviews.edit(session.id, operations(tone="warm"))
    await app.gallery.save(session.id)
    await app.interviews.edit(session.id, operations(tone="hot"))
    restored = await app.gallery.reinstate(saved.agent_id, 1, note="Back again", numbers=(2,))
    assert (restored.version, restored.config) == (3, saved.config)
    assert (await app.gallery.versions(saved.agent_id))[0].note == "Back again"
    assert (await app.interviews.get(session.id)).draft.value("tone") == "hot"
    assert (await app.gallery.reinstate(saved.agent_id, 1)).version == 3, "the same content is no new version"
    with pytest.raises(Conflict):
        await app.gallery.reinstate(saved.agent_id, 2, numbers=(2,))


async def test_a_deleted_agent_is_known_to_be_deleted_and_only_to_its_owner(app: App) -> None:
    agent = await app.gallery.create(config())
    assert not await app.gallery.is_deleted(agent.id)
    await app.gallery.delete(agent.id)
    assert await app.gallery.is_deleted(agent.id)
    assert not await app.gallery.is_deleted(agent.id, owner="somebody")
    assert not await app.gallery.is_deleted("nonsense")
    for call in (app.gallery.versions(agent.id), app.gallery.unsaved(agent.id), app.gallery.compare(agent.id, 1)):
        with pytest.raises(NotFound):
            await call
