"""The top of the panel: the state of the draft, saving, steps back and forth."""

from collections.abc import Callable
from typing import Any

from builder import wiring
from builder.core.operation import Operation
from builder.ui import bridge
from builder.ui.words import words
from tests.ui.conftest import Opener
from tests.ui.test_form import _badge

SAY = words("en")


def test_an_address_without_a_session_begins_one_and_names_it(app: wiring.App, open_page: Opener) -> None:
    page = open_page("build")
    session = page.query_params["session"]
    assert bridge.run(app.interviews.get(session)).id == session


def test_an_unknown_session_is_said_plainly_with_two_ways_on(open_page: Opener) -> None:
    page = open_page("build", session="no-such-thing")
    assert not page.exception and not page.error
    assert page.subheader[0].value == SAY("unknown.title")
    assert len(page.get("page_link")) == 7


def test_a_new_draft_says_how_much_is_missing_and_cannot_be_saved(open_page: Opener) -> None:
    page = open_page("build")
    session = page.query_params["session"]
    assert SAY.count("standing.draft", 5) in _badge(page)
    assert page.button(key=f"save@{session}").disabled
    assert any(caption.value.startswith("Before you can save") for caption in page.caption)


def test_saving_says_the_version_and_a_change_afterwards_is_seen(
    app: wiring.App, open_page: Opener, billing: str
) -> None:
    page = open_page("build", session=billing)
    assert SAY("standing.ready") in _badge(page)
    page.text_input(key=f"note@{billing}").set_value("First one")
    page.button(key=f"save@{billing}").click().run()
    assert SAY("standing.saved", n=1) in _badge(page)
    assert page.toast[0].value == SAY("save.done", n=1)
    assert page.button(key=f"save@{billing}").disabled, "nothing to save"
    page.text_input(key=f"name@{billing}").set_value("Other").run()
    assert SAY("standing.changed", n=1) in _badge(page)
    page.button(key=f"save@{billing}").click().run()
    assert SAY("standing.saved", n=2) in _badge(page)
    (agent,) = bridge.run(app.gallery.search()).agents
    assert [version.note for version in bridge.run(app.gallery.versions(agent.id))] == ["", "First one"]


def test_going_back_to_what_was_saved_is_saved_again(open_page: Opener, billing: str) -> None:
    page = open_page("build", session=billing)
    page.button(key=f"save@{billing}").click().run()
    page.text_input(key=f"name@{billing}").set_value("Other").run()
    page.button(key=f"undo@{billing}").click().run()
    assert SAY("standing.saved", n=1) in _badge(page)


def test_undo_and_redo_move_the_draft_and_the_form(
    open_page: Opener, billing: str, value: Callable[[str, str], Any]
) -> None:
    page = open_page("build", session=billing)
    before = value(billing, "name")
    assert page.button(key=f"undo@{billing}").disabled
    page.text_input(key=f"name@{billing}").set_value("Other").run()
    page.button(key=f"undo@{billing}").click().run()
    assert page.text_input(key=f"name@{billing}").value == before
    page.button(key=f"redo@{billing}").click().run()
    assert page.text_input(key=f"name@{billing}").value == "Other"


def test_the_file_is_named_after_the_agent_and_only_a_whole_one_is_given(open_page: Opener, billing: str) -> None:
    page = open_page("build", session=billing)
    download = page.get("download_button")[0].proto
    assert download.url.endswith(".json")
    assert not download.disabled
    page.text_input(key=f"name@{billing}").set_value("").run()
    assert page.get("download_button")[0].proto.disabled


def test_a_name_with_markdown_is_shown_as_it_is(app: wiring.App, open_page: Opener, billing: str) -> None:
    bridge.run(app.interviews.edit(billing, [Operation("set", "name", "![x](https://leak.invalid/a.png)")]))
    page = open_page("build", session=billing)
    assert "![" not in page.subheader[0].value
    assert not any("![x](" in text.value for text in page.markdown)


def test_the_diagram_is_drawn_from_the_draft(open_page: Opener, billing: str) -> None:
    page = open_page("build", session=billing)
    page.get_by_key("view").set_value("diagram").run()
    assert not page.exception
    assert page.get("mermaid_chart") or page.get("unknown") is not None
