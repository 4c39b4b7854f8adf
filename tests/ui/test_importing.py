"""Bringing in: what came is mended by pure steps, nothing is lost on the way, and a press does its work once."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from builder import wiring
from builder.core.check import check
from builder.core.errors import StorageFull
from builder.importers.intake import Upload
from builder.importers.refusals import Refused
from builder.importers.registry import all_importers
from builder.importers.remarks import Remark
from builder.services.imports import Brought, Candidate
from builder.templates import find
from builder.ui import bridge
from builder.ui.importing import mending, told
from builder.ui.importing.desk import Desk, Piece, bring, change, clear, look
from builder.ui.importing.pieces import interview
from builder.ui.words import LANGUAGES, words
from tests.ui.conftest import Opener

BILLING = find("billing_support").config
OTHER = {**BILLING, "tone": "formal"}
SAY = words("en")


def as_file(config: Any, name: str = "agent.json") -> Upload:
    return Upload(name, json.dumps(config).encode())


def on_desk(*configs: Any) -> Desk:
    desk = Desk()
    look(desk, [as_file(config, f"{number}.json") for number, config in enumerate(configs)])
    return desk


# --- mending ---


def test_a_text_goes_into_the_prompt_it_belongs_to_and_sentences_nobody_uses_go() -> None:
    prompts = [{"prompt_type": "system", "content": "Hi {a_name}", "placeholders": {"a_name": "Who?"}}]
    done = mending.written({"prompts": prompts}, "system_prompt", "Hi {b_name}")
    assert done["prompts"] == [{"prompt_type": "system", "content": "Hi {b_name}", "placeholders": {}}]
    done = mending.written(done, "placeholders.b_name", "Who else?")
    assert done["prompts"][0]["placeholders"] == {"b_name": "Who else?"}
    done = mending.written(done, "user_prompt", "{message}")
    assert [one["prompt_type"] for one in done["prompts"]] == ["system", "user"]


def test_everything_that_is_missing_can_be_written() -> None:
    values: dict[str, Any] = {}
    told_so = {"name": "Night", "description": "Helps at night.", "return_type": "unstructured"}
    told_so |= {"system_prompt": "You help.", "user_prompt": "{message}", "placeholders.message": "What is said."}
    for field, text in told_so.items():
        assert any(problem.field == field for problem in check(values)), field
        assert mending.is_writable(field)
        values = mending.written(values, field, text)
    assert check(values) == []


def test_every_mend_that_the_check_offers_mends_it() -> None:
    broken = {**BILLING, "name": "Bill me!", "return_type": "unstructured"}
    for problem in check(broken):
        assert problem.mend is not None
        broken = mending.mended(broken, problem.mend)
    assert check(broken) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
KEYS = st.sampled_from([*BILLING, "goals", "tools", "metadata", "memory", "placeholders"])


@given(st.dictionaries(KEYS, JSON), st.sampled_from(mending.WRITABLE))
def test_values_of_any_shape_can_be_mended_and_begin_an_interview(values: dict[str, Any], field: str) -> None:
    assert isinstance(mending.now(values, field), str)
    done = mending.written(values, field, "text")
    assert mending.now(done, field) == "text"
    begun = mending.as_far_as_it_fits(done)
    assert all(problem.code.startswith(("missing_", "unlisted_", "stray_")) for problem in check(begun))


# --- what is told ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_place_is_told_from_one_on_and_words_of_others_stay_words(language: str) -> None:
    remark = Remark("left_out", "tools.0.[x](https://leak.invalid)", "unknown_part", {})
    (line,) = told.lines([remark, remark], words(language))
    assert "tools › 1 ›" in line.replace("\\", "") and "](" not in line


def test_what_was_refused_is_told_first() -> None:
    found = [Remark("added", "", "user_prompt_added", {"content": "{x}"}), Remark("refused", "run", "runs_code")]
    assert "would run code" in told.lines(found, SAY)[0]


def test_a_refused_file_is_told_with_its_name_a_reason_and_a_next_step() -> None:
    text = told.refusal(Refused("a/b.zip", "too_many_members", {"most": 5}), words("de")).replace("\\", "")
    assert text.startswith("**a/b.zip**") and "mehr als 5 Dateien" in text and "Hole weniger" in text


# --- the desk ---


def test_the_same_once_more_does_not_lie_there_twice(app: wiring.App) -> None:
    desk = on_desk(BILLING)
    look(desk, [as_file(BILLING, "0.json"), as_file(OTHER, "1.json")])
    assert [piece.item.path for piece in desk.open] == ["0.json", "1.json"]


def test_each_is_brought_in_as_it_was_decided(app: wiring.App) -> None:
    there = bridge.run(app.gallery.create(BILLING))
    desk = on_desk(OTHER, {**OTHER, "tone": "short"}, {**OTHER, "tone": "long"}, BILLING)
    assert [piece.candidate.standing for piece in desk.pieces] == ["conflict"] * 3 + ["same"]
    for piece, decided in zip(desk.pieces, ("version", "copy", "skip"), strict=False):
        piece.on_conflict = decided  # type: ignore[assignment]
    bring(desk)
    assert [piece.brought and piece.brought.outcome for piece in desk.pieces] == ["version", "copied", "skipped", None]
    assert bridge.run(app.gallery.get(there.id)).version == 2
    bring(desk)
    assert bridge.run(app.gallery.get(there.id)).version == 2, "twice pressed is once done"
    assert len(bridge.run(app.gallery.search()).agents) == 2


def test_what_is_left_is_not_counted(app: wiring.App, open_page: Opener) -> None:
    bridge.run(app.gallery.create(BILLING))
    page = paste(open_page("gallery", bring="in"), json.dumps(OTHER))
    piece: Piece = page.session_state["importing"].pieces[0]
    assert page.button(key="import_bring").label == SAY.count("import.bring", 1)
    page.button_group(key=piece.key("conflict")).set_value("skip").run()
    button = page.button(key="import_bring")
    assert button.disabled and button.label == SAY("import.bring.none")
    assert SAY("import.bring.left") in [small.value for small in page.caption]
    assert not page.exception


def test_a_conflict_tells_what_differs_three_lines_and_how_many_more(app: wiring.App, open_page: Opener) -> None:
    bridge.run(app.gallery.create({**BILLING, "tone": "short"}))
    other = {**BILLING, "tone": "formal", "language": "de", "goals": ["a", "b"], "guardrails": ["c"]}
    page = paste(open_page("gallery", bring="in"), json.dumps(other))
    piece: Piece = page.session_state["importing"].pieces[0]
    _, told_so = said(page).split(SAY("import.differs"))
    assert told_so.count(SAY.field("goals")) and f"and {len(piece.differences) - 3} more" in told_so
    assert len(piece.differences) > 3 and not page.exception


def test_the_difference_is_told_from_the_gallerys_agent_to_what_comes(app: wiring.App) -> None:
    bridge.run(app.gallery.create({**BILLING, "tone": "short"}))
    (piece,) = on_desk({**BILLING, "tone": "formal"}).pieces
    (fact,) = piece.differences
    assert fact.text == "“short” → “formal”"
    change(piece, {**piece.values, "tone": "kind"})
    (fact,) = piece.differences
    assert fact.text == "“short” → “kind”"


def test_notes_of_the_app_alone_are_told_as_such(app: wiring.App, open_page: Opener) -> None:
    bridge.run(app.gallery.create(BILLING))
    page = paste(open_page("gallery", bring="in"), json.dumps({**BILLING, "metadata": {"assumed": ["name"]}}))
    assert SAY("import.differs.not") in said(page)


def test_what_is_not_ticked_stays(app: wiring.App) -> None:
    desk = on_desk(BILLING, {**BILLING, "name": "Other"})
    desk.pieces[0].wanted = False
    bring(desk)
    assert [agent.name for agent in bridge.run(app.gallery.search()).agents] == ["Other"]
    assert [piece.values["name"] for piece in desk.open] == ["BillingSupport"]


def test_somebody_who_was_faster_makes_it_a_conflict_that_is_shown(app: wiring.App) -> None:
    desk = on_desk(OTHER)
    bridge.run(app.gallery.create(BILLING))
    bring(desk)
    (piece,) = desk.open
    assert piece.candidate.standing == "conflict" and piece.brought is None
    bring(desk)
    assert piece.brought is not None and piece.brought.outcome == "version"


def test_two_of_one_name_in_one_go_do_not_overwrite_each_other_in_silence(app: wiring.App) -> None:
    desk = on_desk(BILLING, OTHER)
    bring(desk)
    assert [piece.candidate.standing for piece in desk.open] == ["conflict"]
    assert len(desk.done) == 1


class Filling:
    """A gallery on a disk that is full after the first."""

    def __init__(self, app: wiring.App) -> None:
        self.real, self.left = app.imports, 1

    async def bring(self, choices: Any) -> list[Brought]:
        self.left -= 1
        if self.left < 0:
            raise StorageFull("The disk is full.")
        return await self.real.bring(choices)

    async def candidate(self, item: Any) -> Candidate:
        return await self.real.candidate(item)


def test_what_was_done_before_an_error_stays_done_and_the_rest_stays_there(app: wiring.App) -> None:
    desk = on_desk(BILLING, {**BILLING, "name": "Other"})
    with bridge.using(replace(app, imports=Filling(app))), pytest.raises(StorageFull):  # type: ignore[arg-type]
        bring(desk)
    assert len(desk.done) == 1 and len(desk.chosen) == 1
    bring(desk)
    assert len(desk.done) == 2
    assert len(bridge.run(app.gallery.search()).agents) == 2


def test_a_change_is_looked_at_anew(app: wiring.App) -> None:
    bridge.run(app.gallery.create(BILLING))
    (piece,) = on_desk(OTHER).pieces
    change(piece, {**piece.values, "name": "Free"})
    assert piece.candidate.standing == "new"
    change(piece, {**piece.values, "name": ""})
    assert piece.candidate.standing == "incomplete" and not piece.is_ready


def test_it_is_finished_in_one_interview_however_often_it_is_pressed(app: wiring.App) -> None:
    (piece,) = on_desk({**BILLING, "schema_definition": {"type": "object"}}).pieces
    assert interview(piece, "en") == interview(piece, "en") == piece.session
    assert not piece.is_ready


def test_clearing_makes_new_boxes(app: wiring.App) -> None:
    desk = on_desk(BILLING)
    clear(desk)
    assert desk.pieces == [] and desk.round == 1
    look(desk, [as_file(BILLING)])
    assert desk.pieces[0].number == 2, "a new card has new boxes too"


# --- the page ---


def paste(page: AppTest, text: str) -> AppTest:
    page.text_area[0].set_value(text)
    return page.button(key="import_read_paste").click().run()


def said(page: AppTest) -> str:
    return "\n".join(text.value for text in page.markdown).replace("\\", "").replace("\u2060", "")


def test_the_gallery_leads_here_and_back(open_page: Opener) -> None:
    page = open_page("gallery")
    page.button(key="bring_in").click().run()
    assert page.query_params["bring"] == "in"
    assert SAY("import.title") in [title.value for title in page.title]
    assert not page.exception


def test_a_pasted_text_is_shown_and_saved_only_when_it_is_said(app: wiring.App, open_page: Opener) -> None:
    page = paste(open_page("gallery", bring="in"), json.dumps(BILLING))
    assert not page.exception
    assert SAY.count("import.found", 1) in [head.value for head in page.subheader]
    assert bridge.run(app.gallery.search()).agents == ()
    page.button(key="import_bring").click().run()
    (agent,) = bridge.run(app.gallery.search()).agents
    assert agent.config == BILLING and "BillingSupport** is in the gallery now." in said(page)


def test_a_text_that_is_no_agent_is_refused_with_a_reason(open_page: Opener) -> None:
    page = paste(open_page("gallery", bring="in"), '{"a": ')
    assert "the pasted text" in said(page) and "It is not valid JSON" in said(page)
    assert page.text_area[0].value == '{"a": ', "what was pasted stays"
    assert not page.exception


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://localhost:22/x.json", "Such places are not opened"),
        ("http://127.0.0.1/x.json", "This address leads to a private place"),
        ("x.json", "This is no address of a file on the web"),
    ],
)
def test_an_address_that_is_not_opened_is_told_calmly(open_page: Opener, address: str, reason: str) -> None:
    page = open_page("gallery", bring="in")
    page.text_input[0].set_value(address)
    page.button(key="import_read_address").click().run()
    assert SAY("import.refused.address") in said(page) and reason in said(page)
    assert not page.error and not page.exception
    assert ("IMPORT_PRIVATE_ADDRESSES" in said(page)) == ("private" in reason)
    paste(page, json.dumps(BILLING))
    assert SAY("import.refused.address") not in said(page)


def test_a_name_to_tick_has_no_signs_that_are_read_out(open_page: Opener) -> None:
    page = paste(open_page("gallery", bring="in"), json.dumps({**BILLING, "name": "Bike-Buddy_2"}))
    assert [box.label for box in page.checkbox] == ["Bike-Buddy_2"]


def test_a_list_can_be_cleared_where_there_is_one(open_page: Opener) -> None:
    page = paste(open_page("gallery", bring="in"), '{"a": ')
    assert SAY("import.clear") not in [button.label for button in page.button]
    paste(page, json.dumps(BILLING))
    page.button(key="import_clear").click().run()
    assert SAY("import.clear") not in [button.label for button in page.button]
    assert not page.exception


def test_what_is_missing_is_written_on_the_card(app: wiring.App, open_page: Opener) -> None:
    bare = {**BILLING, "name": "!!!", "prompts": BILLING["prompts"][1:]}
    page = paste(open_page("gallery", bring="in"), json.dumps(bare))
    piece: Piece = page.session_state["importing"].pieces[0]
    assert piece.candidate.standing == "incomplete"
    page.text_input(key=piece.key("box_name")).set_value("Night")
    page.text_area(key=piece.key("box_system_prompt")).set_value("You help at {hour}.")
    page.button(key=piece.key("filled")).click().run()
    assert [problem.field for problem in piece.item.problems] == ["placeholders.hour"]
    page.text_input(key=piece.key("box_placeholders.hour")).set_value("The hour of the day.")
    page.button(key=piece.key("filled")).click().run()
    assert not page.exception and piece.candidate.standing == "new"
    page.button(key="import_bring").click().run()
    (agent,) = bridge.run(app.gallery.search()).agents
    assert agent.name == "Night" and agent.config["prompts"][0]["placeholders"] == {"hour": "The hour of the day."}


def test_one_press_mends_what_has_one_mend(app: wiring.App, open_page: Opener) -> None:
    page = paste(open_page("gallery", bring="in"), json.dumps({**BILLING, "return_type": "unstructured"}))
    piece: Piece = page.session_state["importing"].pieces[0]
    page.button(key=piece.key("mend0")).click().run()
    assert piece.candidate.standing == "new" and "schema_definition" not in piece.values


def test_an_incomplete_one_is_finished_in_one_interview(app: wiring.App, open_page: Opener) -> None:
    page = paste(open_page("gallery", bring="in"), json.dumps({**BILLING, "schema_definition": {"type": "object"}}))
    piece: Piece = page.session_state["importing"].pieces[0]
    assert piece.candidate.standing == "incomplete"
    page.button(key=piece.key("finish")).click().run()
    assert piece.session is not None
    assert bridge.run(app.interviews.get(piece.session)).draft.text("name") == "BillingSupport"


def test_what_came_is_still_there_after_another_page(open_page: Opener) -> None:
    page = paste(open_page("gallery", bring="in"), json.dumps(BILLING))
    page.switch_page("pages/5_Settings.py").run()
    page.query_params["bring"] = "in"
    page.switch_page("pages/2_Gallery.py").run()
    assert SAY.count("import.found", 1) in [head.value for head in page.subheader]


def test_every_importer_says_what_it_brings_in(open_page: Opener) -> None:
    text = said(open_page("gallery", bring="in"))
    assert all(importer.title in text for importer in all_importers())


def test_hostile_words_stay_words(open_page: Opener) -> None:
    hostile = "![x](https://leak.invalid/x.png) <img src=x onerror=alert(1)>"
    prompts = [{"prompt_type": "system", "content": hostile, "placeholders": {}}, BILLING["prompts"][1]]
    page = paste(open_page("gallery", bring="in"), json.dumps({**BILLING, "description": hostile, "prompts": prompts}))
    assert not page.exception
    shown = [text.value.replace("\\<", "").replace("\\!", "") for text in page.markdown]
    assert not any("![x" in text or "<img" in text for text in shown)
