"""Agents and finished sessions as the files of other platforms: look first, then take a zip."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from builder.api import wire
from builder.api.answers import told
from builder.api.answers_exchange import Export, ExportTargets
from builder.api.exchange import export_json, target_json
from builder.api.parts import AgentId, Agents, Outside, Owner, SessionId, Talks, tagged
from builder.api.problems import Responses, documented
from builder.exporters.registry import all_exporters, find

router = APIRouter(prefix="/v1", tags=["exports"])
MOST_TARGETS = 50
_NAMED: Any = {"Content-Disposition": {"$ref": "#/components/headers/Content-Disposition"}}
_BYTES: Any = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
ZIP: Responses = {200: {"description": "A file to keep.", "content": _BYTES, "headers": _NAMED}}
Target = Annotated[str, Path(max_length=64, description="The name of a target.", examples=["pydantic_ai"])]
_WHICH = "The targets, each as a `target` of its own."
Targets = Annotated[
    list[Annotated[str, Query(max_length=64)]],
    Query(alias="target", min_length=1, max_length=MOST_TARGETS, description=_WHICH, examples=[["pydantic_ai"]]),
]
Version = Annotated[int | None, Query(ge=1, description="Without it the last.")]


@router.get("/exports", summary="List targets", response_model=None, responses=told(ExportTargets))
async def list_exports() -> wire.Json:
    """The platforms that a configuration can be taken to, with what each is for and where its files belong."""
    return {"targets": [target_json(exporter) for exporter in all_exporters()]}


@router.get("/agents/{agent_id}/exports/{target}", summary="Look at an export", responses=told(Export, 404, 422))
async def get_agent_export(
    agent_id: AgentId, target: Target, agents: Agents, outside: Outside, owner: Owner, version: Version = None
) -> Response:
    """The files for one platform, and `notes`: what is left out there, written otherwise, renamed or added.

    The same version gives the same bytes. No key of anybody's is in a file.
    """
    exporter = find(target)
    agent = await agents.get(agent_id, version, owner)
    return tagged(export_json(exporter, await outside.of(agent, target)), agent.version)


@router.get(
    "/agents/{agent_id}/exports.zip",
    response_class=Response,
    summary="Take an agent to other platforms",
    responses=ZIP | documented(404, 422),
)
async def download_agent_exports(
    agent_id: AgentId, targets: Targets, outside: Outside, owner: Owner, version: Version = None
) -> Response:
    """A zip with a folder for each target, and a README that says where the files belong and what is lost."""
    return _zip(await outside.zip_of(agent_id, targets, version, owner))


@router.get("/sessions/{session_id}/exports/{target}", summary="Look at an export", responses=told(Export, 404, 422))
async def get_session_export(
    session_id: SessionId, target: Target, talks: Talks, outside: Outside, owner: Owner
) -> Response:
    """The same of a session, saved or not, once its configuration is complete; 422 with what is open before."""
    exporter = find(target)
    session = await talks.get(session_id, owner)
    return tagged(export_json(exporter, await outside.of(session, target)), session.revision)


@router.get(
    "/sessions/{session_id}/exports.zip",
    response_class=Response,
    summary="Take a session to other platforms",
    responses=ZIP | documented(404, 422),
)
async def download_session_exports(
    session_id: SessionId, targets: Targets, outside: Outside, owner: Owner
) -> Response:
    """The same zip of a session. To keep it with the session: `POST .../artifacts/export`."""
    return _zip(await outside.zip_of_session(session_id, targets, owner))


def _zip(file: tuple[str, bytes]) -> Response:
    name, content = file  # a plain name: nothing to escape
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/zip", headers=headers)
