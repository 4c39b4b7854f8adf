"""Commands that work on the database of a server that is just answering somebody."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.redis import free_port
from tests.servers import ROOT, environment, running

HOST = ("tests.browser.chat_host",)


@pytest.mark.parametrize("command", [("token", "create", "Ada"), ("token", "list"), ("migrate",), ("chat",)])
def test_a_command_beside_a_server_ends_no_reply_of_it(tmp_path: Path, command: tuple[str, ...]) -> None:
    with running(tmp_path, program=HOST) as server, httpx.Client(base_url=f"{server.api}/v1", timeout=60) as calls:
        session = calls.post("/sessions/create", json={}).json()["session_id"]
        message = {"message": "slow 3000", "message_id": "m"}
        at = f"/sessions/{session}"
        with calls.stream(
            "POST", f"{at}/message", json=message, headers={"Accept": "text/event-stream"}
        ) as reply:
            assert next(reply.iter_text()).startswith("event: Started")
            elsewhere = environment(tmp_path / "test.db", PORT=str(free_port()))
            done = subprocess.run(
                [sys.executable, "-m", "builder", *command], cwd=ROOT, env=elsewhere, input=b"", capture_output=True
            )
            assert done.returncode == 0, done.stderr.decode()
            running_now = calls.get(f"{at}/talk").json()["running"]
            assert running_now is not None and running_now["state"] == "streaming"
            assert calls.post(f"{at}/message", json={"message": "me too"}).status_code == 409
        calls.post(f"{at}/stop").raise_for_status()
