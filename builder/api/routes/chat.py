"""The talk of a session: read in stretches, messages answered by Server-Sent Events or whole, steps back and forth."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from pydantic import Field

from builder.api import answers, streams, wire
from builder.api.answers import ETAG, told
from builder.api.answers_talk import Talk
from builder.api.bodies import Body, shown
from builder.api.leaving import while_there
from builder.api.limit import counted
from builder.api.parts import UNCHANGED, Limit, MessageKey, Owner, SessionId, Talks, tagged
from builder.api.problems import Responses, documented
from builder.api.shapes import EVENT, listed
from builder.api.text import Language, Said
from builder.core import events
from builder.core.errors import EngineFailed, NotFound
from builder.core.session import Message, Session
from builder.interviewers.base import IMPROVABLE
from builder.services.interview import Interviews
from builder.services.interview import Talk as Stretch

router = APIRouter(
    prefix="/v1/sessions/{session_id}", tags=["talk"], responses=documented(404), dependencies=[UNCHANGED]
)
Seq = Annotated[int | None, Query(ge=0, description="Only messages before the one with this `seq`.")]
MessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Answered = Annotated[
    MessageId | None, Query(description="Only when this message is being answered: a late stop ends no other reply.")
]
# A page that is loaded again in the middle of a reply finds it running.
LINGER = 30.0
FRAMES = listed(
    "text/event-stream",
    EVENT,
    "A frame for each event, `event:` its name and `data:` its values as JSON; a comment keeps the connection open.",
    'event: TextDelta\ndata: {"text": "Good"}\n\nevent: Finished\ndata: {"outcome": "done", "revision": 3}\n\n',
)
STOPPED: Responses = {
    204: {"description": "Nothing is being answered.", "headers": {ETAG: {"$ref": f"#/components/headers/{ETAG}"}}}
}
EVENTS: Responses = {200: {"description": "The events as they happen.", "content": FRAMES}}
REPLY = told(answers.Message, 409, 422, 502)
REPLY[200] |= {"content": FRAMES, "description": "The finished reply, or the events of it (Accept: text/event-stream)."}


_IMPROVABLE: dict[str, Any] = {"enum": list(IMPROVABLE)}


class NewMessage(Body):
    model_config = shown({"message": "Call it MailSorter, please.", "message_id": "5d0f6a0e"})

    message: Said = Field(description="What the person says.")
    message_id: MessageId | None = Field(None, description="The same id again never makes a second message.")


class Target(Body):
    model_config = shown({"message_id": "5d0f6a0e"})

    message_id: MessageId


class FieldToImprove(Body):
    model_config = shown({"field": "system_prompt"})

    field: Annotated[str, Field(max_length=64, json_schema_extra=_IMPROVABLE)]
    engine: Annotated[str | None, Field(max_length=64)] = Field(
        None, description="Another interviewer than the one that leads the talk."
    )


class Switch(Body):
    """What is not given stays."""

    model_config = shown({"language": "de"}, {"engine": "guided"})

    engine: Annotated[str | None, Field(max_length=64)] = Field(None, description="One of `engines` of the talk.")
    language: Language | None = None


@router.get("/status", summary="Where the session stands", responses=told(answers.SessionStatus))
async def get_session_status(session_id: SessionId, talks: Talks, owner: Owner) -> Response:
    """Stage, progress, what is collected and what is missing. The ETag is the session's revision."""
    return standing(talks, await talks.get(session_id, owner))


