"""Uploads of all kinds: single files, several, archives with many agents, whole projects, the same agent again."""

import asyncio
import io
import json
import zipfile
from collections.abc import Mapping

import pytest

from builder.core.convert import to_agent
from builder.core.zipped import zipped
from builder.exporters.bundle import bundle
from builder.exporters.registry import all_exporters
from builder.importers.intake import MOST_UPLOADS, Intake, Upload, intake
from builder.importers.refusals import WORDS as REASONS
from builder.importers.registry import all_importers
from builder.importers.remarks import WORDS
from builder.importers.settling import settled
from tests.exporters.configurations import EVERYTHING, configuration, configurations
from tests.importers.hostile import packed

CONFIG = configuration()
TEXT = json.dumps(CONFIG)
BOTH_WAYS = {exporter.name for exporter in all_exporters()} & {importer.name for importer in all_importers()}


def pasted(text: str) -> Intake:
    return intake([Upload("", text.encode())])


def names(result: Intake) -> list[object]:
    return [item.values.get("name") for item in result.items]


def refusals(result: Intake) -> dict[str, str]:
    return {refused.path: refused.code for refused in result.refused}


def exports(*targets: str) -> dict[str, bytes | str]:
    """As our zip of several targets: a folder each."""
    config = to_agent(EVERYTHING)
    chosen = [exporter for exporter in all_exporters() if exporter.name in targets]
    return {f"{one.name}/{file.path}": file.content for one in chosen for file in one.export(config).files}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_file_is_read_in_every_encoding_that_says_so(encoding: str) -> None:
    config = configuration(tone="Herzlich – 日本 🙂")
    [item] = intake([Upload("a.json", json.dumps(config, ensure_ascii=False).encode(encoding))]).items
    assert item.values == config


def test_ends_of_lines_do_not_matter() -> None:
    assert pasted(TEXT.replace(", ", ",\r\n")).items[0].values == CONFIG


def test_comments_and_a_comma_too_many_do_not_matter() -> None:
    text = TEXT.replace('"name"', '// who, "it" is\n /* "or" */ "name"').removesuffix("}") + ",}"
    assert pasted(text).items[0].values == CONFIG
    assert intake([Upload("a.jsonc", text.encode())]).items[0].values == CONFIG


def test_broken_files_are_told_with_their_line() -> None:
    found = intake([Upload("a.json", b'{\n "name": 1,\n "b" 2}'), Upload("b.yaml", b"a: 1\nb: [1")]).refused
    assert [(one.path, one.code) for one in found] == [("a.json", "broken_json"), ("b.yaml", "broken_yaml")]
    assert [one.params["line"] for one in found] == [3, 2]
    assert found[0].reason == "It is not valid JSON: see line 3, column 6."
    assert found[0].next_step == "Correct that place and try again."


def test_several_files_are_several_agents() -> None:
    uploads = [Upload("a.json", TEXT.encode()), Upload("b.json", json.dumps(configuration(name="Other")).encode())]
    result = intake([*uploads, Upload("c.json", b"[1]")])
    assert names(result) == ["LetterSorter", "Other"]
    assert refusals(result) == {"c.json": "no_agent"}


def test_files_of_one_name_are_told_apart() -> None:
    result = intake([Upload("a.json", TEXT.encode()), Upload("x/a.json", json.dumps(configuration(name="B")).encode())])
    assert [item.path for item in result.items] == ["a.json", "a-2.json"]


def test_refused_files_have_the_names_that_others_have() -> None:
    uploads = [("../../ab.json", b"{"), ("ab.json", TEXT.encode()), ("x\\ab.json", b"["), ("ab.json", b"PK\x03\x04")]
    result = intake([Upload(name, content) for name, content in uploads])
    assert [item.path for item in result.items] == ["ab-2.json"]
    assert set(refusals(result)) == {"ab.json", "ab-3.json", "ab-4.json"}


def test_archives_of_one_name_are_told_apart() -> None:
    zips = [packed({"a.json": json.dumps(configuration(name=name))}) for name in ("A", "B")]
    result = intake([Upload("x.zip", content) for content in zips])
    assert [item.path for item in result.items] == ["x.zip/a.json", "x-2.zip/a.json"]


@pytest.mark.parametrize("files", [{}, {"a/": "", "b/": ""}, {"__MACOSX/._a.json": "x", ".DS_Store": "x"}])
def test_an_archive_with_nothing_in_it_says_so(files: Mapping[str, str]) -> None:
    assert refusals(intake([Upload("x.zip", packed(files))])) == {"x.zip": "empty"}


def test_an_archive_of_the_gallery_comes_back_whole() -> None:
    agents = {f"{name}.json": json.dumps(configuration(name=name)) for name in ("A", "B", "C")}
    result = intake([Upload("agents.zip", packed(agents))])
    assert names(result) == ["A", "B", "C"]
    assert result.refused == ()


def test_two_archives_at_once_are_told_apart() -> None:
    archives = [Upload(f"{name}.zip", packed({"agent.json": json.dumps(configuration(name=name))})) for name in "AB"]
    assert [item.path for item in intake(archives).items] == ["A.zip/agent.json", "B.zip/agent.json"]


def test_one_agent_for_several_platforms_is_offered_once_from_where_it_says_the_most() -> None:
    targets = ("pydantic_ai", "google_adk", "openai_agents", "anthropic", "elevenlabs")
    result = intake([Upload("all.zip", packed({**exports(*targets), "README.md": "# What lies here"}))])
    assert [item.importer for item in result.items] == ["pydantic_ai"]
    again = [refused for refused in result.refused if refused.code == "same_agent"]
    assert len(again) == len(targets) - 1
    assert again[0].params == {"name": "EveryThing", "path": result.items[0].path}
    assert "README.md" not in refusals(result)  # of our own zips; people read it


