"""A token that is revoked while its program is connected: the open WebSocket ends, nothing more is done over it."""

import asyncio
import json
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from builder.api.sockets import Pace
from tests.api.test_sockets import Place, ask, hear, of_type, serving, until

EDIT = {"action": "edit", "operations": [{"action": "set", "field": "tone", "value": "calm"}]}


def token_of(place: Place) -> tuple[str, dict[str, str]]:
    token, secret = asyncio.run(place.app.tokens.create("robot"))
    return token.id, {"Authorization": f"Bearer {secret}"}


def assert_let_go(socket: ClientConnection) -> list[str]:
    """What still came before the connection was closed because of the token."""
    came: list[str] = []
    deadline = time.monotonic() + 10
    with pytest.raises(ConnectionClosed):
        while time.monotonic() < deadline:
            came.append(str(socket.recv(10)))
    assert (socket.close_code, socket.close_reason) == (4401, "This token was revoked.")
    return came


@pytest.mark.parametrize("said", [json.dumps({"type": "action", "payload": EDIT}), "words of a person"])
def test_what_comes_over_an_open_socket_after_the_token_was_revoked_is_not_done(tmp_path: Path, said: str) -> None:
    with serving(tmp_path, required=True) as place:
        session = asyncio.run(place.app.interviews.begin()).id
        token_id, headers = token_of(place)
        _, others = token_of(place)
        with (
            place.open(f"/{session}", additional_headers=headers) as socket,
            place.open(f"/{session}", additional_headers=others) as other,
            place.open(f"/{session}?pass={place.app.passes.issue(session)}") as page,
        ):
            assert ask(socket, "status")["type"] == "action"
            asyncio.run(place.app.tokens.revoke(token_id))
            socket.send(said)
            assert not any('"action"' in frame or '"turn"' in frame for frame in assert_let_go(socket))
            for still in (other, page):
                assert ask(still, "status")["payload"]["result"]["revision"] == 0
        assert asyncio.run(place.app.interviews.talk(session)).messages == ()


def test_who_only_listens_is_let_go_at_the_next_beat(tmp_path: Path) -> None:
    with serving(tmp_path, required=True, pace=Pace(beat=0.1)) as place:
        token_id, headers = token_of(place)
        with place.open(additional_headers=headers) as socket:
            until(socket, of_type("ping"))
            assert hear(socket)["type"] == "ping", "while the token is good it stays"
            asyncio.run(place.app.tokens.revoke(token_id))
            assert_let_go(socket)
        assert place.listening == 0
