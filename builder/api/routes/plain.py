"""The plain endpoints: JSON in, JSON lines out, nothing to install."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import model_validator

from builder.api import streams
from builder.api.bodies import Body, shown
from builder.api.leaving import while_there
from builder.api.limit import counted
from builder.api.parts import MessageKey, Talks, spelled
from builder.api.problems import documented
from builder.api.text import Said
from builder.core.session import Mode
from builder.services.interview import Interviews

router = APIRouter(tags=["plain"])
PAGE = 200
LIMITED = [Depends(counted)]
STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/x-ndjson": {}}, "description": "One JSON object a line."}
}
NOT_YET: dict[int | str, dict[str, Any]] = {202: {"content": {"text/plain": {}}, "description": "Not finalized yet."}}


_SESSION = "7f3c2f0e-3f0b-4f6e-9d59-6b1f0a4f9d11"


class Prompt(Body):
    model_config = shown({"prompt": "An agent that sorts support mail by urgency.", "session_id": _SESSION})

    prompt: Said
    session_id: Any


class Specification(Body):
    """Either `spec` alone, or `prompt` with `session_id`."""

    model_config = shown({"spec": "An agent that sorts support mail by urgency. A program reads the answers."})

    spec: Said | None = None
    prompt: Said | None = None
    session_id: Any = None

    @model_validator(mode="after")
    def _one_form(self) -> "Specification":
        if (self.spec is None) == (self.prompt is None):
            raise ValueError("Send either spec, or prompt with session_id.")
        return self


class Which(Body):
    model_config = shown({"session_id": _SESSION})

    session_id: Any


@router.get("/healthz", response_class=PlainTextResponse, summary="Is it there")
async def healthz() -> str:
    """`ok` as long as the process answers."""
    return "ok"


@router.post("/session/", summary="Begin an interview")
async def begin(talks: Talks) -> dict[str, str]:
    """A new session; its id goes into the other calls."""
    return {"session_id": (await talks.begin()).id}


@router.post("/chat/", dependencies=LIMITED, summary="Say something", responses=STREAM | documented(404, 409, 422))
async def chat(said: Prompt, talks: Talks, key: MessageKey) -> Response:
    """One message of a full interview, answered by JSON lines: yours, then the reply again and again while it grows."""
    return await _turn(talks, spelled(said.session_id), said.prompt, "full", key)


@router.get("/chat/", summary="The whole talk", responses=STREAM | documented(404))
async def history(talks: Talks, session_id: str = "") -> Response:
    """One JSON line a message, from the first one on."""
    pages = [await talks.talk(spelled(session_id), limit=PAGE)]
    while pages[0].earlier:
        pages.insert(0, await talks.talk(spelled(session_id), before=pages[0].messages[0].seq, limit=PAGE))
    lines = [streams.line(said.role, said.created, said.text) for page in pages for said in page.messages]
    return Response(b"".join(lines), media_type=streams.LINES)


@router.post(
    "/generate/",
    dependencies=LIMITED,
    summary="Say something, in a hurry",
    responses=STREAM | documented(404, 409, 422, 502),
)
async def generate(said: Specification, talks: Talks, key: MessageKey, request: Request) -> Response:
    """One message of a quick interview, or a whole specification and the finished configuration at once."""
    if said.spec is not None:
        return JSONResponse(await while_there(request, talks.generate(said.spec)))
    return await _turn(talks, spelled(said.session_id), said.prompt or "", "quick", key)


@router.get("/finalize/", summary="The finished configuration", responses=NOT_YET | documented(404))
@router.get("/generate/finalize/", summary="The configuration, in a hurry", responses=NOT_YET | documented(404))
async def finalize(talks: Talks, session_id: str = "") -> Response:
    """The configuration, once the person has agreed to it."""
    config = await talks.configuration(spelled(session_id))
    return PlainTextResponse("Not finalized yet.", 202) if config is None else JSONResponse(config)


@router.post("/reset/", response_class=PlainTextResponse, summary="Begin anew", responses=documented(404))
async def reset(which: Which, talks: Talks) -> str:
    """Forgets the messages and the draft of a session."""
    await talks.reset(spelled(which.session_id))
    return "OK"


async def _turn(talks: Interviews, session: str, prompt: str, mode: Mode, message_id: str | None) -> Response:
    """The answer as it comes. Refusals come before the first line, which is sent once the message is kept."""
    stage = (await talks.get(session)).stage
    stream = talks.send(session, prompt, mode=mode, message_id=message_id)
    first = await anext(stream)
    return streams.json_lines(streams.reply_lines(streams.chained(first, stream), prompt, stage))
