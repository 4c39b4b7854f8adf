"""Texts that try to run, load or redraw something, on every page, in names and in the drawing."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from builder.core.convert import as_config
from builder.core.draft import Draft
from builder.core.operation import Operation
from builder.templates import find
from tests.browser import hostile
from tests.browser.walking import Tab
from tests.servers import Server

TEXTS = hostile.TEXTS
CONFIG = find("billing_support").config
PER_AGENT = 24
A_MOMENT = 500  # milliseconds for what a text would start once it is drawn
OURS = (
    ":tada: :streamlit: :material/home: :red[x] :blue-badge[x]",
    "$x$ $$y$$ a -> b -- c",
    "https://leak.invalid www.leak.invalid me@leak.invalid",
    "1. one",
    "- two",
    "# three",
    "`four` ~~five~~ ***six***",
    "&lt;b&gt; &#60;i&#62;",
)


@pytest.fixture
def tab(browser: Browser, server: Server) -> Iterator[Tab]:
    tab = Tab(browser, server.url)
    yield tab
    assert tab.strangers == []
    assert tab.page.evaluate("window.pwned") is None
    tab.context.close()


def _harmless(tab: Tab) -> None:
    """Nothing ran, nothing was loaded, and nothing of it became an element of the page."""
    assert tab.page.evaluate("window.pwned") is None
    assert tab.strangers == []
    main = tab.page.locator("[data-testid=stMain]")
    assert (
        main.locator("a[href*='leak.invalid'], a[href^='javascript'], a[href^='data:'], img[src*='leak']").count() == 0
    )
    assert main.locator(".katex, [data-testid=stException]").count() == 0


@pytest.fixture(scope="module")
def build(browser: Browser, server: Server) -> Iterator[Tab]:
    """One Build page for many texts, one after another: what ran or was loaded on it stays seen."""
    tab = Tab(browser, server.url).visit("/Build")
    yield tab
    tab.context.close()


def _title(tab: Tab) -> Locator:
    return tab.page.locator(".st-key-agent_title h3")


def _paste(tab: Tab, config: dict[str, object]) -> None:
    """Makes the configuration the draft, by the JSON view."""
    tab.view("JSON")
    tab.json_text(json.dumps(config))
    tab.view("Form")
    expect(_title(tab)).to_contain_text(str(config["name"]))


@pytest.mark.parametrize("start", range(0, len(TEXTS), PER_AGENT))
def test_hostile_texts_in_every_field_stay_texts_in_form_json_and_drawing(build: Tab, start: int) -> None:
    texts = [text for text in TEXTS[start : start + PER_AGENT] if "\x00" not in text]
    name = f"Hostile{start}"
    _paste(build, _full_of(texts, name))
    _harmless(build)
    build.view("JSON")
    expect(build.editor.locator(".ace_content")).to_contain_text(name)
    build.page.wait_for_timeout(A_MOMENT)
    _harmless(build)
    build.view("Diagram")
    expect(build.page.locator(".st-key-diagram svg").first).to_be_visible()
    build.page.wait_for_timeout(A_MOMENT)
    _harmless(build)


def _full_of(texts: list[str], name: str) -> dict[str, object]:
    braceless = [text.replace("{", "(").replace("}", ")") for text in texts]
    draft = Draft()
    for operation in (
        Operation("set", "return_type", "structured"),
        Operation("set", "name", name),
        Operation("set", "description", " ".join(texts)[:400]),
        Operation("set", "system_prompt", "\n".join(braceless)),
        Operation("set", "user_prompt", "{message}"),
        Operation("set", "placeholders", {"message": texts[0]}),
        Operation(
            "set",
            "schema_definition",
            {
                "type": "object",
                "properties": {text: {"type": "string", "description": text, "enum": [text]} for text in texts},
            },
        ),
        Operation("set", "goals", texts),
        Operation("set", "tone", texts[-1]),
        Operation("set", "guardrails", texts),
        Operation("set", "conversation_starters", texts),
    ):
        draft = draft.apply(operation).draft
    return as_config(draft)


@pytest.fixture(scope="module")
def named(build: Tab) -> Tab:
    _paste(build, dict(CONFIG))
    return build


@pytest.mark.parametrize("text", [*OURS, *hostile.MARKDOWN[:6], *hostile.HTML[:6]])
def test_a_hostile_name_and_its_difference_stay_texts(named: Tab, text: str) -> None:
    before = _title(named).inner_text()
    named.type("Name", text)
    expect(_title(named)).not_to_have_text(before)
    expect(named.page.get_by_text("cannot be a name")).to_be_visible()
    _harmless(named)
    shown = _title(named).inner_text().replace("\u2060", "")
    assert shown.rstrip("…") in " ".join(text.split())


def test_hostile_agents_and_talks_stay_texts_in_the_gallery_and_on_the_first_page(tab: Tab) -> None:
    agents = [_agent(place, text) for place, text in enumerate([*OURS, *TEXTS[::5]])]
    brought = httpx.post(f"{tab.url}/api/v1/agents/import", json=agents[1:], trust_env=False).json()
    assert {one["outcome"] for one in brought["items"]} == {"created"}
    tab.visit("/Build")
    _paste(tab, agents[0])
    tab.press("Save")
    session = httpx.post(f"{tab.url}/api/session/", trust_env=False).json()["session_id"]
    talk = {"prompt": f"{OURS[0]} {TEXTS[0]}", "session_id": session}
    httpx.post(f"{tab.url}/api/chat/", json=talk, timeout=30, trust_env=False).raise_for_status()
    for path, last in (
        ("/Gallery", tab.page.get_by_role("button", name=re.compile("^Agent"))),
        ("/", tab.page.locator(f".st-key-recent_{session}")),
        (f"/Build?session={session}", tab.page.locator(".chat [data-role=user]")),
    ):
        tab.visit(path)
        expect(last).to_have_count(len(agents) if path == "/Gallery" else 1)
        tab.page.wait_for_timeout(A_MOMENT)
        _harmless(tab)


def _agent(place: int, text: str) -> dict[str, object]:
    prompts = [CONFIG["prompts"][0], {"prompt_type": "user", "content": "{gap}", "placeholders": {"gap": text}}]
    return {**CONFIG, "name": f"Agent{place}", "description": text[:400], "prompts": prompts}


def test_hostile_addresses_and_searches_are_harmless(tab: Tab) -> None:
    tab.visit("/Build?session=%3Cimg%20src%3Dx%20onerror%3Dwindow.pwned%3D1%3E")
    expect(tab.page.get_by_role("heading", name="This agent is not here")).to_be_visible()
    tab.visit("/Gallery")
    for text in (*OURS, *hostile.HTML[:4], '" OR 1=1 --', "*", "NEAR("):
        tab.box("Search").fill(text)
        tab.page.wait_for_timeout(450)
        tab.settled()
        _harmless(tab)
