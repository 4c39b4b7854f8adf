"""The plain endpoints: JSON in, JSON lines out, nothing to install."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import Field, WithJsonSchema, model_validator

from builder.api import streams
from builder.api.answers import told
from builder.api.answers_talk import A_LINE, SESSION_ID, BegunPlainSession, SessionKey
from builder.api.bodies import Body, shown
from builder.api.leaving import while_there
from builder.api.limit import counted
from builder.api.marks import AT, shaped
from builder.api.parts import MessageKey, NewId, Owner, Talks, spelled
from builder.api.problems import Responses, documented
from builder.api.shapes import CONFIG, listed, plainly
from builder.api.text import LONGEST, NOT_BLANK, Said
from builder.core.session import Mode
from builder.services.interview import Interviews

router = APIRouter(tags=["plain"])
PAGE = 200
LIMITED = [Depends(counted)]
_LINES = listed(streams.LINES, "ChatLine", "One JSON object a line.", A_LINE)
_CONFIG = {"application/json": {"schema": {"$ref": f"{AT}{CONFIG}"}}}
ALIVE: Responses = {200: {"description": "It is.", "content": plainly("ok")}}
STREAM: Responses = {200: {"description": "The talk, line by line.", "content": _LINES}}
GENERATED: Responses = {200: {"description": "The talk by lines, or the configuration.", "content": _CONFIG | _LINES}}
FINAL: Responses = {
    200: {"description": "The configuration.", "content": _CONFIG},
    202: {"description": "It is not finished yet: talk on.", "content": plainly("Not finalized yet.")},
}


_SESSION = SESSION_ID["examples"][0]
_KEY = {"name": "session_id", "in": "query", "required": True, "schema": {"$ref": f"{AT}SessionId"}}
_ASKED: Any = {"parameters": [_KEY | {"description": "The id of a session."}]}


class Prompt(Body):
    model_config = shown({"prompt": "An agent that sorts support mail by urgency.", "session_id": _SESSION})

    prompt: Said = Field(description="What the person says.")
    session_id: SessionKey


class Specification(Body):
    """Either `spec` alone, or `prompt` with `session_id`."""

    spec: Said | None = Field(None, description="All that is to be known of the agent.")
    prompt: Said | None = None
    session_id: SessionKey = None

    @model_validator(mode="after")
    def _one_form(self) -> "Specification":
        forms = ({"spec"}, {"prompt"}, {"prompt", "session_id"})
        if self.model_fields_set not in forms or (self.spec is None) == (self.prompt is None):
            raise ValueError("Send either spec, or prompt with session_id.")
        return self


_SPEC = {
    "title": "Whole specification",
    "type": "object",
    "properties": {"spec": {"type": "string", "maxLength": LONGEST, **NOT_BLANK}},
    "required": ["spec"],
    "additionalProperties": False,
}
_FORMS = {
    "oneOf": [_SPEC, shaped("Prompt").json_schema],
    "examples": [
        {"spec": "An agent that sorts support mail by urgency. A program reads the answers."},
        {"prompt": "An agent that sorts support mail by urgency.", "session_id": _SESSION},
    ],
}
# Said by hand: a model of both forms would say neither.
EitherForm = Annotated[Specification, WithJsonSchema(_FORMS)]


class WhichSession(Body):
    model_config = shown({"session_id": _SESSION})

    session_id: SessionKey


async def _asked(request: Request) -> str:
    """Not FastAPI's own reading: without it, too, there is no such session."""
    return spelled(request.query_params.get("session_id"))


Asked = Annotated[str, Depends(_asked)]


@router.get("/healthz", response_class=PlainTextResponse, summary="Is it there", responses=ALIVE)
async def ping_server() -> str:
    """`ok` as long as the process answers."""
    return "ok"


