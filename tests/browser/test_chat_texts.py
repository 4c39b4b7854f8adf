"""How the chat shows words: a little Markdown, and nothing that runs, loads or leads anywhere."""

import json
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from builder.ui.chat import parts
from tests.browser import hostile
from tests.browser.conftest import new_session
from tests.browser.talk import Talk
from tests.patience import AT_ONCE
from tests.servers import Server

# Every element of the chat: its name, and its attributes that could act or load.
INSIDE = """() => [...document.querySelectorAll('*')].filter(one => one.shadowRoot?.querySelector('.chat'))
  .flatMap(host => [...host.shadowRoot.querySelectorAll('.chat *')])
  .map(one => [one.localName, [...one.attributes].map(a => a.name).filter(a => ACTS.test(a))])""".replace(
    "ACTS", "/^on|href|src|style|action|data$/"
)
OWN = {
    "article", "button", "code", "dd", "details", "div", "dl", "dt", "em", "form", "header", "label", "li", "ol",
    "optgroup", "option", "p", "pre", "section", "select", "span", "strong", "summary", "textarea", "ul",
}  # fmt: skip


@pytest.fixture
def talk(page: Page, scripted: Server) -> Talk:
    return Talk(page, scripted, new_session(scripted))


def assert_nothing_foreign(page: Page) -> None:
    inside = page.evaluate(INSIDE)
    assert len(inside) > 20
    assert {name for name, _ in inside} <= OWN
    assert [found for found in inside if found[1]] == []
    assert page.evaluate("window.pwned") is None


def test_hostile_words_of_both_sides_are_only_shown(talk: Talk) -> None:
    for text in hostile.TEXTS:
        body = {"prompt": f"say {text}", "session_id": talk.session}
        httpx.post(f"{talk.server.api}/chat/", json=body, trust_env=False).raise_for_status()
    talk.open()
    for shown in range(30, 2 * len(hostile.TEXTS), 30):
        expect(talk.said).to_have_count(shown // 2)
        talk.button("Show earlier messages").click()
    expect(talk.said).to_have_count(len(hostile.TEXTS))
    talk.page.wait_for_timeout(300)  # what would load or run gets the time to
    assert_nothing_foreign(talk.page)


def test_hostile_words_do_nothing_while_they_stream(talk: Talk) -> None:
    talk.open()
    for text in [*hostile.MARKDOWN[::4], *hostile.HTML[::4], *hostile.BREAKOUT[::4]]:
        talk.say_and_wait(f"say {text}")
    talk.page.wait_for_timeout(300)
    assert_nothing_foreign(talk.page)


@pytest.mark.parametrize("outcome", ["done", "failed"])
def test_hostile_suggestions_names_and_reasons_are_only_shown(talk: Talk, outcome: str) -> None:
    hostile_reply = f"<img src=https://{hostile.TARGET}/x.png onerror=window.pwned=1>"
    body = {"message_id": "m", "reply_id": "r", "again": False}
    dropped = {"code": hostile_reply, "field": hostile_reply, "reason": hostile_reply, "next_step": hostile_reply}
    named = {"model": hostile_reply}
    frames = [
        ("Started", body),
        ("Failed", {"reason": hostile_reply, "next_step": hostile_reply}),
        ("TextDelta", {"text": hostile_reply}),
        ("DraftChanged", {"change": {"field": hostile_reply, "key": hostile_reply, "kind": "added"}}),
        ("ProposalMade", {"proposal": {"field": hostile_reply}}),
        ("Dropped", {"operation": {"field": "name"}, "problem": dropped}),
        ("Retrying", {"attempt": 1, "seconds": 0.1, "reason": hostile_reply}),
        ("Used", {"usage": {**dict.fromkeys(["input", "cached", "thinking", "output"], 1), "cost": 0.1, **named}}),
        ("Suggested", {"replies": [hostile_reply, "](javascript:window.pwned=1)"]}),
        ("StageChanged", {"stage": hostile_reply, "progress": hostile_reply}),
        ("Finished", {"outcome": outcome, "revision": 1}),
    ]
    stream = "".join(f"event: {kind}\ndata: {json.dumps(data)}\n\n" for kind, data in frames)
    talk.open()
    talk.page.route("**/message", lambda route: route.fulfill(body=stream, content_type="text/event-stream"))
    talk.say("hello")
    expect(talk.last).to_have_text(hostile_reply)
    expect(talk.part(".suggestion")).to_have_count(2 if outcome == "done" else 0)
    expect(talk.part(".failure")).to_have_count(0 if outcome == "done" else 1)
    expect(talk.part(".dropped")).to_contain_text(hostile_reply)
    talk.part(".usage summary").click()
    expect(talk.part(".usage")).to_contain_text(hostile_reply)
    talk.page.wait_for_timeout(100)
    assert_nothing_foreign(talk.page)


TIMED = """const began = performance.now();
  draw(document.createElement("div"), text);
  return performance.now() - began;"""
GROWN = """const [pieces, whole] = [document.createElement("div"), document.createElement("div")];
  for (let end = 1; end <= text.length; end++) draw(pieces, text.slice(0, end));
  draw(whole, text);
  return [pieces.innerHTML, whole.innerHTML];"""
MARKDOWN = """# A heading

Some **bold**, *italic*, _more_ and `code`, snake_case_name and 2 * 3 * 4.
Second line

- first
- second **bold**
  - inner
1. one
2. two
   - inner two

```json
{"a": "**not bold**"}
```

[a page](https://example.org/x) ![a picture](https://example.org/y.png)"""


def test_a_little_markdown_is_drawn(talk: Talk) -> None:
    talk.open()
    talk.say_and_wait(f"say {MARKDOWN}")
    last = talk.last
    expect(last.locator(".heading")).to_have_text("A heading")
    expect(last.locator("strong")).to_have_text(["bold", "bold"])
    expect(last.locator("em")).to_have_text(["italic", "more"])
    expect(last.locator("p code")).to_have_text("code")
    expect(last.locator("ul > li")).to_have_text(["first", "second bold", "inner"])
    expect(last.locator("ol > li")).to_have_text(["one", "two", "inner two"])
    expect(last.locator("pre")).to_have_text('{"a": "**not bold**"}')
    expect(last).to_contain_text("snake_case_name and 2 * 3 * 4.")
    expect(last).to_contain_text("a page (https://example.org/x) a picture (https://example.org/y.png)")


SLOW = ("[" * 60_000, "*" * 60_000, "`" * 60_000, "_a" * 30_000, "- " * 30_000, "[a](" * 15_000, "**a" * 20_000)
LONG = ("\n- a" * 15_000, "a\n\n" * 15_000, "```\n" * 15_000)


def test_texts_made_to_be_slow_are_drawn_at_once(talk: Talk) -> None:
    for text in (*SLOW, *LONG):
        took = in_text_module(talk, TIMED, text)
        assert took < 1_000 * AT_ONCE, f"{text[:20]!r} took {took} ms"


def in_text_module(talk: Talk, body: str, text: str) -> Any:
    """What a function of the module's `draw` and a text gives, in the browser."""
    if talk.page.url == "about:blank":
        talk.page.goto(f"{talk.server.url}{parts.address()}/chat.css")
    load = "async ([address, text]) => { const { draw } = await import(address); %s }"
    return talk.page.evaluate(load % body, [f"{parts.address()}/text.js", text])


def test_a_text_drawn_piece_by_piece_ends_as_when_drawn_at_once(talk: Talk) -> None:
    pieces, whole = in_text_module(talk, GROWN, MARKDOWN)
    assert pieces == whole
