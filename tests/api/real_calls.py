"""Every call of the API, made once and for real, for tests that hold the answers against their description.

Run as a program it writes the answers into `builder/api/examples.json`, which the description shows as examples:
`python -m tests.api.real_calls`.
"""

import asyncio
import json
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx

from builder import wiring
from builder.api.description import EXAMPLES
from builder.interviewers.scripted import Scripted
from builder.settings import Settings
from tests.api.conftest import mounted
from tests.scripts import script

Call = tuple[str, httpx.Response]
Opened = Callable[..., AbstractContextManager[httpx.Client]]
SPEC = "An agent called MailSorter that sorts support mail by urgency. A program reads the answers."
EVENTS = {"Accept": "text/event-stream"}
FIELDS = {
    "name": "MailSorter",
    "description": "Sorts support mail by urgency.",
    "return_type": "structured",
    "system_prompt": "You sort mail by urgency.",
    "user_prompt": "{mail}",
    "placeholders": {"mail": "The text of the mail."},
    "schema_definition": {
        "type": "object",
        "properties": {"urgency": {"type": "string", "enum": ["low", "high"]}},
        "required": ["urgency"],
    },
}
CONFIG = {
    **{key: FIELDS[key] for key in ("name", "description", "return_type", "schema_definition")},
    "prompts": [
        {"prompt_type": "system", "content": FIELDS["system_prompt"], "placeholders": {}},
        {"prompt_type": "user", "content": FIELDS["user_prompt"], "placeholders": FIELDS["placeholders"]},
    ],
}


@contextmanager
def served(folder: Path, *, scripted: bool = True, **given: object) -> Iterator[httpx.Client]:
    """A client with an admin token of a server that the scripted interviewer leads, or else the offline guide.
    `given`: settings beside the database."""
    settings = Settings.model_validate({"database_url": f"sqlite:///{folder / f'{scripted}.db'}", **given})
    app = wiring.build(settings, {"scripted": Scripted(script)} if scripted else None)
    with ThreadPoolExecutor(1) as aside:  # in this thread a browser may have its loop
        _, secret = aside.submit(lambda: asyncio.run(app.tokens.create("tests", "admin"))).result()
    with mounted(app, tokens_required=settings.api_tokens == "required") as (client, _):
        client.headers["Authorization"] = f"Bearer {secret}"
        yield client


def every_call(folder: Path, opened: Opened = served) -> Iterator[Call]:
    """The operation's id and its answer; each operation at least once with success."""
    with opened(folder, scripted=False) as guided:
        yield "generateAgent", guided.post("/generate/", json={"spec": SPEC})
        yield from _finished(guided)
    with opened(folder, scripted=True) as client:
        yield from _scripted(client)


def _scripted(client: httpx.Client) -> Iterator[Call]:
    yield from _plain(client)
    yield from _session(client)
    yield from _talk(client)
    yield from _agents(client)
    yield from _artifacts(client)
    yield from _exchange(client)
    yield from _rest(client)


def edits(**fields: Any) -> dict[str, Any]:
    return {"operations": [{"action": "set", "field": name, "value": value} for name, value in fields.items()]}


def begun(client: httpx.Client, **body: Any) -> str:
    return str(client.post("/v1/sessions/create", json=body).json()["session_id"])


def finished(client: httpx.Client) -> str:
    """A session whose interview is completed."""
    session, said = begun(client, engine="guided"), SPEC
    for _ in range(12):
        reply = client.post(f"/v1/sessions/{session}/message", json={"message": said}).json()
        said = next((one for one in reply["suggestions"] if one.startswith("Yes")), "You decide")
        if reply["stage"] == "COMPLETED":
            return session
    raise AssertionError("The guide did not come to an end.")


def _finished(client: httpx.Client) -> Iterator[Call]:
    session = finished(client)
    yield "getPlainConfiguration", client.get("/finalize/", params={"session_id": session})
    yield "getGeneratedConfiguration", client.get("/generate/finalize/", params={"session_id": session})
    yield "getConfiguration", client.get(f"/v1/sessions/{session}/configuration")
    yield "listProblems", client.get(f"/v1/sessions/{session}/problems")
    made = client.get(f"/v1/sessions/{session}/artifacts")
    yield "listArtifacts", made
    yield "downloadArtifact", client.get(f"/v1/sessions/{session}/artifacts/{made.json()['artifacts'][0]['id']}/file")
    at = f"/v1/sessions/{session}"
    yield "getSessionExport", client.get(f"{at}/exports/openai_responses")
    yield "downloadSessionExports", client.get(f"{at}/exports.zip", params={"target": ["pydantic_ai", "google_adk"]})
    for _ in range(2):
        yield "createBundle", client.post(f"{at}/artifacts/export", json={"targets": ["pydantic_ai"]})
    yield "saveSession", client.post(f"{at}/save", json={"note": "The first one"})