def test_a_zip_of_every_target_is_one_agent_whatever_it_says() -> None:
    for name, config in configurations().items():
        files = bundle(to_agent(settled(config.to_json())[0]), all_exporters())
        if sum(len(file.content) for file in files) < 900_000:
            result = intake([Upload("all.zip", zipped((file.path, file.content) for file in files))])
            assert len(result.items) == 1, name
            assert {refused.code for refused in result.refused} <= {"same_agent", "no_agent"}, name


def test_our_own_file_goes_first() -> None:
    files = {**exports(*BOTH_WAYS - {"python_project"}), "EveryThing.json": json.dumps(EVERYTHING)}
    result = intake([Upload("all.zip", packed(files))])
    assert [item.importer for item in result.items if item.values["name"] == "EveryThing"] == ["own"]


def test_two_versions_of_an_agent_are_both_offered_and_a_copy_is_not() -> None:
    files = {"a.json": TEXT, "b.json": json.dumps(configuration(tone="Short.")), "c.json": TEXT}
    result = intake([Upload("a.zip", packed(files))])
    assert [item.path for item in result.items] == ["a.json", "b.json"]
    assert refusals(result) == {"c.json": "same_agent"}


def test_a_project_is_one_agent_and_its_other_files_are_not_refused_where_they_were_read() -> None:
    files = exports("google_adk")
    result = intake([Upload("project.zip", packed(files))])
    [item] = result.items
    assert item.importer == "google_adk"
    assert item.values["schema_definition"]["properties"].keys() == EVERYTHING["schema_definition"]["properties"].keys()
    assert {path.split("/")[-1] for path in refusals(result)} <= {"__init__.py"}


def test_what_lies_in_an_archive_beside_agents_is_no_prompt() -> None:
    files = {"a.json": TEXT, "notes.txt": "You are a kind helper of all.", "LICENSE.md": "# Rules. They are good."}
    result = intake([Upload("a.zip", packed(files))])
    assert names(result) == ["LetterSorter"]
    assert refusals(result) == {"notes.txt": "no_agent", "LICENSE.md": "no_agent"}


def test_an_archive_of_prompts_alone_is_taken_as_such() -> None:
    files = {"helper.txt": "You are a kind helper of all people.", "README.md": "# Read me. It is a good text."}
    result = intake([Upload("a.zip", packed(files))])
    assert names(result) == ["helper"]
    assert refusals(result) == {"README.md": "no_agent"}


def test_what_a_mac_or_windows_adds_is_passed_over() -> None:
    files = {"a.json": TEXT, "__MACOSX/._a.json": "x", ".DS_Store": "x", "b/Thumbs.db": "x", "c.png": "x", "d/": ""}
    result = intake([Upload("a.zip", packed(files))])
    assert names(result) == ["LetterSorter"]
    assert refusals(result) == {"c.png": "not_text"}


def test_an_archive_without_agents_says_so_of_each_file() -> None:
    result = intake([Upload("a.zip", packed({"a.json": "{}", "b.yaml": "a: 1", "c.toml": "a = 1"}))])
    assert refusals(result) == {"a.json": "no_agent", "b.yaml": "no_agent", "c.toml": "no_agent"}


def test_stored_and_packed_members_are_both_read() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("ü/a.json", TEXT)
    assert intake([Upload("a.zip", held.getvalue())]).items[0].path == "ü/a.json"


def test_too_many_files_are_refused_before_any_is_read() -> None:
    [refused] = intake([Upload("a.json", b"{}")] * (MOST_UPLOADS + 1)).refused
    assert refused.code == "too_many_uploads"


def test_nothing_at_all_is_nothing() -> None:
    assert intake([]) == Intake((), ())


def test_the_same_uploads_give_the_same_intake() -> None:
    uploads = [Upload("a.zip", packed(exports(*BOTH_WAYS))), Upload("", TEXT.encode()), Upload("x", b"\xff")]
    assert intake(uploads) == intake(uploads)


async def test_it_may_be_done_beside_others() -> None:
    """Several at once, each in a thread, come to the same."""
    uploads = [[Upload("a.json", TEXT.encode())], [Upload("a.zip", packed(exports(*BOTH_WAYS)))]] * 3
    alone = [intake(each) for each in uploads]
    assert await asyncio.gather(*(asyncio.to_thread(intake, each) for each in uploads)) == alone


def test_heads_of_texts_that_are_no_yaml_are_read_by_lines() -> None:
    text = "---\nname: helper\ndescription: Use it when: a person asks: anything\n---\nYou are a kind helper of all."
    [item] = intake([Upload("helper.txt", text.encode())]).items
    assert item.values["description"] == "Use it when: a person asks: anything"


@pytest.mark.parametrize("words", [WORDS, {code: " ".join(both) for code, both in REASONS.items()}])
def test_every_code_has_words_with_an_end(words: Mapping[str, str]) -> None:
    assert all(code.replace("_", "").isalnum() and text.endswith(".") for code, text in words.items())


def test_an_item_and_a_refusal_are_written_for_programs() -> None:
    result = intake([Upload("a.json", TEXT.encode()), Upload("b.json", b"{")])
    written = json.loads(json.dumps([result.items[0].to_json(), result.refused[0].to_json()]))
    assert list(written[0]) == ["path", "importer", "title", "values", "problems", "remarks"]
    assert list(written[1]) == ["path", "code", "params", "reason", "next_step"]
