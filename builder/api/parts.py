"""What routes ask for: the services, whose they are, and ids and revisions that may be asked about."""

import re
import uuid
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query, Request
from fastapi.responses import JSONResponse

from builder.core.errors import Conflict, NotFound
from builder.services.artifacts import Artifacts
from builder.services.exports import Exports
from builder.services.gallery import Gallery
from builder.services.imports import Imports
from builder.services.interview import Interviews
from builder.wiring import App

LOCAL = "local"
_TAG = re.compile(r'(?:W/)?("?)(\d{1,9})\1', re.ASCII)


async def _interviews(request: Request) -> Interviews:
    app: App = await request.app.state.find()
    return app.interviews


async def _gallery(request: Request) -> Gallery:
    app: App = await request.app.state.find()
    return app.gallery


async def _artifacts(request: Request) -> Artifacts:
    app: App = await request.app.state.find()
    return app.artifacts


async def _exports(request: Request) -> Exports:
    app: App = await request.app.state.find()
    return app.exports


async def _imports(request: Request) -> Imports:
    app: App = await request.app.state.find()
    return app.imports


async def _owner(request: Request) -> str:
    """Whoever stands before the routes says whose request this is; nobody does: it is this machine's person."""
    return str(getattr(request.state, "owner", LOCAL))


async def _expected(
    if_match: Annotated[
        str | None,
        Header(
            description="The ETag of what you changed from: when it is newer by now, the answer is 409 and nothing is "
            "written.",
            examples=['"7"'],
        ),
    ] = None,
) -> frozenset[int] | None:
    return revisions(if_match)


async def _session(
    session_id: Annotated[
        str, Path(description="The id of a session.", examples=["7f3c2f0e-3f0b-4f6e-9d59-6b1f0a4f9d11"])
    ],
) -> str:
    return spelled(session_id)


async def _message_key(request: Request) -> str | None:
    """The id that an Idempotency-Key gives to the message of a request."""
    found = getattr(request.state, "message_id", None)
    return None if found is None else str(found)


async def _new_id(request: Request) -> str | None:
    """The id that an Idempotency-Key gives to the session which a request begins."""
    found = getattr(request.state, "new_id", None)
    return None if found is None else str(found)


Talks = Annotated[Interviews, Depends(_interviews)]
Agents = Annotated[Gallery, Depends(_gallery)]
Made = Annotated[Artifacts, Depends(_artifacts)]
Outside = Annotated[Exports, Depends(_exports)]
Incoming = Annotated[Imports, Depends(_imports)]
Owner = Annotated[str, Depends(_owner)]
Expected = Annotated[frozenset[int] | None, Depends(_expected)]
SessionId = Annotated[str, Depends(_session)]
MessageKey = Annotated[str | None, Depends(_message_key)]
NewId = Annotated[str | None, Depends(_new_id)]
AgentId = Annotated[
    str, Path(description="The id of a saved agent.", examples=["0b8c6b52-6d2f-4a53-8d3e-2f7f5d0c1a77"])
]
After = Annotated[
    str | None, Query(max_length=2_000, description="`next` of the page before, to go on behind it.")
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at the most.")]


async def _unchanged(
    request: Request, session_id: SessionId, talks: Talks, owner: Owner, expected: Expected
) -> None:
    """Looked at before the write; calls for which a moment between the two counts look at it themselves."""
    if expected is None or request.method == "GET":
        return
    now = (await talks.get(session_id, owner)).revision
    if now not in expected:
        raise Conflict(f"The session is at revision {now} by now.", revision=now)


UNCHANGED = Depends(_unchanged)


def spelled(given: object) -> str:
    """The id in its one spelling. NotFound for what cannot be one: such a session is not there."""
    try:
        return str(uuid.UUID(given if isinstance(given, str) else ""))
    except ValueError:
        raise NotFound("There is no such session.", what="session") from None


def revisions(if_match: str | None) -> frozenset[int] | None:
    """The numbers that an If-Match header names; None: any will do. A tag that is no number is no revision of ours."""
    if if_match is None or if_match.strip() == "*":
        return None
    tags = (_TAG.fullmatch(tag.strip()) for tag in if_match.split(","))
    return frozenset(int(tag[2]) for tag in tags if tag)


def tagged(content: Any, revision: int, status: int = 200, headers: dict[str, str] | None = None) -> JSONResponse:
    """An answer about something that has revisions, with its ETag."""
    return JSONResponse(content, status, {"ETag": f'"{revision}"', **(headers or {})})
