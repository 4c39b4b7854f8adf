"""Exports and imports by the client, against a real server."""

import io
import zipfile

import pytest

from builder.api.routes.agents import EXAMPLE
from builder_client import AsyncClient, Client, NotFound, Operation, Refused


def made(client: Client, name: str) -> str:
    return client.agents.create({**EXAMPLE, "name": name}).id


def test_an_export_shows_its_files_and_what_is_lost(client: Client) -> None:
    agent = made(client, "Shown")
    names = [target.name for target in client.exports.targets()]
    for name in names:
        export = client.exports.of_agent(agent, name)
        assert export.target.name == name and export.files[0].content
    assert [note.code for note in client.exports.of_agent(agent, "pydantic_ai", 1).notes]
    with pytest.raises(NotFound) as refused:
        client.exports.of_agent(agent, "nowhere")
    assert refused.value.next_step == "List the targets with GET /v1/exports."


def test_a_zip_comes_back_by_a_preview(client: Client) -> None:
    agent = made(client, "Packed")
    pack = client.exports.zip_of_agent(agent, ["pydantic_ai"], 1)
    assert pack.name == "Packed-pydantic_ai.zip"
    assert "README.md" in zipfile.ZipFile(io.BytesIO(pack.content)).namelist()
    (candidate,) = client.imports.preview_file(pack.name, pack.content).candidates
    assert (candidate.importer, candidate.agent is not None) == ("pydantic_ai", True)
    text = client.exports.of_agent(agent, "pydantic_ai").files[0].content
    assert client.imports.preview_text(text).candidates[0].config == candidate.config
    (refusal,) = client.imports.preview_text("no agent").refused
    assert refusal.reason and refusal.next_step


def test_a_conflict_is_decided_by_the_caller(client: Client) -> None:
    config = {**EXAMPLE, "name": "Decided"}
    warm = {**config, "tone": "warm"}
    assert [one.outcome for one in client.imports.bring([config, warm, {}])] == ["created", "refused", "refused"]
    for choice, outcome in (("skip", "skipped"), ("copy", "copied"), ("version", "version")):
        (told,) = client.imports.bring([warm], on_conflict=choice, source="Dify")  # type: ignore[arg-type]
        assert told.outcome == outcome and told.agent is not None
    assert client.agents.versions(told.agent.id)[0].note == "Imported from Dify"


def test_an_address_of_the_servers_own_machine_is_refused(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.imports.preview_address("http://127.0.0.1/agent.json")
    assert refused.value.problems[0].code == "address_private"


def test_a_session_is_exported_when_it_is_complete(guided: Client) -> None:
    session = guided.sessions.create().session_id
    with pytest.raises(Refused):
        guided.exports.of_session(session, "pydantic_ai")
    fields = {"name": "Sorter", "description": "Sorts mail.", "return_type": "unstructured"}
    fields |= {"system_prompt": "You sort mail.", "user_prompt": "Sort it."}
    guided.sessions.edit(session, [Operation("set", name, value) for name, value in fields.items()])
    assert guided.exports.of_session(session, "pydantic_ai").files
    pack = guided.exports.zip_of_session(session, ["pydantic_ai"])
    kept = guided.artifacts.keep_export(session, ["pydantic_ai"])
    assert (kept.type, kept.content) == ("bundle", None)
    assert guided.artifacts.file(session, kept.id) == pack


async def test_the_awaited_client_has_the_same(address: str) -> None:
    async with AsyncClient(address) as client:
        agent = (await client.agents.create({**EXAMPLE, "name": "Awaited"})).id
        pack = await client.exports.zip_of_agent(agent, ["pydantic_ai"])
        assert (await client.imports.preview_file(pack.name, pack.content)).candidates
