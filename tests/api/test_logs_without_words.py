"""What people and models write is nowhere in the log, whatever breaks: every call is made with a marked text, models
fail in all ways and quote it. With LOG_PROMPTS it is there."""

import itertools
import json
import logging
import random
import re
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from builder.api.log_causes import kind, trace, wordless
from builder.core.errors import EngineFailed, Invalid, StorageMissing
from builder.core.problem import Problem
from builder.llm.faults import Fault, ModelFailed
from tests.api.loud_host import ERRORS
from tests.api.test_description import CALLS, found
from tests.models import brain, faults, gemini
from tests.models.script import Answer, Received
from tests.models.script import Fault as Broken
from tests.servers import Server, running

MARK = "Pamplemousse"
FORGOTTEN = "coroutine 'A.<locals>.b' was never awaited"
HOST = ("tests.api.loud_host",)
ABREAST = 8
WAYS = (
    Broken(f"this quotes {MARK}", "tell", status=400),
    Broken(f"this quotes {MARK}", "tell", status=503),
    faults.NO_JSON,
    faults.TRUNCATED_JSON,
    faults.NOT_A_NUMBER,
    faults.cut(),
    faults.dropped(),
    faults.bad_chunk(),
    faults.error_event(fault=Broken(f"this quotes {MARK}", "tell", status=500)),
    faults.MALFORMED_CALL,
    faults.BLOCKED,
    None,
)


class Unwell:
    """Says the mark in answers that fit and in others, with each fault in turn."""

    def __init__(self) -> None:
        self._ways = itertools.cycle(WAYS)
        self._nonsense = brain.Nonsense(seed=1)

    def __call__(self, call: Received) -> Answer:
        way = next(self._ways)
        return self._nonsense(call) if way is None else Answer(json={"reply": MARK, MARK: [MARK]}, fault=way)


@pytest.fixture(scope="module")
def models() -> Iterator[dict[str, str]]:
    with gemini.serving(Unwell()) as fake:
        yield {"GOOGLE_API_KEY": fake.key, "GOOGLE_GEMINI_BASE_URL": fake.url, "MODEL_DEADLINE": "5"}


def filled(schema: dict[str, Any], dice: random.Random, depth: int = 0) -> Any:
    """A value of the schema, with the mark in every text."""
    schema = found(schema)
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return filled(dice.choice(options), dice, depth)
    match schema.get("type"):
        case "object":
            inside = {name: filled(one, dice, depth + 1) for name, one in schema.get("properties", {}).items()}
            return inside or {MARK: MARK}
        case "array":
            return [filled(schema.get("items", {"type": "string"}), dice, depth + 1)]
        case "integer" | "number":
            return 1
        case "boolean":
            return True
        case "null":
            return None
    return dice.choice(schema["enum"]) if "enum" in schema else schema.get("const", f"{MARK} {dice.random()}")


def bodies(call: dict[str, Any], session: str, dice: random.Random) -> Iterator[bytes | None]:
    content = call.get("requestBody", {}).get("content", {})
    if not content:
        yield None
        return
    schema = next(iter(content.values())).get("schema", {})
    for _ in range(3):
        body = filled(schema, dice)
        yield json.dumps(body | {"session_id": session} if "session_id" in (body or ()) else body).encode()
    yield json.dumps({MARK: MARK}).encode()
    yield f'{{"{MARK}": "{MARK}'.encode()
    yield f'"{MARK}"'.encode()


def every_call(client: httpx.Client) -> dict[str, set[int]]:
    """Statuses of each operation. Side by side, because many of them wait for a model that fails."""
    with ThreadPoolExecutor(ABREAST) as pool:
        return dict(pool.map(lambda call: (call[1]["operationId"], statuses_of(client, *call)), CALLS))


def statuses_of(client: httpx.Client, at: str, call: dict[str, Any]) -> set[int]:
    """Of a call on a session of its own and on one that is not there."""
    dice, statuses = random.Random(at), set[int]()
    session, query = begun(client, "scripted"), f"text={MARK}&q={MARK}&session_id="
    headers = {"Content-Type": "application/json", "If-Match": MARK, "User-Agent": MARK, "Referer": f"http://{MARK}/"}
    method, path = at.split()
    for known, body in [(one, body) for one in (session, MARK) for body in bodies(call, one, dice)]:
        address = re.sub(r"\{\w+\}", MARK, path.replace("{session_id}", known))
        given = {**headers, "Idempotency-Key": f"{MARK}{dice.random()}"}
        answer = client.request(method, f"{address}?{query}{known}", content=body, headers=given)
        statuses.add(answer.status_code)
    return statuses


def begun(client: httpx.Client, engine: str) -> str:
    given = {"engine": engine, "language": "en"}
    return str(client.post("/v1/sessions/create", json=given).json()["session_id"])


def talk(client: httpx.Client, engine: str, times: int) -> None:
    """Messages with the mark, to an interviewer that fails, by each door."""
    with ThreadPoolExecutor(ABREAST) as pool:
        for _ in pool.map(lambda number: say(client, begun(client, engine), f"{MARK} {number}"), range(times)):
            pass
    client.post("/chat/", json={"prompt": MARK, "session_id": begun(client, engine)})
    client.post("/generate/", json={"spec": f"{MARK} sorts letters"})


def say(client: httpx.Client, session: str, words: str) -> None:
    client.post(f"/v1/sessions/{session}/message", json={"message": words})
    client.post(f"/v1/sessions/{session}/improve", json={"field": "system_prompt"})


