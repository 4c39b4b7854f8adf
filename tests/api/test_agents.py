"""Saved agents for programs, each call by its name, over real HTTP."""

import io
import json
import threading
import uuid
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import begin, serving
from tests.api.test_refusals import assert_problem
from tests.store.parts import config

CARD = {"id", "name", "description", "return_type", "placeholders", "version", "created", "updated"}


def fresh(**more: Any) -> dict[str, Any]:
    """A configuration that no other test has."""
    return {**config(f"Agent{uuid.uuid4().hex[:8]}"), **more}


def make(client: httpx.Client, wanted: dict[str, Any] | None = None) -> dict[str, Any]:
    response = client.post("/v1/agents", json=wanted or fresh())
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


def renew(client: httpx.Client, agent: dict[str, Any], match: str | None = None, **more: Any) -> httpx.Response:
    headers = {} if match is None else {"If-Match": match}
    return client.put(f"/v1/agents/{agent['id']}", json={**agent["configuration"], **more}, headers=headers)


def test_create_says_where_the_agent_is_and_at_which_version(client: httpx.Client) -> None:
    wanted = fresh()
    response = client.post("/v1/agents", json=wanted, params={"note": "From a script"})
    made = response.json()
    assert (response.status_code, set(made)) == (201, CARD | {"configuration"})
    assert made["configuration"] == wanted and made["placeholders"] == ["question"]
    assert response.headers["etag"] == '"1"'
    assert response.headers["location"] == f"/api/v1/agents/{made['id']}"
    assert client.get(f"/v1/agents/{made['id']}").json() == made
    assert client.get(f"/v1/agents/{made['id']}/versions").json()["versions"][0]["note"] == "From a script"


def test_the_same_name_and_content_again_is_the_same_agent(client: httpx.Client) -> None:
    made = make(client)
    again = client.post("/v1/agents", json=made["configuration"])
    assert (again.status_code, again.json()) == (200, made)
    other = client.post("/v1/agents", json={**made["configuration"], "description": "Another one."})
    assert other.status_code == 201 and other.json()["id"] != made["id"]


def test_the_same_agent_created_by_many_at_once_is_one(client: httpx.Client) -> None:
    wanted, together, came = fresh(), threading.Barrier(6), []

    def create() -> None:
        with httpx.Client(base_url=client.base_url, trust_env=False, timeout=30) as other:
            together.wait()
            response = other.post("/v1/agents", json=wanted)
            came.append((response.status_code, response.json()["id"]))

    threads = [threading.Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in came) == [200] * 5 + [201]
    assert len({agent_id for _, agent_id in came}) == 1


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"nmae": "X"}, "nmae", "name"),
        ({"colour": "red"}, "colour", "Remove it"),
        ({"name": "two words"}, "name", "TwoWords"),
        ({"description": "x" * 501}, "description", "500"),
        ({"return_type": "structured"}, "schema_definition", "output"),
        ({"schema_definition": {"type": "object"}}, "schema_definition", "Remove"),
        ({"prompts": []}, "system_prompt", ""),
        ({"prompts": "x"}, "system_prompt", ""),
        ({"goals": [5]}, "goals.0", ""),
    ],
)
def test_a_configuration_that_breaks_the_contract_is_refused_with_the_path(
    client: httpx.Client, change: dict[str, Any], field: str, said: str
) -> None:
    found = assert_problem(client.post("/v1/agents", json=fresh(**change)), 422, "invalid")
    [problem] = [problem for problem in found["problems"] if problem["field"] == field][:1]
    assert problem["reason"] and said in problem["next_step"] + problem["reason"]


