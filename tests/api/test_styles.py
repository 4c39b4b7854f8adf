"""One client for each of the contract's address styles, as somebody would write it who read only the contract.

Each leads a whole interview with nothing but the standard library, with and without the slash at the end of paths.
"""

import json
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.api.test_plain import SPEC, assert_valid

Call = Callable[..., tuple[int, str]]


def caller(base: str, slash: bool) -> Call:
    """`call(method, path, body)` gives status and text, and knows nothing of this product."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(method: str, path: str, body: Any = None, **query: str) -> tuple[int, str]:
        path = path.rstrip("/") + ("/" if slash else "") + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{base}{path}", data=data, headers=headers, method=method)
        with opener.open(request, timeout=30) as response:
            return response.status, response.read().decode()

    return call


def loads(answer: tuple[int, str]) -> Any:
    return json.loads(answer[1])


def said_next(replies: list[str]) -> str:
    return next((reply for reply in replies if reply.lower().startswith("yes")), "You decide")


def plain(call: Call) -> Any:
    return _lines(call, "/chat/", "/finalize/")


def quick(call: Call) -> Any:
    return _lines(call, "/generate/", "/generate/finalize/")


def _lines(call: Call, talk: str, final: str) -> Any:
    session, prompt = loads(call("POST", "/session/"))["session_id"], SPEC
    for _ in range(12):
        lines = call("POST", talk, {"prompt": prompt, "session_id": session})[1].splitlines()
        status, text = call("GET", final, session_id=session)
        if status == 200:
            return json.loads(text)
        assert (status, text) == (202, "Not finalized yet.")
        prompt = said_next(json.loads(lines[-1])["quick_replies"])
    raise AssertionError("never finished")


def at_once(call: Call) -> Any:
    return loads(call("POST", "/generate/", {"spec": SPEC}))


def versioned(call: Call) -> Any:
    session = loads(call("POST", "/v1/sessions/create", {"initial_message": SPEC, "mode": "quick", "context": {}}))
    at = f"/v1/sessions/{session['session_id']}"
    replies = session["reply"]["suggestions"]
    for _ in range(12):
        status = loads(call("GET", f"{at}/status"))
        assert {"stage", "progress", "collected", "missing", "revision"} <= set(status)
        if status["stage"] == "COMPLETED":
            break
        replies = loads(call("POST", f"{at}/message", {"message": said_next(replies)}))["suggestions"]
    loads(call("POST", f"{at}/resume"))
    [artifact] = loads(call("GET", f"{at}/artifacts"))["artifacts"]
    assert call("DELETE", at)[0] == 204
    return artifact["content"]


def one_call(call: Call) -> Any:
    body: dict[str, Any] = {"message": SPEC, "user_id": "ann", "enable_tools": True}
    for _ in range(12):
        answer = loads(call("POST", "/agent/chat", body))
        if answer["artifacts"]:
            return answer["artifacts"][0]["content"]
        session = {"session_id": answer["session_id"]}
        replies = loads(call("GET", f"/v1/sessions/{answer['session_id']}/talk"))["suggestions"]
        body = {"message": said_next(replies), "user_id": "ann", "enable_tools": True, **session}
    raise AssertionError("never finished")


@pytest.mark.parametrize("slash", [True, False], ids=["slash", "no slash"])
@pytest.mark.parametrize("style", [plain, quick, at_once, versioned, one_call])
def test_a_client_of_each_style_gets_a_whole_agent(
    guided: httpx.Client, style: Callable[[Call], Any], slash: bool
) -> None:
    config = style(caller(str(guided.base_url).rstrip("/"), slash))
    assert_valid(guided, config)
    assert config["name"] == "TicketTriage" and config["return_type"] == "structured"
