"""The chat and the Settings page when a month's messages are used up."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from builder.ui.words import words
from tests.browser.conftest import SCRIPTED, new_session
from tests.browser.talk import Talk
from tests.servers import Server, running


@contextmanager
def scarce(folder: Path) -> Iterator[Server]:
    """One message a month, and no agents."""
    file = folder / "limits.yaml"
    file.write_text(json.dumps({"default": "one", "tiers": {"one": {"messages": 1, "agents": 0}}}), "utf-8")
    with running(folder, program=SCRIPTED, LIMITS_FILE=str(file)) as started:
        yield started


@pytest.fixture(scope="module")
def used_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with scarce(tmp_path_factory.mktemp("scarce")) as server:
        sent = httpx.post(f"{server.api}/agent/chat", json={"message": "hi"}, trust_env=False)
        assert sent.status_code == 200
        yield server


def test_a_used_up_month_is_told_in_words_and_nothing_typed_is_lost(page: Page, tmp_path: Path) -> None:
    with scarce(tmp_path) as server:
        talk = Talk(page, server, new_session(server)).open()
        talk.say_and_wait("say first")
        talk.say("This took me a while to write.")
        for again in (True, True, False):
            expect(talk.said.last).to_have_text("This took me a while to write.")
            expect(talk.part("[data-role=user]").last).to_contain_text(words("en")("error.quota.title"))
            expect(talk.part("[data-role=user]").last).to_contain_text(words("en")("error.quota.advice"))
            if again:
                with page.expect_response("**/message") as answer:
                    talk.button("Try again").click()
                assert answer.value.status == 429
        talk.box.fill("and half a")
        talk.page.reload()
        talk.ready()
        expect(talk.said.last).to_have_text("This took me a while to write.")
        expect(talk.box).to_have_value("and half a")
        assert talk.stored() == [("user", "say first"), ("model", "first")]


@pytest.mark.parametrize("locale", ["de-DE", "es-ES", "fr-FR"])
def test_it_is_told_in_the_language_of_the_page(browser: Browser, used_up: Server, locale: str) -> None:
    context = browser.new_context(locale=locale)
    talk = Talk(context.new_page(), used_up, new_session(used_up)).open()
    talk.say("hello")
    expect(talk.part("[data-role=user]").last).to_contain_text(words(locale)("error.quota.advice"))
    context.close()


def test_an_agent_too_many_is_told_in_words(page: Page, used_up: Server) -> None:
    page.goto(f"{used_up.url}/Build?session={ready_draft(used_up)}")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(words("en")("error.too_many_agents.title"))).to_be_visible()


def ready_draft(server: Server) -> str:
    """A session whose draft is a whole agent."""
    session = new_session(server)
    wanted = {
        "return_type": "unstructured",
        "name": "Greeter",
        "description": "Greets people.",
        "system_prompt": "You greet people.",
        "user_prompt": "{question}",
        "placeholders": {"question": "What the person asks."},
    }
    operations = [{"action": "set", "field": field, "value": value} for field, value in wanted.items()]
    address = f"{server.api}/v1/sessions/{session}/draft"
    assert httpx.patch(address, json={"operations": operations}, trust_env=False).status_code == 200
    return session


def test_the_settings_say_what_is_used(page: Page, used_up: Server) -> None:
    page.goto(f"{used_up.url}/Settings")
    expect(page.get_by_text("Messages this month: 1 of 1")).to_be_visible()
    expect(page.get_by_text("Web pages read this month")).to_have_count(0)  # nothing reads pages yet
    expect(page.get_by_text("Saved agents: 0 of 0")).to_be_visible()
