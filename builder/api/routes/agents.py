"""Saved agents for programs: find, read, create, renew, compare, restore, bring in and take out."""

from typing import Annotated, Any

import fastapi
from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import Field, WithJsonSchema

from builder.api import wire
from builder.api.answers import LOCATION, Session, told
from builder.api.answers_agents import Agent as WholeAgent
from builder.api.answers_agents import AgentPage, Imported, Versions
from builder.api.answers_difference import Difference, difference_json
from builder.api.bodies import WHOLE, Body, shown
from builder.api.marks import AT, shaped
from builder.api.parts import After, AgentId, Agents, Expected, Limit, Owner, Talks, tagged
from builder.api.problems import Responses, documented
from builder.api.shapes import CONFIG
from builder.api.text import Object, Value
from builder.core.agent import NAME_PATTERN, ReturnType
from builder.core.errors import Conflict, Invalid, TooManyAgents
from builder.core.saved import Agent, Sort
from builder.services.gallery import Gallery

router = APIRouter(prefix="/v1/agents", tags=["agents"])
MOST_IMPORTED = 200
MOST_EXPORTED = 200
EXAMPLE = {
    "name": "MailSorter",
    "description": "Sorts support mail by urgency.",
    "return_type": "structured",
    "prompts": [
        {"prompt_type": "system", "content": "You sort mail by urgency.", "placeholders": {}},
        {"prompt_type": "user", "content": "{mail}", "placeholders": {"mail": "The text of the mail."}},
    ],
    "schema_definition": {
        "type": "object",
        "properties": {"urgency": {"type": "string", "enum": ["low", "high"]}},
        "required": ["urgency"],
    },
}
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of a version.", examples=[1])]
_NAMED: Any = {"Content-Disposition": {"$ref": "#/components/headers/Content-Disposition"}}
_BYTES: Any = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
_CONFIG: Any = {"application/json": {"schema": {"$ref": f"{AT}{CONFIG}"}, "example": EXAMPLE}}
ZIP: Responses = {200: {"description": "A file to keep.", "content": _BYTES, "headers": _NAMED}}
FILE: Responses = {200: {"description": "A file to keep.", "content": _CONFIG, "headers": _NAMED}}
_SAME_AGENT = told(WholeAgent)
_SAME_AGENT[200]["description"] = "An agent of that name and content was there already."
_ABOUT = "As GET /v1/schema/agent-config describes it."
Configuration = Annotated[Object, fastapi.Body(description=_ABOUT), shaped(CONFIG, examples=[EXAMPLE])]
# What is no configuration is refused in its item of the answer.
_ONE_OR_MORE = {
    "anyOf": [{"type": "object"}, {"type": "array", "minItems": 1, "maxItems": MOST_IMPORTED, "items": {}}],
    "examples": [EXAMPLE, [EXAMPLE]],
}
Note = Annotated[str, Query(max_length=500, description="What this version is about.", examples=["Friendlier tone"])]


class WhichVersion(Body):
    model_config = shown({"version": 1})

    version: Annotated[int, Field(ge=1, le=2**31 - 1, description="The number of an earlier version."), WHOLE]


_RULE: dict[str, Any] = {"pattern": NAME_PATTERN}


class NewName(Body):
    model_config = shown({"name": "LetterSorter"})

    name: Annotated[
        str, Field(max_length=500, description="A letter, then letters, digits, _ and -.", json_schema_extra=_RULE)
    ]


@router.get("", summary="Find agents", response_model=None, responses=told(AgentPage, 422))
async def list_agents(
    agents: Agents,
    owner: Owner,
    text: Annotated[str, Query(max_length=1_000, description="Words; the last one may be half typed.")] = "",
    kind: Annotated[ReturnType | None, Query(description="Only agents of this return type.")] = None,
    sort: Annotated[Sort, Query(description="The order.")] = "newest",
    after: After = None,
    limit: Limit = 24,
) -> wire.Json:
    """Agents that hold all the words, a page at a time. `next` is the key of the next page, null at the end."""
    page = await agents.search(text, kind=kind, sort=sort, after=after, limit=limit, owner=owner)
    return {"agents": [wire.agent_json(agent) for agent in page.agents], "next": page.next}


