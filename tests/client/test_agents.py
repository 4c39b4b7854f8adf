"""Everything a program can do with agents, by the client, against a real server."""

import io
import json
import zipfile

import pytest

from builder.api.routes.agents import EXAMPLE
from builder_client import Client, Conflict, NotFound, Refused


def made(client: Client, name: str) -> str:
    return client.agents.create({**EXAMPLE, "name": name}, note="made").id


def test_an_agent_lives_from_its_creation_to_its_deletion_and_back(client: Client) -> None:
    agent_id = made(client, "LifeOfOne")
    agent = client.agents.get(agent_id)
    assert (agent.name, agent.version, agent.configuration["return_type"]) == ("LifeOfOne", 1, "structured")
    renewed = client.agents.update(agent_id, {**agent.configuration, "tone": "kind"}, note="kinder", version=1)
    assert renewed.version == 2
    assert [version.note for version in client.agents.versions(agent_id)] == ["kinder", "made"]
    assert [(one.field, one.after) for one in client.agents.diff(agent_id, 1).changes] == [("tone", "kind")]
    assert "tone" not in client.agents.get(agent_id, 1).configuration
    assert "tone" not in client.agents.restore(agent_id, 1).configuration
    assert client.agents.rename(agent_id, "SecondName").name == "SecondName"
    assert client.agents.duplicate(agent_id).name == "SecondName2"
    assert client.agents.open(agent_id).draft["name"].value == "SecondName"
    client.agents.delete(agent_id)
    with pytest.raises(NotFound):
        client.agents.get(agent_id)
    assert client.agents.undelete(agent_id).name == "SecondName"


def test_a_stale_update_writes_nothing(client: Client) -> None:
    agent_id = made(client, "StaleOne")
    client.agents.update(agent_id, {**EXAMPLE, "name": "StaleOne", "tone": "kind"})
    with pytest.raises(Conflict) as refused:
        client.agents.update(agent_id, {**EXAMPLE, "name": "StaleOne", "tone": "brief"}, version=1)
    assert (refused.value.revision, refused.value.theirs) == (2, {"tone": "kind"})


def test_a_search_gives_all_that_match_over_many_pages(client: Client) -> None:
    client.agents.import_([{**EXAMPLE, "name": f"Manifold{number}"} for number in range(130)])
    assert len(list(client.agents.search("manifold", sort="name"))) == 130
    assert list(client.agents.search("manifold", kind="unstructured")) == []


def test_an_import_says_of_each_what_became_of_it(client: Client) -> None:
    good = {**EXAMPLE, "name": "Imported"}
    created, same, refused = client.agents.import_([good, good, {"name": "only"}])
    assert (created.outcome, same.outcome, refused.outcome) == ("created", "same", "refused")
    assert created.agent is not None and created.agent.name == "Imported"
    assert refused.problems[0].next_step


def test_files_come_with_their_names(client: Client) -> None:
    agent_id = made(client, "FileOfOne")
    file = client.agents.file(agent_id)
    assert file.name == "FileOfOne.json"
    assert json.loads(file.content)["name"] == "FileOfOne"
    archive = client.agents.export([agent_id])
    assert zipfile.ZipFile(io.BytesIO(archive.content)).namelist() == ["FileOfOne.json"]


def test_ids_of_any_shape_stay_in_their_place(client: Client) -> None:
    """No id leads to another call."""
    for odd in ("../sessions", "a/b", "?x=1", "#", "é\ud800", "%2e%2e", "", ".", ".."):
        with pytest.raises((NotFound, Refused)):
            client.agents.get(odd)


def test_the_server_says_how_it_is_what_it_makes_and_makes_it(guided: Client) -> None:
    assert guided.health().status == "healthy"
    assert guided.schema()["type"] == "object"
    made = guided.generate("An agent called MailSorter that sorts support mail by urgency for our ticket system.")
    assert made["name"] == "MailSorter"


def test_what_a_session_produced_is_kept_read_and_deleted(client: Client) -> None:
    session = client.sessions.create().session_id
    code = "def urgent(mail: str) -> bool:\n    return False\n"
    stored = client.artifacts.store_code(session, "sort.py", code)
    assert (stored.type, stored.version, stored.metadata.session_id) == ("code", 1, session)
    assert client.artifacts.latest(session) == client.sessions.artifacts(session)
    assert [one.content for one in client.artifacts.latest(session)] == [code]
    assert [one.content for one in client.artifacts.all(session)] == [None]
    assert client.artifacts.get(session, stored.id).metadata == stored.metadata
    assert client.artifacts.file(session, stored.id).name == "sort.py"
    with pytest.raises(Refused) as refused:
        client.artifacts.store_code(session, "bad.py", "eval('1')")
    assert refused.value.problems
    client.artifacts.delete(session, stored.id)
    assert client.artifacts.latest(session) == ()


def test_the_use_of_what_is_allowed_is_told(client: Client) -> None:
    assert client.usage().messages.used >= 0
