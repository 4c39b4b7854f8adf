import asyncio
import json
import threading
from pathlib import Path

import pytest
from sqlalchemy import event

from builder.core.errors import Crowded, Invalid, NotFound, TooManyAgents
from builder.exporters.registry import all_exporters
from builder.importers.intake import Upload
from builder.services.imports import MOST_WAITING, Brought, Choice, Preview
from builder.wiring import App
from tests.services.conftest import Made
from tests.services.talking import operations
from tests.store.parts import config

WARM = {**config("Sorter"), "tone": "warm"}
COLD = {**config("Sorter"), "tone": "cold"}


def upload(path: str = "agent.json", **changes: object) -> Upload:
    return Upload(path, json.dumps({**config("Sorter"), **changes}).encode())


def outcomes(brought: list[Brought]) -> list[tuple[str, str, int]]:
    return [(one.outcome, *((one.agent.name, one.agent.version) if one.agent else ("", 0))) for one in brought]


async def names(app: App) -> list[str]:
    return sorted(agent.name for agent in (await app.gallery.search()).agents)


async def test_a_preview_says_how_each_stands_and_writes_nothing(app: App) -> None:
    there = await app.gallery.create(config("Sorter"))
    half = upload("d.json", return_type="structured")
    files = [upload(), upload("b.json", tone="warm"), upload("c.json", name="Other"), half]
    preview = await app.imports.preview([*files, Upload("e.json", b"\xff")])
    assert [(one.standing, one.agent) for one in preview.candidates] == [
        ("same", there),
        ("conflict", there),
        ("new", None),
        ("incomplete", None),
    ]
    assert [one.path for one in preview.refused] == ["e.json"]
    assert await names(app) == ["Sorter"]


async def test_what_is_there_for_somebody_else_is_no_conflict(app: App) -> None:
    await app.gallery.create(config("Sorter"), owner="ann")
    preview = await app.imports.preview([upload(tone="warm")])
    assert [one.standing for one in preview.candidates] == ["new"]


async def test_a_conflict_is_decided_by_the_person(app: App) -> None:
    there = await app.gallery.create(config("Sorter"))
    undecided, skipped, copied, renewed = await app.imports.bring(
        [Choice(WARM), Choice(WARM, "skip"), Choice(WARM, "copy", "Dify"), Choice(WARM, "version", "Dify")]
    )
    assert (undecided.outcome, undecided.agent) == ("refused", there)
    assert [problem.code for problem in undecided.problems] == ["name_taken"]
    assert isinstance(undecided.error, Invalid) and "copy" in str(undecided.error)
    assert (skipped.outcome, skipped.agent) == ("skipped", there)
    assert outcomes([copied, renewed]) == [("copied", "Sorter2", 1), ("version", "Sorter", 2)]
    assert renewed.agent is not None and renewed.agent.id == there.id
    assert [one.note for one in await app.gallery.versions(there.id)] == ["Imported from Dify", ""]


async def test_a_copy_may_be_refused_no_content_lost_and_every_version_is_kept(app: App) -> None:
    there = await app.gallery.create(config("Sorter"))
    for each in (WARM, COLD):
        await app.imports.bring([Choice(each, "version")])
    assert [one.config.get("tone") for one in await app.gallery.versions(there.id)] == ["cold", "warm", None]


async def test_the_same_choices_again_change_nothing(app: App) -> None:
    await app.gallery.create(config("Sorter"))
    choices = [Choice(config("Other")), Choice(WARM, "copy"), Choice(COLD, "copy"), Choice(WARM, "skip")]
    first = await app.imports.bring(choices)
    assert outcomes(first) == [("created", "Other", 1), ("copied", "Sorter2", 1), ("copied", "Sorter3", 1),
                               ("skipped", "Sorter", 1)]  # fmt: skip
    again = await app.imports.bring(choices)
    assert [one.outcome for one in again] == ["same", "same", "same", "skipped"]
    assert outcomes(await app.imports.bring([Choice(COLD, "version")])) == [("version", "Sorter", 2)]
    assert outcomes(await app.imports.bring([Choice(COLD, "version")])) == [("same", "Sorter", 2)]
    assert await names(app) == ["Other", "Sorter", "Sorter2", "Sorter3"]