@router.post(
    "", status_code=201, summary="Create an agent", responses=told(WholeAgent, 422, 429, status=201) | _SAME_AGENT
)
async def create_agent(config: Configuration, agents: Agents, owner: Owner, note: Note = "") -> Response:
    """A valid configuration as a new agent. The same name and content again is the same agent: 200 instead of 201."""
    agent, new = await agents.bring(config, note=note, owner=owner)
    return _whole(agent, 201 if new else 200)


@router.post("/import", summary="Bring in configurations", response_model=None, responses=told(Imported, 422))
async def import_agents(
    given: Annotated[
        Value,
        fastapi.Body(description="One configuration, or a list."),
        WithJsonSchema(_ONE_OR_MORE),
    ],
    agents: Agents,
    owner: Owner,
) -> wire.Json:
    """One configuration or a list. For each one: created, same (it was there already) or refused, with its problems.

    What can be used is brought in, also when others are refused.
    """
    if not isinstance(given, dict | list):
        raise Invalid("This is no configuration.", next_step="Send a JSON object, or a list of them.")
    listed = given if isinstance(given, list) else [given]
    if not 1 <= len(listed) <= MOST_IMPORTED:
        raise Invalid(f"{len(listed)} configurations came.", next_step=f"Send 1 to {MOST_IMPORTED} at once.")
    return {"items": [{"index": index, **await _brought(agents, each, owner)} for index, each in enumerate(listed)]}


@router.get(
    "/export", response_class=Response, summary="Take out several agents", responses=ZIP | documented(404, 422)
)
async def export_agents(
    agents: Agents,
    owner: Owner,
    id: Annotated[
        list[str], Query(min_length=1, max_length=MOST_EXPORTED, description="The agents, each as an `id` of its own.")
    ],
) -> Response:
    """A zip with one JSON file for each `id`. They can be brought in again, one by one or as a list, by `/import`."""
    name, content = await agents.archive_of(id, owner)
    return Response(content, media_type="application/zip", headers=_as_file(name))


@router.get("/{agent_id}", summary="Read an agent", responses=told(WholeAgent, 404))
async def get_agent(agent_id: AgentId, agents: Agents, owner: Owner) -> Response:
    """The last version with its configuration. The ETag is the version's number."""
    return _whole(await agents.get(agent_id, owner=owner))


@router.put("/{agent_id}", summary="A new version", responses=told(WholeAgent, 404, 409, 422))
async def update_agent(
    agent_id: AgentId, config: Configuration, agents: Agents, owner: Owner, expected: Expected, note: Note = ""
) -> Response:
    """The configuration as the next version; the content of the last one again makes no new version.

    With `If-Match` (the agent's ETag) nothing is written when there is a newer version: 409 with `theirs`, the present
    values of the keys that differ from yours.
    """
    return _whole(await agents.renew(agent_id, config, note=note, numbers=expected, owner=owner))


@router.delete("/{agent_id}", status_code=204, summary="Delete an agent", responses=documented(404, 409))
async def delete_agent(agent_id: AgentId, agents: Agents, owner: Owner, expected: Expected) -> None:
    """Out of all lists; `undelete` takes it back."""
    if expected is not None and (now := (await agents.get(agent_id, owner=owner)).version) not in expected:
        raise Conflict(f"The agent is at version {now} by now.", revision=now)
    await agents.delete(agent_id, owner)


@router.post("/{agent_id}/undelete", summary="Take a deleted agent back", responses=told(WholeAgent, 404, 429))
async def undelete_agent(agent_id: AgentId, agents: Agents, owner: Owner) -> Response:
    """The agent with all its versions, as it was."""
    await agents.restore(agent_id, owner)
    return _whole(await agents.get(agent_id, owner=owner))


@router.get("/{agent_id}/versions", summary="List versions", responses=told(Versions, 404))
async def list_agent_versions(agent_id: AgentId, agents: Agents, owner: Owner) -> Response:
    """The latest first, without their configurations."""
    kept = await agents.versions(agent_id, owner)
    return tagged({"versions": [wire.version_json(version) for version in kept]}, kept[0].number)


