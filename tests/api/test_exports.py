"""Exports over HTTP: what a program sees of a target before it takes the files, and bundles that are kept."""

import io
import zipfile
from pathlib import Path

import httpx
import pytest

from builder.exporters.registry import all_exporters
from tests.api.real_calls import CONFIG, begun, edits, finished, served


@pytest.fixture(scope="module")
def guided(tmp_path_factory: pytest.TempPathFactory) -> httpx.Client:
    with served(tmp_path_factory.mktemp("exports"), scripted=False) as client:
        yield client


def created(client: httpx.Client, **changes: object) -> str:
    return str(client.post("/v1/agents", json={**CONFIG, **changes}).json()["id"])


def test_all_targets_are_listed_in_their_order(guided: httpx.Client) -> None:
    listed = guided.get("/v1/exports").json()["targets"]
    assert [one["name"] for one in listed] == [exporter.name for exporter in all_exporters()]
    assert [one["rank"] for one in listed] == sorted(one["rank"] for one in listed)


def test_what_is_lost_is_said_before_the_files_are_taken(guided: httpx.Client) -> None:
    at = f"/v1/agents/{created(guided, name='Told', voice={'voice_id': 'v', 'model': 'm', 'speed': 1.0})}"
    seen = guided.get(f"{at}/exports/openai_agents")
    assert seen.headers["ETag"] == '"1"'
    (lost,) = [note for note in seen.json()["notes"] if note["field"] == "voice"]
    assert (lost["kind"], lost["code"]) == ("lost", "no_slot") and "voice" in lost["text"]


def test_each_version_has_files_of_its_own(guided: httpx.Client) -> None:
    at = f"/v1/agents/{created(guided, name='Versioned')}"
    guided.put(at, json={**CONFIG, "name": "Versioned", "description": "Sorts by colour."})
    first, last = [guided.get(f"{at}/exports/pydantic_ai", params=asked) for asked in ({"version": 1}, {})]
    assert (first.headers["ETag"], last.headers["ETag"]) == ('"1"', '"2"')
    assert "by colour" not in first.text and "by colour" in last.text
    old = guided.get(f"{at}/exports.zip", params={"target": "pydantic_ai", "version": 1}).content
    assert first.json()["files"][0]["content"] in read(old).values()
    assert guided.get(f"{at}/exports/pydantic_ai", params={"version": 9}).status_code == 404


def read(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_zip_has_the_chosen_targets_whatever_their_order(guided: httpx.Client) -> None:
    at = f"/v1/agents/{created(guided, name='Zipped')}/exports.zip"
    one = guided.get(at, params={"target": ["google_adk", "pydantic_ai", "google_adk"]})
    other = guided.get(at, params={"target": ["pydantic_ai", "google_adk"]})
    assert one.content == other.content
    assert one.headers["Content-Disposition"] == 'attachment; filename="Zipped-exports.zip"'
    assert {name.partition("/")[0] for name in read(one.content)} == {"README.md", "google_adk", "pydantic_ai"}
    assert guided.get(at).status_code == 422
    assert guided.get(at, params={"target": ["pydantic_ai", "x"]}).json()["next_step"].endswith("GET /v1/exports.")


def test_a_session_is_exported_once_it_could_be_saved(guided: httpx.Client) -> None:
    at = f"/v1/sessions/{begun(guided)}"
    refused = guided.get(f"{at}/exports/pydantic_ai")
    assert refused.status_code == 422 and "missing_name" in [one["code"] for one in refused.json()["problems"]]
    assert guided.post(f"{at}/artifacts/export", json={"targets": ["pydantic_ai"]}).status_code == 422
    prompts = {"system_prompt": "You sort mail.", "user_prompt": "Sort it"}
    fields = {key: CONFIG[key] for key in ("name", "description", "return_type", "schema_definition")}
    revision = guided.patch(f"{at}/draft", json=edits(**fields, **prompts)).headers["ETag"]
    seen = guided.get(f"{at}/exports/pydantic_ai")
    assert seen.headers["ETag"] == revision and "You sort mail." in seen.json()["files"][0]["content"]


def test_a_bundle_is_kept_with_its_session_and_not_twice(guided: httpx.Client) -> None:
    session = finished(guided)
    at = f"/v1/sessions/{session}/artifacts"
    made = [guided.post(f"{at}/export", json={"targets": targets}) for targets in (["pydantic_ai"], ["pydantic_ai"],
            ["google_adk", "pydantic_ai"])]  # fmt: skip
    assert [one.status_code for one in made] == [201, 200, 201]
    assert made[0].json() == {**made[1].json(), "metadata": made[0].json()["metadata"]}
    latest = {one["name"]: one["version"] for one in guided.get(at).json()["artifacts"] if one["type"] == "bundle"}
    assert sorted(latest.values()) == [1, 2] and len(latest) == 2
    kept = guided.get(f"{made[0].headers['Location'].removeprefix('/api')}/file")
    now = guided.get(f"/v1/sessions/{session}/exports.zip", params={"target": "pydantic_ai"})
    assert (kept.headers["Content-Type"], kept.content) == ("application/zip", now.content)
    assert kept.headers["Content-Disposition"] == now.headers["Content-Disposition"]
    assert made[0].json()["content"] is None and made[0].json()["metadata"]["expires_at"] is not None
    assert 'artifacts_created_total{artifact_type="bundle"} 2.0' in guided.get("/metrics").text


def test_what_is_somebody_elses_is_not_exported(tmp_path: Path) -> None:
    with served(tmp_path, scripted=False) as client:
        for at in ("/v1/agents/none", "/v1/sessions/none"):
            assert client.get(f"{at}/exports/pydantic_ai").status_code == 404
            assert client.get(f"{at}/exports.zip", params={"target": "pydantic_ai"}).status_code == 404