def _plain(client: httpx.Client) -> Iterator[Call]:
    yield "pingServer", client.get("/healthz")
    made = client.post("/session/")
    yield "beginPlainSession", made
    session = made.json()
    for said in ("tone warm", "drop colour", "fail", "down"):
        yield "sendPlainMessage", client.post("/chat/", json={"prompt": said, **session})
    yield "getPlainHistory", client.get("/chat/", params=session)
    yield "generateAgent", client.post("/generate/", json={"prompt": "name Sorter", **session})
    yield "generateAgent", client.post("/generate/", json={"spec": "Nothing that the script knows."})
    yield "getPlainConfiguration", client.get("/finalize/", params=session)
    yield "getGeneratedConfiguration", client.get("/generate/finalize/", params=session)
    yield "resetPlainSession", client.post("/reset/", json=session)


def _session(client: httpx.Client) -> Iterator[Call]:
    made = client.post("/v1/sessions/create", json={"initial_message": "tone warm", "context": {"company": "Example"}})
    yield "createSession", made
    yield "createSession", client.post("/v1/sessions/create")
    at = f"/v1/sessions/{made.json()['session_id']}"
    yield "editDraft", client.patch(f"{at}/draft", json=edits(tone="friendly", colour="x"))
    yield "sendMessage", client.post(f"{at}/message", json={"message": "tone strict"})
    yield "getSession", client.get(at)
    yield "decideProposal", client.post(f"{at}/fields/tone/accept")
    yield "listProblems", client.get(f"{at}/problems")
    yield "getConfiguration", client.get(f"{at}/configuration")
    yield "resumeSession", client.post(f"{at}/resume")
    yield "listSessions", client.get("/v1/sessions", params={"limit": 2})
    yield "saveSession", client.post(f"{at}/save")
    yield "deleteSession", client.delete(at)


def _talk(client: httpx.Client) -> Iterator[Call]:
    session = begun(client)
    at = f"/v1/sessions/{session}"
    for said in ("tone warm", "drop colour", "cost name", "back"):
        yield "sendMessage", client.post(f"{at}/message", json={"message": said})
        yield "sendMessage", client.post(f"{at}/message", json={"message": said}, headers=EVENTS)
    for said in ("name Sorter", "fail", "unclear"):
        yield "sendMessage", client.post(f"{at}/message", json={"message": said}, headers=EVENTS)
    yield "sendMessage", client.post(f"{at}/message", json={"message": "down"})
    yield "getTalk", client.get(f"{at}/talk", params={"limit": 2})
    yield "getSessionStatus", client.get(f"{at}/status")
    with client.stream("POST", f"{at}/message", json={"message": "slow 20"}, headers=EVENTS) as running:
        next(running.iter_lines())
        yield "getTalk", client.get(f"{at}/talk")
        yield "sendMessage", client.post(f"{at}/message", json={"message": "meanwhile"})
        yield "followReply", client.get(f"{at}/turn")
    yield "followReply", client.get(f"{at}/turn")
    yield "stopReply", client.post(f"{at}/stop")
    for name, step in (("undoChange", "undo"), ("redoChange", "redo")):
        yield name, client.post(f"{at}/{step}")
    first = client.get(f"{at}/talk").json()["messages"][0]["id"]
    yield "goBackToMessage", client.post(f"{at}/go-back", json={"message_id": first})
    client.patch(f"{at}/draft", json=edits(system_prompt="You sort mail"))
    yield "improveField", client.post(f"{at}/improve", json={"field": "system_prompt", "engine": "guided"})
    yield "switchInterviewer", client.post(f"{at}/switch", json={"engine": "guided", "language": "de"})
    yield "chatWithAgent", client.post("/agent/chat", json={"message": "tone warm"})
    yield "chatWithAgent", client.post("/agent/chat", json={"message": "fail"})


