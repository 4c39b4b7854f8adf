import io
import re
import zipfile
from pathlib import PurePosixPath

import pytest

from builder.core.errors import Invalid, NotFound
from builder.core.zipped import zipped
from builder.exporters.bundle import bundle
from builder.exporters.plain_names import FIELDS, told
from builder.exporters.registry import all_exporters, find
from builder.importers.intake import Upload, intake
from builder.ui.words import words
from builder.wiring import App
from tests.exporters.configurations import configurations
from tests.services.talking import operations, ready
from tests.store.parts import config

NAMES = [exporter.name for exporter in all_exporters()]
ASKED_TWICE = ("everything", "traps elsewhere", "traps in tools")  # that each export is the same: tests/exporters


def opened(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


async def test_an_agent_goes_to_every_target_in_the_version_that_was_asked_for(app: App) -> None:
    agent = await app.gallery.create(config("Sorter"))
    await app.gallery.renew(agent.id, {**config("Sorter"), "description": "Sorts letters by colour."})
    assert [exporter.name for exporter in app.exports.targets] == NAMES
    for target in NAMES:
        first, last = [await app.exports.of_agent(agent.id, target, number) for number in (1, None)]
        assert first.files and last.files
        assert await app.exports.of_agent(agent.id, target, 1) == first
    assert "by colour" in (await app.exports.of_agent(agent.id, "pydantic_ai")).files[0].content
    assert "by colour" not in (await app.exports.of_agent(agent.id, "pydantic_ai", 1)).files[0].content


async def test_what_is_not_there_or_somebody_elses_is_not_exported(app: App) -> None:
    agent = await app.gallery.create(config("Sorter"))
    session = await ready(app)
    for asked in (
        app.exports.of_agent(agent.id, "nowhere"),
        app.exports.of_agent(agent.id, "pydantic_ai", 7),
        app.exports.of_agent(agent.id, "pydantic_ai", owner="ann"),
        app.exports.zip_of(agent.id, ["pydantic_ai", "nowhere"]),
        app.exports.zip_of(agent.id, ["pydantic_ai"], owner="ann"),
        app.exports.of_session(session.id, "pydantic_ai", owner="ann"),
        app.exports.zip_of_session(session.id, ["pydantic_ai"], owner="ann"),
    ):
        with pytest.raises(NotFound):
            await asked


async def test_a_zip_has_a_folder_for_each_target_and_says_what_is_lost(app: App) -> None:
    agent = await app.gallery.create({**config("Sorter"), "first_message": "Hello!"})
    name, content = await app.exports.zip_of(agent.id, NAMES)
    files = opened(content)
    assert name == "Sorter-exports.zip"
    assert {PurePosixPath(path).parts[0] for path in files} == {"README.md", *NAMES}
    readme = files["README.md"]
    for exporter in all_exporters():
        export = await app.exports.of_agent(agent.id, exporter.name)
        assert {f"{exporter.name}/{file.path}": file.content for file in export.files}.items() <= files.items()
        assert exporter.title in readme and exporter.place in readme and exporter.version in readme
        assert all(" ".join(told(note).split()) in readme for note in export.notes)
    assert await app.exports.zip_of(agent.id, [*reversed(NAMES), NAMES[0]]) == (name, content)
    assert (await app.exports.zip_of(agent.id, ["pydantic_ai"]))[0] == "Sorter-pydantic_ai.zip"


def test_a_readme_calls_fields_as_people_do() -> None:
    given = configurations()["everything"]
    readme = bundle(given, all_exporters())[0].content
    code = [name for name in FIELDS if "_" in name or name == "guardrails"]
    said = "\n".join(line for line in readme.splitlines() if not line.startswith("- `"))
    assert [name for name in code if re.search(rf"(?:^- |“){name}\b", said, re.MULTILINE)] == []
    assert "- Outputs › " in readme and "“Limits”" in readme and dict(words("en").under("field")) == dict(FIELDS)


def test_a_project_alone_has_one_readme_and_its_notes_beside_it() -> None:
    for given in configurations().values():
        files = bundle(given, [find("python_project")])
        paths = [file.path for file in files]
        assert paths[0] == "python_project/README.md" and paths[-1] == "python_project/NOTES.md"
        assert [path for path in paths if path.endswith("README.md")] == paths[:1]
        taken = intake([Upload("all.zip", zipped((file.path, file.content) for file in files))])
        assert [item.importer for item in taken.items] == ["python_project"]
        assert paths[-1] not in {refused.path for refused in taken.refused}
    assert bundle(given, [find("mcp")])[0].path == "README.md"


def test_no_configuration_leads_out_of_its_folder_or_into_anothers() -> None:
    for name, given in configurations().items():
        files = bundle(given, all_exporters())
        assert name not in ASKED_TWICE or files == bundle(given, all_exporters())
        assert len({file.path.casefold() for file in files}) == len(files)
        assert files[0].path == "README.md" and files[0].content.encode()
        for file in files[1:]:
            assert PurePosixPath(file.path).parts[0] in NAMES
            assert ".." not in file.path and not re.search(r"[^\w./-]", file.path, re.ASCII)


async def test_a_session_is_exported_when_it_is_complete(app: App) -> None:
    session = await app.interviews.begin()
    await app.interviews.edit(session.id, operations(name="Half"))
    for asked in (
        app.exports.of_session(session.id, "pydantic_ai"),
        app.exports.zip_of_session(session.id, ["pydantic_ai"]),
    ):
        with pytest.raises(Invalid) as refused:
            await asked
        assert "missing_description" in [problem.code for problem in refused.value.problems]
    done = await ready(app)
    agent = await app.gallery.get((await app.gallery.save(done.id)).agent_id)
    for target in NAMES:
        assert await app.exports.of_session(done.id, target) == await app.exports.of_agent(agent.id, target)
    assert await app.exports.zip_of_session(done.id, NAMES) == await app.exports.zip_of(agent.id, NAMES)


async def test_a_zip_of_nothing_is_refused(app: App) -> None:
    agent = await app.gallery.create(config("Sorter"))
    with pytest.raises(Invalid, match="No target is named"):
        await app.exports.zip_of(agent.id, [])
