"""GET /metrics: every figure of the contract, counted where it happens; and the dashboard that shows them."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from builder.core.events import ToolCalled
from builder.core.observing import Answered
from builder.core.usage import Usage
from builder.metrics import MOST_NAMES, OTHER, Metrics
from builder.settings import Settings
from builder.wiring import App, build
from tests.api.conftest import begin, serving
from tests.scripts import USED
from tests.servers import ROOT

DASHBOARD = ROOT / "deploy" / "grafana" / "agent-builder.json"
PROMISED = {
    "ai_requests_total": "counter",
    "ai_response_time_seconds": "histogram",
    "ai_first_token_seconds": "histogram",
    "ai_tokens_total": "counter",
    "active_ai_sessions": "gauge",
    "tools_executed_total": "counter",
    "artifacts_created_total": "counter",
    "conversation_length": "histogram",
}
Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(text: str) -> Figures:
    families = text_string_to_metric_families(text)
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def figures(client: httpx.Client) -> Figures:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    return read(response.text)


def of(found: Figures, name: str, **labels: str) -> float:
    return found.get((name, tuple(sorted(labels.items()))), 0.0)


def chat(client: httpx.Client, session: str, prompt: str, path: str = "/chat/") -> None:
    assert client.post(path, json={"prompt": prompt, "session_id": session}).status_code == 200


def test_every_figure_of_the_contract_has_its_name_and_kind(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", client.get("/metrics").text, re.MULTILINE))
    assert {name: kinds.get(name) for name in PROMISED} == PROMISED


def test_an_answer_is_counted_by_model_kind_and_end(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        session = begin(client)
        chat(client, session, "cost")
        chat(client, session, "down")
        chat(client, session, "broken", "/generate/")
        found = figures(client)
        chat(client, session, "echo")
        later = figures(client)
    answers = {"request_type": "message"}
    assert of(found, "ai_requests_total", model=USED.model, status="done", **answers) == 1
    assert of(found, "ai_requests_total", model="scripted", status="failed", **answers) == 2
    assert of(found, "ai_response_time_seconds_count") == 3
    assert of(found, "ai_first_token_seconds_count") == 2, "the broken one said nothing"
    assert of(later, "ai_requests_total", model="scripted", status="done", **answers) == 1
    assert of(later, "ai_response_time_seconds_count") == 4


def test_tokens_are_counted_by_kind(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        session = begin(client)
        chat(client, session, "cost")
        chat(client, session, "cost")
        found = figures(client)
    for kind in ("input", "cached", "thinking", "output"):
        assert of(found, "ai_tokens_total", model=USED.model, kind=kind) == 2 * getattr(USED, kind)


def test_the_length_of_a_talk_is_that_at_the_end_of_each_answer(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        session = begin(client)
        for _ in range(3):
            chat(client, session, "hi")
        found = figures(client)
    assert of(found, "conversation_length_count") == 3
    assert of(found, "conversation_length_sum") == 2 + 4 + 6


def test_sessions_in_use_are_a_gauge(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        assert of(figures(client), "active_ai_sessions") == 0
        begin(client)
        begin(client)
        assert of(figures(client), "active_ai_sessions") == 2


def test_what_stops_or_cannot_be_used_is_told_from_what_failed(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        assert client.post("/generate/", json={"spec": "hello"}).status_code == 422
        assert client.post("/generate/", json={"spec": "An agent that greets guests of a hotel."}).status_code == 200
        found = figures(client)
    asked = {"model": "guided", "request_type": "generate"}
    assert of(found, "ai_requests_total", status="refused", **asked) == 1
    assert of(found, "ai_requests_total", status="done", **asked) == 1


def test_a_turn_that_is_stopped_is_counted_as_stopped(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        session = begin(client)
        headers, body = {"Accept": "text/event-stream"}, {"message": "hang"}
        with client.stream("POST", f"/v1/sessions/{session}/message", json=body, headers=headers) as answer:
            next(answer.iter_lines())
            client.post(f"/v1/sessions/{session}/stop")
        found = figures(client)
    assert of(found, "ai_requests_total", model="scripted", request_type="message", status="stopped") == 1


def test_what_is_stored_is_counted_once_and_nothing_else_is(tmp_path: Path) -> None:
    async def made(app: App) -> list[float]:
        def count(kind: str) -> float:
            return of(read(app.metrics.exposition(0).decode()), "artifacts_created_total", artifact_type=kind)

        config = await app.interviews.generate("An agent that greets guests of a hotel.")  # of no session
        session = await app.interviews.begin(config=config)
        version = await app.gallery.save(session.id)
        await app.gallery.archive_of([version.agent_id])
        counts = [count("agent_config")]
        agent = await app.gallery.create({**config, "name": "Another"})
        opened = await app.gallery.open(agent.id)  # a session that holds a finished configuration
        counts.append(count("agent_config"))
        await app.gallery.open(agent.id)
        await app.artifacts.latest(opened.id)
        counts.append(count("agent_config"))
        await app.gallery.renew(agent.id, {**config, "name": "Another", "tone": "warm"})  # the session follows
        counts.append(count("agent_config"))
        for _ in range(2):
            await app.artifacts.add_code(opened.id, "x.py", "x = 1")
        return [*counts, count("code"), count("bundle"), count("configuration")]

    app = build(Settings(database_url=f"sqlite:///{tmp_path / 'test.db'}"))
    assert asyncio.run(made(app)) == [0, 1, 1, 2, 1, 0, 0]
    app.close()


def test_two_applications_in_one_process_count_by_themselves(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with serving(tmp_path / "a", scripted=True) as one, serving(tmp_path / "b", scripted=True) as other:
        chat(one, begin(one), "hi")
        assert of(figures(one), "ai_response_time_seconds_count") == 1
        assert of(figures(other), "ai_response_time_seconds_count") == 0


def test_a_tool_is_counted_when_it_has_run() -> None:
    metrics = Metrics()
    metrics.tool(ToolCalled("search", {}), "full")
    metrics.tool(ToolCalled("search", {}, "found"), "full")
    found = read(metrics.exposition(0).decode())
    assert of(found, "tools_executed_total", tool_name="search", execution_status="done", session_type="full") == 1


def test_names_that_others_choose_cannot_fill_the_memory() -> None:
    metrics = Metrics()
    for number in range(MOST_NAMES + 30):
        metrics.answered(Answered("", "local", "google", "message", "done", 1.0, usage=Usage(model=f"model-{number}")))
    found = read(metrics.exposition(0).decode())
    models = {dict(labels)["model"] for name, labels in found if name == "ai_requests_total"}
    assert len(models) == MOST_NAMES + 1
    assert of(found, "ai_requests_total", model=OTHER, request_type="message", status="done") == 30


def queries() -> list[str]:
    board: dict[str, Any] = json.loads(DASHBOARD.read_text("utf-8"))
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


@pytest.mark.parametrize("query", queries())
def test_every_query_of_the_dashboard_names_figures_that_exist(query: str) -> None:
    named = set(re.findall(r"\b(?:ai|active|tools|artifacts|conversation)_\w+\b", query))
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", Metrics().exposition(0).decode(), re.MULTILINE))
    known = set(kinds) | {f"{name}_{end}" for name, kind in kinds.items() if kind == "histogram" for end in ("bucket",)}
    assert named and named <= known


def test_the_dashboard_shows_every_figure_of_the_contract() -> None:
    whole = " ".join(queries())
    assert [name for name in PROMISED if name not in whole] == []
