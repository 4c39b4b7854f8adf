"""The Connect page: which address it shows, and what it chooses among."""

from datetime import timedelta

import pytest

from builder import wiring
from builder.snippets.base import AgentHere, SessionHere
from builder.templates import find
from builder.ui import bridge, connect
from builder.ui.words import words
from tests.ui.conftest import Opener

BILLING = find("billing_support").config
HERE = "http://127.0.0.1:8501"


@pytest.mark.parametrize(
    ("seen", "shown"),
    [
        ("http://localhost:8501/Connect", "http://localhost:8501/api"),
        ("https://agents.example.com/Connect", "https://agents.example.com/api"),
        ("https://example.com/agents/Connect", "https://example.com/agents/api"),
        ("https://example.com/Connect/Connect/", "https://example.com/Connect/api"),
        ("http://[::1]:8501/Connect", "http://[::1]:8501/api"),
        (None, "http://127.0.0.1:8501/api"),
    ],
)
def test_the_address_is_the_one_that_the_browser_sees(seen: str | None, shown: str) -> None:
    assert connect.base_url(seen, HERE) == shown


def test_agents_come_before_talks_and_the_newest_agent_is_chosen(app: wiring.App, open_page: Opener) -> None:
    bridge.run(app.gallery.create(BILLING | {"name": "Older"}))
    newest = bridge.run(app.gallery.create(BILLING))
    bridge.run(app.interviews.begin(config=BILLING | {"name": "Talked"}))
    page = open_page("connect")
    assert not page.exception
    options = page.selectbox[0].options
    assert [option.split(" · ")[0] for option in options] == ["BillingSupport", "Older", "Talked"]
    assert page.query_params["agent"] == newest.id and "session" not in page.query_params


def test_without_an_agent_the_newest_talk_is_chosen_and_said_to_be_written_into(
    app: wiring.App, open_page: Opener
) -> None:
    bridge.run(app.interviews.begin(config=BILLING))
    newest = bridge.run(app.interviews.begin(config=BILLING))
    page = open_page("connect")
    assert page.query_params["session"] == newest.id
    assert any(words("en")("connect.writes") in text.value for text in page.markdown)


def test_talks_that_read_the_same_differ_by_the_clock(app: wiring.App) -> None:
    session = bridge.run(app.interviews.begin(config=BILLING))
    later = session.updated + timedelta(seconds=1)
    labels = {connect._of_session(session.id, "Sort", when, words("en")).label for when in (session.updated, later)}
    assert len(labels) == 2


def test_with_nothing_to_choose_the_address_and_the_descriptions_are_there(open_page: Opener) -> None:
    page = open_page("connect")
    assert [code.value for code in page.code] == [f"{HERE}/api"]
    assert any(words("en")("connect.token.free") in text.value for text in page.markdown)
    links = [link.proto.url for link in page.get("link_button")]
    assert [link.rpartition("/")[2] for link in links] == ["docs", "redoc", "openapi.json"]


def test_a_choice_changes_the_address_and_the_snippets(app: wiring.App, open_page: Opener) -> None:
    agent = bridge.run(app.gallery.create(BILLING))
    talk = bridge.run(app.interviews.begin(config=BILLING))
    page = open_page("connect", session=talk.id)
    assert "SESSION=" in page.code[1].value
    assert any(words("en")("connect.writes") in text.value for text in page.markdown)
    page.selectbox[0].select(f"agent:{agent.id}").run()
    assert not page.exception
    assert page.query_params["agent"] == agent.id and "session" not in page.query_params
    assert f"AGENT='{agent.id}'" in page.code[1].value
    assert not any(words("en")("connect.writes") in text.value for text in page.markdown)


def test_the_address_may_name_a_talk_that_is_not_listed(app: wiring.App, open_page: Opener) -> None:
    bridge.run(app.gallery.create(BILLING))
    unspoken = bridge.run(app.interviews.begin())
    page = open_page("connect", session=unspoken.id)
    assert unspoken.id in page.code[1].value
    assert page.selectbox[0].value == f"session:{unspoken.id}"


@pytest.mark.parametrize("address", [{"agent": "nobody"}, {"session": "nobody"}, {"agent": "x" * 10_000}])
def test_an_address_that_leads_nowhere_is_told_and_another_may_be_chosen(
    app: wiring.App, open_page: Opener, address: dict[str, str]
) -> None:
    agent = bridge.run(app.gallery.create(BILLING))
    page = open_page("connect", **address)
    assert not page.exception and len(page.code) == 1, "the address alone"
    assert words("en")("unknown.title") in [title.value for title in page.subheader]
    page.selectbox[0].select(f"agent:{agent.id}").run()
    assert agent.id in page.code[1].value


@pytest.mark.parametrize("saved", [True, False])
def test_what_this_tab_builds_is_chosen_before_what_is_newer(
    app: wiring.App, open_page: Opener, billing: str, saved: bool
) -> None:
    page = open_page("build", session=billing)
    if saved:
        bridge.run(app.gallery.save(billing))
        bridge.run(app.gallery.create(BILLING | {"name": "Newer"}))
    else:
        bridge.run(app.interviews.begin(config=BILLING))
    page.query_params.clear()
    page.switch_page("pages/4_Connect.py").run()
    agent = bridge.run(app.interviews.get(billing)).agent_id
    assert page.selectbox[0].value == (f"agent:{agent}" if saved else f"session:{billing}")


def test_a_saved_agent_is_chosen_before_a_talk_of_this_tab_that_is_not_saved(
    app: wiring.App, open_page: Opener, billing: str
) -> None:
    page = open_page("build", session=billing)
    agent = bridge.run(app.gallery.create(BILLING | {"name": "Saved"}))
    page.query_params.clear()
    page.switch_page("pages/4_Connect.py").run()
    assert page.selectbox[0].value == f"agent:{agent.id}"


def test_an_agent_is_known_with_the_sentences_of_both_prompts(app: wiring.App) -> None:
    agent = bridge.run(app.gallery.create(BILLING))
    here = connect._of_agent(agent, words("en")).here
    assert isinstance(here, AgentHere)
    assert set(here.placeholders) == set(agent.placeholders)
    assert here.schema == BILLING["schema_definition"] and here.return_type == "structured"


def test_titles_of_talks_are_cut_and_lose_signs_that_turn_the_text(app: wiring.App) -> None:
    session = bridge.run(app.interviews.begin())
    choice = connect._of_session(session.id, "\u202eabc\n" + "x" * 500, session.updated, words("en"))
    assert isinstance(choice.here, SessionHere)
    assert choice.label.startswith("abc xxx") and len(choice.label) < 100 and "…" in choice.label


def test_where_tokens_are_required_the_page_says_how_to_get_one(open_page: Opener, app: wiring.App) -> None:
    closed = wiring.build(app.settings.model_copy(update={"api_tokens": "required"}))
    with bridge.using(closed):
        bridge.run(closed.gallery.create(BILLING))
        page = open_page("connect")
        assert any("builder token create" in text.value for text in page.markdown)
    closed.close()
