"""The proxy, really started: what goes through as it is made, what does not, and where the token is not seen."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from builder.snippets.base import AgentHere, Place, SessionHere
from tests.node.modules import node
from tests.servers import in_thread
from tests.snippets.conftest import CONVERSATION, NOBODY, Served, read_until, run, started, with_packages, written

READY = "ready: "
EVENTS = {"Accept": "text/event-stream"}


@contextmanager
def proxy(folder: Path, place: Place, token: str) -> Iterator[httpx.Client]:
    """A visitor of the proxy."""
    program = written(folder, "express", place)
    with_packages(folder)
    with started([node(), program], token, PORT="0") as process:
        said = read_until(process, READY) + read_until(process, "\n")
        assert READY in said, said
        address = said.split(READY)[1].strip()
        with httpx.Client(base_url=f"{address}/api", timeout=30, trust_env=False) as visitor:
            yield visitor


@pytest.fixture
def session(served: Served) -> SessionHere:
    return served.session()


@pytest.fixture
def visitor(served: Served, session: SessionHere, tmp_path: Path) -> Iterator[httpx.Client]:
    with proxy(tmp_path, served.place(session), served.token) as one:
        yield one


def test_the_first_words_come_through_while_the_reply_is_still_made(
    served: Served, session: SessionHere, visitor: httpx.Client
) -> None:
    sent = {"message": "hang"}
    with visitor.stream("POST", f"/v1/sessions/{session.id}/message", json=sent, headers=EVENTS) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert any("One moment" in line for line in lines)
        assert served.is_answering(session)
        served.stop(session)
        assert any("Finished" in line for line in lines), "it goes on to the end"


def test_every_listed_call_goes_through_with_its_status(session: SessionHere, visitor: httpx.Client) -> None:
    at = f"/v1/sessions/{session.id}"
    assert visitor.get(f"{at}/status").json()["session_id"] == session.id
    assert visitor.get(f"{at}/talk").json()["messages"] == []
    waiting = visitor.get(f"{at}/configuration")
    assert (waiting.status_code, waiting.text) == (202, "Not finalized yet.")
    assert visitor.post(f"{at}/message", json={"message": "say hello"}).json()["text"] == "hello"
    assert visitor.post(f"{at}/stop").status_code == 204
    wrong = visitor.post(f"{at}/message", json={"message": 3})
    assert wrong.status_code == 422 and wrong.headers["content-type"] == "application/problem+json"


def test_every_other_call_is_refused_here(served: Served, session: SessionHere, visitor: httpx.Client) -> None:
    at = f"/v1/sessions/{session.id}"
    other = served.session()
    for method, path in (
        ("GET", "/v1/sessions"), ("GET", at), ("DELETE", at), ("PATCH", f"{at}/draft"), ("POST", f"{at}/save"),
        ("GET", f"{at}/message"), ("POST", f"{at}/status"), ("HEAD", f"{at}/status"), ("OPTIONS", f"{at}/message"),
        ("GET", f"/v1/sessions/{other.id}/status"), ("POST", f"/v1/sessions/{other.id}/message"),
        ("GET", "/v1/agents"), ("GET", "/metrics"), ("POST", "/session/"), ("GET", "/openapi.json"), ("GET", ""),
    ):  # fmt: skip
        assert visitor.request(method, path).status_code == 404, (method, path)
    assert served.client.get(at).status_code == 200, "nothing was done to it"


@pytest.mark.parametrize(
    "path", ["{at}/status/../../../agents", "{at}/%2e%2e/%2e%2e/agents", "{at}//status", "{at}/status/", "{at}/STATUS",
             "{at}/status%2f..%2f", "/v1/sessions/x/../{id}/status", "{at}/status;x", "{at}%2fstatus"],
)  # fmt: skip
def test_no_other_way_to_write_a_path_goes_through(session: SessionHere, visitor: httpx.Client, path: str) -> None:
    written_so = path.format(at=f"/v1/sessions/{session.id}", id=session.id)
    target = visitor.base_url.raw_path.decode().rstrip("/") + written_so
    request = httpx.Request("GET", visitor.base_url, extensions={"target": target.encode()})
    assert visitor.send(request).status_code == 404


def test_the_token_is_seen_nowhere_by_a_visitor(served: Served, session: SessionHere, visitor: httpx.Client) -> None:
    at = f"/v1/sessions/{session.id}"
    answers = [visitor.get(f"{at}/{what}") for what in ("status", "talk", "configuration", "nothing")]
    answers += [visitor.post(f"{at}/message", json={"message": text}) for text in ("hello", "down", "broken")]
    seen = "".join(f"{answer.headers}{answer.text}" for answer in answers)
    assert "Bearer" not in seen and "authorization" not in seen.lower()
    assert not served.token or served.token not in seen


def test_a_body_that_is_too_large_is_refused_without_a_word_about_the_inside(
    session: SessionHere, visitor: httpx.Client
) -> None:
    refused = visitor.post(f"/v1/sessions/{session.id}/message", json={"message": "x" * 300_000})
    assert refused.status_code == 413
    assert refused.json() == {"status": 413, "detail": "This cannot be read."}


def test_it_does_not_start_without_the_token_where_one_is_needed(
    served: Served, session: SessionHere, tmp_path: Path
) -> None:
    if not served.token:
        return
    program = written(tmp_path, "express", served.place(session))
    with_packages(tmp_path)
    done = run([node(), program])
    assert done.returncode != 0
    assert "Set AGENT_BUILDER_TOKEN" in done.stderr


def test_of_an_agent_only_its_configuration_goes_through(served: Served, tmp_path: Path) -> None:
    agent = served.agent(CONVERSATION)
    with proxy(tmp_path, served.place(agent), served.token) as visitor:
        for path in ("", f"/versions/{agent.version}"):
            found = visitor.get(f"/v1/agents/{agent.id}{path}").json()
            assert found["configuration"] == CONVERSATION
        for method, path in (("DELETE", ""), ("PUT", ""), ("GET", "/versions"), ("POST", "/open")):
            assert visitor.request(method, f"/v1/agents/{agent.id}{path}").status_code == 404


class Inspector:
    """A server that keeps what it is sent."""

    def __init__(self) -> None:
        self.headers: list[dict[str, str]] = []
        self.asked: list[tuple[str, str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.asked.append((scope["path"], scope["query_string"].decode()))
        self.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        headers = [(b"set-cookie", b"secret=1"), (b"content-type", b"application/json"), (b"retry-after", b"7")]
        await send({"type": "http.response.start", "status": 429, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})


def test_nothing_of_the_visitor_goes_on_but_the_call_and_no_cookie_comes_back(tmp_path: Path) -> None:
    inspector = Inspector()
    sent = {"Cookie": "visitor=1", "Authorization": "Bearer visitor", "X-Page-Pass": "x", "Forwarded": "for=me"}
    with in_thread(inspector) as address:
        place = Place(f"{address}/api", SessionHere(NOBODY), True)
        with proxy(tmp_path, place, "builder_secret") as visitor:
            answer = visitor.get(f"/v1/sessions/{NOBODY}/status", headers=sent)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert "set-cookie" not in answer.headers
    [seen] = inspector.headers
    assert seen["authorization"] == "Bearer builder_secret"
    assert not {"cookie", "x-page-pass", "forwarded", "origin"} & set(seen)
    assert "visitor" not in json.dumps(seen)


def test_what_follows_the_question_mark_goes_on_as_it_came(tmp_path: Path) -> None:
    inspector, path = Inspector(), f"/v1/sessions/{NOBODY}/talk"
    queries = ["before=m%2F1&limit=2", "before=/../x?y", ""]
    with in_thread(inspector) as address:
        place = Place(f"{address}/api", SessionHere(NOBODY))
        with proxy(tmp_path, place, "") as visitor:
            for query in queries:
                visitor.get(f"{path}?{query}")
    assert inspector.asked == [(f"/api{path}", query) for query in queries]


class Endless:
    """A stream that never ends by itself, and may not even begin; `left` is set when its reader went away."""

    def __init__(self, begins: bool) -> None:
        self.begins = begins
        self.left = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if self.begins:
            headers = [(b"content-type", b"text/event-stream")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"data: first\n\n", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left.set()


def test_a_visitor_who_goes_away_ends_the_call_behind_the_proxy(tmp_path: Path) -> None:
    endless = Endless(begins=True)
    with (
        in_thread(endless) as address,
        proxy(tmp_path, Place(f"{address}/api", SessionHere(NOBODY)), "") as visitor,
        visitor.stream("POST", f"/v1/sessions/{NOBODY}/message", json={"message": "x"}) as answer,
    ):
        assert next(answer.iter_lines()) == "data: first"
        assert not endless.left.is_set()
        answer.close()
        assert endless.left.wait(20)


def test_a_visitor_who_goes_away_before_anything_came_ends_the_call_too(tmp_path: Path) -> None:
    endless = Endless(begins=False)
    place = "/v1/sessions/" + NOBODY
    with in_thread(endless) as address, proxy(tmp_path, Place(f"{address}/api", SessionHere(NOBODY)), "") as visitor:
        with pytest.raises(httpx.ReadTimeout):
            visitor.post(f"{place}/message", json={"message": "x"}, timeout=1)
        assert endless.left.wait(20)


def test_a_server_that_is_away_is_a_plain_answer(tmp_path: Path) -> None:
    with proxy(tmp_path, Place("http://127.0.0.1:1/api", AgentHere("a", "A", 1, "unstructured")), "") as visitor:
        answer = visitor.get("/v1/agents/a")
    assert answer.status_code == 502
    assert answer.json() == {"status": 502, "detail": "Agent Builder cannot be reached."}
