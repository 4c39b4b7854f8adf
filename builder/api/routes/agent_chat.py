"""One call for a whole chat: a message in, a reply out, the session made by the way."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field

from builder.api import answers, problems, wire
from builder.api.answers import told
from builder.api.answers_talk import SessionKey
from builder.api.bodies import Body, shown
from builder.api.leaving import while_there
from builder.api.limit import counted
from builder.api.parts import Made, MessageKey, NewId, Owner, Talks, spelled, tagged
from builder.api.text import Said
from builder.core import events
from builder.core.errors import EngineFailed, Invalid
from builder.core.session import CONTEXT
from builder.services.interview import Interviews

router = APIRouter(prefix="/agent", tags=["chat"])


class Turn(Body):
    model_config = shown({"message": "An agent that sorts support mail by urgency.", "enable_tools": True})

    message: Said = Field(description="What the person says.")
    session_id: SessionKey | None = Field(None, description="From an earlier answer; without it a session begins.")
    user_id: Annotated[str | None, Field(max_length=200)] = Field(
        None, description="Your own name for the person, kept in the context of a session that begins."
    )
    enable_tools: bool = Field(True, description="false: `tool_calls` stays empty.")


@router.post(
    "/chat",
    summary="Chat in one call",
    dependencies=[Depends(counted)],
    responses=told(answers.ChatAnswer, 404, 409, 422, 502),
)
async def chat_with_agent(
    turn: Turn, talks: Talks, made: Made, owner: Owner, key: MessageKey, new_id: NewId, request: Request
) -> Response:
    """A message, and the finished reply with the session to go on in.

    `artifacts` holds the latest of what the session produced: its configuration, once it was completed. `tool_calls` is
    what was called for the reply.
    """
    session_id = await _session(turn, talks, owner, new_id)
    stream = talks.send(session_id, turn.message, message_id=key, owner=owner)
    text, calls, failed = await while_there(request, _heard(stream))
    if failed:
        return problems.response(failed | {"session_id": session_id})
    session = await talks.get(session_id, owner)
    said = {
        "session_id": session_id,
        "message": text,
        "artifacts": [wire.artifact_json(one) for one in await made.latest(session_id, owner)],
        "tool_calls": calls if turn.enable_tools else [],
        "stage": session.stage,
        "progress": session.progress,
    }
    return tagged(said, session.revision)


async def _heard(stream: AsyncIterator[events.Event]) -> tuple[str, list[wire.Json], wire.Json | None]:
    """The whole text, the calls of tools, and the problem of a reply that failed."""
    calls: list[wire.Json] = []
    text, failed = "", None
    async for event in stream:
        match event:
            case events.TextDelta(more):
                text += more
            case events.TextTakenBack():
                text = ""
            case events.ToolCalled():
                calls.append(wire.to_json(event))
            case events.Failed(reason, next_step):
                failed = problems.of_error(EngineFailed(reason, next_step))
    return text, calls, failed


async def _session(turn: Turn, talks: Interviews, owner: str, new_id: str | None) -> str:
    if turn.session_id is None:
        context = {"user_id": turn.user_id} if turn.user_id is not None else None
        return (await talks.begin(owner=owner, context=context, session_id=new_id, speaks=True)).id
    known = spelled(turn.session_id)
    session = await talks.get(known, owner)
    if turn.user_id is not None and session.notes.get(CONTEXT, {}).get("user_id", turn.user_id) != turn.user_id:
        raise Invalid("This session belongs to another user_id.", next_step="Leave session_id out to begin a new one.")
    return known
