"""What counts as a message beside the talk: a whole specification, a better text; each once by its id."""

import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.conftest import begin
from tests.api.test_quotas import SPEC, assert_quota, mounted_with_specify, used, within_one_month

__all__ = ["within_one_month"]
BETTER = {"field": "system_prompt", "engine": "guided"}


def with_text(client: httpx.Client) -> str:
    """The path of a session that has a text to improve."""
    path = f"/v1/sessions/{begin(client)}"
    operations = [{"action": "set", "field": "system_prompt", "value": "You sort mail"}]
    assert client.patch(f"{path}/draft", json={"operations": operations}).status_code == 200
    return path


@pytest.mark.parametrize("way", ["specification", "better text"])
def test_what_is_done_again_because_its_answer_was_lost_is_counted_once(tmp_path: Path, way: str) -> None:
    with mounted_with_specify(tmp_path, messages=1) as client:
        path, body = ("/generate/", SPEC) if way == "specification" else (f"{with_text(client)}/improve", BETTER)

        def ask(key: str) -> httpx.Response:
            return client.post(path, json=body, headers={"Idempotency-Key": key})

        assert ask("k1").status_code == 200
        assert used(client)["used"] == 1
        lose_answers(tmp_path)
        again = ask("k1")
        assert again.status_code == (200 if way == "specification" else 409), "not for want of room"
        assert used(client)["used"] == 1
        assert_quota(ask("k2"))


def lose_answers(folder: Path) -> None:
    """As when the process died between the count and the answer."""
    with sqlite3.connect(folder / "test.db", timeout=20) as kept:
        kept.execute("DELETE FROM answers")


def test_a_better_text_counts_as_a_message_and_what_is_refused_costs_nothing(tmp_path: Path) -> None:
    with mounted_with_specify(tmp_path, messages=1) as client:
        path = with_text(client)

        def improve(**body: Any) -> httpx.Response:
            return client.post(f"{path}/improve", json=BETTER | body)

        assert improve(field="description").status_code == 422, "there is no text"
        assert improve(engine="nobody").status_code == 422
        assert used(client)["used"] == 0
        assert improve().status_code == 200
        assert used(client)["used"] == 1
        client.post(f"{path}/fields/system_prompt/refuse")
        assert_quota(improve())
        assert client.get(path).json()["proposals"] == {}
        assert used(client) == {"used": 1, "limit": 1}
