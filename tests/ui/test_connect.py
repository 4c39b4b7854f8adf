"""The Connect page: which address it shows, and what it chooses among."""

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


def test_agents_and_talks_are_listed_the_newest_first(app: wiring.App, open_page: Opener) -> None:
    bridge.run(app.gallery.create(BILLING))
    session = bridge.run(app.interviews.begin(config=BILLING | {"name": "Talked"}))
    page = open_page("connect")
    assert not page.exception
    options = page.selectbox[0].options
    assert [option.split(" · ")[0] for option in options] == ["Talked", "BillingSupport"]
    assert page.query_params["session"] == session.id


def test_a_choice_changes_the_address_and_the_snippets(app: wiring.App, open_page: Opener) -> None:
    agent = bridge.run(app.gallery.create(BILLING))
    bridge.run(app.interviews.begin(config=BILLING))
    page = open_page("connect")
    assert "SESSION=" in page.code[1].value
    page.selectbox[0].select(f"agent:{agent.id}").run()
    assert not page.exception
    assert page.query_params["agent"] == agent.id and "session" not in page.query_params
    assert f"AGENT='{agent.id}'" in page.code[1].value


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
    assert not page.exception and not page.code
    assert words("en")("unknown.title") in [title.value for title in page.subheader]
    page.selectbox[0].select(f"agent:{agent.id}").run()
    assert agent.id in page.code[1].value


def test_the_talk_that_this_tab_builds_is_chosen_first(app: wiring.App, open_page: Opener, billing: str) -> None:
    page = open_page("build", session=billing)
    bridge.run(app.gallery.create(BILLING | {"name": "Newer"}))
    page.query_params.clear()
    page.switch_page("pages/4_Connect.py").run()
    assert page.selectbox[0].value == f"session:{billing}"


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
