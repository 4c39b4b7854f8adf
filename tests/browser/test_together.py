"""A person at the page and a program on one draft at the same time: whoever is late is told, and nothing is lost."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.api.test_refusals import assert_problem
from tests.browser.conftest import new_session
from tests.browser.walking import Tab
from tests.servers import Server


@pytest.fixture
def tab(browser: Browser, server: Server) -> Iterator[Tab]:
    opened = Tab(browser, server.url)
    opened.page.route_web_socket("**/api/ws/**", lambda route: route.close())  # it hears of the program too late
    yield opened
    assert opened.strangers == []
    opened.context.close()


def test_a_page_and_a_program_change_one_field_at_once_and_each_is_told(tab: Tab, server: Server) -> None:
    session = new_session(server)
    with httpx.Client(base_url=server.api, timeout=30, trust_env=False) as program:

        def edits(value: str, match: str, field: str = "description") -> httpx.Response:
            operations = [{"action": "set", "field": field, "value": value}]
            body, headers = {"operations": operations}, {"If-Match": match}
            return program.patch(f"/v1/sessions/{session}/draft", json=body, headers=headers)

        def seen() -> str:
            return str(program.get(f"/v1/sessions/{session}").headers["etag"])

        tab.visit(f"/Build?session={session}")
        before = seen()
        assert edits("From the program.", before).status_code == 200
        tab.type("Description", "From the page.")
        expect(tab.page.get_by_text("changed elsewhere while you were writing")).to_be_visible()
        expect(tab.page.locator(".st-key-agent_side")).to_contain_text("From the program.")
        assert program.get(f"/v1/sessions/{session}").json()["draft"]["description"]["value"] == "From the program."

        late = seen()
        tab.press("Keep mine")
        expect(tab.box("Description")).to_have_value("From the page.")
        tab.settled()
        refused = assert_problem(edits("Again from the program.", late), 409, "conflict")
        assert refused["theirs"] == {"description": "From the page."}
        assert edits("Sorter", f'"{refused["revision"]}"', "name").status_code == 200
        draft = program.get(f"/v1/sessions/{session}").json()["draft"]
        assert (draft["description"]["value"], draft["name"]["value"]) == ("From the page.", "Sorter")
        tab.page.reload()
        tab.settled()
        expect(tab.box("Name")).to_have_value("Sorter")
        expect(tab.box("Description")).to_have_value("From the page.")
