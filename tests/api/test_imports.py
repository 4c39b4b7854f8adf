"""Imports over HTTP: files as they are, texts and addresses; previews that save nothing, and what was chosen."""

import io
import json
import random
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from builder import wiring
from builder.api.guard import LARGEST_BODY, LARGEST_FILE
from builder.api.routes.imports import BYTES, JSON
from builder.services.imports import MOST_WAITING
from builder.settings import Settings
from tests.api.conftest import mounted
from tests.api.real_calls import CONFIG, served

YAML = {"Content-Type": "application/yaml"}


@pytest.fixture
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with served(tmp_path_factory.mktemp("imports"), scripted=False) as client:
        yield client


def preview(client: httpx.Client, content: bytes | str, name: str = "agent.json", **headers: str) -> dict[str, Any]:
    response = client.post("/v1/imports/preview", params={"name": name}, content=content, headers=headers)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def zip_of(*files: tuple[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return whole.getvalue()


def agents(client: httpx.Client) -> list[str]:
    return sorted(agent["name"] for agent in client.get("/v1/agents").json()["agents"])


def test_what_a_preview_gives_can_be_brought_in(client: httpx.Client) -> None:
    (candidate,) = preview(client, json.dumps(CONFIG))["candidates"]
    assert (candidate["standing"], candidate["agent"], agents(client)) == ("new", None, [])
    items = [{"config": candidate["config"], "source": candidate["title"]}]
    (made,) = client.post("/v1/imports", json={"items": items}).json()["items"]
    assert (made["outcome"], made["agent"]["name"]) == ("created", "MailSorter")
    assert client.get(f"/v1/agents/{made['agent']['id']}").json()["configuration"] == CONFIG
    (again,) = preview(client, json.dumps(CONFIG))["candidates"]
    assert (again["standing"], again["agent"]["id"]) == ("same", made["agent"]["id"])


def test_exports_come_back_by_file_zip_and_text(client: httpx.Client) -> None:
    agent = client.post("/v1/agents", json=CONFIG).json()["id"]
    whole = client.get(f"/v1/agents/{agent}/exports.zip", params={"target": "pydantic_ai"}).content
    text = client.get(f"/v1/agents/{agent}/exports/pydantic_ai").json()["files"][0]["content"]
    for found in (
        preview(client, whole, "exports.zip"),
        preview(client, text, "agent.yaml", **YAML),
        client.post("/v1/imports/preview", json={"text": text}).json(),
        client.post("/v1/imports/preview", json={"text": text, "name": "agent.yaml"}).json(),
    ):
        (candidate,) = found["candidates"]
        assert candidate["importer"] == "pydantic_ai" and candidate["config"]["name"] == "MailSorter"


def test_every_kind_of_body_but_json_is_a_file(client: httpx.Client) -> None:
    for kind in ("text/plain", "application/octet-stream", "image/png", "application/merge-patch+json", ""):
        assert preview(client, json.dumps(CONFIG), "", **{"Content-Type": kind})["candidates"]


def test_json_that_names_neither_a_text_nor_an_address_is_the_file(client: httpx.Client) -> None:
    for body in (CONFIG, [CONFIG]):
        (candidate,) = client.post("/v1/imports/preview", json=body).json()["candidates"]
        assert (candidate["config"], candidate["path"]) == (CONFIG, "")
    named = client.post("/v1/imports/preview", json=CONFIG, params={"name": "a.json"}).json()["candidates"]
    assert [one["path"] for one in named] == ["a.json"]
    for nothing in (5, {}, [], "text", None):
        found = client.post("/v1/imports/preview", content=json.dumps(nothing), headers={"Content-Type": JSON}).json()
        assert (found["candidates"], len(found["refused"])) == ([], 1)


def test_a_form_with_a_file_in_it_is_not_taken_for_the_file(client: httpx.Client) -> None:
    for sent in ({"files": {"file": ("a.json", json.dumps(CONFIG))}}, {"data": {"file": json.dumps(CONFIG)}}):
        refused = client.post("/v1/imports/preview", **sent)  # type: ignore[arg-type]
        assert (refused.status_code, refused.json()["type"]) == (415, "/problems/no-file")
        assert "--data-binary @file" in refused.json()["next_step"] and BYTES in refused.json()["next_step"]
    assert preview(client, json.dumps(CONFIG), **{"Content-Type": BYTES})["candidates"]


def test_half_characters_are_mended_wherever_they_stand(client: httpx.Client) -> None:
    half = b'{"text": "You are \\ud800 a sorter of letters.\\u0000", "name": "a\\ud800.md"}'
    found = client.post("/v1/imports/preview", content=half, headers={"Content-Type": JSON})
    assert (found.status_code, "You are ? a sorter of letters." in found.text) == (200, True)
    choice = json.dumps({"items": [{"config": {**CONFIG, "description": "a \ud800"}, "source": "b \ud800\0"}]})
    (made,) = client.post("/v1/imports", content=choice, headers={"Content-Type": JSON}).json()["items"]
    (version,) = client.get(f"/v1/agents/{made['agent']['id']}/versions").json()["versions"]
    assert version["note"] == "Imported from b ?"


def test_a_file_may_be_larger_than_other_requests(client: httpx.Client) -> None:
    whole = json.dumps(CONFIG).encode()
    large = zip_of(("noise.bin", random.Random(1).randbytes(LARGEST_FILE - 10_000)), ("agent.json", whole))
    assert LARGEST_BODY < len(large) <= LARGEST_FILE
    assert [one["path"] for one in preview(client, large, "all.zip")["candidates"]] == ["agent.json"]
    for content in (b"x" * (LARGEST_FILE + 1), iter([b"x" * LARGEST_FILE, b"x"])):
        refused = client.post("/v1/imports/preview", content=content)
        assert (refused.status_code, f"{LARGEST_FILE:,}" in refused.json()["detail"]) == (413, True)
    assert client.post("/v1/imports", content=b"x" * (LARGEST_BODY + 1)).status_code == 413


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{", 400, "not-json"),
        (b"[" * 500_000, 400, "not-json"),
        (b'{"text": 5}', 422, "text"),
        (b'{"text": "x", "address": "http://example.com"}', 422, "text"),
        (b'{"address": "ftp://example.com/a"}', 422, "This is no address of a file on the web."),
        (b'{"address": "http://127.0.0.1/a"}', 422, "private place"),
        (b'{"text": "' + b"a" * 5_000_001 + b'"}', 413, "5,000,000"),
    ],
)
def test_what_cannot_be_previewed_says_why(client: httpx.Client, body: bytes, status: int, words: str) -> None:
    refused = client.post("/v1/imports/preview", content=body, headers={"Content-Type": "application/json"})
    assert (refused.status_code, words in refused.text) == (status, True), refused.text
    assert refused.json()["next_step"]


HOSTILE = {
    "brackets": b"[" * 900_000,
    "yaml brackets": b"a: " + b"[" * 900_000,
    "many keys": json.dumps({str(number): number for number in range(60_000)}).encode(),
    "not a number": b'{"name": "A", "metadata": {"x": NaN}, "temperature": Infinity}',
    "half characters": json.dumps({**CONFIG, "description": "\ud800 half", "metadata": {"\udc00": "\ud800"}}).encode(),
    "half a name": json.dumps({**CONFIG, "name": "\ud800", "\ud801": 1}).encode(),
    "zero": b"\0" * 900_000,
    "noise": bytes(range(256)) * 3_000,
    "laughs": b"a: &a [x,x,x,x,x,x,x,x]\n" + b"".join(
        b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % (98 + n, 98 + n, *[97 + n] * 8) for n in range(9)
    ),
    "python": b"!!python/object/apply:os.system ['echo']",
    "zip head": b"PK\x03\x04" + b"\0" * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_comes_ends_soon_in_a_preview(client: httpx.Client, name: str) -> None:
    for called in ("agent.json", "agent.yaml", "../../etc/passwd", "\ud83d\ude00" if name == "noise" else ""):
        began = time.perf_counter()
        found = preview(client, HOSTILE[name], called.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        assert time.perf_counter() - began < 5
        assert found["candidates"] or found["refused"]
        assert all(one["reason"] and one["next_step"] for one in found["refused"])


def test_an_empty_body_is_refused(client: httpx.Client) -> None:
    for headers in ({}, {"Content-Type": "application/json"}):
        refused = client.post("/v1/imports/preview", headers=headers)
        assert refused.status_code == 422 and refused.json()["detail"] == "Nothing came."


def test_a_preview_that_nobody_waits_for_is_not_made_and_too_many_are_told_when_to_come_again(tmp_path: Path) -> None:
    app = wiring.build(Settings.model_validate({"database_url": f"sqlite:///{tmp_path / 'test.db'}"}))
    free = threading.Event()
    with mounted(app) as (client, _):
        preview(client, json.dumps(CONFIG))
        readers = app.imports._readers
        readers._pool.submit(free.wait, 20)
        try:
            with pytest.raises(httpx.ReadTimeout):
                client.post("/v1/imports/preview", json=CONFIG, timeout=0.5)
            until = time.monotonic() + 5
            while readers._taken and time.monotonic() < until:
                time.sleep(0.02)
            assert readers._taken == 0 and not free.is_set()
            readers._taken = MOST_WAITING + 1
            refused = client.post("/v1/imports/preview", json=CONFIG)
        finally:
            free.set()
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many")
    assert int(refused.headers["Retry-After"]) > 0


def test_a_conflict_is_told_and_decided(client: httpx.Client) -> None:
    first = client.post("/v1/agents", json=CONFIG).json()
    warm = {**CONFIG, "tone": "warm"}
    items = [{"config": warm, "on_conflict": choice} for choice in (None, "skip", "copy", "version")]
    sent = {"items": [*items, {"config": {}}]}
    told = client.post("/v1/imports", json=sent).json()["items"]
    assert [one["outcome"] for one in told] == ["refused", "skipped", "copied", "version", "refused"]
    assert [one["index"] for one in told] == [0, 1, 2, 3, 4]
    assert told[0]["problems"][0]["code"] == "name_taken"
    assert "copy" in told[0]["detail"] and told[3]["agent"]["id"] == first["id"] and told[3]["agent"]["version"] == 2
    again = client.post("/v1/imports", json=sent).json()["items"]
    assert [one["outcome"] for one in again] == ["same", "same", "same", "same", "refused"]
    assert agents(client) == ["MailSorter", "MailSorter2"]


def test_a_choice_that_is_none_is_refused_before_anything_is_written(client: httpx.Client) -> None:
    for items in (
        [],
        [{"config": CONFIG, "on_conflict": "overwrite"}],
        [{"config": CONFIG}, {"config": 5}],
        [{"config": CONFIG, "extra": 1}],
        [{"config": CONFIG}] * 201,
    ):
        assert client.post("/v1/imports", json={"items": items}).status_code == 422
    assert agents(client) == []


def test_the_same_key_brings_in_once(client: httpx.Client) -> None:
    client.post("/v1/agents", json=CONFIG)
    sent = {"items": [{"config": {**CONFIG, "tone": "warm"}, "on_conflict": "copy"}]}
    first, again = (client.post("/v1/imports", json=sent, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert first.json() == again.json() and again.headers["Idempotency-Replayed"] == "true"


def test_a_preview_is_made_again_and_not_kept_under_its_key(client: httpx.Client) -> None:
    for name, standing in (("Other", "new"), ("MailSorter", "same")):
        client.post("/v1/agents", json={**CONFIG, "name": name})
        asked = client.post("/v1/imports/preview", content=json.dumps(CONFIG), headers={"Idempotency-Key": "preview"})
        assert [one["standing"] for one in asked.json()["candidates"]] == [standing]
        assert "Idempotency-Replayed" not in asked.headers
