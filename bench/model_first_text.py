"""From the model's first byte of reply to its words on the screen: `python -m bench.model_first_text`.

The real server with the real Google client, the Build page in Chromium, and a fake Gemini that notes by the wall clock
when it wrote each piece. The same turn is also read at each layer on the way, so that the parts show: the Google client
alone, our client, the application, the server's stream, the browser. Ends with an error over the goal.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from playwright.sync_api import Browser, Page

from bench.browser import chromium
from bench.model_elsewhere import KEY, Elsewhere, serving
from bench.ours import REPOSITORY, SERVE, environment, new_session, preload
from bench.report import markdown_table, percentile, write_json
from bench.servers import running
from builder.core.events import DraftChanged, TextDelta
from builder.interviewers.expert.answer import TURN
from builder.llm.ask import Patience, Question, Text, ask
from builder.llm.base import Access
from builder.llm.google import Google, GoogleConnection
from builder.settings import Settings
from builder.wiring import App, build
from tests.models.script import Answer, Received

GOAL_MS = 30
HISTORIES = (0, 50)
# Each block is a fresh page with the same history, so that a page's own turns hardly lengthen it.
BLOCKS, WARM_UPS, TURNS = 3, 3, 10
SAID = "Please make its tone a little friendlier than it was before."
PROBE = Path(__file__).with_name("model_probe.js")
BOX = "textarea[data-chat-input]"
CALM_MS, CALM_AT_MOST_MS = 400, 6000
PIECE, PAUSE = 16, 0.025  # characters and seconds: about 150 tokens a second
BEFORE_WORDS = len('{"reply": "')

Seen = tuple[float, float]  # when the first words and the first change were seen; seconds, wall clock; 0: never
Layer = Callable[[], Awaitable[Seen]]
Lags = dict[str, list[float]]  # milliseconds by what was seen


# ---- what the model says


def lively(call: Received) -> Answer:
    """A reply of three sentences and two changes, the first of them another one each time."""
    reply = "Good, I have made it friendlier. It still keeps to the facts. Who is going to read what it writes?"
    steps = [_set("tone", f"friendly, number {call.at}"), _set("description", f"Answers letters, {call.at}.")]
    whole = {"reply": reply, "suggestions": ["Customers", "Colleagues"], "heard": "told", "operations": steps}
    said = json.dumps({**whole, "topic": "purpose", "note": ""})
    end = end_of_change(said)
    return Answer(said, pieces=[*_pieces(said[:end]), *_pieces(said[end:])], pause=PAUSE, first_after=0.1)


def _set(field: str, value: str) -> dict[str, str]:
    return {"action": "set", "field": field, "key": "", "value_json": json.dumps(value), "source": "user"}


def _pieces(text: str) -> list[str]:
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def end_of_change(said: str) -> int:
    """Characters until the first operation is whole."""
    return said.index("}", said.index('"operations"')) + 1


def wrote(fake: Elsewhere) -> Seen:
    """When the model wrote the first words of its last reply, and when its first operation was whole."""
    call = fake.heard()[-1]
    length, words, change, end = 0, 0.0, 0.0, end_of_change(call.said)
    for at, piece in call.pieces:
        length += len(piece)
        words = words or (at if length > BEFORE_WORDS else 0.0)
        change = change or (at if length >= end else 0.0)
    return words, change


# ---- the layers below the browser


async def bare(connection: GoogleConnection, question: Question) -> Seen:
    """google-genai, with nothing of ours but the HTTP client."""
    config: Any = {"system_instruction": question.instructions, "response_json_schema": dict(question.schema)}
    first = 0.0
    models = connection._client.aio.models
    async for chunk in await models.generate_content_stream(
        model=connection.access.model, contents=question.message, config=config
    ):
        first = first or (time.time() if chunk.text else 0.0)
    return first, 0.0


async def asked(connection: GoogleConnection, question: Question) -> Seen:
    first = 0.0
    async with aclosing(ask(connection, question, Patience())) as pieces:
        async for piece in pieces:
            first = first or (time.time() if isinstance(piece, Text) else 0.0)
    return first, 0.0


async def sent(app: App, session: str) -> Seen:
    words = change = 0.0
    async for event in app.interviews.send(session, SAID):
        words = words or (time.time() if isinstance(event, TextDelta) else 0.0)
        change = change or (time.time() if isinstance(event, DraftChanged) else 0.0)
    return words, change


def streamed(base_url: str, session: str) -> Seen:
    """The server's stream, for a reader that does nothing else."""
    words = change = 0.0
    address, heads = f"{base_url}/api/v1/sessions/{session}/message", {"Accept": "text/event-stream"}
    with httpx.stream("POST", address, json={"message": SAID}, headers=heads, trust_env=False, timeout=30) as answer:
        for chunk in answer.iter_raw():
            words = words or (time.time() if b"event: TextDelta" in chunk else 0.0)
            change = change or (time.time() if b"event: DraftChanged" in chunk else 0.0)
    return words, change