@router.get("/{agent_id}/versions/{number}", summary="Read one version", responses=told(WholeAgent, 404, 422))
async def get_agent_version(agent_id: AgentId, number: Number, agents: Agents, owner: Owner) -> Response:
    """The agent as it was then, with its configuration."""
    return _whole(await agents.get(agent_id, number, owner))


@router.get(
    "/{agent_id}/diff",
    summary="Compare two versions",
    response_model=None,
    responses=told(Difference, 404, 422),
)
async def diff_agent_versions(
    agent_id: AgentId,
    agents: Agents,
    owner: Owner,
    start: Annotated[int, Query(alias="from", ge=1, description="The earlier version.", examples=[1])],
    end: Annotated[int | None, Query(alias="to", ge=1, description="The later one; without it the last.")] = None,
) -> wire.Json:
    """What changed between them, field by field and in words, and whether old outputs still fit the schema."""
    return difference_json(await agents.compare(agent_id, start, end, owner))


@router.post("/{agent_id}/restore", summary="An old version again", responses=told(WholeAgent, 404, 409, 422))
async def restore_agent_version(
    agent_id: AgentId, which: WhichVersion, agents: Agents, owner: Owner, expected: Expected
) -> Response:
    """A new version with the content of an earlier one; nothing that came between is lost."""
    return _whole(await agents.reinstate(agent_id, which.version, numbers=expected, owner=owner))


@router.post("/{agent_id}/rename", summary="Rename an agent", responses=told(WholeAgent, 404, 409, 422))
async def rename_agent(agent_id: AgentId, new: NewName, agents: Agents, owner: Owner, expected: Expected) -> Response:
    """A new version under another name. A name that breaks the rule is refused with one that would do."""
    return _whole(await agents.rename(agent_id, new.name, owner, numbers=expected))


@router.post(
    "/{agent_id}/duplicate",
    status_code=201,
    summary="Copy an agent",
    responses=told(WholeAgent, 404, 429, status=201),
)
async def duplicate_agent(agent_id: AgentId, agents: Agents, owner: Owner) -> Response:
    """A new agent with the same content, called Name2, Name3 ..."""
    return _whole(await agents.duplicate(agent_id, owner), 201)


@router.post("/{agent_id}/open", summary="Talk about an agent", responses=told(Session, 404, more=(LOCATION,)))
async def open_agent(agent_id: AgentId, agents: Agents, talks: Talks, owner: Owner) -> Response:
    """The session in which the agent is worked on: the one it was made in, or a new one with its draft."""
    session = await agents.open(agent_id, owner)
    content = wire.session_json(session, talks.engine_of(session).title)
    return tagged(content, session.revision, headers={"Location": f"/api/v1/sessions/{session.id}"})


@router.get(
    "/{agent_id}/file",
    response_class=Response,
    summary="Download the configuration",
    responses=FILE | documented(404, 422),
)
async def download_agent(
    agent_id: AgentId,
    agents: Agents,
    owner: Owner,
    version: Annotated[int | None, Query(ge=1, description="Without it the last.")] = None,
) -> Response:
    """The JSON file that a person would download on the page."""
    name, content = await agents.file(agent_id, version, owner)
    return Response(content, media_type="application/json", headers=_as_file(name))


async def _brought(agents: Gallery, config: Any, owner: str) -> wire.Json:
    try:
        agent, new = await agents.bring(config, owner=owner)
    except (Invalid, TooManyAgents) as error:
        return {
            "outcome": "refused",
            "agent": None,
            "detail": str(error) if isinstance(error, TooManyAgents) else error.message,
            "problems": [problem.to_json() for problem in error.problems],
        }
    return {"outcome": "created" if new else "same", "agent": wire.agent_json(agent), "problems": []}


def _whole(agent: Agent, status: int = 200) -> Response:
    content = {**wire.agent_json(agent), "configuration": wire.plain(agent.config)}
    return tagged(content, agent.version, status, {"Location": f"/api/v1/agents/{agent.id}"})


def _as_file(name: str) -> dict[str, str]:
    """Names of agents are letters, digits, _ and -: nothing to escape."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
