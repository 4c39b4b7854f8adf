""" "Improve this text" in the form: a quiet button, a suggestion to read, a yes or a no."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import wiring
from builder.core.events import Failed, Proposed, TextDelta
from builder.core.operation import Operation
from builder.core.session import Session
from builder.interviewers.base import IMPROVABLE
from builder.interviewers.scripted import Line, Scripted
from builder.settings import Settings
from builder.templates import find
from builder.ui import bridge
from builder.ui.panel.difference import Row, markdown, rows, words
from builder.ui.words import LANGUAGES
from builder.ui.words import words as words_of
from tests.ui.conftest import Opener

Value = Callable[[str, str], Any]


def _button(page: Any, session: str, name: str = "system_prompt") -> Any:
    return page.button(key=f"improve_{name}@{session}")


def _improve(page: Any, session: str, name: str = "system_prompt") -> None:
    _button(page, session, name).click().run()
    assert not page.exception


def _shown(page: Any) -> str:
    return " ".join(text.value for text in (*page.markdown, *page.caption)).replace("\\", "").replace("\u2060", "")


@pytest.fixture
def billing(app: wiring.App) -> str:
    """A session of a whole structured agent, led by the guide."""
    return bridge.run(app.interviews.begin(config=find("billing_support").config, engine="guided")).id


@pytest.fixture
def bare(app: wiring.App, billing: str) -> str:
    """A session of a valid agent whose system prompt says hardly anything; nothing is locked."""
    text = "Please answer {company_name} by {billing_rules}."
    bridge.run(app.interviews.edit(billing, [Operation("set", "system_prompt", text)]))
    bridge.run(app.interviews.unlock(billing, "system_prompt"))
    return billing


def test_a_better_text_is_shown_with_its_reasons_and_waits(open_page: Opener, bare: str, value: Value) -> None:
    page = open_page("build", session=bare)
    before = value(bare, "system_prompt")
    _improve(page, bare)
    shown = _shown(page)
    assert "A better text for “System prompt”" in shown
    assert "- It now says who the agent is." in shown
    assert "Please answer" in shown and "**Answer**" in shown
    assert page.text_area(key=f"system_prompt@{bare}").value == before == value(bare, "system_prompt")
    assert _button(page, bare).disabled, "one suggestion at a time"
    assert "Accept or refuse" in _button(page, bare).help


def test_a_reload_keeps_the_suggestion(open_page: Opener, bare: str) -> None:
    _improve(open_page("build", session=bare), bare)
    assert "It now says who the agent is." in _shown(open_page("build", session=bare))


def test_accepted_it_is_the_text_and_the_field_stays_open(app: wiring.App, open_page: Opener, bare: str) -> None:
    page = open_page("build", session=bare)
    _improve(page, bare)
    page.button(key=f"accept_system_prompt@{bare}").click().run()
    session = bridge.run(app.interviews.get(bare))
    assert session.draft.text("system_prompt").startswith("You are ")
    assert not session.draft.locked("system_prompt") and session.proposals == {}
    assert page.text_area(key=f"system_prompt@{bare}").value == session.draft.text("system_prompt")
    assert "A better text" not in _shown(page)
    assert not _button(page, bare).disabled


def test_refused_it_is_gone_and_can_be_asked_for_again(open_page: Opener, bare: str, value: Value) -> None:
    page = open_page("build", session=bare)
    before = value(bare, "system_prompt")
    _improve(page, bare)
    page.button(key=f"refuse_system_prompt@{bare}").click().run()
    assert "A better text" not in _shown(page)
    assert value(bare, "system_prompt") == before
    _improve(page, bare)
    assert "A better text" in _shown(page)


def test_a_text_that_is_good_gets_one_friendly_line_until_it_changes(open_page: Opener, billing: str) -> None:
    page = open_page("build", session=billing)
    _improve(page, billing, "description")
    assert "This text is good as it is." in _shown(page)
    assert f"accept_description@{billing}" not in {button.key for button in page.button}
    page.text_area(key=f"description@{billing}").set_value("Sorts all bills.").run()
    assert "This text is good as it is." not in _shown(page)


def test_what_is_typed_last_is_what_gets_improved(open_page: Opener, bare: str) -> None:
    page = open_page("build", session=bare)
    page.text_area(key=f"system_prompt@{bare}").set_value("Please sort letters.")
    _improve(page, bare)
    assert "Please sort" in _shown(page)


def test_only_texts_that_are_there_have_the_button(open_page: Opener, billing: str) -> None:
    page = open_page("build", session=billing)
    page.text_area(key=f"description@{billing}").set_value("").run()
    offered = {button.key for button in page.button if str(button.key).startswith("improve_")}
    assert offered == {f"improve_{name}@{billing}" for name in IMPROVABLE if name != "description"}


def test_typing_over_the_suggestion_drops_it(app: wiring.App, open_page: Opener, bare: str) -> None:
    page = open_page("build", session=bare)
    _improve(page, bare)
    page.text_area(key=f"system_prompt@{bare}").set_value("You sort letters.").run()
    assert "A better text" not in _shown(page)
    assert bridge.run(app.interviews.get(bare)).proposals == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_speak_every_language(open_page: Opener, bare: str, language: str) -> None:
    page = open_page("build", session=bare)
    page.session_state["language"] = language
    page.run()
    say = words_of(language)
    assert say("improve.button") in _button(page, bare).label
    _improve(page, bare)
    assert say("improve.proposal", field=say.field("system_prompt")) in _shown(page)


class Model(Scripted):
    """Needs a provider, and its service is down."""

    provider = "google"

    def __init__(self, *lines: Line) -> None:
        def script(session: Session, message: str) -> Iterable[Line]:
            return lines

        super().__init__(script)


@contextmanager
def led_by_a_model(folder: Path, *lines: Line) -> Iterator[str]:
    """A session that this model leads."""
    chosen = {"database_url": f"sqlite:///{folder / 'led.db'}", "google_api_key": "made-up-for-this-test"}
    app = wiring.build(Settings.model_validate(chosen), {"scripted": Model(*lines)})
    with bridge.using(app):
        session = bridge.run(app.interviews.begin(engine="scripted")).id
        bridge.run(app.interviews.edit(session, [Operation("set", "system_prompt", "Answer.")]))
        yield session
    app.close()


def test_a_failed_model_leaves_a_way_without_it(open_page: Opener, tmp_path: Path) -> None:
    with led_by_a_model(tmp_path, Failed("It is [overloaded](x).", "Wait a minute.")) as session:
        page = open_page("build", session=session)
        _improve(page, session)
        assert "It is [overloaded](x)." in _shown(page) and "Wait a minute." in _shown(page)
        page.button(key=f"improve_offline_system_prompt@{session}").click().run()
        assert "A better text" in _shown(page) and "overloaded" not in _shown(page)
        assert bridge.run(bridge.app().interviews.get(session)).draft.value("system_prompt") == "Answer."


def test_what_a_model_says_is_text_and_nothing_else(open_page: Opener, tmp_path: Path) -> None:
    said = "![x](http://127.0.0.1/x.png) :red[loud] <b>"
    lines = [TextDelta(said), Proposed(Operation("set", "system_prompt", f"Answer {said}"))]
    with led_by_a_model(tmp_path, *lines) as session:
        page = open_page("build", session=session)
        _improve(page, session)
        raw = " ".join(text.value for text in page.markdown)
        assert said in _shown(page)
        assert said not in raw and "![" not in raw and "<b>" not in raw


def test_while_an_answer_is_written_the_button_waits(open_page: Opener, tmp_path: Path) -> None:
    with led_by_a_model(tmp_path, TextDelta("One "), 30.0) as session:
        started = bridge.run(_begun(session))
        page = open_page("build", session=session)
        assert _button(page, session).disabled
        assert "An answer is being written" in _button(page, session).help
        bridge.run(_stopped(session, started))
        page.run()
        assert not _button(page, session).disabled


async def _begun(session: str) -> Any:
    turn = bridge.app().interviews.send(session, "Hello", linger=60.0)
    await anext(turn)
    return turn


async def _stopped(session: str, turn: Any) -> None:
    await bridge.app().interviews.stop(session)
    await turn.aclose()


# -- the difference


def test_inside_a_changed_line_only_the_words_that_differ_are_marked() -> None:
    assert rows(["You answer all mails."], ["You answer the mails."]) == [
        Row("gone", (("You answer ", False), ("all", True), (" mails.", False)), paired=True),
        Row("new", (("You answer ", False), ("the", True), (" mails.", False)), paired=True),
    ]


def test_each_changed_line_has_its_sign_and_far_lines_are_left_out() -> None:
    found = rows([*"abcdef", "old old old"], [*"abcdef", "quite another line", "y"])
    assert [row.kind for row in rows(["old", *"abcdef"], [*"abcdef"])] == ["gone", "same", "gap"]
    assert [row.kind for row in found] == ["same", "gone", "new", "new"]
    assert markdown(found).split("  \n") == [
        ":small[:gray[f]]",
        ":red-background[**−**\u2002old old old]",
        ":green-background[**\\+**\u2002quite another line]",
        ":green-background[**\\+**\u2002y]",
    ]


def test_a_line_that_only_lost_words_is_no_new_line() -> None:
    shown = markdown(rows(["Please answer all of them."], ["answer all of them."]))
    assert shown.split("  \n") == [
        ":red[**−**]\u2002:red-background[~~Please~~] answer all of them\\.",
        ":green[**\\+**]\u2002answer all of them\\.",
    ]


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_of_a_line_are_the_line(one: str, other: str) -> None:
    old, new = words(one, other)
    assert ("".join(text for text, _ in old), "".join(text for text, _ in new)) == (one, other)
    assert [text for text, differs in old if not differs] == [text for text, differs in new if not differs]


@given(st.lists(st.text(max_size=12), max_size=8), st.lists(st.text(max_size=12), max_size=8))
def test_no_changed_line_is_left_out_of_a_difference(before: list[str], after: list[str]) -> None:
    found = rows(before, after, around=len(before) + len(after))
    assert [row.text for row in found if row.kind in ("same", "gone")] == (before if before != after else [])
    assert [row.text for row in found if row.kind in ("same", "new")] == (after if before != after else [])