async def below_the_browser(fake: Elsewhere, base_url: str, folder: Path) -> Lags:
    """All layers turn by turn, so that they share the machine's mood."""
    place = {"google_api_key": KEY, "google_gemini_base_url": fake.url, "max_conversation_length": 0}
    app = build(Settings.model_validate({"database_url": f"sqlite:///{folder}/layers.db", **place}))
    connection = Google().connect(Access(KEY, fake.url, model="gemini-3.8-flash"))
    assert isinstance(connection, GoogleConnection)
    question = Question("You interview.", json.dumps({"person": SAID}), TURN)
    session, other = (await app.interviews.begin()).id, await asyncio.to_thread(new_session, base_url)
    lags = await _measured(
        fake,
        {
            "google-genai alone": partial(bare, connection, question),
            "our client of models": partial(asked, connection, question),
            "application": partial(sent, app, session),
            "server's stream": lambda: asyncio.to_thread(streamed, base_url, other),
        },
    )
    await connection.close()
    await app.rest()
    app.close()
    return lags


async def _measured(fake: Elsewhere, layers: Mapping[str, Layer]) -> Lags:
    lags: Lags = {}
    for turn in range(WARM_UPS + TURNS * BLOCKS):
        for name, layer in layers.items():
            fake.play(lively)
            words, change = await layer()
            if turn >= WARM_UPS:
                said, changed = wrote(fake)
                lags.setdefault(f"words: {name}", []).append((words - said) * 1000)
                if change:
                    lags.setdefault(f"change: {name}", []).append((change - changed) * 1000)
    return lags


# ---- the browser


def in_the_browser(browser: Browser, fake: Elsewhere, base_url: str, messages: int, env: dict[str, str]) -> Lags:
    lags: Lags = {}
    for _ in range(BLOCKS):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.add_init_script(path=PROBE)
        page.goto(preload(base_url, messages, env))
        page.locator(BOX).wait_for()
        for turn in range(WARM_UPS + TURNS):
            for name, lag in _turn(page, fake).items():
                if turn >= WARM_UPS:
                    lags.setdefault(name, []).append(lag)
        context.close()
    return lags


def _turn(page: Page, fake: Elsewhere) -> dict[str, float]:
    page.evaluate("([calm, most]) => window.probe.quiet(calm, most)", [CALM_MS, CALM_AT_MOST_MS])
    fake.play(lively)
    page.locator(BOX).fill(SAID)
    page.evaluate("window.probe.expect()")
    page.locator(BOX).press("Enter")
    seen = page.evaluate("window.probe.over()")
    if seen["state"] != "done":
        raise RuntimeError(f"the turn ended as {seen['state']}")
    words, change = (at * 1000 for at in wrote(fake))
    return {
        "words: in the browser": seen["wordsHere"] - words,
        "words: in the page": seen["text"] - words,
        "words: in a frame": seen["drawn"] - words,
        "change: in the browser": seen["changeHere"] - change,
        "change: in the page": seen["chip"] - change,
    }


def table(lags: Lags) -> str:
    rows = [
        (name, len(found), f"{median(found):.1f}", f"{percentile(found, 0.95):.1f}", f"{max(found):.1f}")
        for name, found in lags.items()
    ]
    return markdown_table(["what is seen where", "turns", "median ms", "p95 ms", "most ms"], rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", nargs="+", type=int, default=list(HISTORIES))
    parser.add_argument("--without-layers", action="store_true", help="only what the browser sees")
    options = parser.parse_args()
    found: dict[str, Lags] = {}
    with TemporaryDirectory() as name, serving() as fake:
        folder = Path(name)
        env = environment(folder) | {"GOOGLE_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": fake.url}
        fake.play(lively)
        with running(SERVE, env, REPOSITORY) as server:
            if not options.without_layers:
                found["layers"] = asyncio.run(below_the_browser(fake, server.base_url, folder))
            with chromium() as browser:
                for messages in options.messages:
                    key = f"{messages} messages"
                    found[key] = in_the_browser(browser, fake, server.base_url, messages, env)
    for key, lags in found.items():
        print(f"\n{key}: milliseconds after the model wrote it (load {os.getloadavg()[0]:.1f})\n\n{table(lags)}")
    print(f"\nevery single figure: {write_json('model_first_text', found)}")
    shown = [lags["words: in the page"] for key, lags in found.items() if key != "layers"]
    middle, slow = max(map(median, shown)), max(percentile(lags, 0.95) for lags in shown)
    verdict = "reached" if middle <= GOAL_MS else "missed"
    print(f"in the page after at most {GOAL_MS} ms: {verdict} (median {middle:.1f} ms, p95 {slow:.1f} ms)")
    return 0 if middle <= GOAL_MS else 1


if __name__ == "__main__":
    sys.exit(main())