async def test_several_of_one_name_come_one_after_the_other(app: App) -> None:
    choices = [Choice(config("Sorter")), Choice(WARM), Choice(WARM, "copy"), Choice(config("Sorter"), "version")]
    assert outcomes(await app.imports.bring(choices)) == [
        ("created", "Sorter", 1),
        ("refused", "Sorter", 1),
        ("copied", "Sorter2", 1),
        ("same", "Sorter", 1),
    ]


async def test_no_agent_is_changed_twice_by_the_same_choices(app: App) -> None:
    await app.gallery.create(config("Sorter"))
    one_name = [Choice(WARM, "version"), Choice(COLD, "version"), Choice(COLD, "copy")]
    copy_first = [Choice(config("Other")), Choice({**config("Other"), "tone": "warm"}, "copy"),
                  Choice({**config("Other2"), "tone": "cold"}, "version")]  # fmt: skip
    first, *again = [await app.imports.bring([*one_name, *copy_first]) for _ in range(3)]
    assert outcomes(first) == [("version", "Sorter", 2), ("refused", "Sorter", 2), ("copied", "Sorter2", 1),
                               ("created", "Other", 1), ("copied", "Other2", 1), ("refused", "Other2", 1)]  # fmt: skip
    assert [problem.code for one in first for problem in one.problems] == ["name_twice", "name_twice"]
    for later in again:
        assert [one.outcome for one in later] == ["same", "refused", "same", "same", "same", "refused"]
    assert await names(app) == ["Other", "Other2", "Sorter", "Sorter2"]
    (sorter,) = [agent for agent in (await app.gallery.search()).agents if agent.name == "Sorter"]
    assert (sorter.version, sorter.config["tone"]) == (2, "warm")


@pytest.mark.parametrize("config", [{"name": []}, {"name": 5, "prompts": 5}, {"metadata": {"a": float("nan")}}])
async def test_a_choice_of_any_shape_is_refused_with_words(app: App, config: dict[str, object]) -> None:
    (one,) = await app.imports.bring([Choice(config, "version")])
    assert one.outcome == "refused" and one.problems and str(one.error)


async def test_many_at_once_never_give_two_agents_one_name(app: App) -> None:
    def other(number: int) -> dict[str, object]:
        return {**config("Sorter"), "tone": f"tone {number}"}

    for choice, expected in ((None, ["created", *["refused"] * 7]), ("copy", ["copied"] * 7 + ["same"])):
        brought = await asyncio.gather(*(app.imports.bring([Choice(other(number), choice)]) for number in range(8)))  # type: ignore[arg-type]
        assert sorted(one.outcome for (one,) in brought) == sorted(expected)
    assert await names(app) == ["Sorter", *(f"Sorter{number}" for number in range(2, 9))]


async def test_only_some_previews_wait_and_those_that_nobody_waits_for_are_not_begun(app: App) -> None:
    async def looked(name: str) -> Preview:
        return await app.imports.preview([upload(name=name)])

    begun, free = threading.Event(), threading.Event()
    holding = asyncio.create_task(app.imports._readers.do(lambda: (begun.set(), free.wait(20))))
    while not begun.is_set():
        await asyncio.sleep(0.01)
    waiting = [asyncio.create_task(looked(f"Sorter{number}")) for number in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Crowded):
        await looked("Late")
    waiting[0].cancel()
    await asyncio.gather(waiting[0], return_exceptions=True)
    instead = asyncio.create_task(looked("Late"))
    await asyncio.sleep(0)
    free.set()
    await holding
    found = await asyncio.gather(*waiting[1:], instead)
    assert [one.candidates[0].item.values["name"] for one in found][-1] == "Late"


