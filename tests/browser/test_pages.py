"""The pages in a real browser: what only a browser shows."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from builder.templates import find
from tests.browser.walking import LOOKS as LOOKING
from tests.browser.walking import Tab
from tests.servers import Server

PAGES = ("/", "/Build", "/Gallery", "/Connect", "/Settings")
WIDTHS = (1440, 1024, 390)
LOOKS = ("light", "dark")
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
CONFIG = find("billing_support").config


@pytest.fixture
def tab(same_tab: Tab) -> Tab:
    return same_tab


@pytest.fixture
def own(browser: Browser, server: Server) -> Iterator[Tab]:
    tab = Tab(browser, server.url)
    yield tab
    assert tab.strangers == []
    tab.context.close()


@pytest.fixture(scope="module")
def changing(browser: Browser, server: Server) -> Iterator[Tab]:
    """Changes its width and its look from page to page."""
    tab = Tab(browser, server.url)
    yield tab
    tab.context.close()


@pytest.fixture(scope="module", params=[(path, look) for path in PAGES for look in LOOKS])
def drawn(request: pytest.FixtureRequest, changing: Tab) -> Tab:
    """Every page in both looks: loaded wide in one, narrow in the other."""
    path, look = request.param
    changing.page.emulate_media(color_scheme=look)
    changing.page.set_viewport_size(WIDE if look == "light" else PHONE)
    changing.visit(path).page.wait_for_function(LOOKING, arg=look)
    return changing


def _start_from_template(tab: Tab) -> str:
    tab.visit()
    tab.press("Billing support")
    tab.press("Start from this")
    tab.page.wait_for_url("**/Build?session=*")
    tab.settled()
    return tab.page.url.removeprefix(tab.url)


def test_every_page_fits_every_width_in_both_looks(drawn: Tab) -> None:
    for width in WIDTHS:
        drawn.page.set_viewport_size({"width": width, "height": 844})
        drawn.settled()
        assert drawn.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1
        assert drawn.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth") <= 1
    assert drawn.page.locator("[data-testid=stException]").count() == 0
    assert drawn.strangers == []


def test_everything_that_can_be_used_has_a_name(drawn: Tab) -> None:
    nameless = drawn.page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] :is(button, input, textarea, a, [role=radio])')]
            .filter(one => one.checkVisibility() && one.type !== 'file' && !(one.innerText || '').trim()
                && !one.getAttribute('aria-label') && !one.labels?.length && !one.getAttribute('aria-labelledby')
                && !one.title && !one.placeholder)
            .map(one => one.outerHTML.slice(0, 160))"""
    )
    assert nameless == []


def test_gaps_are_found_and_saved_while_one_types_and_the_cursor_stays(tab: Tab) -> None:
    _start_from_template(tab)
    box = tab.box("User prompt")
    box.focus()
    tab.page.keyboard.press("ControlOrMeta+End")
    tab.page.keyboard.type(" {order_number}")
    expect(tab.box("order_number")).to_be_visible()
    tab.page.keyboard.type(" and more")
    tab.page.wait_for_timeout(1_500)
    assert box.evaluate("box => box === document.activeElement")
    assert box.input_value().endswith("{order_number} and more")
    tab.page.reload()
    tab.settled()
    expect(tab.box("User prompt")).to_have_value(re.compile(r"\{order_number\} and more$"))


def test_a_line_is_saved_while_one_types_without_leaving_it(tab: Tab) -> None:
    _start_from_template(tab)
    box = tab.box("Name")
    box.focus()
    tab.page.keyboard.type("Two")
    expect(tab.page.get_by_text("Edited by you").first).to_be_visible()
    tab.page.keyboard.type("Three")
    tab.page.wait_for_timeout(1_500)
    assert box.evaluate("box => box === document.activeElement")
    tab.page.reload()
    tab.settled()
    expect(tab.box("Name")).to_have_value(re.compile("TwoThree"))


def test_a_second_tab_is_told_what_was_changed_and_may_decide(browser: Browser, own: Tab) -> None:
    tab = own
    tab.page.route_web_socket("**/api/ws/**", lambda route: route.close())  # it hears of the other one too late
    address = _start_from_template(tab)
    other = Tab(browser, tab.url).visit(address)
    other.type("Description", "From the other tab.")
    tab.type("Description", "From this tab.")
    expect(tab.page.get_by_text("changed elsewhere while you were writing")).to_be_visible()
    expect(tab.page.locator(".st-key-agent_side")).to_contain_text("From the other tab.")
    tab.press("Keep mine")
    expect(tab.box("Description")).to_have_value("From this tab.")
    other.page.reload()
    other.settled()
    expect(other.box("Description")).to_have_value("From this tab.")
    other.context.close()


def test_the_back_button_and_a_bookmark_find_the_same_draft(tab: Tab) -> None:
    address = _start_from_template(tab)
    tab.page.get_by_role("link", name="Gallery").click()
    tab.page.wait_for_url("**/Gallery*")
    tab.settled()
    tab.page.go_back()
    tab.page.wait_for_url("**/Build?session=*")
    tab.settled()
    expect(tab.box("Name")).to_have_value("BillingSupport")
    assert tab.page.url == f"{tab.url}{address}"  # and no new talk was begun on the way
    tab.visit("/").visit(address)
    expect(tab.box("Name")).to_have_value("BillingSupport")