def _agents(client: httpx.Client) -> Iterator[Call]:
    wanted = {**CONFIG, "name": "LetterSorter"}
    for _ in range(2):
        made = client.post("/v1/agents", json=wanted, params={"note": "By a program"})
        yield "createAgent", made
    at = f"/v1/agents/{made.json()['id']}"
    yield "updateAgent", client.put(at, json={**wanted, "tone": "warm"})
    yield "updateAgent", client.put(at, json=wanted, headers={"If-Match": '"1"'})
    yield "getAgent", client.get(at)
    yield "listAgents", client.get("/v1/agents", params={"text": "letter", "limit": 1})
    yield "listAgentVersions", client.get(f"{at}/versions")
    yield "getAgentVersion", client.get(f"{at}/versions/1")
    yield "diffAgentVersions", client.get(f"{at}/diff", params={"from": 1})
    yield "restoreAgentVersion", client.post(f"{at}/restore", json={"version": 1})
    yield "renameAgent", client.post(f"{at}/rename", json={"name": "MailReader"})
    yield "renameAgent", client.post(f"{at}/rename", json={"name": "Mail Reader!"})
    yield "duplicateAgent", client.post(f"{at}/duplicate")
    yield "openAgent", client.post(f"{at}/open")
    yield "downloadAgent", client.get(f"{at}/file")
    yield "exportAgents", client.get("/v1/agents/export", params={"id": [made.json()["id"]]})
    yield "importAgents", client.post("/v1/agents/import", json=[{**CONFIG, "name": "Other"}, {}, 5])
    yield "deleteAgent", client.delete(at)
    yield "undeleteAgent", client.post(f"{at}/undelete")


def _artifacts(client: httpx.Client) -> Iterator[Call]:
    at = f"/v1/sessions/{begun(client)}/artifacts"
    code = {"type": "code", "name": "sort_mail.py", "content": "def urgent(mail: str) -> bool: ...\n"}
    for _ in range(2):
        made = client.post(at, json=code)
        yield "createArtifact", made
    yield "createArtifact", client.post(at, json={**code, "content": "eval('1')"})
    one = f"{at}/{made.json()['id']}"
    yield "listArtifacts", client.get(at)
    yield "getArtifact", client.get(one)
    yield "downloadArtifact", client.get(f"{one}/file")
    yield "deleteArtifact", client.delete(one)


def _exchange(client: httpx.Client) -> Iterator[Call]:
    yield "listExports", client.get("/v1/exports")
    wanted = {**CONFIG, "name": "PostSorter"}
    at = f"/v1/agents/{client.post('/v1/agents', json=wanted).json()['id']}"
    made = client.get(f"{at}/exports/pydantic_ai", params={"version": 1})
    yield "getAgentExport", made
    yield "getAgentExport", client.get(f"{at}/exports/nowhere")
    yield "downloadAgentExports", client.get(f"{at}/exports.zip", params={"target": ["pydantic_ai", "google_adk"]})
    yield "getSessionExport", client.get(f"/v1/sessions/{begun(client)}/exports/pydantic_ai")
    other = made.json()["files"][0]["content"].replace("by urgency", "by kind").encode()
    yield "previewImport", client.post("/v1/imports/preview", params={"name": "agent.yaml"}, content=other)
    yield "previewImport", client.post("/v1/imports/preview", json={"text": "no agent"})
    yield "previewImport", client.post("/v1/imports/preview", json={"address": "http://127.0.0.1/agent.json"})
    items = [{"config": wanted}, {"config": {**wanted, "tone": "warm"}}, {"config": {}}]
    items += [{**items[1], "on_conflict": choice, "source": "Dify"} for choice in ("skip", "copy", "version")]
    yield "importConfigurations", client.post("/v1/imports", json={"items": items})


def _rest(client: httpx.Client) -> Iterator[Call]:
    yield "getAgentConfigSchema", client.get("/v1/schema/agent-config")
    yield "getHealth", client.get("/health")
    yield "getMetrics", client.get("/metrics")
    yield "getUsage", client.get("/v1/usage")
    made = client.post("/v1/tokens", json={"name": "nightly", "scope": "read"})
    yield "createToken", made
    yield "listTokens", client.get("/v1/tokens")
    yield "revokeToken", client.delete(f"/v1/tokens/{made.json()['id']}")


def record() -> None:
    """The first answer of each operation and status that is JSON."""
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, response in every_call(Path(folder)):
            kind = response.headers.get("content-type", "")
            if response.is_success and response.content and kind.startswith("application/json"):
                found.setdefault(name, {}).setdefault(str(response.status_code), response.json())
    found["createToken"]["201"]["token"] = "builder_3f0b4f6e9d59_..."
    EXAMPLES.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    record()
