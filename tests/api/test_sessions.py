"""Sessions for programs, each call by its name, over real HTTP."""

import threading
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.conftest import serving
from tests.api.test_refusals import assert_problem
from tests.store.parts import config

UNKNOWN = "6f0e5b8e-0000-4000-8000-000000000000"
FIELDS = {
    "name": "Greeter",
    "description": "Greets people.",
    "return_type": "unstructured",
    "system_prompt": "You greet people warmly.",
    "user_prompt": "{question}",
}
RECORD = {
    "session_id", "stage", "progress", "collected", "missing", "revision", "stages", "mode", "engine", "engine_title",
    "used", "agent_id", "saved_version", "language", "context", "draft", "proposals", "archived", "created", "updated",
}  # fmt: skip


def create(client: httpx.Client, **given: object) -> dict[str, Any]:
    response = client.post("/v1/sessions/create", json=given)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


def sets(**fields: object) -> list[dict[str, Any]]:
    return [{"action": "set", "field": name, "value": value} for name, value in fields.items()]


def edit(client: httpx.Client, session: str, operations: list[dict[str, Any]], **more: Any) -> httpx.Response:
    headers = {"If-Match": more.pop("match")} if "match" in more else {}
    return client.patch(f"/v1/sessions/{session}/draft", json={"operations": operations, **more}, headers=headers)


def test_create_needs_nothing_and_says_where_the_session_is(client: httpx.Client) -> None:
    response = client.post("/v1/sessions/create")
    found = response.json()
    assert (response.status_code, set(found)) == (201, RECORD)
    assert str(uuid.UUID(found["session_id"])) == found["session_id"]
    assert (found["stage"], found["progress"], found["mode"]) == ("INITIAL", 0, "full")
    assert response.headers["location"] == f"/api/v1/sessions/{found['session_id']}"
    assert client.get(response.headers["location"].removeprefix("/api")).json() == found


def test_create_takes_mode_language_engine_and_context_and_keeps_them(tmp_path: Path) -> None:
    context = {"company": "Example Ltd", "sizes": [1, 2.5, None, True], "näme": "ü"}
    with serving(tmp_path, scripted=True) as client:
        made = create(client, mode="quick", language="de-AT", engine="guided", context=context)
        assert (made["mode"], made["language"], made["engine"]) == ("quick", "de-AT", "guided")
    with serving(tmp_path, scripted=True) as client:
        session = made["session_id"]
        edit(client, session, sets(tone="warm"))
        client.post(f"/v1/sessions/{session}/undo")
        assert client.get(f"/v1/sessions/{session}").json()["context"] == context
        client.post("/reset/", json={"session_id": session})
        assert client.get(f"/v1/sessions/{session}").json()["context"] == context


def test_create_answers_the_initial_message_at_once(client: httpx.Client) -> None:
    made = create(client, initial_message="name Triage")
    assert made["reply"]["text"] == "Noted: Triage." and made["reply"]["state"] == "done"
    assert made["collected"] == ["name"] and made["draft"]["name"]["value"] == "Triage"
    talk = client.get(f"/v1/sessions/{made['session_id']}/talk").json()
    assert [one["role"] for one in talk["messages"]] == ["user", "model"]


def test_create_gives_the_session_also_when_the_first_reply_failed(client: httpx.Client) -> None:
    made = create(client, initial_message="down")
    assert made["reply"]["state"] == "failed" and "cannot be reached" in made["reply"]["reason"]
    assert client.get(f"/v1/sessions/{made['session_id']}/status").status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"modus": "quick"}, "modus"),
        ({"mode": "slow"}, "mode"),
        ({"initial_message": "  "}, "initial_message"),
        ({"context": [1]}, "context"),
        ({"context": {"a": "x" * 30_000}}, "context"),
        ({"language": "no language"}, "language"),
        ({"engine": 5}, "engine"),
    ],
)
def test_create_names_the_field_that_cannot_be_used(client: httpx.Client, body: object, field: str) -> None:
    response = client.post("/v1/sessions/create", json=body)
    assert response.status_code == 422
    assert response.json()["problems"][0]["field"] == field


