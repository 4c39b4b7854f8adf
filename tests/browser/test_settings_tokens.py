"""A person gives a program a token on the Settings page and takes it back; the program is a real client."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from tests.browser.conftest import put_away
from tests.browser.walking import Tab
from tests.servers import Server, running

WIDTHS = (360, 768, 1280)
TALL = {"width": 1280, "height": 2600}
TOKEN = re.compile(r"builder_[0-9a-f]{12}_[\w-]{43}")
LONG_NAME = "W" * 64
CUT = """() => [...document.querySelectorAll('[class*=st-key-row_] *, .st-key-token_made *, form *')]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth)
    .map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Programs need a token here."""
    with running(tmp_path_factory.mktemp("closed"), API_TOKENS="required", LOG_FORMAT="json") as started:
        yield started


@pytest.fixture
def tab(tabs: BrowserContext, closed: Server) -> Iterator[Tab]:
    opened = Tab(tabs, closed.url)
    opened.page.set_viewport_size(TALL)
    yield opened.visit("/Settings")
    put_away(tabs)
    assert opened.strangers == []


def form(tab: Tab) -> Locator:
    return tab.page.get_by_test_id("stForm").filter(has=tab.page.get_by_label("For which program?"))


def box(tab: Tab) -> Locator:
    """Where the new token stands."""
    return tab.page.locator(".st-key-token_made")


def shown(part: Locator) -> str:
    """What a person reads there."""
    return part.inner_text().replace("\u2060", "")


def make(tab: Tab, name: str, may: str = "Work") -> str:
    """Returns the token, from the clipboard."""
    form(tab).get_by_label("For which program?").fill(name)
    form(tab).get_by_text(may, exact=True).click()
    form(tab).get_by_role("button", name="Make token").click()
    named = "\u2060*".join(map(re.escape, f"The token for “{name}” is ready"))
    expect(box(tab).get_by_role("alert")).to_contain_text(re.compile(named))
    tab.settled()
    box(tab).get_by_role("button", name="Copy token").click()
    expect(box(tab).get_by_role("button", name="Copied")).to_be_visible()
    copied = str(tab.page.evaluate("navigator.clipboard.readText()"))
    assert TOKEN.fullmatch(copied)
    return copied


def row(tab: Tab, name: str) -> Locator:
    return tab.page.locator("[class*=st-key-row_]").filter(has_text=name)


def revoke(tab: Tab, name: str) -> None:
    row(tab, name).get_by_role("button", name="Revoke").click()
    asked = tab.page.get_by_role("dialog")
    expect(asked).to_contain_text(f"“{name}”")
    asked.get_by_role("button", name="Revoke for good").click()
    expect(asked).to_have_count(0)
    tab.settled()


def tab_to(tab: Tab, wanted: Locator, most: int = 5, back: bool = False) -> None:
    """With the Tab key alone, in a few steps."""
    for _ in range(most):
        tab.page.keyboard.press("Shift+Tab" if back else "Tab")
        if wanted.evaluate("one => one.getRootNode().activeElement === one"):
            return
    raise AssertionError(f"not reached with {most} steps: {wanted}")


def call(server: Server, token: str, method: str = "GET", path: str = "/v1/sessions") -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.request(method, f"{server.api}{path}", headers=headers, trust_env=False).status_code


def test_a_token_is_made_copied_used_by_a_program_revoked_and_then_refused(tab: Tab, closed: Server) -> None:
    expect(tab.page.get_by_text("Programs that use this server need a token")).to_be_visible()
    token = make(tab, "nightly report")
    expect(row(tab, "nightly report")).to_contain_text("Work · made just now")
    assert call(closed, token) == 200 and call(closed, token, "POST", "/session/") == 200
    revoke(tab, "nightly report")
    expect(tab.page.get_by_text("The token “nightly report” opens nothing any more.")).to_be_visible()
    expect(row(tab, "nightly report")).to_have_count(0)
    assert call(closed, token) == 401
    tab.page.get_by_text("Show revoked").click()
    expect(tab.page.get_by_text("Work · made just now · revoked just now").first).to_be_visible()


def test_a_token_may_do_what_the_person_chose(tab: Tab, closed: Server) -> None:
    looking, managing = make(tab, "looks", "Look only"), make(tab, "manages", "Manage")
    assert [call(closed, looking), call(closed, looking, "POST", "/session/")] == [200, 403]
    assert [call(closed, looking, path="/v1/tokens"), call(closed, managing, path="/v1/tokens")] == [403, 200]


def keep(tab: Tab) -> None:
    box(tab).get_by_role("button", name="I have kept it").click()


def leave(tab: Tab) -> None:
    tab.page.get_by_role("link", name="How programs use this server").click()
    tab.page.get_by_role("heading", name="Connect", exact=True).wait_for()
    tab.page.locator(".st-key-menu").get_by_role("link", name="Settings").click()


def load_again(tab: Tab) -> None:
    tab.page.reload()


def test_a_token_is_shown_once_and_to_nobody_else(tab: Tab, closed: Server) -> None:
    for way in (keep, leave, load_again):
        name = f"shown once {way.__name__}"
        token = make(tab, name)
        assert token in tab.page.content() and token not in tab.page.url
        if way is load_again:
            assert token not in another_page(tab, name)
        way(tab)
        expect(box(tab)).to_have_count(0)
        expect(row(tab, name)).to_be_visible()
        tab.settled()
        assert token not in tab.page.content()
        assert token.split("_", 2)[2] not in closed.log.read_text("utf-8")


def another_page(tab: Tab, name: str) -> str:
    """All that somebody else is shown who sees this token in the list."""
    other = Tab(tab.context, tab.url).visit("/Settings")
    expect(other.page.get_by_text(name)).to_be_visible()
    return other.page.content()


def test_a_name_that_cannot_be_one_is_refused_at_the_field_and_stays_in_the_box(tab: Tab) -> None:
    typed = form(tab).get_by_label("For which program?")
    missing, too_long = "Give it a name first", "This cannot be the name of a token."
    for name, told in (("", missing), ("x" * 65, too_long), ("   ", missing)):  # each other than before
        typed.fill(name)
        form(tab).get_by_role("button", name="Make token").click()
        expect(form(tab).get_by_role("alert")).to_contain_text(told)
        tab.settled()
        expect(typed).to_have_value(name)
        expect(box(tab)).to_have_count(0)


def test_a_name_is_shown_as_it_is(tab: Tab) -> None:
    name = "<b>*nightly*</b> [x](http://x) :smile:"
    make(tab, name)
    assert name in shown(row(tab, "nightly").first)
    revoke_named = row(tab, "nightly").first.get_by_role("button", name="Revoke")
    revoke_named.click()
    asked = tab.page.get_by_role("dialog")
    expect(asked).to_contain_text("nightly")
    assert name in shown(asked)
    asked.get_by_role("button", name="Cancel").click()
    expect(asked).to_have_count(0)
    expect(row(tab, "nightly").first).to_be_visible()


def test_what_was_revoked_in_another_tab_meanwhile_is_told(tab: Tab, closed: Server) -> None:
    make(tab, "two tabs")
    other = Tab(tab.context, closed.url)
    other.page.set_viewport_size(TALL)
    other.visit("/Settings")
    row(tab, "two tabs").get_by_role("button", name="Revoke").click()
    expect(tab.page.get_by_role("dialog")).to_be_visible()
    revoke(other, "two tabs")
    tab.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(tab.page.get_by_text("The token “two tabs” had been revoked elsewhere already.")).to_be_visible()
    expect(row(tab, "two tabs")).to_have_count(0)


def test_a_token_is_made_and_revoked_with_the_keyboard_alone(tab: Tab, closed: Server) -> None:
    page = tab.page
    form(tab).get_by_label("For which program?").focus()
    page.keyboard.type("by keyboard")
    page.keyboard.press("Tab")
    expect(form(tab).get_by_role("radio", name="Work")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(form(tab).get_by_role("radio", name="Look only")).to_be_checked()
    page.keyboard.press("Tab")
    expect(form(tab).get_by_role("button", name="Make token")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="by keyboard")).to_contain_text("It cannot be shown again.")
    tab.settled()
    expect(form(tab).get_by_role("button", name="Make token")).to_be_focused()
    tab_to(tab, box(tab).get_by_role("button", name="Copy token"), back=True)
    page.keyboard.press("Enter")
    expect(box(tab).get_by_role("button", name="Copied")).to_be_visible()
    token = str(page.evaluate("navigator.clipboard.readText()"))
    assert [call(closed, token), call(closed, token, "POST", "/session/")] == [200, 403]
    row(tab, "by keyboard").get_by_role("button", name="Revoke").focus()
    page.keyboard.press("Enter")
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("“by keyboard”")
    tab_to(tab, asked.get_by_role("button", name="Revoke"))
    page.keyboard.press("Enter")
    expect(row(tab, "by keyboard")).to_have_count(0)
    assert call(closed, token) == 401


def test_a_database_that_takes_nothing_is_told_beside_the_form(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path) as server:
        opened = Tab(browser, server.url, viewport=TALL).visit("/Settings")
        for file in tmp_path.glob("test.db*"):
            file.unlink()
        (tmp_path / "test.db").mkdir()
        form(opened).get_by_label("For which program?").fill("lost")
        form(opened).get_by_role("button", name="Make token").click()
        expect(opened.page.get_by_text("The database cannot be opened").first).to_be_visible()
        assert "Traceback" not in server.log.read_text("utf-8")
        opened.context.close()


@pytest.mark.parametrize("language", ["en-GB", "es-ES", "de-DE", "fr-FR"])
def test_everything_of_tokens_fits_every_width_in_both_looks(browser: Browser, closed: Server, language: str) -> None:
    tab = Tab(browser, closed.url, viewport={"width": WIDTHS[0], "height": TALL["height"]}, locale=language)
    tab.visit("/Settings")
    form = tab.page.locator("[data-testid=stForm]").last
    form.locator("input[type=text]").fill(LONG_NAME)
    form.locator("input[type=text]").press("Enter")
    box(tab).wait_for()
    tab.settled()
    for _ in tab.looks(WIDTHS, TALL["height"]):
        assert tab.page.evaluate(CUT) == []
    tab.context.close()
