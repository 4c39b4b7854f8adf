import asyncio
import io
import json
import zipfile

import pytest

from builder.core.check import check
from builder.core.errors import Invalid, NotFound
from builder.core.stages import Stage
from builder.wiring import App
from tests.services.talking import operations, ready
from tests.store.parts import config


async def test_saving_twice_is_one_version_and_a_change_makes_the_next(app: App) -> None:
    session = await ready(app)
    first, again = await asyncio.gather(app.gallery.save(session.id, note="first\0"), app.gallery.save(session.id))
    assert first == again and first.number == 1 and "\0" not in first.note
    await app.interviews.edit(session.id, operations(tone="warm"))
    second = await app.gallery.save(session.id)
    assert (second.agent_id, second.number) == (first.agent_id, 2)
    assert [version.number for version in await app.gallery.versions(first.agent_id)] == [2, 1]
    assert (await app.gallery.get(first.agent_id, 1)).config == first.config
    assert (await app.interviews.get(session.id)).saved_version == 2


async def test_what_is_not_finished_is_not_saved_and_every_problem_is_named(app: App) -> None:
    session = await app.interviews.begin()
    await app.interviews.edit(session.id, operations(name="Not a name"))
    with pytest.raises(Invalid) as refused:
        await app.gallery.save(session.id)
    assert {problem.field for problem in refused.value.problems} >= {"name", "description", "system_prompt"}
    assert (await app.gallery.search()).agents == ()


async def test_an_agent_opens_where_it_was_made(app: App) -> None:
    session = await ready(app)
    saved = await app.gallery.save(session.id)
    assert (await app.gallery.open(saved.agent_id)).id == session.id


async def test_an_agent_from_outside_opens_as_a_finished_session_with_nothing_locked(app: App) -> None:
    agent = await app.gallery.create({**config(), "language": "fr", "metadata": {"assumed": ["description"]}})
    session = await app.gallery.open(agent.id)
    assert (session.stage, session.language, session.saved_version) == (Stage.COMPLETED, "fr", 1)
    assert session.draft.assumed == ["description"] and not session.draft.locked("name")
    assert (await app.gallery.open(agent.id)).id == session.id
    assert (await app.gallery.save(session.id)).number == 1
    assert "Greeter" in (await app.interviews.talk(session.id)).opening


async def test_only_valid_configurations_come_in(app: App) -> None:
    with pytest.raises(Invalid):
        await app.gallery.create({"name": "X"})


async def test_a_copy_gets_the_next_free_number(app: App) -> None:
    agent = await app.gallery.create(config("Greeter"))
    copies = [(await app.gallery.duplicate(agent.id)).name for _ in range(3)]
    assert copies == ["Greeter2", "Greeter3", "Greeter4"]
    long = await app.gallery.create(config("A" * 64))
    copy = await app.gallery.duplicate(long.id)
    assert len(copy.name) <= 64 and check(copy.config) == []


async def test_renaming_is_a_version_and_the_talk_follows(app: App) -> None:
    session = await ready(app)
    saved = await app.gallery.save(session.id)
    renamed = await app.gallery.rename(saved.agent_id, "Host")
    kept = await app.interviews.get(session.id)
    assert (renamed.name, renamed.version, kept.draft.value("name"), kept.saved_version) == ("Host", 2, "Host", 2)
    await app.interviews.edit(session.id, operations(name="Other"))
    await app.gallery.rename(saved.agent_id, "Third")
    assert (await app.interviews.get(session.id)).draft.value("name") == "Other"
    with pytest.raises(Invalid) as refused:
        await app.gallery.rename(saved.agent_id, "Front desk!")
    assert "FrontDesk" in refused.value.advice


async def test_deleting_can_be_taken_back(app: App) -> None:
    agent = await app.gallery.create(config())
    await app.gallery.delete(agent.id)
    assert (await app.gallery.search("greeter")).agents == ()
    with pytest.raises(NotFound):
        await app.gallery.open(agent.id)
    await app.gallery.restore(agent.id)
    assert [found.id for found in (await app.gallery.search("greeter")).agents] == [agent.id]


async def test_a_file_is_named_after_its_agent_and_holds_its_configuration(app: App) -> None:
    agent = await app.gallery.create({**config(), "metadata": {"half": "\ud800", "word": "déjà"}})
    file_name, content = await app.gallery.file(agent.id)
    assert file_name == "Greeter.json" and json.loads(content) == agent.config
    assert "déjà".encode() in content and content.endswith(b"\n")


async def test_a_zip_has_a_file_for_each_agent_however_they_are_called(app: App) -> None:
    agents = [await app.gallery.create(config(name, f"{name}.")) for name in ("Greeter", "greeter", "Host")]
    agents.append(await app.gallery.create(config("Greeter", "Another.")))
    wanted = [agent.id for agent in agents]
    file_name, content = await app.gallery.archive_of([*wanted, wanted[0]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["Greeter.json", "greeter-2.json", "Host.json", "Greeter-3.json"]
        assert [json.loads(archive.read(name)) for name in archive.namelist()] == [agent.config for agent in agents]
    assert file_name == "agents.zip" and (await app.gallery.archive_of([*wanted]))[1] == content


@pytest.mark.parametrize("number", [0, 1001])
async def test_a_zip_of_nothing_or_of_too_much_is_refused(app: App, number: int) -> None:
    with pytest.raises(Invalid):
        await app.gallery.archive_of(str(each) for each in range(number))


async def test_a_search_in_an_order_or_kind_that_is_none_is_refused(app: App) -> None:
    with pytest.raises(Invalid):
        await app.gallery.search(sort="best")  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        await app.gallery.search(kind="both")  # type: ignore[arg-type]


async def test_pages_follow_each_other(app: App) -> None:
    for number in range(5):
        await app.gallery.create(config(f"Agent{number}"))
    page = await app.gallery.search(sort="oldest", limit=3)
    rest = await app.gallery.search(sort="oldest", limit=3, after=page.next)
    assert [agent.name for agent in (*page.agents, *rest.agents)] == [f"Agent{number}" for number in range(5)]
    assert rest.next is None


async def test_what_a_person_prefers_is_kept(app: App) -> None:
    await app.preferences.put("language", "de")
    assert await app.preferences.all() == {"language": "de"}
    assert await app.preferences.all("ada") == {}
