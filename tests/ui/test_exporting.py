"""Taking an agent elsewhere: the targets, what is told of each, and which way the page leads."""

import re
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from builder import wiring
from builder.core.draft import FIELDS
from builder.exporters.base import Exporter, Shelf
from builder.exporters.notes import Note
from builder.exporters.registry import all_exporters, find
from builder.snippets.base import AgentHere
from builder.templates import find as template
from builder.ui import bridge
from builder.ui.exporting import target, targets, told
from builder.ui.exporting.kept import standing
from builder.ui.exporting.taken import Taken
from builder.ui.words import LANGUAGES, words
from tests.exporters.configurations import configurations
from tests.ui.conftest import Opener

BILLING = template("billing_support").config
SAY = words("en")
EVERYTHING = configurations()["everything"]
EXPORTERS = pytest.mark.parametrize("exporter", all_exporters(), ids=lambda exporter: exporter.name)
RAW = re.compile(r"\b(?:" + "|".join(sorted(name for name in FIELDS if "_" in name)) + r")\b")


def lost(*fields: str) -> list[Note]:
    return [Note("lost", field, "no_slot", {"platform": "There"}) for field in fields]


# --- what is told ---


@EXPORTERS
def test_every_note_of_every_export_is_told_in_every_language(exporter: Exporter) -> None:
    notes = [note for config in configurations().values() for note in exporter.export(config).notes]
    kinds = {(note.kind, note.code, *note.params, note.field.split(".")[0]): note for note in notes}
    for language in LANGUAGES:
        together = told.lines(notes, words(language))
        alone = [line for note in kinds.values() for line in told.lines([note], words(language))]
        assert together and len(alone) == len(kinds)
        assert all(line.line.strip() and "{key}" not in line.line for line in (*together, *alone))


@pytest.mark.parametrize("language", LANGUAGES)
@EXPORTERS
def test_no_name_of_a_field_shows_as_files_write_it(exporter: Exporter, language: str) -> None:
    for line in told.lines(exporter.export(EVERYTHING).notes, words(language)):
        assert not RAW.search(line.line.replace("\\", "")), line.line


def test_places_that_lose_the_same_are_one_line() -> None:
    found = told.lines(lost("voice", "memory", "tools.2.mcp.headers"), SAY)
    assert [line.line.replace("\\", "") for line in found] == [
        "There has no place for “Voice”, “Memory”, “Tools › 3 › server › headers”."
    ]


def test_a_place_below_a_field_is_named_as_people_say_it() -> None:
    assert told.called("schema_definition.lines.[].price", SAY) == "Outputs › lines › each entry › price"
    assert told.called("prompts.1.content", SAY) == "User prompt › text"
    assert told.called("model.settings.seed", words("de")) == "Modell › Einstellungen › " + words("de")("setting.seed")


def test_a_rule_of_a_schema_is_told_in_words() -> None:
    note = Note("lost", "schema_definition.code", "schema_keyword", {"keyword": "pattern"})
    (line,) = told.lines([note], words("de"))
    assert "das Muster" in line.line and "Ausgaben › code" in line.line


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_wrote_cannot_become_markdown(language: str) -> None:
    note = Note("renamed", "name", "name_changed", {"old": "![x](https://leak.invalid)", "new": "x"})
    (line,) = told.lines([note], words(language))
    assert "](" not in line.line and "![" not in line.line


def test_a_sentence_of_our_own_keeps_its_code_and_nothing_else_of_markdown() -> None:
    assert target.with_code("Run `a_b *c*` now, **please**.") == r"Run `a_b *c*` now, \*\*please\*\*\."


# --- what becomes of the fields ---


def test_each_field_is_lost_or_changed_or_kept() -> None:
    notes = [*lost("voice", "tools.0.parameters"), Note("renamed", "name", "name_changed", {"old": "a", "new": "b"})]
    found = standing(EVERYTHING, notes)
    assert found.lost == ("voice",) and set(found.other) == {"name", "tools"}
    assert "system_prompt" in found.kept and "return_type" not in found.kept
    assert not set(found.kept) & {*found.lost, *found.other}


def test_a_rule_of_the_outputs_is_not_the_loss_of_all_outputs() -> None:
    notes = find("elevenlabs").export(EVERYTHING).notes
    assert "schema_definition" not in standing(EVERYTHING, notes).lost
    rule = Note("lost", "schema_definition.urgency", "schema_keyword", {"keyword": "required"})
    (line,) = told.lines([rule], SAY)
    assert line.line.startswith("**Outputs › urgency**:")


@EXPORTERS
def test_what_an_export_does_not_mention_is_kept(exporter: Exporter) -> None:
    made = exporter.export(EVERYTHING)
    found = standing(EVERYTHING, made.notes)
    assert {*found.kept, *found.other, *found.lost} >= {"name", "description", "system_prompt", "user_prompt"}


# --- finding a target ---


@pytest.mark.parametrize(
    ("typed", "language", "name"),
    [("adk", "en", "google_adk"), ("PYDANTIC", "de", "pydantic_ai"), ("anthropic", "fr", "anthropic")],
)
def test_a_target_is_found_by_its_name_in_any_writing(typed: str, language: str, name: str) -> None:
    assert name in [one.name for one in all_exporters() if targets.matches(one, typed, words(language))]


def test_a_target_is_found_by_what_it_is_for_in_the_persons_language_and_in_english() -> None:
    say = words("de")
    for typed in (told.purpose(find("google_adk"), say), find("google_adk").purpose, "rechner google"):
        assert targets.matches(find("google_adk"), typed, say)
    assert not targets.matches(find("google_adk"), "zebra", say)


def test_all_shelves_have_a_name() -> None:
    assert {one.shelf for one in all_exporters()} <= set(get_args(Shelf)) == set(targets.SHELVES)


