"""Tokens of programs: what they open, how they are made and taken back, and how the pages get on without."""

import asyncio
import json
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from builder import wiring
from builder.api.logs import is_news
from builder.services.seal import Seal
from builder.services.tokens import Passes, Tokens
from builder.settings import Settings
from builder.store import Store
from tests.api.conftest import serving
from tests.api.test_refusals import assert_problem
from tests.servers import ROOT, Server, environment, in_thread, running
from tests.terminal.inside import called

OPEN = ("/healthz", "/health", "/openapi.json")


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return called("token", *arguments, environment=environment(folder / "test.db"))


def command_apart(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """By a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "builder", "token", *arguments],
        cwd=ROOT, env=environment(folder / "test.db"), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def made(folder: Path, scope: str) -> dict[str, str]:
    """The header with a new token, made by the command."""
    done = command(folder, "create", f"a program that may {scope}", "--scope", scope)
    assert done.returncode == 0, done.stderr
    return {"Authorization": f"Bearer {done.stdout.strip()}"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tokens")


@pytest.fixture(scope="module")
def closed(folder: Path) -> Iterator[httpx.Client]:
    """An API that asks for tokens."""
    with serving(folder, scripted=True, api_tokens="required") as client:
        yield client


@pytest.fixture(scope="module")
def reader(closed: httpx.Client, folder: Path) -> dict[str, str]:
    return made(folder, "read")


@pytest.fixture(scope="module")
def writer(closed: httpx.Client, folder: Path) -> dict[str, str]:
    return made(folder, "write")


@pytest.fixture(scope="module")
def admin(closed: httpx.Client, folder: Path) -> dict[str, str]:
    return made(folder, "admin")


def test_on_loopback_no_token_is_asked_for_unless_the_setting_says_so(client: httpx.Client) -> None:
    assert client.post("/session/").status_code == 200


@pytest.mark.parametrize("path", OPEN)
def test_whether_the_server_lives_may_be_asked_without_a_token(closed: httpx.Client, path: str) -> None:
    assert closed.get(path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/session/"),
        ("POST", "/session"),
        ("GET", "/chat/?session_id=x"),
        ("GET", "/metrics"),
        ("GET", "/v1/sessions"),
        ("GET", "/v1/schema/agent-config"),
        ("GET", "/nothing"),
        ("DELETE", "/healthz/../v1/sessions/x"),
    ],
)
def test_everything_else_needs_one(closed: httpx.Client, method: str, path: str) -> None:
    refused = closed.request(method, path)
    found = assert_problem(refused, 401, "no-token")
    assert refused.headers["www-authenticate"] == "Bearer"
    assert "python -m builder token create" in found["next_step"] and "the page Settings" in found["next_step"]


@pytest.mark.parametrize(
    "sent",
    ["Bearer nonsense", f"Bearer builder_{'0' * 12}_{'x' * 43}", "Bearer " + "x" * 5000, "Bearer é"],
)
def test_a_token_that_was_never_made_opens_nothing(closed: httpx.Client, sent: str) -> None:
    headers = [(b"Authorization", sent.encode("latin-1"))]
    assert_problem(closed.get("/v1/sessions", headers=headers), 401, "bad-token")


def test_half_a_token_opens_nothing(closed: httpx.Client, writer: dict[str, str]) -> None:
    sent = writer["Authorization"]
    changed = sent[:-1] + ("A" if sent[-1] != "A" else "B")
    for wrong in (changed, sent[:-1], f"{sent}A"):
        assert_problem(closed.get("/v1/sessions", headers={"Authorization": wrong}), 401, "bad-token")
    for other in (sent.removeprefix("Bearer "), sent.replace("Bearer", "Basic")):
        assert_problem(closed.get("/v1/sessions", headers={"Authorization": other}), 401, "no-token")


def test_each_scope_opens_what_it_says(
    closed: httpx.Client, reader: dict[str, str], writer: dict[str, str], admin: dict[str, str]
) -> None:
    for headers in (reader, writer, admin):
        assert closed.get("/v1/sessions", headers=headers).status_code == 200
        assert closed.get("/metrics", headers=headers).status_code == 200
    found = assert_problem(closed.post("/session/", headers=reader), 403, "scope")
    assert "--scope write" in found["next_step"]
    for headers in (writer, admin):
        assert closed.post("/session/", headers=headers).status_code == 200
    for headers in (reader, writer):
        assert_problem(closed.get("/v1/tokens", headers=headers), 403, "scope")
    assert closed.get("/v1/tokens", headers=admin).status_code == 200


def test_the_word_bearer_may_be_written_in_any_way(closed: httpx.Client, reader: dict[str, str]) -> None:
    sent = reader["Authorization"].replace("Bearer", "bEARER")
    assert closed.get("/v1/sessions", headers={"Authorization": sent}).status_code == 200


def test_a_program_with_an_admin_token_makes_lists_and_revokes(closed: httpx.Client, admin: dict[str, str]) -> None:
    created = closed.post("/v1/tokens", json={"name": " nightly  job ", "scope": "read"}, headers=admin)
    assert created.status_code == 201
    token = created.json()
    assert (token["name"], token["scope"], token["revoked"]) == ("nightly job", "read", None)
    headers = {"Authorization": f"Bearer {token['token']}"}
    assert closed.get("/v1/sessions", headers=headers).status_code == 200
    listed = closed.get("/v1/tokens", headers=admin)
    assert token["id"] in [one["id"] for one in listed.json()["tokens"]]
    assert token["token"] not in listed.text
    assert closed.delete(f"/v1/tokens/{token['id']}", headers=admin).status_code == 204
    assert_problem(closed.get("/v1/sessions", headers=headers), 401, "bad-token")
    assert closed.delete(f"/v1/tokens/{token['id']}", headers=admin).status_code == 204, "revoked stays revoked"
    assert_problem(closed.delete("/v1/tokens/nonsense", headers=admin), 404, "not-found")


@pytest.mark.parametrize("name", ["", "  \n ", "x" * 65])
def test_a_token_needs_a_name(closed: httpx.Client, admin: dict[str, str], name: str) -> None:
    assert_problem(closed.post("/v1/tokens", json={"name": name}, headers=admin), 422, "invalid")


def test_tokens_are_not_made_without_an_admin_even_where_none_is_needed(client: httpx.Client) -> None:
    refused = assert_problem(client.get("/v1/tokens"), 401, "no-token")
    assert "Authorization: Bearer" in refused["next_step"] and "--scope admin" in refused["next_step"]
    assert_problem(client.post("/v1/tokens", json={"name": "mine"}), 401, "no-token")


def test_the_command_lists_and_revokes_and_never_shows_a_secret_again(closed: httpx.Client, folder: Path) -> None:
    secret = command_apart(folder, "create", "for the command").stdout.strip()
    token_id = secret.split("_")[1]
    listed = command(folder, "list").stdout
    assert token_id in listed and "for the command" in listed and secret not in listed
    headers = {"Authorization": f"Bearer {secret}"}
    assert closed.post("/session/", headers=headers).status_code == 200, "write is the default"
    assert command(folder, "revoke", token_id).returncode == 0
    assert closed.post("/session/", headers=headers).status_code == 401
    assert "revoked" in next(line for line in command(folder, "list").stdout.splitlines() if token_id in line)
    unknown = command_apart(folder, "revoke", "nonsense")
    assert unknown.returncode == 1 and "Traceback" not in unknown.stderr


def test_no_secret_lies_in_the_database(closed: httpx.Client, folder: Path, writer: dict[str, str]) -> None:
    secret = writer["Authorization"].split("_", 2)[2]
    with sqlite3.connect(folder / "test.db") as kept:
        whole = "\n".join(kept.iterdump())
    assert "a program that may write" in whole and secret not in whole


def test_messages_are_counted_by_address_and_by_owner_however_many_tokens_there_are(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True, chat_limit="2/minute", api_tokens="required") as client:
        one, other, third = (made(tmp_path, "write") for _ in range(3))
        store = Store.open(f"sqlite:///{tmp_path / 'test.db'}")
        _, secret = asyncio.run(Tokens(store).create("hers", owner="ann"))
        store.close()

        def say(address: str, headers: dict[str, str]) -> int:
            # The server trusts what a proxy on its own machine says of the caller's address.
            sent = {**headers, "X-Forwarded-For": address}
            return client.post("/agent/chat", json={"message": "hi"}, headers=sent).status_code

        assert [say("192.0.2.1", one), say("192.0.2.2", other)] == [200, 200]
        assert [say("192.0.2.3", each) for each in (one, other, third)] == [429] * 3, "the owner has sent two"
        hers = {"Authorization": f"Bearer {secret}"}
        assert say("192.0.2.1", hers) == 200, "another owner at an address that has sent one"
        assert say("192.0.2.1", hers) == 429, "the address has sent two"


def test_a_pass_is_good_in_all_processes_that_share_a_secret(tmp_path: Path) -> None:
    def passes(key: str = "", file: Path | None = None) -> Passes:
        return Passes(lambda: Seal(key, file).secret_for("passes of pages"))

    file = tmp_path / "agents.db.key"
    for one, other in ((passes("a long key"), passes("a long key")), (passes(file=file), passes(file=file))):
        assert other.opens(one.issue("s"), "s") and not other.opens(one.issue("s"), "t")
    assert not passes("another key").opens(passes("a long key").issue("s"), "s")
    assert not passes("a long key").opens(passes(file=file).issue("s"), "s")
    assert file.read_text() not in passes(file=file).issue("s")
    assert Seal("a long key").secret_for("something else") != Seal("a long key").secret_for("passes of pages")


def test_a_pass_is_good_for_a_day_or_two() -> None:
    now = 1_000_000 * 86_400.0
    passes = Passes(lambda: b"shared", lambda: now)
    given = passes.issue("s")
    for later, is_good in ((0, True), (86_399, True), (86_400, True), (2 * 86_400 - 1, True), (2 * 86_400, False)):
        now = 1_000_000 * 86_400.0 + later
        assert passes.opens(given, "s") is is_good, later
        assert passes.opens(passes.issue("s"), "s")


def test_a_pass_is_good_where_the_clock_is_a_little_behind() -> None:
    midnight = 1_000_000 * 86_400.0
    ahead, behind = (Passes(lambda: b"shared", lambda now=now: now) for now in (midnight + 1, midnight - 1))  # type: ignore[misc]
    assert behind.opens(ahead.issue("s"), "s") and ahead.opens(behind.issue("s"), "s")


def test_where_nothing_can_be_shared_a_pass_is_good_in_its_process_and_that_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = tmp_path / "agents.db.key"
    damaged.write_text("00")
    for seal in (Seal(), Seal(file=damaged)):
        caplog.clear()
        alone = Passes(lambda seal=seal: seal.secret_for("passes of pages"))  # type: ignore[misc]
        assert alone.opens(alone.issue("s"), "s") and not Passes().opens(alone.issue("s"), "s")
        assert "Set ENCRYPTION_KEY" in caplog.text


def test_where_pages_need_no_pass_no_file_is_made_for_it(tmp_path: Path) -> None:
    app = wiring.build(Settings.model_validate({"database_url": f"sqlite:///{tmp_path / 'test.db'}"}))
    app.passes.issue("s")
    app.close()
    assert not list(tmp_path.glob("*.key"))


def test_a_pass_is_good_for_its_own_session_and_process() -> None:
    passes = Passes()
    given = passes.issue("one")
    assert passes.opens(given, "one") and not passes.opens(given, "other")
    assert not Passes().opens(given, "one")
    assert not passes.opens("", "one") and not passes.opens("é", "one")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("whole"), API_TOKENS="required", MOCK_MODE="true") as server:
        yield server


def test_a_websocket_needs_a_token_too(whole: Server) -> None:
    address = whole.api.replace("http", "ws", 1) + "/ws/agent"
    with pytest.raises(InvalidStatus) as refused, connect(address, proxy=None):
        pass
    assert refused.value.response.status_code == 401
    headers = made(whole.log.parent, "write")
    with connect(address, additional_headers=headers, proxy=None) as socket:
        socket.send('{"type": "ping"}')
        assert '"pong"' in socket.recv(timeout=20)


def test_a_token_that_may_only_read_listens_to_a_websocket_and_changes_nothing(whole: Server) -> None:
    writer, reader = made(whole.log.parent, "write"), made(whole.log.parent, "read")
    session = httpx.post(f"{whole.api}/session/", headers=writer, trust_env=False).json()["session_id"]
    address = whole.api.replace("http", "ws", 1) + f"/ws/agent/{session}"
    with connect(address, additional_headers=reader, proxy=None) as listening:
        assert payload(listening)["update"] == "snapshot"
        edits = [{"action": "set", "field": "tone", "value": "calm"}]
        for action, more in (
            *(("begin", {}), ("send", {"message": "hi"}), ("stop", {}), ("edit", {"operations": edits})),
            *((name, {"field": "tone"}) for name in ("accept", "refuse", "unlock")),
            *(("undo", {}), ("redo", {}), ("go_back", {"message_id": "m"}), ("switch", {"language": "fr"})),
        ):
            refused = asked(listening, {"action": action, "id": "1", **more})
            assert (refused["status"], refused["type"], refused["action"]) == (403, "/problems/scope", action)
            assert "--scope write" in refused["next_step"]
        listening.send("words of a person")
        while payload(listening).get("status") != 403:
            pass
        for action in ("status", "subscribe", "unsubscribe"):
            assert asked(listening, {"action": action, "id": "1"})["action"] == action
        listening.send('{"type": "ping"}')
        with connect(address, additional_headers=writer, proxy=None) as writing:
            assert asked(writing, {"action": "edit", "operations": edits, "id": "1"})["result"]["collected"] == ["tone"]
        while payload(listening).get("update") != "session_changed":
            pass
    talk = httpx.get(f"{whole.api}/v1/sessions/{session}/talk", headers=reader, trust_env=False).json()
    assert talk["messages"] == []


def payload(socket: ClientConnection) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(socket.recv(10))["payload"]
    return found


def asked(socket: ClientConnection, action: dict[str, Any]) -> dict[str, Any]:
    """The answer to an action with an id, or the error."""
    socket.send(json.dumps({"type": "action", "payload": action}))
    while (found := payload(socket)).get("id") != action["id"]:
        pass
    return found


def test_a_handshake_that_is_refused_is_no_error_of_ours(whole: Server) -> None:
    before = whole.log.read_text("utf-8")
    address = whole.api.replace("http", "ws", 1) + "/ws/agent"
    bad = {"Authorization": "Bearer nonsense"}
    for how in ({}, {"additional_headers": bad}, {"origin": "https://evil.example"}):
        with pytest.raises(InvalidStatus), connect(address, proxy=None, **how):
            pass
    writer = made(whole.log.parent, "write")
    with connect(f"{address}/nope", additional_headers=writer, proxy=None) as socket, pytest.raises(ConnectionClosed):
        while True:
            socket.recv(10)
    assert socket.close_code == 4004
    assert whole.log.read_text("utf-8") == before


def test_a_handshake_that_was_really_forgotten_is_said_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("uvicorn.error").addFilter(is_news)

    async def forgetful(scope: Scope, receive: Receive, send: Send) -> None:
        """Answers no WebSocket."""

    with in_thread(forgetful) as address, caplog.at_level(logging.ERROR, "uvicorn.error"):
        logging.getLogger("uvicorn.error").addHandler(caplog.handler)
        with pytest.raises(InvalidStatus), connect(address.replace("http", "ws", 1), proxy=None):
            pass
        logging.getLogger("uvicorn.error").removeHandler(caplog.handler)
    assert "without completing handshake" in caplog.text