def test_a_cell_of_the_table_of_outputs_is_edited_in_place(tab: Tab) -> None:
    _start_from_template(tab)
    grid = tab.page.locator(".st-key-agent_side [data-testid=stDataFrame]")
    grid.scroll_into_view_if_needed()
    cell = tab.page.locator("#portal textarea, #portal input").first
    for _ in range(20):  # the grid is a picture, and nothing says when it takes clicks
        grid.dblclick(position={"x": 90, "y": 55})
        tab.page.wait_for_timeout(300)
        if cell.is_visible():
            break
    expect(cell).to_have_value("category")
    cell.fill("topic")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_timeout(800)
    tab.settled()
    assert list(tab.config()["schema_definition"]["properties"])[:2] == ["topic", "priority"]


def test_the_json_view_marks_the_line_takes_over_what_fits_and_mends(tab: Tab) -> None:
    _start_from_template(tab)
    tab.view("JSON")
    tab.json_text(json.dumps(CONFIG | {"name": "Billing Support!", "description": "Mended."}, indent=2))
    expect(tab.editor.locator(".ace_gutter-cell.ace_error")).to_have_text("2")
    expect(tab.page.get_by_text("cannot be a name")).to_be_visible()
    tab.press("Mend it")
    expect(tab.page.get_by_text("Complete and correct")).to_be_visible()
    tab.view("Form")
    expect(tab.box("Name")).to_have_value("BillingSupport")
    expect(tab.box("Description")).to_have_value("Mended.")


def test_on_a_phone_the_talk_and_the_agent_take_turns(browser: Browser, server: Server) -> None:
    tab = Tab(browser, server.url, viewport=PHONE)
    _start_from_template(tab)
    expect(tab.page.locator(".st-key-chat_side")).to_be_visible()
    expect(tab.page.locator(".st-key-agent_side")).to_be_hidden()
    tab.view("Your agent")
    expect(tab.page.locator(".st-key-chat_side")).to_be_hidden()
    expect(tab.box("Name")).to_be_visible()
    tab.context.close()


@pytest.mark.parametrize("locale", ["en-US", "es-ES", "de-DE", "fr-FR"])
def test_the_whole_menu_is_seen_on_a_small_phone(browser: Browser, server: Server, locale: str) -> None:
    tab = Tab(browser, server.url, viewport={"width": 360, "height": 740}, locale=locale).visit()
    links = tab.page.locator(".st-key-menu a")
    expect(links).to_have_count(5)
    whole = "links => [...links].every((link) => link.getBoundingClientRect().right <= 360 - 16)"
    tab.page.wait_for_function(f"() => ({whole})(document.querySelectorAll('.st-key-menu a'))")
    tab.context.close()


def test_the_talk_stays_in_sight_while_one_reads_the_agent(tab: Tab) -> None:
    _start_from_template(tab)
    tab.page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    tab.page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 300")
    expect(tab.page.get_by_role("button", name="Send", exact=True)).to_be_in_viewport(ratio=1)


def test_copy_puts_the_configuration_on_the_clipboard(tab: Tab) -> None:
    _start_from_template(tab)
    assert tab.config() == CONFIG


def test_the_form_follows_what_the_interviewer_changed(tab: Tab) -> None:
    _start_from_template(tab)
    tab.say("Call it Triage")
    expect(tab.box("Name")).to_have_value("Triage")


def test_a_list_found_by_search_is_there_again_after_going_back(tab: Tab) -> None:
    _start_from_template(tab)
    tab.press("Save")
    tab.visit("/Gallery")
    tab.box("Search").fill("billing")
    expect(tab.page.get_by_role("button", name="BillingSupport")).to_have_count(1)
    tab.settled()
    tab.press("BillingSupport")
    tab.page.wait_for_url("**/Build?session=*")
    tab.page.go_back()
    tab.settled()
    expect(tab.box("Search")).to_have_value("billing")


def test_the_pages_speak_the_language_of_the_browser_until_another_is_chosen(browser: Browser, server: Server) -> None:
    tab = Tab(browser, server.url, locale="de-DE").visit()
    expect(tab.page.get_by_role("heading", name="Was soll dein Agent tun?")).to_be_visible()
    tab.context.close()


def test_the_menu_of_the_settings_switches_the_look(own: Tab) -> None:
    tab = own
    tab.visit("/Settings")
    tab.page.locator("[data-testid=stMainMenu] button").click()
    before = tab.page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    tab.page.get_by_role("menuitemradio", name="Dark").click()
    tab.settled()
    after = tab.page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert before != after


def test_many_ticked_agents_come_as_one_zip(tab: Tab, tmp_path: Path) -> None:
    for title in ("Translation", "Meeting notes"):
        tab.visit()
        tab.press(title)
        tab.press("Use as it is")
        tab.page.wait_for_url("**/Build?session=*")
        tab.settled()
    tab.visit("/Gallery")
    tab.page.get_by_text("Pick several").click()
    tab.settled()
    for place in (0, 1):
        tab.page.get_by_text(re.compile(r"^Pick (?!several)")).nth(place).click()
        tab.settled()
    expect(tab.page.get_by_text("2 agents picked")).to_be_visible()
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="Download as zip").click()
    file = tmp_path / "agents.zip"
    download.value.save_as(file)
    with zipfile.ZipFile(file) as archive:
        assert len(archive.namelist()) == 2


def test_renaming_says_why_a_name_will_not_do_and_then_takes_a_good_one(tab: Tab) -> None:
    tab.visit()
    tab.press("Lesson planner")
    tab.press("Use as it is")
    tab.page.wait_for_url("**/Build?session=*")
    tab.visit("/Gallery")
    tab.page.get_by_role("button", name="More").first.click()
    tab.page.get_by_text("Rename", exact=True).click()
    tab.settled()
    tab.box("New name").fill("No good!")
    tab.page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(tab.page.get_by_text("cannot be a name")).to_be_visible()
    tab.box("New name").fill("Teacher")
    tab.page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(tab.page.get_by_role("button", name="Teacher")).to_be_visible()
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
