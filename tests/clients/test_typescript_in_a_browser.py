"""The built TypeScript client on a page of another address, in a real browser: CORS, streams, stopping."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.api.conftest import serving
from tests.browser import chromium
from tests.clients.test_typescript import assert_well, run
from tests.node.modules import CLIENT, node_modules

PROGRAM = """async (address) => {
  const { Conflict, createClient } = await import("/index.js");
  const client = createClient({ address });
  const { session_id, revision } = await client.createSession();
  const told = [];
  for await (const { event, data } of client.send(session_id, "say Grüße 🙂")) {
    if (event === "TextDelta") told.push(data.text);
  }
  const body = { operations: [{ action: "set", field: "tone", value: "warm" }] };
  const late = await client.editDraft({ session_id, body, ifMatch: revision }).catch((error) => error);
  for await (const { event } of client.send(session_id, "hang")) if (event === "TextDelta") break;
  let talk = await client.getTalk({ session_id });
  for (let tries = 0; talk.running !== null && tries < 100; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    talk = await client.getTalk({ session_id });
  }
  return [told.join(""), late instanceof Conflict, talk.messages.at(-1).state];
}"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def page_address(tmp_path: Path) -> Iterator[str]:
    """Where the built client is served, beside an empty page."""
    tsc = node_modules(CLIENT) / "typescript/bin/tsc"
    assert_well(run(tsc, "-p", "tsconfig.build.json", "--outDir", tmp_path))
    (tmp_path / "page.html").write_text("<!doctype html><title>A page</title>", "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
def test_a_page_talks_edits_and_stops(page_address: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("served")
    with serving(folder, scripted=True, origins=(page_address,)) as api, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.flags()))
        page = browser.new_page()
        page.goto(f"{page_address}/page.html")
        found = page.evaluate(PROGRAM, str(api.base_url).rstrip("/"))
        browser.close()
    assert found == ["Grüße 🙂", True, "stopped"]