def test_agents_are_found_by_words_kind_and_order_a_page_at_a_time(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        for number in range(5):
            make(client, config(f"Greeter{number}", f"Greets number {number}."))
        structured = {"return_type": "structured", "schema_definition": {"type": "object", "properties": {"a": {}}}}
        make(client, {**config("Sorter", "Sorts mail."), **structured})

        def names(**params: Any) -> list[str]:
            return [agent["name"] for agent in client.get("/v1/agents", params=params).json()["agents"]]

        assert names(sort="name", text="greets num") == [f"Greeter{number}" for number in range(5)]
        assert names(kind="structured") == ["Sorter"]
        assert names()[0] == "Sorter" and names(sort="oldest")[0] == "Greeter0"
        seen: list[str] = []
        after = None
        while after or not seen:
            page = client.get("/v1/agents", params={"limit": 4, "sort": "name"} | ({"after": after} if after else {}))
            seen += [agent["name"] for agent in page.json()["agents"]]
            after = page.json()["next"]
        assert seen == [*(f"Greeter{number}" for number in range(5)), "Sorter"]
        assert set(client.get("/v1/agents").json()["agents"][0]) == CARD
        for wrong in ({"kind": "both"}, {"sort": "best"}, {"limit": 0}, {"after": "x"}):
            assert client.get("/v1/agents", params=wrong).status_code == 422
        assert names(text='"* OR NEAR( ¡ \x00') == []


def test_put_makes_a_new_version_and_the_same_content_none(client: httpx.Client) -> None:
    made = make(client)
    second = renew(client, made, tone="warm")
    assert (second.status_code, second.json()["version"], second.headers["etag"]) == (200, 2, '"2"')
    assert renew(client, made, tone="warm").json()["version"] == 2
    assert_problem(renew(client, made, name="not a name"), 422, "invalid")
    kept = client.get(f"/v1/agents/{made['id']}/versions").json()["versions"]
    assert [version["version"] for version in kept] == [2, 1]
    assert all(set(version) == {"version", "agent_id", "note", "author", "hash", "created"} for version in kept)


def test_a_stale_put_is_refused_with_what_stands_there_now(client: httpx.Client) -> None:
    made = make(client)
    assert renew(client, made, match='"1"', tone="warm").status_code == 200
    late = renew(client, made, match='"1"', tone="cold", goals=["Late"])
    found = assert_problem(late, 409, "conflict")
    assert found["theirs"] == {"tone": "warm", "goals": None} and found["revision"] == 2
    now = client.get(f"/v1/agents/{made['id']}").json()
    assert (now["version"], now["configuration"]["tone"]) == (2, "warm")
    assert renew(client, made, match='"2"', tone="cold").json()["version"] == 3


def test_of_many_puts_on_one_version_exactly_one_counts(client: httpx.Client) -> None:
    made, together, came = make(client), threading.Barrier(6), []

    def put(number: int) -> None:
        with httpx.Client(base_url=client.base_url, trust_env=False, timeout=30) as other:
            together.wait()
            came.append(renew(other, made, match='"1"', tone=f"tone {number}").status_code)

    threads = [threading.Thread(target=put, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [200] + [409] * 5


def test_one_version_reads_as_it_was_and_two_are_compared(client: httpx.Client) -> None:
    made = make(client)
    renew(client, made, tone="warm", description="Other words.")
    at = f"/v1/agents/{made['id']}"
    assert client.get(f"{at}/versions/1").json()["configuration"] == made["configuration"]
    assert client.get(f"{at}/versions/1").headers["etag"] == '"1"'
    changes = client.get(f"{at}/diff", params={"from": 1, "to": 2}).json()["changes"]
    assert [(change["field"], change["kind"]) for change in changes] == [("description", "changed"), ("tone", "added")]
    assert client.get(f"{at}/diff", params={"from": 1}).json()["changes"] == changes
    assert client.get(f"{at}/diff", params={"from": 2, "to": 2}).json()["changes"] == []
    assert_problem(client.get(f"{at}/versions/9"), 404, "not-found")
    assert_problem(client.get(f"{at}/diff", params={"from": 1, "to": 9}), 404, "not-found")
    for wrong in ("0", "-1", "x", "9" * 30):
        assert client.get(f"{at}/versions/{wrong}").status_code == 422
    assert client.get(f"{at}/diff", params={"from": "9" * 30}).status_code in (404, 422)


def test_a_comparison_says_in_words_what_changed_and_whether_old_outputs_still_fit(client: httpx.Client) -> None:
    schema = {"type": "object", "properties": {"urgency": {"type": "string"}}}
    tags = {"type": "array", "items": {"type": "string"}}
    wider = {"type": "object", "properties": {**schema["properties"], "tags": tags}, "required": ["tags"]}
    wanted = {**fresh(), "return_type": "structured", "schema_definition": schema}
    made = client.post("/v1/agents", json=wanted).json()
    at = f"/v1/agents/{made['id']}"
    client.put(at, json={**wanted, "tone": "warm", "schema_definition": wider}).raise_for_status()
    at = f"{at}/diff"
    found = client.get(at, params={"from": 1, "to": 2}).json()
    told = {change["field"]: change["sentences"] for change in found["changes"]}
    assert told["tone"] == ["new: “warm”"]
    assert "“tags” was added (list of text, required)" in told["schema_definition"]
    assert found["fits"]["verdict"] == "may_not"
    assert [(reason["code"], reason["text"]) for reason in found["fits"]["reasons"]] == [
        ("misfit_required", "“tags” is required now")
    ]
    back = client.get(at, params={"from": 2, "to": 1}).json()
    assert back["fits"] == {
        "verdict": "fits",
        "sentence": "Everything that fitted before still fits",
        "reasons": [],
    }
    assert client.get(at, params={"from": 2, "to": 2}).json() == {"changes": [], "fits": None}


def test_restore_makes_a_new_version_with_the_old_content(client: httpx.Client) -> None:
    made = make(client)
    renew(client, made, tone="warm")
    at = f"/v1/agents/{made['id']}"
    assert_problem(client.post(f"{at}/restore", json={"version": 1}, headers={"If-Match": '"1"'}), 409, "conflict")
    again = client.post(f"{at}/restore", json={"version": 1}).json()
    assert (again["version"], again["configuration"]) == (3, made["configuration"])
    assert len(client.get(f"{at}/versions").json()["versions"]) == 3
    assert_problem(client.post(f"{at}/restore", json={"version": 9}), 404, "not-found")
    assert_problem(client.post(f"{at}/restore", json={"number": 1}), 422, "invalid-request")
    assert client.post(f"{at}/restore", json={"version": 1.0}).status_code == 200, "the integer 1 in JSON"
    assert_problem(client.post(f"{at}/restore", json={"version": 1.5}), 422, "invalid-request")


def test_rename_makes_a_version_and_offers_a_mended_name(client: httpx.Client) -> None:
    made = make(client)
    name = f"N{uuid.uuid4().hex[:8]}"
    renamed = client.post(f"/v1/agents/{made['id']}/rename", json={"name": name}).json()
    assert (renamed["name"], renamed["version"], renamed["configuration"]["name"]) == (name, 2, name)
    found = assert_problem(client.post(f"/v1/agents/{made['id']}/rename", json={"name": "My agent!"}), 422, "invalid")
    assert found["problems"][0]["mend"]["value"] == "MyAgent"


def test_duplicate_makes_another_agent_with_the_next_free_name(client: httpx.Client) -> None:
    made = make(client, config(f"Twin{uuid.uuid4().hex[:8]}x"))
    copy = client.post(f"/v1/agents/{made['id']}/duplicate")
    assert (copy.status_code, copy.json()["name"]) == (201, f"{made['name']}2")
    assert copy.headers["location"] == f"/api/v1/agents/{copy.json()['id']}"


def test_a_deleted_agent_is_gone_until_it_is_taken_back(client: httpx.Client) -> None:
    made = make(client)
    at = f"/v1/agents/{made['id']}"
    assert_problem(client.delete(at, headers={"If-Match": '"2"'}), 409, "conflict")
    response = client.delete(at, headers={"If-Match": '"1"'})
    assert (response.status_code, response.content) == (204, b"")
    for path in (at, f"{at}/versions", f"{at}/file", f"{at}/versions/1"):
        assert_problem(client.get(path), 404, "not-found")
    assert_problem(renew(client, made, tone="x"), 404, "not-found")
    assert client.get("/v1/agents", params={"text": made["name"]}).json()["agents"] == []
    assert client.post(f"{at}/undelete").json() == made
    assert client.get(at).status_code == 200


def test_the_file_of_an_agent_is_what_the_page_would_give(client: httpx.Client) -> None:
    made = make(client, fresh(description="Grüße 💬"))
    response = client.get(f"/v1/agents/{made['id']}/file")
    assert response.headers["content-disposition"] == f'attachment; filename="{made["name"]}.json"'
    assert response.headers["content-type"] == "application/json"
    assert json.loads(response.content) == made["configuration"] and "💬" in response.text
    renew(client, made, tone="warm")
    assert "tone" not in client.get(f"/v1/agents/{made['id']}/file", params={"version": 1}).json()


def test_several_agents_leave_as_one_zip(client: httpx.Client) -> None:
    made = [make(client) for _ in range(2)]
    response = client.get("/v1/agents/export", params={"id": [agent["id"] for agent in made]})
    assert 'filename="agents.zip"' in response.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert sorted(archive.namelist()) == sorted(f"{agent['name']}.json" for agent in made)
    assert client.get("/v1/agents/export").status_code == 422
    assert client.get("/v1/agents/export", params={"id": ["x"]}).status_code == 404


def test_an_agent_opens_as_a_session_that_follows_its_new_versions(client: httpx.Client) -> None:
    made = make(client)
    opened = client.post(f"/v1/agents/{made['id']}/open")
    session = opened.json()
    assert opened.headers["location"] == f"/api/v1/sessions/{session['session_id']}"
    assert (session["stage"], session["agent_id"], session["saved_version"]) == ("COMPLETED", made["id"], 1)
    renew(client, made, tone="warm")
    again = client.post(f"/v1/agents/{made['id']}/open").json()
    assert again["session_id"] == session["session_id"]
    assert (again["draft"]["tone"]["value"], again["saved_version"]) == ("warm", 2)
    assert client.post(f"/v1/sessions/{session['session_id']}/save").json()["version"] == 2


def test_changes_that_are_not_saved_survive_a_new_version_from_elsewhere(client: httpx.Client) -> None:
    made = make(client)
    session = client.post(f"/v1/agents/{made['id']}/open").json()["session_id"]
    mine = {"operations": [{"action": "set", "field": "tone", "value": "mine"}]}
    client.patch(f"/v1/sessions/{session}/draft", json=mine)
    renew(client, made, tone="theirs")
    now = client.get(f"/v1/sessions/{session}").json()
    assert (now["draft"]["tone"]["value"], now["saved_version"]) == ("mine", 1)
    assert client.get(f"/v1/agents/{made['id']}").json()["configuration"]["tone"] == "theirs"


def test_import_tells_of_each_configuration_what_became_of_it(client: httpx.Client) -> None:
    known = make(client)["configuration"]
    new = fresh()
    items = client.post("/v1/agents/import", json=[new, known, {"name": "X", "nmae": 1}, 5, new]).json()["items"]
    assert [item["outcome"] for item in items] == ["created", "same", "refused", "refused", "same"]
    assert [item["index"] for item in items] == [0, 1, 2, 3, 4]
    assert items[0]["agent"]["name"] == new["name"] and items[4]["agent"]["id"] == items[0]["agent"]["id"]
    assert "nmae" in {problem["field"] for problem in items[2]["problems"]} and items[2]["agent"] is None
    one = fresh()
    [item] = client.post("/v1/agents/import", json=one).json()["items"]
    assert (item["outcome"], item["agent"]["name"]) == ("created", one["name"])


@pytest.mark.parametrize("body", [[], None, 5, "x", [[]], [None] * 201])
def test_an_import_of_nothing_or_too_much_brings_nothing_in(client: httpx.Client, body: object) -> None:
    response = client.post("/v1/agents/import", json=body)
    if response.status_code == 200:
        assert {item["outcome"] for item in response.json()["items"]} == {"refused"}
    else:
        assert response.status_code == 422


HOSTILE = [
    b'{"name": NaN}',
    b'{"metadata": {"a": 1e999}}',
    b'{"a":' * 500 + b"1" + b"}" * 500,
    b'{"a":' * 200_000,
    b'{"\\ud83d\\u0000": "\\udc00"}',
    b'{"prompts": [{"prompt_type": {}, "content": [], "placeholders": 5}, null]}',
    b'{"schema_definition": {"$ref": "#"}, "return_type": "structured"}',
    b'{"return_type": []}',
    b'{"workflow": {"steps": [{"id": {}, "next": [{}]}]}}',
    b'{"name": 1' + b"0" * 5000 + b"}",
    b"[]",
    b"\xff\xfe",
    b"",
]


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_configurations_are_refused_as_problems(client: httpx.Client, method: str, body: bytes) -> None:
    path = "/v1/agents" if method == "POST" else f"/v1/agents/{make(client)['id']}"
    response = client.request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422), response.text
    assert response.headers["content-type"] == "application/problem+json"


VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["name", "description", "return_type", "prompts", "schema_definition", "tools", "memory", "workflow", "metadata"]
)


CHANGES = st.dictionaries(KEYS, VALUES, min_size=1, max_size=3)
ODD = st.dictionaries(st.text(), VALUES, max_size=1)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES, odd=ODD)
def test_no_configuration_makes_the_server_fail(client: httpx.Client, changes: Any, odd: Any) -> None:
    body = json.dumps([{**config(), **changes, **odd}]).encode()
    response = client.post("/v1/agents/import", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (200, 422), response.text


UNKNOWN = "4c1c9b1e-6b5e-4d3f-9d8e-0c2a77f6b1aa"


@pytest.mark.parametrize("agent", ["nonsense", UNKNOWN, "%00", "..%2f..", "💥", "a" * 3000, "export2"])
def test_unknown_agents_are_not_found_by_any_call(client: httpx.Client, agent: str) -> None:
    at = f"/v1/agents/{agent}"
    for part in ("", "/versions", "/versions/1", "/diff?from=1", "/file"):
        assert_problem(client.get(f"{at}{part}"), 404, "not-found" if "%2f" not in at else "no-such-call")
    bodies = {"restore": {"version": 1}, "rename": {"name": "Other"}}
    for step in ("undelete", "duplicate", "open", "restore", "rename"):
        assert client.post(f"{at}/{step}", json=bodies.get(step)).status_code == 404
    assert client.put(at, json=fresh()).status_code == 404
    assert client.delete(at).status_code == 404


def test_an_agent_of_the_page_is_the_programs_too_after_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        made = make(client)
        renew(client, made, tone="warm")
    with serving(tmp_path, scripted=True) as client:
        assert client.get(f"/v1/agents/{made['id']}").json()["version"] == 2
        assert renew(client, made, match='"2"', tone="cold").json()["version"] == 3


def test_every_path_works_with_a_slash_at_its_end_too(client: httpx.Client) -> None:
    made = client.post("/v1/agents/", json=fresh()).json()
    for part in ("/", f"/{made['id']}/", f"/{made['id']}/versions/", f"/{made['id']}/file/"):
        assert client.get(f"/v1/agents{part}").status_code == 200


def test_the_interview_of_the_plain_calls_ends_in_an_agent(client: httpx.Client) -> None:
    session = begin(client)
    fields = {"name": "Plain", "description": "Says it.", "return_type": "unstructured"}
    prompts = {"system_prompt": "You say it.", "user_prompt": "{it}"}
    steps = [{"action": "set", "field": name, "value": value} for name, value in (fields | prompts).items()]
    client.patch(f"/v1/sessions/{session}/draft", json={"operations": steps})
    saved = client.post(f"/v1/sessions/{session}/save").json()
    assert client.get(f"/v1/agents/{saved['agent_id']}").json()["name"] == "Plain"
