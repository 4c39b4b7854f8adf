"""The snippets in a real browser: a page of another server talks to a session, through the proxy or by itself."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from builder.snippets.base import Place, SessionHere
from tests.browser.conftest import SCRIPTED
from tests.node.modules import node
from tests.redis import free_port
from tests.servers import ROOT, Server, environment, running
from tests.snippets.conftest import read_until, snippet, started, with_packages, written

PAGE = """<!doctype html><title>A page of ours</title><p id=text></p><p id=end></p><script type=module>
import { configuration, send, status } from "./interview.mjs";
for await (const { text } of send("hang")) document.querySelector("#text").textContent = text;
document.querySelector("#end").textContent = (await status()).stage + " " + (await configuration());
</script>"""


def new_token(folder: Path) -> str:
    command = [sys.executable, "-m", "builder", "token", "create", "page"]
    env = environment(folder / "test.db")
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout.strip()


def page_of_ours(folder: Path, place: Place) -> Path:
    """What the proxy serves: a page, and the module as React's files have it."""
    program = written(folder, "express", place)
    with_packages(folder)
    (folder / "public").mkdir()
    (folder / "public" / "index.html").write_text(PAGE, "utf-8")
    module = next(file for file in snippet("react").files(place) if file.name == "interview.mjs")
    (folder / "public" / "interview.mjs").write_text(module.text, "utf-8")
    return program


@pytest.mark.parametrize("tokens", ["off", "required"], ids=["by itself", "through the proxy"])
def test_a_page_hears_the_first_words_while_the_reply_is_made(browser: Browser, tmp_path: Path, tokens: str) -> None:
    port = free_port()
    origins = {"CORS_ORIGINS": f"http://127.0.0.1:{port}"} if tokens == "off" else {}
    with running(tmp_path, program=SCRIPTED, API_TOKENS=tokens, **origins) as server:
        token = new_token(tmp_path) if tokens == "required" else ""
        caller = httpx.Client(headers={"Authorization": f"Bearer {token}"} if token else {}, trust_env=False)
        session = SessionHere(caller.post(f"{server.api}/session/").json()["session_id"])
        program = page_of_ours(tmp_path, Place(server.api, session, bool(token)))
        with started([node(), program], token, PORT=str(port)) as process:
            assert read_until(process, "\n").startswith("ready: ")
            _watch(browser, f"http://127.0.0.1:{port}/", server, session, caller, token)
        caller.close()


def _watch(
    browser: Browser, address: str, server: Server, session: SessionHere, caller: httpx.Client, token: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.all_headers()} {request.post_data}"))
    page.goto(address)
    expect(page.locator("#text")).to_have_text("One moment", timeout=20_000)
    expect(page.locator("#end")).to_be_empty()
    caller.post(f"{server.api}/v1/sessions/{session.id}/stop").raise_for_status()
    expect(page.locator("#end")).to_have_text("COLLECTING_BASICS null", timeout=20_000)
    page.wait_for_timeout(100)
    called = [line for line in asked if "/v1/sessions/" in line]
    assert len(called) >= 3
    assert not token or not any(token in line or server.url in line for line in asked), "only its own server is asked"
    context.close()
