"""The trial with a small model judges rightly: shown with doubles that fail, break, talk nonsense or say nothing."""

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from bench.small_model.interview import GUIDE, MESSAGES, Talked, meet
from bench.small_model.server import WithoutGrammar
from bench.small_model.wishes import WISHES
from builder.core.events import Event, Failed, Proposed, TextDelta, TextTakenBack
from builder.core.operation import Operation
from builder.core.session import Session
from builder.interviewers.scripted import Line, Script, Scripted
from builder.settings import load
from builder.wiring import App, build


async def talked(folder: Path, script: Script) -> Talked:
    app: App = build(load({"DB_PATH": "talks.db"}, folder), {"scripted": Scripted(script)})
    try:
        return await meet(app, "scripted", WISHES[0])
    finally:
        app.close()


def always(*events: Event | BaseException) -> Script:
    def script(_: Session, __: str) -> Iterable[Line]:
        return events

    return script


async def test_when_every_turn_fails_the_guide_answers_each_and_finishes(tmp_path: Path) -> None:
    wish, failure = Proposed(Operation("set", "name", "Half")), Failed("It is away.", "Try again.")
    one = await talked(tmp_path, always(TextDelta("half a"), wish, TextTakenBack(), failure))
    assert one.wrong == [] and one.finished_by == GUIDE
    assert one.turns == one.failed["It is away."] == [who for who, _ in one.said].count(GUIDE) > 0


async def test_a_model_that_never_ends_is_led_to_the_end_by_the_guide(tmp_path: Path) -> None:
    nonsense = Operation("set", "return_type", 7), Operation("put", "schema_definition", "?", key="x")
    one = await talked(tmp_path, always(TextDelta("Blah."), *map(Proposed, nonsense)))
    assert one.wrong == [] and one.finished_by == GUIDE
    assert (one.turns, one.dropped, one.applied) == (MESSAGES, 2 * MESSAGES, 0)


async def test_a_broken_interviewer_is_found_although_the_person_only_reads_kind_words(tmp_path: Path) -> None:
    one = await talked(tmp_path, always(TextDelta("I am"), RuntimeError("the ceiling fell")))
    assert len(one.wrong) == one.failed.total() and all("the ceiling fell" in wrong for wrong in one.wrong)


async def test_a_turn_without_a_word_is_held_against_it(tmp_path: Path) -> None:
    one = await talked(tmp_path, always())
    assert sum("without a word" in wrong for wrong in one.wrong) == MESSAGES


async def test_a_draft_that_no_later_word_can_make_valid_is_counted(tmp_path: Path) -> None:
    one = await talked(tmp_path, always(TextDelta("So."), Proposed(Operation("set", "name", "Not a name!"))))
    assert one.broken_drafts >= MESSAGES


class Echo(BaseHTTPRequestHandler):
    """Answers with the keys it was asked with, in two pieces."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(f"data: {sorted(asked)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_server_without_a_grammar_never_hears_of_the_wanted_form() -> None:
    asked = {"messages": [], "stream": True, "response_format": {"type": "json_schema"}, "tools": []}
    with serving(Echo) as behind, serving(type("Front", (WithoutGrammar,), {"behind": behind})) as front:
        answer = httpx.post(f"http://{front}/v1/chat/completions", json=asked, trust_env=False)
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.text == "data: ['messages', 'stream']\n\ndata: [DONE]\n\n"