def test_an_unknown_engine_is_refused_with_those_there_are(client: httpx.Client) -> None:
    response = client.post("/v1/sessions/create", json={"engine": "oracle"})
    assert "scripted" in assert_problem(response, 422, "invalid")["next_step"]


def test_sessions_are_listed_a_page_at_a_time_latest_first(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        made = [create(client)["session_id"] for _ in range(5)]
        edit(client, made[0], sets(name="Oldest"))
        seen: list[str] = []
        after: str | None = None
        for _ in range(4):
            params: dict[str, Any] = {"limit": 2} | ({"after": after} if after else {})
            page = client.get("/v1/sessions", params=params).json()
            seen += [card["session_id"] for card in page["sessions"]]
            after = page["next"]
            if after is None:
                break
        assert seen == [made[0], *reversed(made[1:])]
        card = client.get("/v1/sessions", params={"limit": 1}).json()["sessions"][0]
        assert set(card) == {"session_id", "title", "stage", "progress", "return_type", "updated", "agent_id"}
        assert card["title"] == "Oldest"
        assert client.get("/v1/sessions", params={"archived": True}).json() == {"sessions": [], "next": None}


@pytest.mark.parametrize("after", ["x", "1", "1.", ".a", "-1.a", "9" * 40 + ".a", "²3.a", "1.\x00", "1.💥"])
def test_a_key_that_nobody_gave_is_refused(client: httpx.Client, after: str) -> None:
    assert_problem(client.get("/v1/sessions", params={"after": after}), 422, "invalid")


def test_every_answer_about_a_session_carries_its_revision_as_etag(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    at = f"/v1/sessions/{session}"
    answers = [
        client.post(f"{at}/message", json={"message": "tone warm"}),
        edit(client, session, sets(**FIELDS)),
        *(client.get(f"{at}{part}") for part in ("", "/status", "/talk", "/problems", "/configuration")),
        *(client.post(f"{at}/{step}") for step in ("undo", "redo", "resume", "stop")),
        client.post(f"{at}/switch", json={"language": "de"}),
        client.post(f"{at}/fields/tone/unlock"),
        client.post(f"{at}/save"),
    ]
    for answer in answers:
        assert answer.is_success, answer.text
        assert answer.headers["etag"].strip('"').isdigit()
    assert answers[-1].headers["etag"] == client.get(f"{at}/status").headers["etag"]
    assert client.get(f"{at}/status").json()["revision"] == int(answers[-1].headers["etag"].strip('"'))


def test_a_program_edits_the_draft_like_a_person(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    output = {"action": "put", "field": "schema_definition", "key": "urgency", "value": {"type": "string"}}
    found = edit(client, session, [*sets(name="Triage", return_type="structured"), output]).json()
    assert found["draft"]["name"] == {"value": "Triage", "source": "edited", "locked": True}
    assert [(change["field"], change["kind"]) for change in found["changes"]] == [
        ("name", "added"),
        ("return_type", "added"),
        ("schema_definition", "added"),
    ]
    assert found["problems"] == []
    client.post(f"/v1/sessions/{session}/message", json={"message": "name Other"})
    now = client.get(f"/v1/sessions/{session}").json()
    assert now["draft"]["name"]["value"] == "Triage" and now["proposals"]["name"]["after"] == "Other"


def test_a_proposal_is_accepted_refused_and_a_field_unlocked(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    at = f"/v1/sessions/{session}"
    edit(client, session, sets(name="Mine", tone="cold"))
    for said in ("name Theirs", "tone warm"):
        client.post(f"{at}/message", json={"message": said})
    accepted = client.post(f"{at}/fields/name/accept").json()
    assert accepted["draft"]["name"]["value"] == "Theirs" and set(accepted["proposals"]) == {"tone"}
    refused = client.post(f"{at}/fields/tone/refuse").json()
    assert refused["draft"]["tone"]["value"] == "cold" and refused["proposals"] == {}
    assert_problem(client.post(f"{at}/fields/tone/accept"), 404, "not-found")
    assert client.post(f"{at}/fields/tone/unlock").json()["draft"]["tone"]["locked"] is False
    assert_problem(client.post(f"{at}/fields/colour/unlock"), 422, "invalid")
    assert_problem(client.post(f"{at}/fields/tone/paint"), 422, "invalid-request")


def test_operations_that_do_not_fit_are_named_and_the_others_count(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    wrong = [{"action": "set", "field": "colour", "value": "red"}, {"action": "add", "field": "name", "value": "x"}]
    mixed = edit(client, session, [*wrong, *sets(tone="warm")])
    assert mixed.status_code == 200
    assert [problem["field"] for problem in mixed.json()["problems"]] == ["colour", "name"]
    assert mixed.json()["collected"] == ["tone"]
    refused = edit(client, session, wrong)
    found = assert_problem(refused, 422, "invalid")
    assert [problem["code"] for problem in found["problems"]] == ["unknown_field", "bad_operation"]


def test_two_clients_edit_one_draft_and_the_later_one_is_told(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    edit(client, session, sets(tone="plain"))
    seen = client.get(f"/v1/sessions/{session}").headers["etag"]
    assert edit(client, session, sets(tone="warm"), match=seen).status_code == 200
    late = edit(client, session, sets(tone="cold", name="Late"), match=seen)
    found = assert_problem(late, 409, "conflict")
    assert found["theirs"] == {"tone": "warm", "name": None}
    now = client.get(f"/v1/sessions/{session}")
    assert now.json()["draft"]["tone"]["value"] == "warm" and "name" not in now.json()["draft"]
    assert found["revision"] == now.json()["revision"]
    assert edit(client, session, sets(tone="cold"), match=f'"{found["revision"]}"').status_code == 200


def test_seen_values_conflict_only_where_they_differ(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    edit(client, session, sets(tone="warm"))
    other = edit(client, session, sets(name="Mine"), seen={"name": None})
    assert other.status_code == 200
    late = edit(client, session, sets(tone="cold"), seen={"tone": None})
    assert assert_problem(late, 409, "conflict")["theirs"] == {"tone": "warm"}
    assert_problem(edit(client, session, sets(tone="cold"), seen={"tne": None}), 422, "invalid-request")


def test_of_many_edits_on_one_revision_exactly_one_counts(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    seen = client.get(f"/v1/sessions/{session}").headers["etag"]
    together, came = threading.Barrier(8), []

    def late(number: int) -> None:
        together.wait()
        with httpx.Client(base_url=client.base_url, trust_env=False, timeout=30) as other:
            came.append(edit(other, session, sets(tone=f"tone {number}"), match=seen).status_code)

    threads = [threading.Thread(target=late, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [200] + [409] * 7


@pytest.mark.parametrize("match", ["*", 'W/"{now}"', '"9999", "{now}"', "{now}"])
def test_if_match_is_read_in_all_its_spellings(client: httpx.Client, match: str) -> None:
    made = create(client)
    assert edit(client, made["session_id"], sets(tone="x"), match=match.format(now=made["revision"])).status_code == 200


@pytest.mark.parametrize("match", ['"9999"', '"abc"', '""', "nonsense", '"²"', ","])
def test_a_tag_that_is_not_the_sessions_never_matches(client: httpx.Client, match: str) -> None:
    made = create(client)
    headers = {"If-Match": match.encode()}
    body = {"operations": sets(tone="x")}
    response = client.patch(f"/v1/sessions/{made['session_id']}/draft", json=body, headers=headers)
    assert_problem(response, 409, "conflict")


def test_every_write_of_a_session_looks_at_if_match(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    edit(client, session, sets(**FIELDS))
    at, stale = f"/v1/sessions/{session}", {"If-Match": '"0"'}
    before = client.get(at).json()
    bodies = {"message": {"message": "name X"}, "go-back": {"message_id": "x"}, "switch": {"language": "de"}}
    bodies["improve"] = {"field": "description"}
    for step in ("message", "undo", "redo", "go-back", "switch", "improve", "resume", "save", "fields/name/unlock"):
        refused = client.post(f"{at}/{step}", json=bodies.get(step), headers=stale)
        assert assert_problem(refused, 409, "conflict")["revision"] == before["revision"], step
    assert_problem(client.delete(at, headers=stale), 409, "conflict")
    now = client.get(at, headers=stale)
    assert now.json() == before
    assert client.post(f"{at}/undo", headers={"If-Match": now.headers["etag"]}).status_code == 200


HOSTILE = [
    b'{"operations": [{"action": "set", "field": "metadata", "value": {"a": NaN}}]}',
    b'{"operations": [{"action": "set", "field": "metadata", "value": {"a": -Infinity}}]}',
    b'{"operations": [{"action": "set", "field": "metadata", "value": ' + b'{"a":' * 90 + b"1" + b"}" * 90 + b"}]}",
    b'{"operations": [{"action": "set", "field": "goals", "value": ' + b"[" * 900 + b"]" * 900 + b"}]}",
    b'{"operations": []}',
    b'{"operations": {}}',
    b'{"operations": [5]}',
    b'{"operations": [{"action": "explode", "field": "name"}]}',
    b'{"operations": [{"action": "set", "field": "name", "by": "interviewer"}]}',
    b'{"\\ud83d": 1, "operations": []}',
    b'[]',
    b'null',
    b'"x"',
    b"",
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies_are_refused_as_problems(client: httpx.Client, body: bytes) -> None:
    session = create(client)["session_id"]
    headers = {"Content-Type": "application/json"}
    response = client.patch(f"/v1/sessions/{session}/draft", content=body, headers=headers)
    assert response.status_code in (400, 422), response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert client.get(f"/v1/sessions/{session}").json()["draft"] == {}


def test_half_characters_and_nul_in_values_are_stored_readable(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    body = b'{"operations": [{"action": "set", "field": "tone", "value": "a\\ud83db\\u0000c"}]}'
    headers = {"Content-Type": "application/json"}
    found = client.patch(f"/v1/sessions/{session}/draft", content=body, headers=headers)
    assert found.status_code == 200
    assert found.json()["draft"]["tone"]["value"] == "a\ufffdbc"


@pytest.mark.parametrize("session", [UNKNOWN, "nonsense", "%00", "..%2f..", "💥", "a" * 3000])
def test_unknown_sessions_are_not_found_by_any_call(client: httpx.Client, session: str) -> None:
    at = f"/v1/sessions/{session}"
    for part in ("", "/configuration", "/problems", "/artifacts"):
        assert client.get(f"{at}{part}").status_code == 404
    for step in ("resume", "save", "fields/name/accept"):
        assert client.post(f"{at}/{step}").status_code == 404
    assert client.delete(at).status_code == 404
    assert edit(client, session, sets(name="X")).status_code == 404


def test_the_configuration_is_there_once_the_interview_is_completed(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    at = f"/v1/sessions/{session}"
    waiting = client.get(f"{at}/configuration")
    assert (waiting.status_code, waiting.text) == (202, "Not finalized yet.")
    assert client.get(f"{at}/artifacts").json() == {"artifacts": [], "next": None}
    agent = client.post("/v1/agents", json=config("Finished")).json()
    opened = client.post(f"/v1/agents/{agent['id']}/open").json()["session_id"]
    assert client.get(f"/v1/sessions/{opened}/configuration").json() == config("Finished")
    [artifact] = client.get(f"/v1/sessions/{opened}/artifacts").json()["artifacts"]
    assert artifact["type"] == "agent_config" and artifact["content"] == config("Finished")
    assert artifact["metadata"]["session_id"] == opened


def test_problems_say_where_why_and_what_to_do(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    edit(client, session, sets(name="two words"))
    found = client.get(f"/v1/sessions/{session}/problems").json()["problems"]
    assert {problem["field"] for problem in found} >= {"name", "description", "system_prompt"}
    assert all(problem["reason"] and problem["next_step"] and problem["code"] for problem in found)


def test_save_makes_an_agent_then_a_version_and_then_nothing_new(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    at = f"/v1/sessions/{session}"
    refused = assert_problem(client.post(f"{at}/save"), 422, "invalid")
    assert {problem["field"] for problem in refused["problems"]} >= {"name", "return_type"}
    edit(client, session, sets(**FIELDS))
    first = client.post(f"{at}/save", json={"note": "As it began"})
    assert (first.json()["version"], first.json()["note"]) == (1, "As it began")
    assert client.post(f"{at}/save").json()["version"] == 1
    edit(client, session, sets(tone="warm"))
    assert client.post(f"{at}/save").json()["version"] == 2
    agent = client.get(first.headers["location"].removeprefix("/api")).json()
    assert (agent["id"], agent["version"], agent["configuration"]["tone"]) == (first.json()["agent_id"], 2, "warm")
    status = client.get(f"{at}/status").json()
    assert (status["agent_id"], status["saved_version"]) == (agent["id"], 2)


def test_a_paused_session_goes_on_after_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        session = create(client, initial_message="tone warm")["session_id"]
        before = client.get(f"/v1/sessions/{session}").json()
    with serving(tmp_path, scripted=True) as client:
        resumed = client.post(f"/v1/sessions/{session}/resume").json()
        assert resumed["message"] == "Noted: warm." and resumed["suggestions"]
        assert {key: resumed[key] for key in before} == before
        client.post(f"/v1/sessions/{session}/message", json={"message": "name Later"})
        assert client.get(f"/v1/sessions/{session}/status").json()["collected"] == ["tone", "name"]


def test_a_new_session_resumes_with_the_opening(client: httpx.Client) -> None:
    resumed = client.post(f"/v1/sessions/{create(client)['session_id']}/resume").json()
    assert resumed["message"] == "What should your agent do?" and resumed["archived"] is False


def test_delete_takes_the_session_away_and_leaves_its_agent(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    edit(client, session, sets(**FIELDS, tone="to stay"))
    agent = client.post(f"/v1/sessions/{session}/save").json()["agent_id"]
    response = client.delete(f"/v1/sessions/{session}")
    assert (response.status_code, response.content) == (204, b"")
    for _ in range(2):
        assert_problem(client.delete(f"/v1/sessions/{session}"), 404, "not-found")
    assert client.get(f"/v1/agents/{agent}").status_code == 200


def test_what_the_program_does_the_talk_of_the_page_shows(client: httpx.Client) -> None:
    session = create(client)["session_id"]
    edit(client, session, sets(tone="warm"))
    talk = client.get(f"/v1/sessions/{session}/talk").json()
    assert talk["can_undo"] is True
    undone = client.post(f"/v1/sessions/{session}/undo").json()
    assert undone["collected"] == []


def test_every_path_works_with_a_slash_at_its_end_too(client: httpx.Client) -> None:
    made = client.post("/v1/sessions/create/", json={})
    session = made.json()["session_id"]
    assert made.status_code == 201
    for path in ("/v1/sessions/", f"/v1/sessions/{session}/", f"/v1/sessions/{session}/problems/"):
        assert client.get(path).status_code == 200
    body = {"operations": sets(tone="x")}
    assert client.patch(f"/v1/sessions/{session}/draft/", json=body).status_code == 200