@router.post("/session/", summary="Begin an interview", response_model=None, responses=told(BegunPlainSession))
async def begin_plain_session(talks: Talks, owner: Owner, new_id: NewId) -> dict[str, str]:
    """A new session. Its id goes into the other calls: say something with POST /chat/ next."""
    return {"session_id": (await talks.begin(owner=owner, session_id=new_id)).id}


@router.post(
    "/chat/",
    response_class=Response,
    dependencies=LIMITED,
    summary="Say something",
    responses=STREAM | documented(404, 409, 422),
)
async def send_plain_message(said: Prompt, talks: Talks, owner: Owner, key: MessageKey) -> Response:
    """One message of a full interview, answered by JSON lines: yours, then the reply again and again while it grows.

    When the last line says `stage` COMPLETED, GET /finalize/ gives the configuration.
    """
    return await _turn(talks, owner, spelled(said.session_id), said.prompt, "full", key)


@router.get(
    "/chat/",
    response_class=Response,
    summary="The whole talk",
    openapi_extra=_ASKED,
    responses=STREAM | documented(404),
)
async def get_plain_history(talks: Talks, owner: Owner, session_id: Asked) -> Response:
    """One JSON line a message, from the first one on."""
    pages = [await talks.talk(session_id, limit=PAGE, owner=owner)]
    while pages[0].earlier:
        before = pages[0].messages[0].seq
        pages.insert(0, await talks.talk(session_id, before=before, limit=PAGE, owner=owner))
    lines = [streams.line(said.role, said.created, said.text) for page in pages for said in page.messages]
    return Response(b"".join(lines), media_type=streams.LINES)


@router.post(
    "/generate/",
    dependencies=LIMITED,
    summary="Say something, in a hurry",
    response_class=Response,
    responses=GENERATED | documented(404, 409, 422, 502),
)
async def generate_agent(
    said: EitherForm, talks: Talks, owner: Owner, key: MessageKey, request: Request
) -> Response:
    """One message of a quick interview, answered as by POST /chat/; or a whole specification as `spec`, answered by the
    finished configuration in one go, with no session. What nobody said is listed in its `metadata.assumed`."""
    if said.spec is not None:
        return JSONResponse(await while_there(request, talks.generate(said.spec, owner=owner, message_id=key)))
    return await _turn(talks, owner, spelled(said.session_id), said.prompt or "", "quick", key)


@router.get(
    "/finalize/",
    response_class=Response,
    summary="The finished configuration",
    openapi_extra=_ASKED,
    responses=FINAL | documented(404),
)
@router.get(
    "/generate/finalize/",
    operation_id="getGeneratedConfiguration",
    response_class=Response,
    summary="The configuration, in a hurry",
    openapi_extra=_ASKED,
    responses=FINAL | documented(404),
)
async def get_plain_configuration(talks: Talks, owner: Owner, session_id: Asked) -> Response:
    """The configuration, once the person has agreed to it; 202 before."""
    config = await talks.configuration(session_id, owner)
    return PlainTextResponse("Not finalized yet.", 202) if config is None else JSONResponse(config)


@router.post(
    "/reset/",
    response_class=PlainTextResponse,
    summary="Begin anew",
    responses={200: {"description": "It is empty now.", "content": plainly("OK")}, **documented(404)},
)
async def reset_plain_session(which: WhichSession, talks: Talks, owner: Owner) -> str:
    """Forgets the messages and the draft of a session; the id stays."""
    await talks.reset(spelled(which.session_id), owner)
    return "OK"


async def _turn(
    talks: Interviews, owner: str, session: str, prompt: str, mode: Mode, message_id: str | None
) -> Response:
    """The answer as it comes. Refusals come before the first line, which is sent once the message is kept."""
    stream = talks.send(session, prompt, mode=mode, message_id=message_id, owner=owner)
    first = await anext(stream)
    stage = await talks.stage(session, owner)
    return streams.json_lines(streams.reply_lines(streams.chained(first, stream), prompt, stage))
