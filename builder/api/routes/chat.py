"""The chat of the Build page: the talk in stretches, messages answered by Server-Sent Events, steps back and forth."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from builder.api import streams, wire
from builder.api.leaving import while_there
from builder.api.parts import Talks, spelled
from builder.api.text import Said
from builder.core import events
from builder.core.errors import EngineFailed, NotFound
from builder.core.session import Session
from builder.services.interview import Interviews

router = APIRouter(prefix="/v1/sessions/{session_id}", tags=["sessions"])
Seq = Annotated[int | None, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=200)]
MessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
# A page that is loaded again in the middle of a reply finds it running.
LINGER = 30.0


class NewMessage(BaseModel):
    model_config = ConfigDict(extra="forbid")

    message: Said
    message_id: MessageId | None = None


class Target(BaseModel):
    model_config = ConfigDict(extra="forbid")

    message_id: MessageId


class Text(BaseModel):
    """`engine`: another interviewer than the one that leads the talk."""

    model_config = ConfigDict(extra="forbid")

    field: Annotated[str, Field(max_length=64)]
    engine: Annotated[str | None, Field(max_length=64)] = None


class Switch(BaseModel):
    """What is not given stays."""

    model_config = ConfigDict(extra="forbid")

    engine: Annotated[str | None, Field(max_length=64)] = None
    language: Annotated[str | None, Field(max_length=64)] = None


@router.get("/status")
async def status(session_id: str, talks: Talks) -> wire.Json:
    return _status(talks, await talks.get(spelled(session_id)))


@router.get("/talk")
async def talk(session_id: str, talks: Talks, before: Seq = None, limit: Limit = 30) -> wire.Json:
    """The last messages, or those before the message with the number `before`; oldest first."""
    found = await talks.talk(spelled(session_id), before=before, limit=limit)
    session = found.session
    engine = talks.engine_of(session)
    return {
        **{
            key: value
            for key, value in _status(talks, session).items()
            if key in ("revision", "stage", "progress", "stages", "missing", "used")
        },
        "engine": {"name": engine.name, "title": engine.title},
        "engines": [wire.plain(choice) for choice in await talks.choices(session.owner)],
        "language": session.language,
        "messages": [wire.message_json(message) for message in found.messages],
        "earlier": found.earlier,
        "running": wire.message_json(found.running) if found.running else None,
        "opening": {"text": found.opening, "suggestions": [] if found.messages else list(found.suggestions)},
        "suggestions": list(found.suggestions),
        "can_undo": found.can_undo,
        "can_redo": found.can_redo,
        "undoes": found.undoes,
    }


@router.post("/message", responses={200: {"content": {"text/event-stream": {}}}})
async def message(
    session_id: str, said: NewMessage, talks: Talks, request: Request, accept: Annotated[str, Header()] = ""
) -> Response:
    """One message. Events as they happen (Accept: text/event-stream), otherwise the finished reply."""
    wants_events = "text/event-stream" in accept
    known = spelled(session_id)
    stream = talks.send(known, said.message, message_id=said.message_id, linger=LINGER if wants_events else 0.0)
    first = await anext(stream)
    whole = streams.chained(first, stream)
    if wants_events:
        return streams.server_sent(streams.frames(whole))
    return JSONResponse(await while_there(request, _finished(known, whole, talks)))


async def _finished(session_id: str, stream: AsyncIterator[events.Event], talks: Interviews) -> wire.Json:
    reply_id = ""
    async for event in stream:
        match event:
            case events.Started(_, found):
                reply_id = found
            case events.Failed(reason, next_step):
                raise EngineFailed(reason, next_step)
    latest = await talks.talk(session_id, limit=200)
    for one in latest.messages:
        if one.id == reply_id:
            return wire.message_json(one)
    raise NotFound("The talk was cleared while the answer was written.", "Say it again.")


@router.get("/turn", responses={200: {"content": {"text/event-stream": {}}}, 204: {}})
async def turn(session_id: str, talks: Talks) -> Response:
    """The reply that is being written now, from its first event; 204 when there is none."""
    known = spelled(session_id)
    await talks.get(known)
    stream = talks.follow(known)
    first = await anext(stream, None)
    if first is None:
        return Response(status_code=204)
    return streams.server_sent(streams.frames(streams.chained(first, stream)))


@router.post("/stop", status_code=204)
async def stop(session_id: str, talks: Talks) -> None:
    await talks.stop(spelled(session_id))


@router.post("/undo")
async def undo(session_id: str, talks: Talks) -> wire.Json:
    return _status(talks, await talks.undo(spelled(session_id)))


@router.post("/redo")
async def redo(session_id: str, talks: Talks) -> wire.Json:
    return _status(talks, await talks.redo(spelled(session_id)))


@router.post("/go-back")
async def go_back(session_id: str, target: Target, talks: Talks) -> wire.Json:
    """The draft as it was after that message."""
    return _status(talks, await talks.go_back(spelled(session_id), target.message_id))


@router.post("/switch")
async def switch(session_id: str, chosen: Switch, talks: Talks) -> wire.Json:
    """Another interviewer or language from the next message on. 422 for an interviewer that is not ready."""
    session = await talks.switch(spelled(session_id), engine=chosen.engine, language=chosen.language)
    return _status(talks, session)


@router.post("/improve")
async def improve(session_id: str, text: Text, talks: Talks) -> wire.Json:
    """A better text for a field. It waits in the session as a proposal, to be accepted or refused."""
    found = await talks.improve(spelled(session_id), text.field, engine=text.engine)
    return {
        "field": text.field,
        "before": found.before,
        "after": found.after,
        "reasons": list(found.reasons),
        "usage": wire.plain(found.usage),
        "revision": found.session.revision,
    }


def _status(talks: Interviews, session: Session) -> wire.Json:
    return wire.status_json(session, talks.engine_of(session).title)
