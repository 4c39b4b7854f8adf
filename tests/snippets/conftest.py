"""Snippets as people get them: written to a folder and run there, against a real server, with and without tokens."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from builder import wiring
from builder.interviewers.scripted import Scripted
from builder.settings import Settings
from builder.snippets import all_snippets
from builder.snippets.base import AgentHere, Place, SessionHere, Snippet
from builder.templates import find
from tests.api.conftest import mounted
from tests.node.modules import FOR_TESTS, node_modules
from tests.scripts import script
from tests.servers import ROOT

PATIENCE = 60.0  # seconds that a program gets; all of them need about one
NOBODY = "00000000-0000-4000-8000-000000000000"
BILLING = find("billing_support").config
CONVERSATION = {
    "name": "Greeter",
    "description": "Greets people.",
    "return_type": "unstructured",
    "prompts": [
        {
            "prompt_type": "system",
            "content": "Greet in {tongue}, never say {{tongue}}.",
            "placeholders": {"tongue": "The language."},
        },
        {"prompt_type": "user", "content": "{name}", "placeholders": {"name": "Who comes in."}},
    ],
}


@dataclass(frozen=True)
class Served:
    """A real server, and a client that may do everything."""

    client: httpx.Client
    token: str

    @property
    def base_url(self) -> str:
        return str(self.client.base_url).rstrip("/")

    def place(self, here: SessionHere | AgentHere) -> Place:
        return Place(self.base_url, here, bool(self.token))

    def session(self) -> SessionHere:
        return SessionHere(self.client.post("/session/").json()["session_id"])

    def finished_session(self) -> SessionHere:
        created = self.client.post("/v1/agents", json=BILLING).json()
        return SessionHere(self.client.post(f"/v1/agents/{created['id']}/open").json()["session_id"])

    def agent(self, config: Any = BILLING) -> AgentHere:
        found = self.client.post("/v1/agents", json=config).json()
        sentences = {name: text for prompt in config["prompts"] for name, text in prompt["placeholders"].items()}
        schema = config.get("schema_definition")
        return AgentHere(found["id"], found["name"], found["version"], config["return_type"], sentences, schema)

    def is_answering(self, session: SessionHere) -> bool:
        """Is the reply still being made?"""
        return self.client.get(f"/v1/sessions/{session.id}/talk").json()["running"] is not None

    def stop(self, session: SessionHere) -> None:
        self.client.post(f"/v1/sessions/{session.id}/stop").raise_for_status()


@contextmanager
def serving(folder: Path, tokens: str) -> Iterator[Served]:
    settings = Settings.model_validate({"database_url": f"sqlite:///{folder / 'test.db'}", "api_tokens": tokens})
    app = wiring.build(settings, {"scripted": Scripted(script)})
    required = tokens == "required"
    with mounted(app, origins=(), chat_limit="off", tokens_required=required) as (client, _):
        token = asyncio.run(app.tokens.create("snippets"))[1] if required else ""
        if token:
            client.headers["Authorization"] = f"Bearer {token}"
        yield Served(client, token)


@pytest.fixture(scope="package", params=["off", "required"], ids=["without tokens", "with tokens"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served"), request.param) as one:
        yield one


def snippet(name: str) -> Snippet:
    return next(one for one in all_snippets() if one.name == name)


def written(folder: Path, name: str, place: Place) -> Path:
    """The snippet's files in the folder, as a person would keep them; gives the main one."""
    files = snippet(name).files(place)
    for file in files:
        (folder / file.name).write_text(file.text, "utf-8")
    return folder / files[0].name


def with_packages(folder: Path) -> Path:
    """The folder finds the Node packages, and how they are to be read."""
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(node_modules(), target_is_directory=True)
        shutil.copy(FOR_TESTS / "tsconfig.json", folder)
        shutil.copy(FOR_TESTS / "page.ts", folder)
        if not (folder / "package.json").exists():
            (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    return folder


def environment(token: str, **more: str) -> dict[str, str]:
    """Nothing but what a snippet says it needs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    kept |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return kept | ({"AGENT_BUILDER_TOKEN": token} if token else {}) | more


def run(command: Sequence[str | Path], token: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=Path(command[1]).parent, env=environment(token, **more),
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


@contextmanager
def started(command: Sequence[str | Path], token: str = "", **more: str) -> Iterator["subprocess.Popen[str]"]:
    """The program while it runs; it is ended with the block if it has not ended by itself."""
    with subprocess.Popen(
        command, cwd=Path(command[1]).parent, env=environment(token, **more),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def read_until(process: "subprocess.Popen[str]", wanted: str) -> str:
    """What the program says, up to the wanted text; all of it when it ends before."""
    assert process.stdout is not None
    said = ""
    while wanted not in said and (sign := process.stdout.read(1)):
        said += sign
    return said


PYTHON = sys.executable