# --- the page ---


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def said(page: AppTest) -> str:
    return "\n".join(text.value for text in page.markdown).replace("\\", "").replace("\u2060", "")


def test_the_page_leads_from_the_snippets_to_the_targets_and_back(app: wiring.App, open_page: Opener) -> None:
    agent = bridge.run(app.gallery.create(BILLING))
    page = open_page("connect", agent=agent.id)
    page.button_group[0].set_value("elsewhere").run()
    assert page.query_params["to"] == "all" and page.query_params["agent"] == agent.id
    press(page, "to_google_adk")
    assert page.query_params["to"] == "google_adk"
    assert "Google ADK" in [head.value for head in page.subheader]
    press(page, "export_back")
    assert page.query_params["to"] == "all"
    page.button_group[0].set_value("program").run()
    assert "to" not in page.query_params and f"AGENT='{agent.id}'" in page.code[1].value


@EXPORTERS
def test_what_is_lost_stands_before_the_download_and_the_files_are_the_services(
    app: wiring.App, open_page: Opener, exporter: Exporter
) -> None:
    agent = bridge.run(app.gallery.create(EVERYTHING.to_json()))
    page = open_page("connect", agent=agent.id, to=exporter.name)
    assert not page.exception
    made = bridge.run(app.exports.of_agent(agent.id, exporter.name))
    found = standing(EVERYTHING, made.notes)
    text = said(page)
    for field in found.lost:
        assert f":red-badge[{SAY.field(field)}]" in text
    parts = any(note.kind == "lost" for note in made.notes)
    first = SAY("export.lost") if found.lost else SAY("export.parts_lost" if parts else "export.nothing_lost")
    assert text.index(first) < text.index(SAY("export.place"))
    assert target.with_code(told.place(exporter, SAY)) in "\n".join(one.value for one in page.markdown)
    assert [code.value for code in page.code] == [file.content.rstrip("\n") for file in made.files]


@EXPORTERS
def test_notes_of_the_app_that_are_left_out_are_told_small_as_the_readme_tells_them(
    app: wiring.App, open_page: Opener, exporter: Exporter
) -> None:
    agent = bridge.run(app.gallery.create(BILLING | {"metadata": {"assumed": ["tone"]}}))
    page = open_page("connect", agent=agent.id, to=exporter.name)
    notes = bridge.run(app.exports.of_agent(agent.id, exporter.name)).notes
    is_lost = any(note.kind == "lost" and note.field == "metadata" for note in notes)
    assert (SAY("export.notes_lost") in [small.value for small in page.caption]) == is_lost
    assert not (is_lost and SAY("export.nothing_lost") in said(page)), "not both"


def test_another_agent_keeps_the_target(app: wiring.App, open_page: Opener) -> None:
    first = bridge.run(app.gallery.create(BILLING))
    other = bridge.run(app.gallery.create(BILLING | {"name": "Other"}))
    page = open_page("connect", agent=first.id, to="google_adk")
    page.selectbox[0].select(f"agent:{other.id}").run()
    assert page.query_params["agent"] == other.id and page.query_params["to"] == "google_adk"
    assert "name: other" in page.code[0].value


def test_a_target_that_is_not_known_leads_to_the_list(app: wiring.App, open_page: Opener) -> None:
    agent = bridge.run(app.gallery.create(BILLING))
    page = open_page("connect", agent=agent.id, to="nowhere")
    assert not page.exception
    assert SAY("export.unknown") in [info.value for info in page.info]
    assert page.button(key="to_google_adk")


def test_a_finished_talk_can_be_taken_too_and_an_unfinished_one_is_told_kindly(
    app: wiring.App, open_page: Opener, billing: str
) -> None:
    unfinished = bridge.run(app.interviews.begin())
    page = open_page("connect", session=unfinished.id, to="all")
    assert SAY("export.incomplete.title") in [head.value for head in page.subheader]
    assert not page.exception
    bridge.run(app.gallery.save(billing))
    page = open_page("connect", session=billing, to="pydantic_ai")
    assert not page.exception
    if bridge.run(app.interviews.configuration(billing)) is not None:
        assert "name: BillingSupport" in page.code[0].value


def test_several_are_picked_with_what_each_loses_told_first(app: wiring.App, open_page: Opener) -> None:
    agent = bridge.run(app.gallery.create(BILLING))
    page = open_page("connect", agent=agent.id, to="all")
    page.toggle[0].set_value(True).run()
    assert page.get("download_button")[0].proto.disabled
    page.checkbox(key="take_google_adk").check().run()
    page.checkbox(key="take_pydantic_ai").check().run()
    assert "2 targets picked" in said(page)
    assert "Google ADK: lost: User prompt" in said(page).replace("*", "")
    assert not page.get("download_button")[0].proto.disabled
    page.text_input[0].set_value("pydantic").run()
    assert "2 targets picked" in said(page), "what the search hides stays picked"
    page.checkbox(key="take_pydantic_ai").uncheck().run()
    assert "1 target picked" in said(page)


def test_the_zip_has_the_name_that_the_service_gives_it(app: wiring.App) -> None:
    agent = bridge.run(app.gallery.create(EVERYTHING.to_json()))
    what = Taken(AgentHere(agent.id, agent.name, 1, "structured"), EVERYTHING)
    for names in (("google_adk",), ("google_adk", "pydantic_ai")):
        name, content = bridge.run(app.exports.zip_of(agent.id, names))
        assert targets.zip_name(what, [find(one) for one in names]) == name
        assert what.zipped(names) == content


def test_a_note_on_the_whole_has_no_name_before_it() -> None:
    (line,) = told.lines([Note("added", "", "address_yours", {"new": "there"})], words("en"))
    assert line.line.startswith("“there”") and "****" not in line.line
