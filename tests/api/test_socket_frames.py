"""Frames that have the right form and anything in them, for every action, over the real server."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.sync.client import ClientConnection, connect

from builder.api.actions import KINDS, NAMES, Action
from builder.core.draft import FIELDS
from tests.servers import running

FRAMES = 75  # for each of the 14 actions
EACH = settings(
    max_examples=FRAMES, derandomize=True, database=None, deadline=None, suppress_health_check=[*HealthCheck]
)
COMMON = {"action", "id", "session_id"}
DEEP: Any = json.loads("[" * 70 + "]" * 70)
_numbers = count()
WORDS = st.sampled_from(("", " ", "name", "guided", "nobody", "full", "quick", "de", "\x00", "\ud800", "a" * 300))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | WORDS, inner, max_size=4),
    max_leaves=12,
) | st.just(DEEP)  # fmt: skip
FIELD = st.sampled_from((*FIELDS, "unknown")) | st.text(max_size=80)
STEP = st.fixed_dictionaries(
    {"action": st.sampled_from(("set", "unset", "add", "remove", "put", "drop", "rename")), "field": FIELD},
    optional={"value": ANYTHING, "key": ANYTHING | st.text(max_size=20)},
)
KNOWN: dict[str, st.SearchStrategy[Any]] = {
    "operations": st.lists(STEP, max_size=5),
    "seen": st.dictionaries(FIELD, ANYTHING, max_size=3),
    "field": FIELD,
    "message": st.text(max_size=300),
    "revision": st.integers(0, 5),
}


def payloads(kind: type[Action]) -> st.SearchStrategy[dict[str, Any]]:
    """An action with its own keys, each as it should be or as it should not, and sometimes with one too many."""
    own = kind.model_fields.keys() - COMMON
    given = st.fixed_dictionaries({}, optional={name: KNOWN.get(name, ANYTHING) | ANYTHING for name in sorted(own)})
    more = st.dictionaries(st.text(max_size=10).filter(lambda key: key not in COMMON), ANYTHING, max_size=1)
    return st.builds(lambda given, more: {**more, **given}, given, st.just({}) | more)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("frames")) as server:
        yield server.api


def answer(socket: ClientConnection, payload: dict[str, Any]) -> dict[str, Any]:
    """What comes back for the action; updates that come between are left aside."""
    mine = f"mine-{next(_numbers)}"
    socket.send(json.dumps({"type": "action", "payload": {**payload, "id": mine}, "timestamp": 1.0}))
    while True:
        found: dict[str, Any] = json.loads(socket.recv(20))
        if found["payload"].get("id") == mine:
            return found


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_anything_in_an_action_is_done_or_refused_and_the_connection_lives(api: str, kind: type[Action]) -> None:
    session = httpx.post(f"{api}/session/", trust_env=False).json()["session_id"]
    action = NAMES[KINDS.index(kind)]
    address = f"{api.replace('http', 'ws', 1).removesuffix('/api')}/ws/agent"
    tried: list[str] = []
    with connect(address, proxy=None, max_size=None) as socket:

        @EACH
        @given(payloads(kind))
        def each(given: dict[str, Any]) -> None:
            found = answer(socket, {"session_id": session, **given, "action": action})
            tried.append(found["type"])
            if found["type"] == "error":
                assert found["payload"]["status"] < 500, (given, found)
                assert found["payload"]["detail"] and found["payload"]["next_step"], found
            else:
                assert found["type"] == "action" and found["payload"]["action"] == action, found

        each()
        socket.send('{"type": "ping"}')
        while json.loads(socket.recv(20))["type"] != "pong":
            pass
    assert len(tried) >= FRAMES and "error" in tried
