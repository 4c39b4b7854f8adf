"""The first page: one box, earlier sessions, templates. That they lead to the Build page is walked in a browser."""

import json
from pathlib import Path

from builder import wiring
from builder.core.operation import Operation
from builder.settings import Settings
from builder.templates import all_templates, find
from builder.ui import bridge, start, state
from builder.ui.words import words
from tests.ui.conftest import Opener


def test_a_sentence_becomes_the_first_message_of_a_new_session_in_the_language_of_the_page(app: wiring.App) -> None:
    session_id = start.from_sentence("Sort our mail", "de")
    bridge.run(_answered(app, session_id))
    session = bridge.run(app.interviews.get(session_id))
    assert (session.messages[0].role, session.messages[0].text) == ("user", "Sort our mail")
    assert session.language == "de"


async def _answered(app: wiring.App, session_id: str) -> None:
    async for _ in app.interviews.follow(session_id):
        pass


def test_a_sentence_that_cannot_be_stored_stands_in_the_box_again(
    app: wiring.App, open_page: Opener, tmp_path: object
) -> None:
    page = open_page()
    app.close()
    (tmp_path / "test.db").unlink()  # type: ignore[operator, attr-defined]
    (tmp_path / "test.db").mkdir()  # type: ignore[operator, attr-defined]
    page.chat_input[0].set_value("Sort our mail").run()
    assert page.error
    assert not page.exception


def test_a_used_up_quota_is_told_in_its_own_words(open_page: Opener, tmp_path: Path) -> None:
    limits = tmp_path / "limits.yaml"
    limits.write_text(json.dumps({"default": "none", "tiers": {"none": {"messages": 0}}}), "utf-8")
    limited = wiring.build(
        Settings(database_url=f"sqlite:///{tmp_path / 'limited.db'}", limits_file=str(limits), mock_mode=True)
    )
    with bridge.using(limited):
        page = open_page().chat_input[0].set_value("Sort our mail").run()
        assert [error.proto.title for error in page.error] == [words("en")("error.quota.title")]
    limited.close()


def test_a_newcomer_sees_no_list_of_earlier_sessions(open_page: Opener) -> None:
    assert words("en")("home.recent") not in [heading.value for heading in open_page().subheader]


def test_earlier_sessions_are_listed_with_their_progress(app: wiring.App, open_page: Opener, billing: str) -> None:
    page = open_page()
    labels = [link.proto.label for link in page.get("page_link")]
    assert "BillingSupport" in labels
    assert page.get("progress")[0].value > 0


def test_a_switch_for_all_talks_is_only_there_when_there_are_more(open_page: Opener, billing: str) -> None:
    assert list(open_page().toggle) == []


def test_an_earlier_session_can_be_put_away(app: wiring.App, open_page: Opener, billing: str) -> None:
    page = open_page()
    page.get_by_key(f"recent_menu_{billing}").set_value("archive").run()
    assert bridge.run(app.interviews.recent()) == []


def test_all_talks_are_within_reach_those_put_away_too(app: wiring.App, open_page: Opener, billing: str) -> None:
    for number in range(8):
        bridge.run(app.interviews.begin(config={"name": f"Agent{number}"}))
    bridge.run(app.interviews.archive(billing))
    page = open_page()
    assert len(page.get("page_link")) < 12 and "BillingSupport" not in str(page.get("page_link"))
    page.toggle(key=state.ALL_TALKS).set_value(True).run()
    labels = [link.proto.label for link in page.get("page_link")]
    assert {"BillingSupport", *(f"Agent{number}" for number in range(8))} <= set(labels)


def test_a_template_is_given_as_it_is_even_when_its_agent_was_changed_since(app: wiring.App) -> None:
    template = find("meeting_notes")
    first = start.use_template(template)
    assert start.use_template(template) == first
    bridge.run(app.interviews.edit(first, [Operation("set", "description", "Mine.")]))
    again = bridge.run(app.interviews.get(start.use_template(template)))
    assert again.draft.text("description") == template.config["description"]
    assert bridge.run(app.interviews.get(first)).draft.text("description") == "Mine."


def test_deleting_a_talk_asks_first(app: wiring.App, open_page: Opener, billing: str) -> None:
    page = open_page()
    page.get_by_key(f"recent_menu_{billing}").set_value("delete").run()
    assert len(bridge.run(app.interviews.recent())) == 1
    page.button(key="delete_talk").click().run()
    assert bridge.run(app.interviews.recent()) == []


def test_hostile_titles_are_shown_as_they_are(app: wiring.App, open_page: Opener, billing: str) -> None:
    bridge.run(app.interviews.edit(billing, [Operation("set", "name", "![x](https://leak.invalid)")]))
    labels = [link.proto.label for link in open_page().get("page_link")]
    assert not any("![x]" in label for label in labels)


def test_every_template_is_there_and_shows_what_it_needs_and_a_sample(open_page: Opener) -> None:
    page = open_page()
    for template in all_templates():
        assert page.button(key=f"look_{template.id}")
    page.button(key="look_invoice_reading").click().run()
    said = " ".join(text.value for text in page.markdown)
    assert words("en")("template.needs") in said
    assert page.button(key="template_use")


def test_a_template_can_be_used_as_it_is(app: wiring.App) -> None:
    session = bridge.run(app.interviews.get(start.use_template(find("invoice_reading"))))
    (agent,) = bridge.run(app.gallery.search()).agents
    assert agent.config == find("invoice_reading").agent().to_json()
    assert session.agent_id == agent.id


def test_a_template_can_be_a_start_open_to_every_change(app: wiring.App) -> None:
    session = bridge.run(app.interviews.get(start.from_template(find("invoice_reading"), "en")))
    assert bridge.run(app.gallery.search()).agents == ()
    assert session.draft.value("name") == "InvoiceReader"
    assert not any(session.draft.locked(name) for name in session.draft.entries)
