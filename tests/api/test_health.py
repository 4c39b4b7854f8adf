"""GET /health: what it says of each dependency, and when it is 503."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from builder import __version__
from tests import redis
from tests.api.conftest import begin, serving
from tests.models import faults, gemini
from tests.models.script import failing
from tests.servers import running


def health(client: httpx.Client, status: int = 200) -> dict[str, Any]:
    response = client.get("/health")
    assert response.status_code == status, response.text
    found: dict[str, Any] = response.json()
    assert set(found) == {"status", "checks", "timestamp", "version"}
    assert all(check["status"] in ("healthy", "degraded", "unhealthy") for check in found["checks"].values())
    return found


def until(client: httpx.Client, true: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while not true(found := health(client)):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def test_without_a_key_all_is_well(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        found = health(client)
    assert found["status"] == "healthy" and found["version"] == __version__
    assert datetime.fromisoformat(found["timestamp"]).utcoffset() is not None and found["timestamp"].endswith("Z")
    checks = found["checks"]
    assert set(checks) == {"database", "models", "cache", "sessions"}
    assert checks["database"]["milliseconds"] > 0
    assert checks["models"] == {"status": "healthy", "set_up": False, "providers": {}}
    assert checks["cache"] == {"status": "healthy", "kind": "memory"}
    assert checks["sessions"] == {"status": "healthy", "active": 0, "answering": 0}


def test_sessions_in_use_and_running_answers_are_counted(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        first, _ = begin(client), begin(client)
        body = {"message": "hang"}
        headers = {"Accept": "text/event-stream"}
        with client.stream("POST", f"/v1/sessions/{first}/message", json=body, headers=headers) as answer:
            next(answer.iter_lines())
            assert health(client)["checks"]["sessions"] == {"status": "healthy", "active": 2, "answering": 1}
            client.post(f"/v1/sessions/{first}/stop")
        assert health(client)["checks"]["sessions"]["answering"] == 0


def test_a_database_that_is_gone_is_unhealthy_and_the_process_still_answers(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        health(client)
        for file in tmp_path.glob("test.db*"):
            file.rename(file.with_name(f"away-{file.name}"))
        found = health(client, 503)
        assert found["status"] == found["checks"]["database"]["status"] == "unhealthy"
        assert found["checks"]["database"]["next_step"]
        assert str(tmp_path) not in str(found), "where it lies is no business of a stranger's"
        assert client.get("/healthz").text == "ok"


def test_a_database_that_never_opened_is_unhealthy(tmp_path: Path) -> None:
    (tmp_path / "test.db").mkdir()
    with running(tmp_path) as server, httpx.Client(base_url=server.api, trust_env=False) as client:
        assert health(client, 503)["checks"]["database"]["status"] == "unhealthy"
        (tmp_path / "test.db").rmdir()
        assert health(client)["status"] == "healthy"


def test_a_model_is_looked_at_without_a_paid_call_and_only_now_and_then(tmp_path: Path) -> None:
    with gemini.serving() as fake:
        given = {"google_api_key": fake.key, "google_gemini_base_url": fake.url}
        with serving(tmp_path, **given) as client:
            found = until(client, lambda one: one["checks"]["models"]["providers"]["google"]["reachable"] is not None)
            calls = len(fake.received)
            for _ in range(5):
                health(client)
            assert len(fake.received) == calls
            assert {call.route for call in fake.received} == {"models"}
    google = found["checks"]["models"]["providers"]["google"]
    assert (google["reachable"], google["last_call"]) == (True, None)
    assert found["status"] == "healthy" and fake.key not in str(found)


def test_a_model_with_a_wrong_key_degrades_and_is_not_asked_again_at_once(tmp_path: Path) -> None:
    with gemini.serving() as fake:
        given = {"google_api_key": "a-key-that-is-wrong", "google_gemini_base_url": fake.url}
        with serving(tmp_path, **given) as client:
            found = until(client, lambda one: one["checks"]["models"]["providers"]["google"]["reachable"] is False)
            asked = len(fake.received)
            for _ in range(5):
                assert health(client)["status"] == "degraded"
            assert len(fake.received) == asked
    assert found["checks"]["models"]["status"] == "degraded" and "a-key" not in str(found)


def test_a_model_whose_last_call_failed_degrades_and_is_well_again_after_the_next(tmp_path: Path) -> None:
    with gemini.serving() as fake:
        given = {"google_api_key": fake.key, "google_gemini_base_url": fake.url}
        with serving(tmp_path, **given) as client:
            session = begin(client)
            fake.play(failing(faults.WRONG_KEY))
            client.post("/chat/", json={"prompt": "An agent that sorts letters", "session_id": session})
            found = health(client)
            assert found["status"] == found["checks"]["models"]["status"] == "degraded"
            google = found["checks"]["models"]["providers"]["google"]
            assert (google["reachable"], google["last_call"]) == (False, "failed")
            assert found["checks"]["database"]["status"] == "healthy"


def test_a_redis_that_is_away_degrades_and_nothing_more(tmp_path: Path) -> None:
    port = redis.free_port()
    given = {"redis_url": f"redis://:hush-hush@127.0.0.1:{port}"}
    with serving(tmp_path, scripted=True, chat_limit="2/minute", **given) as client:
        found = health(client)
        assert found["status"] == found["checks"]["cache"]["status"] == "degraded"
        assert "hush" not in str(found)
        body = {"prompt": "hi", "session_id": begin(client)}
        assert [client.post("/chat/", json=body).status_code for _ in range(3)] == [200, 200, 429]


def test_a_redis_that_is_there_is_said(tmp_path: Path) -> None:
    with redis.serving(tmp_path, redis.free_port()) as address, serving(tmp_path, redis_url=address) as client:
        assert health(client)["checks"]["cache"] == {"status": "healthy", "kind": "redis"}