def over_websockets(server: Server, session: str) -> None:
    address = server.api.replace("http", "ws", 1) + f"/ws/agent/{session}?text={MARK}"
    frames = [MARK, json.dumps({MARK: MARK}), json.dumps({"type": "action", "payload": {"action": MARK, "id": MARK}})]
    for action in ("send", "edit", "accept", "go_back", "switch", "begin"):
        payload = {"action": action, "id": "1", "message": MARK, "field": MARK, "message_id": MARK, "language": MARK}
        frames.append(json.dumps({"type": "action", "payload": {**payload, "operations": [{"action": MARK}]}}))
    with connect(address, proxy=None) as socket:
        for frame in frames:
            socket.send(frame)
        socket.send(b"\xff" + MARK.encode())
        socket.send('{"type": "ping"}')
        while '"pong"' not in str(socket.recv(timeout=30)):
            pass


def said_everywhere(server: Server) -> dict[str, set[int]]:
    with httpx.Client(base_url=server.api, trust_env=False, timeout=60) as client:
        talk(client, "scripted", 2 * (len(ERRORS) + 1))
        talk(client, "google", len(WAYS))
        statuses = every_call(client)
        over_websockets(server, client.post("/v1/sessions/create", json={}).json()["session_id"])
        client.get(f"/{MARK}?{MARK}={MARK}")
        client.get("/v1/sessions", headers={"Authorization": f"Bearer {MARK}"})
        last = uuid.uuid4().hex
        client.post(f"/{last}", headers={"X-Request-ID": last})
    return statuses


@pytest.mark.parametrize("form", ["json", "plain"])
def test_no_word_of_a_person_or_a_model_is_in_the_log(tmp_path: Path, models: dict[str, str], form: str) -> None:
    with running(tmp_path, program=HOST, LOG_FORMAT=form, **models) as server:
        statuses = said_everywhere(server)
        time.sleep(0.5)
    log = server.log.read_text("utf-8")
    assert len(statuses) == len(CALLS)
    assert {200, 401, 404, 422} <= set().union(*statuses.values())
    assert [line for line in log.splitlines() if MARK.lower() in line.lower()] == []
    for told in ("RuntimeError", "KeyError", "EngineFailed", "Invalid (bad_value)", "ExceptionGroup", "was never"):
        assert told in log, "what went wrong is said all the same"
    assert "tests/api/loud_host.py" in log and "Which led to:" in log


def test_where_it_is_asked_for_it_is_there(tmp_path: Path) -> None:
    with (
        running(tmp_path, program=HOST, LOG_PROMPTS="true", LOG_FORMAT="json") as server,
        httpx.Client(base_url=server.api, trust_env=False, timeout=60) as client,
    ):
        talk(client, "scripted", len(ERRORS))
    lines = [json.loads(line) for line in server.log.read_text("utf-8").splitlines() if line.startswith("{")]
    assert any(one["logger"] == "builder.prompts" and MARK in one["event"] for one in lines)
    assert any(MARK in one.get("exception", "") for one in lines), "what errors say, too"


def test_an_error_is_told_by_its_kind_and_by_what_has_no_words() -> None:
    assert kind(RuntimeError(MARK)) == "RuntimeError"
    assert kind(EngineFailed(MARK)) == "EngineFailed"
    assert kind(Invalid(MARK, [Problem("bad_name", MARK, MARK, MARK)])) == "Invalid (bad_name)"
    assert kind(ModelFailed(Fault("quota", MARK))) == "ModelFailed (quota)"
    assert kind(OSError(28, "No space left on device", MARK)) == "OSError (No space left on device)"
    assert kind(OSError(MARK)) == "OSError"
    assert "DATABASE_URL" in kind(StorageMissing("The database cannot be opened."))


@pytest.mark.parametrize(
    ("logger", "message", "told"),
    [
        ("asyncio", f"Task exception was never retrieved\nfuture: <Task exception=RuntimeError('{MARK}')>", "Task exc"),
        ("py.warnings", f"/lib/main.py:12: UserWarning: {MARK}\n  call('{MARK}')\n", "/lib/main.py:12: UserWarning"),
        ("py.warnings", MARK, "A warning"),
        ("py.warnings", f"/a.py:1: RuntimeWarning: {FORGOTTEN}\n", f"/a.py:1: RuntimeWarning: {FORGOTTEN}"),
    ],
)
def test_libraries_that_write_texts_are_cut_to_what_has_no_words(logger: str, message: str, told: str) -> None:
    record = logging.LogRecord(logger, logging.WARNING, __file__, 1, "%s", (message,), None)
    assert wordless(record).getMessage().startswith(told) and MARK not in wordless(record).getMessage()
    assert record.getMessage() == message, "others who listen get it as it was"


@pytest.mark.parametrize("args", [(ValueError(MARK), 5), {"error": ValueError(MARK), "n": 5}])
def test_errors_among_what_is_logged_are_told_by_their_kind(args: Any) -> None:
    named = isinstance(args, dict)
    said, given = ("%(error)s %(n)d", (args,)) if named else ("%s %d", args)
    record = logging.LogRecord("builder", logging.WARNING, __file__, 1, said, given, None)
    assert wordless(record).getMessage() == "ValueError 5"


def test_a_trace_shows_causes_first_and_ends_where_errors_lead_in_a_circle() -> None:
    try:
        try:
            raise ValueError(MARK)
        except ValueError as cause:
            raise ExceptionGroup(MARK, [cause, OSError(MARK)]) from cause
    except ExceptionGroup as error:
        error.exceptions[0].__cause__ = error
        told = trace((type(error), error, error.__traceback__))
    assert MARK not in told.replace('"{MARK}"', "")
    assert told.index("ValueError") < told.index("Which led to:") < told.index("ExceptionGroup") < told.index("OSError")
    assert trace((None, None, None)) == ""
