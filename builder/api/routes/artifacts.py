"""What a session produced: its configurations by themselves, generated code that a program stores, exported bundles."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from builder.api import answers, wire
from builder.api.answers import told
from builder.api.bodies import Body, shown
from builder.api.marks import AT
from builder.api.parts import After, Limit, Made, Outside, Owner, SessionId
from builder.api.problems import documented
from builder.api.routes.exports import MOST_TARGETS
from builder.api.shapes import CONFIG
from builder.core.artifact import Artifact

router = APIRouter(prefix="/v1/sessions/{session_id}/artifacts", tags=["artifacts"], responses=documented(404))
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A file to keep.",
        "headers": {"Content-Disposition": {"$ref": "#/components/headers/Content-Disposition"}},
        "content": {
            "application/json": {"schema": {"$ref": f"{AT}{CONFIG}"}},
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
            "text/x-python": {"schema": {"type": "string"}, "example": "def urgent(mail: str) -> bool: ...\n"},
        },
    }
}
SAME = told(answers.MadeArtifact)
SAME[200]["description"] = "The last version is the same: no new one was made."
ArtifactId = Annotated[
    str, Path(description="The id of an artifact.", examples=["3f0c5a52-6d2f-4a53-8d3e-2f7f5d0c1a77"])
]


_NAME: dict[str, Any] = {"pattern": r"^[A-Za-z0-9_][A-Za-z0-9_.-]*\.py$"}


class NewArtifact(Body):
    model_config = shown({"type": "code", "name": "sort_mail.py", "content": "def urgent(mail: str) -> bool: ...\n"})

    type: Literal["code"] = Field(description="What a program may store: Python.")
    name: str = Field(max_length=100, description="The name of the file; it ends with .py.", json_schema_extra=_NAME)
    content: str = Field(description="Python source, 100,000 characters at the most. It is scanned, and never run.")


class NewBundle(Body):
    model_config = shown({"targets": ["pydantic_ai", "google_adk"]})

    targets: list[Annotated[str, Field(max_length=64)]] = Field(
        min_length=1, max_length=MOST_TARGETS, description="Names of targets, as GET /v1/exports lists them."
    )


@router.get("", summary="What the session produced", response_model=None, responses=told(answers.Artifacts, 404, 422))
async def list_artifacts(
    session_id: SessionId,
    made: Made,
    owner: Owner,
    every: Annotated[bool, Query(alias="all", description="All versions, without their contents.")] = False,
    after: After = None,
    limit: Limit = 24,
) -> wire.Json:
    """The latest version of each type with its content, the newest first: the configuration once it was completed, and
    of code and bundles that of each file. Where the latest was deleted, nothing takes its place. With `all=true` all
    versions without their contents, a page at a time."""
    if not every:
        return {"artifacts": [wire.artifact_json(one) for one in await made.latest(session_id, owner)], "next": None}
    page = await made.page(session_id, after=after, limit=limit, owner=owner)
    return {"artifacts": [wire.artifact_json(one) for one in page.artifacts], "next": page.next}


@router.post(
    "", status_code=201, summary="Store generated code", responses=told(answers.MadeArtifact, 422, status=201) | SAME
)
async def create_artifact(session_id: SessionId, new: NewArtifact, made: Made, owner: Owner) -> Response:
    """Python that was generated for the session, kept as long as the server's settings say (30 days by default).

    It is scanned first. What runs other code or programs (eval, exec, subprocess, os.system and ways around these) and
    what looks like a secret is refused: `problems` names the lines. The same content again is no new version: 200.
    """
    return _made(*await made.add_code(session_id, new.name, new.content, owner))


@router.post(
    "/export", status_code=201, summary="Keep an export", responses=told(answers.MadeArtifact, 422, status=201) | SAME
)
async def create_bundle(session_id: SessionId, new: NewBundle, made: Made, outside: Outside, owner: Owner) -> Response:
    """The session's configuration, once it is complete, as the files of other platforms: a zip, kept as long as
    generated code is. Download it with `/file`. The same targets of the same configuration are no new version: 200."""
    name, content = await outside.zip_of_session(session_id, new.targets, owner)
    return _made(*await made.add_bundle(session_id, name, content, owner))


@router.get("/{artifact_id}", summary="Read an artifact", response_model=None, responses=told(answers.Artifact, 404))
async def get_artifact(session_id: SessionId, artifact_id: ArtifactId, made: Made, owner: Owner) -> wire.Json:
    """The record with its content: a configuration as JSON, code as text."""
    return wire.artifact_json(await made.get(session_id, artifact_id, owner))


@router.get("/{artifact_id}/file", summary="Download an artifact", response_class=Response, responses=FILE)
async def download_artifact(session_id: SessionId, artifact_id: ArtifactId, made: Made, owner: Owner) -> Response:
    """The content as a file, byte for byte as it was stored."""
    found = await made.get(session_id, artifact_id, owner)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}  # a plain name: nothing to escape
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.delete("/{artifact_id}", status_code=204, summary="Delete an artifact", responses=documented(404))
async def delete_artifact(session_id: SessionId, artifact_id: ArtifactId, made: Made, owner: Owner) -> None:
    """For good. Its number is not given again; the session and its draft stay as they are."""
    await made.remove(session_id, artifact_id, owner)


def _made(artifact: Artifact, is_new: bool) -> Response:
    at = f"/api/v1/sessions/{artifact.session_id}/artifacts/{artifact.id}"
    return JSONResponse(wire.artifact_json(artifact), 201 if is_new else 200, {"Location": at})
