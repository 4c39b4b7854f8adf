"""The form of the Build page: what is typed reaches the draft, and nothing newer is overwritten."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builder import wiring
from builder.core.events import Proposed
from builder.core.operation import Operation
from builder.interviewers.scripted import Scripted
from builder.settings import Settings
from builder.ui import bridge
from tests.ui.conftest import Opener

Value = Callable[[str, str], Any]


def _edit(app: wiring.App, session: str, *operations: Operation) -> None:
    bridge.run(app.interviews.edit(session, operations))


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("name", "MailSorter", "MailSorter"),
        ("description", "Sorts.", "Sorts."),
        ("system_prompt", "You sort {what}.", "You sort {what}."),
        ("user_prompt", "{e_mail}", "{e_mail}"),
    ],
)
def test_what_is_typed_is_in_the_draft(
    open_page: Opener, billing: str, value: Value, field: str, typed: str, kept: Any
) -> None:
    page = open_page("build", session=billing)
    page.get_by_key(f"{field}@{billing}").set_value(typed).run()
    assert value(billing, field) == kept
    assert not page.exception


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("goals", "One\n\n Two ", ["One", "Two"]),
        ("tone", "Calm", "Calm"),
        ("first_message", "Hello.", "Hello."),
        ("conversation_starters", "Where is it?", ["Where is it?"]),
        ("guardrails", "Promise nothing\nBe kind", ["Promise nothing", "Be kind"]),
        ("language", "de", "de"),
    ],
)
def test_the_rest_is_behind_more(
    open_page: Opener, billing: str, value: Value, field: str, typed: str, kept: Any
) -> None:
    page = open_page("build", session=billing)
    page.session_state[f"more@{billing}"] = True
    page.run()
    page.get_by_key(f"{field}@{billing}").set_value(typed).run()
    assert value(billing, field) == kept


def test_emptying_a_field_empties_it_in_the_draft(open_page: Opener, billing: str, value: Value) -> None:
    page = open_page("build", session=billing)
    page.text_area(key=f"description@{billing}").set_value("  ").run()
    assert value(billing, "description") is None
    assert "thing missing" in _badge(page)


def _badge(page: Any) -> str:
    return next(text.value for text in page.markdown if "-badge[:material" in text.value)


def test_a_placeholder_found_in_a_prompt_gets_a_box_for_its_sentence(
    open_page: Opener, billing: str, value: Value
) -> None:
    page = open_page("build", session=billing)
    page.text_area(key=f"user_prompt@{billing}").set_value("{customer_message} {order_number}").run()
    box = page.text_input(key=f"placeholders.order_number@{billing}")
    box.set_value("The number on the invoice.").run()
    assert value(billing, "placeholders")["order_number"] == "The number on the invoice."


def test_switching_to_conversation_hides_the_outputs_and_keeps_them(
    open_page: Opener, billing: str, value: Value
) -> None:
    page = open_page("build", session=billing)
    page.get_by_key(f"return_type@{billing}").set_value("unstructured").run()
    assert value(billing, "return_type") == "unstructured"
    assert value(billing, "schema_definition")
    assert not page.dataframe


def test_a_field_changed_elsewhere_is_shown_anew_and_others_keep_their_text(
    app: wiring.App, open_page: Opener, billing: str
) -> None:
    page = open_page("build", session=billing)
    _edit(app, billing, Operation("set", "name", "FromElsewhere"))
    page.text_area(key=f"user_prompt@{billing}").set_value("{mine}").run()
    assert page.text_input(key=f"name@{billing}").value == "FromElsewhere"
    assert page.text_area(key=f"user_prompt@{billing}").value == "{mine}"


def test_what_a_browser_still_held_when_something_else_was_clicked_undoes_no_newer_text(
    app: wiring.App, open_page: Opener, billing: str, value: Value
) -> None:
    page = open_page("build", session=billing)
    before = value(billing, "user_prompt")
    _edit(app, billing, Operation("set", "user_prompt", "{newer}"))
    page.run()
    page.text_area(key=f"user_prompt@{billing}").set_value(before)
    page.text_input(key=f"name@{billing}").set_value("Renamed").run()
    assert (value(billing, "user_prompt"), value(billing, "name")) == ("{newer}", "Renamed")
    assert page.text_area(key=f"user_prompt@{billing}").value == "{newer}"
    page.text_area(key=f"user_prompt@{billing}").set_value("{mine}").run()
    page.text_area(key=f"user_prompt@{billing}").set_value(before).run()
    assert value(billing, "user_prompt") == before, "after an edit of their own nobody types an echo"


def test_a_sentence_of_a_placeholder_is_kept_from_an_echo_too(
    app: wiring.App, open_page: Opener, billing: str, value: Value
) -> None:
    page = open_page("build", session=billing)
    name, before = next(iter(value(billing, "placeholders").items()))
    _edit(app, billing, Operation("put", "placeholders", "A newer sentence.", name))
    page.run()
    page.text_input(key=f"placeholders.{name}@{billing}").set_value(before).run()
    assert value(billing, "placeholders")[name] == "A newer sentence."


def test_an_edit_that_meets_a_newer_value_shows_both_and_overwrites_nothing(
    app: wiring.App, open_page: Opener, billing: str, value: Value
) -> None:
    page = open_page("build", session=billing)
    _edit(app, billing, Operation("set", "name", "Theirs"))
    page.text_input(key=f"name@{billing}").set_value("Mine").run()
    assert value(billing, "name") == "Theirs"
    shown = " ".join(text.value for text in page.markdown)
    assert "Mine" in shown and "Theirs" in shown
    assert page.text_input(key=f"name@{billing}").value == "Theirs"


def test_mine_can_be_kept_after_all_even_after_a_reload(
    app: wiring.App, open_page: Opener, billing: str, value: Value
) -> None:
    page = open_page("build", session=billing)
    _edit(app, billing, Operation("set", "name", "Theirs"))
    page.text_input(key=f"name@{billing}").set_value("Mine").run()
    reloaded = open_page("build", session=billing)
    reloaded.button(key=f"mine_name@{billing}").click().run()
    assert value(billing, "name") == "Mine"
    assert reloaded.text_input(key=f"name@{billing}").value == "Mine"
    with pytest.raises(KeyError):
        reloaded.button(key=f"mine_name@{billing}")


def test_theirs_can_be_taken(app: wiring.App, open_page: Opener, billing: str, value: Value) -> None:
    page = open_page("build", session=billing)
    _edit(app, billing, Operation("set", "name", "Theirs"))
    page.text_input(key=f"name@{billing}").set_value("Mine").run()
    page.button(key=f"theirs_name@{billing}").click().run()
    assert value(billing, "name") == "Theirs"
    assert bridge.run(app.preferences.all()) == {}


def test_a_placeholders_sentence_meets_a_newer_one_in_the_same_way(
    app: wiring.App, open_page: Opener, billing: str, value: Value
) -> None:
    page = open_page("build", session=billing)
    _edit(app, billing, Operation("put", "placeholders", "Theirs.", "company_name"))
    page.text_input(key=f"placeholders.company_name@{billing}").set_value("Mine.").run()
    assert value(billing, "placeholders")["company_name"] == "Theirs."
    page.button(key=f"mine_placeholders@{billing}").click().run()
    assert value(billing, "placeholders")["company_name"] == "Mine."


def test_a_bad_name_is_marked_beside_its_field_and_mended_by_a_button(
    open_page: Opener, billing: str, value: Value
) -> None:
    page = open_page("build", session=billing)
    page.text_input(key=f"name@{billing}").set_value("Customer Service!").run()
    assert any("cannot be a name" in text.value for text in page.markdown)
    assert page.button(key=f"save@{billing}").disabled
    page.button(key=f"mend_name_0@{billing}").click().run()
    assert value(billing, "name") == "CustomerService"
    assert page.text_input(key=f"name@{billing}").value == "CustomerService"


def test_what_a_held_database_does_not_take_waits_in_the_page_and_goes_in_later(
    open_page: Opener, billing: str, value: Value, tmp_path: Path
) -> None:
    page = open_page("build", session=billing)
    holder = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    page.text_area(key=f"description@{billing}").set_value("Answers bills.").run()
    assert page.error and page.button(key=f"save@{billing}").disabled
    assert page.text_area(key=f"description@{billing}").value == "Answers bills."
    holder.close()
    page.button(key=f"retry@{billing}").click().run()
    assert value(billing, "description") == "Answers bills."
    assert not page.button(key=f"save@{billing}").disabled


def test_an_edited_field_is_marked_and_can_be_unlocked(app: wiring.App, open_page: Opener, billing: str) -> None:
    page = open_page("build", session=billing)
    page.text_input(key=f"name@{billing}").set_value("Mine").run()
    assert page.text_input(key=f"name@{billing}").label == "Name", "a screen reader reads only the name"
    assert any("Edited by you" in mark.value for mark in page.markdown)
    page.button(key=f"unlock_name@{billing}").click().run()
    assert not any("Edited by you" in mark.value for mark in page.markdown)
    assert not bridge.run(app.interviews.get(billing)).draft.locked("name")


def test_a_field_that_nobody_said_is_marked(app: wiring.App, open_page: Opener) -> None:
    session = bridge.run(app.interviews.begin(config={"name": "Guess", "metadata": {"assumed": ["name"]}})).id
    page = open_page("build", session=session)
    assert any("Chosen for you" in mark.value for mark in page.markdown)


@pytest.fixture
def proposed(tmp_path: Any) -> Any:
    """A session whose locked name and guardrails the interviewer wants to change."""
    script = Scripted.of(
        [Proposed(Operation("set", "name", "Triage")), Proposed(Operation("add", "guardrails", "No."))]
    )
    app = wiring.build(
        Settings(database_url=f"sqlite:///{tmp_path / 'proposed.db'}", mock_mode=False), {"told": script}
    )
    with bridge.using(app):
        session = bridge.run(app.interviews.begin()).id
        _edit(app, session, Operation("set", "name", "Mine"), Operation("set", "guardrails", ["Yes."]))
        bridge.run(_say(app, session))
        yield session
    app.close()


async def _say(app: wiring.App, session: str) -> None:
    async for _ in app.interviews.send(session, "Call it Triage"):
        pass


@pytest.mark.parametrize(("answer", "name"), [("accept", "Triage"), ("refuse", "Mine")])
def test_a_proposal_waits_beside_its_field_for_a_yes_or_no(proposed: str, answer: str, name: str) -> None:
    from tests.ui.conftest import ROOT, AppTest

    page = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=30)
    page.query_params["session"] = proposed
    page.switch_page("pages/1_Build.py").run()
    assert page.button(key=f"accept_guardrails@{proposed}"), "what waits inside opens the rest"
    page.button(key=f"{answer}_name@{proposed}").click().run()
    assert page.text_input(key=f"name@{proposed}").value == name
    assert "name" not in bridge.run(bridge.app().interviews.get(proposed)).proposals
