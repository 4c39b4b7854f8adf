"""How soon a page shows what somebody else does to its talk: on the same server, and on another one by way of Redis.

`python -m bench.seen_elsewhere`. A program speaks and edits over HTTP; the time from the call's begin until the page
shows it. Goal: within a second.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
from playwright.sync_api import Page, expect

from bench.browser import chromium
from bench.report import markdown_table, percentile, write_json
from tests.browser.conftest import SCRIPTED, new_session
from tests.browser.talk import Talk
from tests.redis import free_port, serving
from tests.servers import Server, running

ROUNDS = 20
GOAL_MS = 1_000
PATIENCE_MS = 20_000
Act = Callable[[str, str, int], httpx.Response]


def speaks(api: str, session: str, number: int) -> httpx.Response:
    body = {"prompt": f"tone calm {number}", "session_id": session}
    return httpx.post(f"{api}/chat/", json=body, timeout=30, trust_env=False)


def edits(api: str, session: str, number: int) -> httpx.Response:
    operations = [{"action": "set", "field": "name", "value": f"Edited{number}"}]
    address = f"{api}/v1/sessions/{session}/draft"
    return httpx.patch(address, json={"operations": operations}, timeout=30, trust_env=False)


def measure(page: Page, shown_by: Server, done_at: Server) -> dict[str, list[float]]:
    """Milliseconds of each round, by what was done."""
    talk = Talk(page, shown_by, new_session(shown_by)).open()
    page.wait_for_function("document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")
    took: dict[str, list[float]] = defaultdict(list)
    for number in range(ROUNDS):
        said, edited = f"tone calm {number}", f"Edited{number}"
        heard = partial(expect(talk.said.last).to_have_text, said)
        took["said, in the talk"].append(_until(heard, speaks, done_at, talk, number))
        expect(talk.button("Send")).to_be_visible()
        changed = partial(expect(talk.name).to_have_value, edited)
        took["edited, in the fields"].append(_until(changed, edits, done_at, talk, number))
    return took


def _until(shown: Callable[[], None], act: Act, server: Server, talk: Talk, number: int) -> float:
    began = time.perf_counter()
    act(server.api, talk.session, number).raise_for_status()
    shown()
    return (time.perf_counter() - began) * 1_000


def main() -> None:
    expect.set_options(timeout=PATIENCE_MS)
    rows = []
    with TemporaryDirectory() as scratch, ExitStack() as stack:
        address = stack.enter_context(serving(Path(scratch), free_port()))
        one, two = (stack.enter_context(running(Path(scratch), program=SCRIPTED, REDIS_URL=address)) for _ in range(2))
        browser = stack.enter_context(chromium())
        for name, other in (("the same server", one), ("another server", two)):
            page = browser.new_page(locale="en-GB")
            for what, took in measure(page, one, other).items():
                rows.append((name, what, round(median(took)), round(percentile(took, 0.95)), round(max(took))))
            page.close()
    print(markdown_table(("done at", "seen", "median ms", "p95", "most"), rows))
    write_json("seen_elsewhere", rows)
    print(f"Goal: within {GOAL_MS} ms ({'reached' if all(row[4] <= GOAL_MS for row in rows) else 'missed'}).")


if __name__ == "__main__":
    main()