async def test_how_hundreds_stand_is_one_look_into_the_database(app: App) -> None:
    there = [await app.gallery.create(config(f"Agent{number}")) for number in range(3)]
    files = [upload(f"{number}.json", name=f"Agent{number}", tone="warm") for number in range(100)]
    asked: list[str] = []
    engine = app.store.agents._database._engine
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    preview = await app.imports.preview(files)
    assert [one.standing for one in preview.candidates] == ["conflict"] * 3 + ["new"] * 97
    assert [one.agent for one in preview.candidates][:3] == there
    assert len([statement for statement in asked if "FROM agents" in statement]) == 1


async def test_what_is_not_valid_is_refused_with_its_problems_and_the_others_come(app: App) -> None:
    bad, good, none = await app.imports.bring([Choice({"name": "x y"}), Choice(config("Good")), Choice({})])
    assert (bad.outcome, bad.agent, good.outcome, none.outcome) == ("refused", None, "created", "refused")
    assert {problem.field for problem in bad.problems} >= {"name", "description"}
    assert await names(app) == ["Good"]


async def test_one_agent_too_many_does_not_stop_the_others(app_with: Made, tmp_path: Path) -> None:
    file = tmp_path / "limits.yaml"
    file.write_text("default: free\ntiers: {free: {agents: 1}}\n", "utf-8")
    app = app_with(limits_file=str(file))
    await app.gallery.create(config("Sorter"))
    choices = [Choice(config("Other")), Choice(WARM, "copy"), Choice(WARM, "version")]
    first, second, last = await app.imports.bring(choices)
    assert [one.outcome for one in (first, second, last)] == ["refused", "refused", "version"]
    assert isinstance(first.error, TooManyAgents) and isinstance(second.error, TooManyAgents)
    assert first.problems == ()


async def test_a_deleted_agent_is_no_conflict(app: App) -> None:
    there = await app.gallery.create(config("Sorter"))
    await app.gallery.delete(there.id)
    assert outcomes(await app.imports.bring([Choice(WARM)])) == [("created", "Sorter", 1)]
    with pytest.raises(NotFound):
        await app.gallery.get(there.id)


async def test_the_talk_in_which_the_agent_is_worked_on_follows(app: App) -> None:
    there = await app.gallery.create(config("Sorter"))
    session = await app.gallery.open(there.id)
    await app.imports.bring([Choice(WARM, "version")])
    followed = await app.interviews.get(session.id)
    assert (followed.draft.text("tone"), followed.saved_version) == ("warm", 2)
    await app.interviews.edit(session.id, operations(tone="mine"))
    await app.imports.bring([Choice(COLD, "version")])
    assert (await app.interviews.get(session.id)).draft.text("tone") == "mine"


async def test_two_people_bringing_the_same_make_one(app: App) -> None:
    both = await asyncio.gather(*(app.imports.bring([Choice(config("Sorter"))]) for _ in range(8)))
    assert sorted(one.outcome for (one,) in both) == ["created", *["same"] * 7]
    assert await names(app) == ["Sorter"]


async def test_what_was_exported_comes_back_as_a_candidate(app: App) -> None:
    agent = await app.gallery.create(config("Sorter"))
    name, content = await app.exports.zip_of(agent.id, ["pydantic_ai"])
    preview = await app.imports.preview([Upload(name, content)])
    (candidate,) = preview.candidates
    assert (candidate.item.importer, candidate.item.values["name"]) == ("pydantic_ai", "Sorter")
    assert "pydantic_ai" in [exporter.name for exporter in all_exporters()]


async def test_an_address_of_this_machine_is_fetched_from_only_where_the_settings_allow_it(app_with: Made) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = upload().content
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        address = f"http://localhost:{server.sockets[0].getsockname()[1]}/agent.json"
        with pytest.raises(Invalid) as refused:
            await app_with().imports.fetch(address)
        assert [problem.code for problem in refused.value.problems] == ["address_private"]
        fetched = await app_with(import_private_addresses=True).imports.fetch(address)
    assert fetched == upload()
