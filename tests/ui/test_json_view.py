"""The JSON view: text that does not fit is kept and marked, and the last valid draft stays.

The editor itself is a frame of its own, so typing into it is tried in a browser; here the text comes by `take`.
"""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from builder import wiring
from builder.core.convert import as_draft
from builder.core.operation import Operation
from builder.templates import find
from builder.ui import bridge, state
from builder.ui.panel import json_view, scratch
from builder.ui.panel.adopt import as_text
from tests.ui.conftest import Opener

CONFIG = find("billing_support").config
GOOD = as_text(as_draft(CONFIG))
BROKEN = GOOD[:-1]


@pytest.fixture
def typed(app: wiring.App, billing: str) -> Callable[[str], state.Tab]:
    """Somebody types this text into the editor of a tab."""

    def take(text: str) -> state.Tab:
        tab = state.Tab(billing)
        draft = bridge.run(app.interviews.get(billing)).draft
        json_view.take(tab, text, draft, json_view.Editor(0, GOOD, draft))
        return tab

    return take


@pytest.fixture
def json_page(open_page: Opener, billing: str) -> Callable[[], AppTest]:
    def opened() -> AppTest:
        page = open_page("build", session=billing)
        return page.get_by_key("view").set_value("json").run()

    return opened


def _said(page: AppTest) -> str:
    return " ".join(text.value for text in page.markdown)


def test_a_whole_draft_is_called_complete(json_page: Callable[[], AppTest]) -> None:
    page = json_page()
    assert not page.exception
    assert "Complete and correct" in _said(page)


def test_text_that_fits_is_in_the_draft_at_once(typed: Any, value: Any, billing: str) -> None:
    typed(GOOD.replace(CONFIG["name"], "Renamed"))
    assert value(billing, "name") == "Renamed"


def test_broken_text_is_kept_over_a_reload_and_saving_waits(
    typed: Any, json_page: Any, value: Any, billing: str
) -> None:
    typed(BROKEN.replace(CONFIG["name"], "Renamed"))
    assert value(billing, "name") == CONFIG["name"]
    page = json_page()
    assert "Your text is kept" in _said(page)
    assert "Line" in _said(page)
    assert page.button(key=f"save@{billing}").disabled


def test_the_form_says_that_text_waits_in_the_other_view(typed: Any, open_page: Opener, billing: str) -> None:
    typed(BROKEN)
    page = open_page("build", session=billing)
    assert any("not taken over yet" in caption.value for caption in page.caption)
    assert page.button(key=f"save@{billing}").disabled


def test_waiting_text_can_be_thrown_away_for_the_draft(
    typed: Any, json_page: Any, app: wiring.App, billing: str
) -> None:
    typed(BROKEN)
    page = json_page()
    page.button(key=f"discard@{billing}").click().run()
    assert "Complete and correct" in _said(page)
    assert not page.button(key=f"save@{billing}").disabled
    assert bridge.run(app.preferences.all()) == {}


def test_text_that_fits_again_no_longer_waits(typed: Any, app: wiring.App) -> None:
    typed(BROKEN)
    assert bridge.run(app.preferences.all())
    typed(GOOD)
    assert bridge.run(app.preferences.all()) == {}


def test_a_problem_with_one_sensible_repair_has_a_button(typed: Any, json_page: Any, value: Any, billing: str) -> None:
    typed(GOOD.replace(f'"{CONFIG["name"]}"', '"Customer Service!"'))
    page = json_page()
    page.button(key=f"json_mend_0@{billing}").click().run()
    assert value(billing, "name") == "CustomerService"
    assert "Complete and correct" in _said(page)


def test_a_repair_leaves_other_text_that_waits(typed: Any, json_page: Any, value: Any, billing: str) -> None:
    typed(GOOD.replace(f'"{CONFIG["name"]}"', '"Customer Service!"').replace("{", '{\n "langage": "en",', 1))
    page = json_page()
    buttons = [button for button in page.button if button.key and button.key.startswith("json_mend_")]
    buttons[0].click().run()
    assert value(billing, "name") == "CustomerService"
    assert "langage" in _said(page)


def test_text_that_meets_a_newer_draft_is_kept_beside_it(app: wiring.App, value: Any, billing: str) -> None:
    tab, draft = state.Tab(billing), as_draft(CONFIG)
    bridge.run(app.interviews.edit(billing, [Operation("set", "name", "Theirs")]))
    text = GOOD.replace(CONFIG["name"], "Mine")
    json_view.take(tab, text, draft, json_view.Editor(0, GOOD, draft))
    assert value(billing, "name") == "Theirs"
    assert scratch.of(tab).text == text
    assert scratch.of(tab).mine == {"name": "Mine"}


def test_the_text_follows_a_draft_that_changed_elsewhere(json_page: Any, app: wiring.App, billing: str) -> None:
    page = json_page()
    bridge.run(app.interviews.edit(billing, [Operation("unset", "name")]))
    page.run()
    assert "The agent has no name yet" in _said(page).replace("\\", "")


def test_waiting_text_stays_when_the_draft_changes_and_that_is_said(
    typed: Any, json_page: Any, app: wiring.App, billing: str
) -> None:
    typed(BROKEN)
    page = json_page()
    bridge.run(app.interviews.edit(billing, [Operation("set", "tone", "Calm")]))
    page.run()
    assert "changed elsewhere" in page.warning[0].value
    assert "Your text is kept" in _said(page)


@pytest.mark.parametrize("text", ['{"name": "X", "name": "Y"}', '{"name" "X"}', "[1, 2]"])
def test_a_text_with_a_doubled_key_a_missing_colon_or_no_object_is_named_and_can_be_left(
    text: str, typed: Any, json_page: Callable[[], AppTest], billing: str
) -> None:
    typed(text)
    page = json_page()
    assert not page.exception
    assert "line 1" in _said(page).lower() and "****" not in _said(page)
    page.button(key=f"discard@{billing}").click().run()
    assert "saving waits" not in _said(page).lower()
