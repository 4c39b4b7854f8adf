"""What belongs to one owner is not there for another, whichever way it is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.api.conftest import begin, serving
from tests.api.real_calls import CONFIG
from tests.api.test_refusals import assert_problem
from tests.fuzz.worlds import token


@dataclass
class Two:
    """A program of another owner, and the program of whoever uses the pages."""

    stranger: httpx.Client
    local: httpx.Client


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("owners")
    with serving(folder, scripted=True, api_tokens="required") as client:
        made = [{"Authorization": f"Bearer {token(folder, owner)}"} for owner in ("stranger", "local")]
        clients = [httpx.Client(base_url=client.base_url, headers=one, timeout=30, trust_env=False) for one in made]
        with clients[0], clients[1]:
            yield Two(*clients)


def test_a_plain_session_is_not_there_for_another_owner(two: Two) -> None:
    session = begin(two.local)
    two.local.post("/chat/", json={"prompt": "name Secret", "session_id": session})
    for path in ("/chat/", "/finalize/", "/generate/finalize/"):
        assert two.local.get(path, params={"session_id": session}).is_success
        assert_problem(two.stranger.get(path, params={"session_id": session}), 404, "not-found")
    for path, body in (("/chat/", {"prompt": "tone x"}), ("/generate/", {"prompt": "tone x"}), ("/reset/", {})):
        assert_problem(two.stranger.post(path, json={**body, "session_id": session}), 404, "not-found")
    assert "Secret" in two.local.get("/chat/", params={"session_id": session}).text


def test_a_plain_session_belongs_to_whoever_began_it(two: Two) -> None:
    session = begin(two.stranger)
    assert two.stranger.get(f"/v1/sessions/{session}").status_code == 200
    assert_problem(two.local.get(f"/v1/sessions/{session}"), 404, "not-found")


def test_agents_of_another_owner_are_not_there(two: Two) -> None:
    agent = two.local.post("/v1/agents", json=CONFIG).json()["id"]
    assert_problem(two.stranger.get(f"/v1/agents/{agent}"), 404, "not-found")
    assert_problem(two.stranger.get("/v1/agents/export", params={"id": agent}), 404, "not-found")
    assert agent not in two.stranger.get("/v1/agents").text


def test_an_admin_rules_over_the_tokens_of_its_own_owner(two: Two) -> None:
    theirs = two.local.post("/v1/tokens", json={"name": "theirs"}).json()
    assert "theirs" not in two.stranger.get("/v1/tokens").text
    assert_problem(two.stranger.delete(f"/v1/tokens/{theirs['id']}"), 404, "not-found")
    assert two.local.get("/v1/sessions", headers={"Authorization": f"Bearer {theirs['token']}"}).status_code == 200
    mine = two.stranger.post("/v1/tokens", json={"name": "mine"}).json()["token"]
    session = begin(two.local)
    asked = two.local.get(f"/v1/sessions/{session}", headers={"Authorization": f"Bearer {mine}"})
    assert_problem(asked, 404, "not-found")