@router.get("/talk", summary="Read the talk", responses=told(Talk))
async def get_talk(
    session_id: SessionId, talks: Talks, owner: Owner, before: Seq = None, limit: Limit = 30
) -> Response:
    """The last messages, or those before the message with the number `before`; oldest first."""
    found = await talks.talk(session_id, before=before, limit=limit, owner=owner)
    session = found.session
    engine = talks.engine_of(session)
    said = {
        **{
            key: value
            for key, value in wire.status_json(session, engine.title).items()
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
    return tagged(said, session.revision)


@router.post("/message", summary="Say something", dependencies=[Depends(counted)], responses=REPLY)
async def send_message(
    session_id: SessionId,
    said: NewMessage,
    talks: Talks,
    owner: Owner,
    key: MessageKey,
    request: Request,
    accept: Annotated[str, Header(include_in_schema=False)] = "",  # OpenAPI says it by the kinds of answers
) -> Response:
    """One message. Events as they happen (Accept: text/event-stream), otherwise the finished reply.

    `message_id` (or an Idempotency-Key) makes it safe to send the message again: a running answer is followed from its
    start, a finished one is given again.
    """
    if "text/event-stream" not in accept:
        answer = answered(talks, owner, session_id, said.message, said.message_id or key)
        return tagged(*await while_there(request, answer))
    stream = talks.send(session_id, said.message, message_id=said.message_id or key, owner=owner, linger=LINGER)
    first = await anext(stream)
    return streams.server_sent(streams.frames(streams.chained(first, stream)))


async def answered(
    talks: Interviews, owner: str, session_id: str, text: str, message_id: str | None
) -> tuple[wire.Json, int]:
    """The finished reply to a message, and the session's revision after it. EngineFailed when there is none."""
    stream = talks.send(session_id, text, message_id=message_id, owner=owner)
    reply_id = await _finished(stream)
    latest = await talks.talk(session_id, limit=200, owner=owner)
    return wire.message_json(message_of(latest, reply_id)), latest.session.revision


def message_of(talk: Stretch, message_id: str) -> Message:
    """NotFound when somebody cleared the talk meanwhile."""
    for one in talk.messages:
        if one.id == message_id:
            return one
    raise NotFound("The talk was cleared while the answer was written.", "Say it again.")


async def _finished(stream: AsyncIterator[events.Event]) -> str:
    reply_id, failed = "", None
    async for event in stream:
        match event:
            case events.Started(_, found):
                reply_id = found
            case events.Failed(reason, next_step):
                failed = EngineFailed(reason, next_step)
    if failed:
        raise failed
    return reply_id


@router.get(
    "/turn",
    response_class=Response,
    summary="Follow the running reply",
    responses={**EVENTS, 204: {"description": "Nothing is being answered."}},
)
async def follow_reply(session_id: SessionId, talks: Talks, owner: Owner) -> Response:
    """The reply that is being written now, from its first event; 204 when there is none."""
    await talks.get(session_id, owner)
    stream = talks.follow(session_id, owner)
    first = await anext(stream, None)
    if first is None:
        return Response(status_code=204)
    return streams.server_sent(streams.frames(streams.chained(first, stream)))


@router.post("/stop", status_code=204, summary="Stop the running reply", responses={**STOPPED, **documented(409)})
async def stop_reply(session_id: SessionId, talks: Talks, owner: Owner, message_id: Answered = None) -> Response:
    """What was said by then is kept. Nothing happens when nothing is being answered. 409 when another server writes
    the reply and cannot be reached.
    """
    await talks.stop(session_id, owner, message_id=message_id)
    return Response(status_code=204, headers={"ETag": f'"{(await talks.get(session_id, owner)).revision}"'})


@router.post("/undo", summary="One step back", responses=told(answers.SessionStatus, 409))
async def undo_change(session_id: SessionId, talks: Talks, owner: Owner) -> Response:
    """Takes back the changes of the last turn or the last edit by hand. 409 `nothing-to-undo` when there are none."""
    return standing(talks, await talks.undo(session_id, owner))


@router.post("/redo", summary="One step forth", responses=told(answers.SessionStatus, 409))
async def redo_change(session_id: SessionId, talks: Talks, owner: Owner) -> Response:
    """Does again what the last step back took away. 409 `nothing-to-redo` when nothing is left of it."""
    return standing(talks, await talks.redo(session_id, owner))


@router.post("/go-back", summary="Back to a message", responses=told(answers.SessionStatus, 409, 422))
async def go_back_to_message(session_id: SessionId, target: Target, talks: Talks, owner: Owner) -> Response:
    """The draft as it was after that message."""
    return standing(talks, await talks.go_back(session_id, target.message_id, owner))


@router.post("/switch", summary="Another interviewer or language", responses=told(answers.SessionStatus, 422))
async def switch_interviewer(session_id: SessionId, chosen: Switch, talks: Talks, owner: Owner) -> Response:
    """From the next message on. 422 for an interviewer that is not there or not ready."""
    return standing(talks, await talks.switch(session_id, engine=chosen.engine, language=chosen.language, owner=owner))


@router.post(
    "/improve",
    summary="A better text for a field",
    dependencies=[Depends(counted)],
    responses=told(answers.Improvement, 409, 422, 502),
)
async def improve_field(
    session_id: SessionId, text: FieldToImprove, talks: Talks, owner: Owner, key: MessageKey, request: Request
) -> Response:
    """It waits in the session as a proposal, to be accepted or refused. It counts as a message."""
    asked = talks.improve(session_id, text.field, owner, engine=text.engine, message_id=key)
    found = await while_there(request, asked)
    said = {
        "field": text.field,
        "before": found.before,
        "after": found.after,
        "reasons": list(found.reasons),
        "usage": wire.plain(found.usage),
        "revision": found.session.revision,
    }
    return tagged(said, found.session.revision)


def standing(talks: Interviews, session: Session) -> Response:
    return tagged(wire.status_json(session, talks.engine_of(session).title), session.revision)
