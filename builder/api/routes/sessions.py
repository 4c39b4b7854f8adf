"""Sessions for programs: begin, list, read, edit the draft, pause and resume, save."""

from contextlib import suppress
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from builder.api import answers, wire
from builder.api.answers import ETAG, told
from builder.api.answers_agents import SavedSession
from builder.api.bodies import Body, shown
from builder.api.edits import FIELD_NAMES, Edits
from builder.api.leaving import while_there
from builder.api.limit import counted
from builder.api.marks import AT
from builder.api.parts import (
    UNCHANGED,
    After,
    Agents,
    Expected,
    Limit,
    MessageKey,
    NewId,
    Owner,
    SessionId,
    Talks,
    tagged,
)
from builder.api.problems import Responses, documented
from builder.api.routes.chat import answered
from builder.api.shapes import CONFIG, plainly
from builder.api.text import Language, Object, Said
from builder.core.draft import FIELDS
from builder.core.errors import EngineFailed, Invalid
from builder.core.session import Mode
from builder.services.talk import Edited

router = APIRouter(prefix="/v1/sessions", tags=["sessions"], responses=documented(422))
_TAGGED: Any = {ETAG: {"$ref": f"#/components/headers/{ETAG}"}}
_CONFIG: Any = {"application/json": {"schema": {"$ref": f"{AT}{CONFIG}"}}}
FINAL: Responses = {
    200: {"description": "The configuration.", "content": _CONFIG, "headers": _TAGGED},
    202: {"description": "Not finished yet: talk on.", "content": plainly("Not finalized yet."), "headers": _TAGGED},
}
Field_ = Annotated[
    str, Path(max_length=64, description="A field of the draft.", examples=["tone"], json_schema_extra=FIELD_NAMES)
]
Verb = Annotated[Literal["accept", "refuse", "unlock"], Path(description="What becomes of the field's proposal.")]


class NewSession(Body):
    model_config = shown(
        {
            "initial_message": "An agent that sorts support mail by urgency.",
            "mode": "quick",
            "language": "en",
            "context": {"company": "Example Ltd", "product": "garden tools"},
        },
        {"mode": "full"},
    )

    initial_message: Said | None = Field(None, description="What the person says first; it is answered at once.")
    mode: Mode = Field("full", description="quick: only the questions that are still open.")
    context: Object | None = Field(None, description="What your program knows; 20,000 characters at the most.")
    language: Language = "en"
    engine: Annotated[str | None, Field(max_length=64)] = Field(
        None, description="Who leads; without it the best that is ready."
    )


class Saving(Body):
    model_config = shown({"note": "Friendlier tone"})

    note: Annotated[str, Field(max_length=500, description="What this version is about.")] = ""


@router.post(
    "/create",
    status_code=201,
    summary="Begin a session",
    responses=told(answers.BegunSession, 409, 429, status=201),
)
async def create_session(
    request: Request, talks: Talks, owner: Owner, key: MessageKey, new_id: NewId, new: NewSession | None = None
) -> Response:
    """A new interview; say something with `/message` next. With `initial_message` the answer comes when the first reply
    is finished, as `reply`; one that failed says so in its `state` and `reason`."""
    given = new or NewSession()
    if given.initial_message is not None:
        await counted(request)
    session = await talks.begin(
        owner=owner,
        mode=given.mode,
        language=given.language,
        engine=given.engine,
        context=given.context,
        session_id=new_id,
        speaks=given.initial_message is not None,
    )
    more: wire.Json = {}
    if given.initial_message is not None:
        with suppress(EngineFailed):  # the session is there all the same, and the reply says why it failed
            await while_there(request, answered(talks, owner, session.id, given.initial_message, key))
        talk = await talks.talk(session.id, limit=1, owner=owner)
        session, more = talk.session, {"reply": wire.message_json(talk.messages[-1])}
    content = wire.session_json(session, talks.engine_of(session).title) | more
    return tagged(content, session.revision, 201, {"Location": f"/api/v1/sessions/{session.id}"})


@router.get("", summary="List sessions", response_model=None, responses=told(answers.SessionPage))
async def list_sessions(
    talks: Talks,
    owner: Owner,
    after: After = None,
    limit: Limit = 24,
    archived: Annotated[bool, Query(description="Those that were put away instead of the others.")] = False,
) -> wire.Json:
    """Sessions, the one that was worked on last first. `next` is the key of the next page, null at the end."""
    page = await talks.page(owner=owner, archived=archived, after=after, limit=limit)
    return {"sessions": [wire.card_json(card) for card in page.sessions], "next": page.next}


@router.get("/{session_id}", summary="Read a session", responses=told(answers.Session, 404))
async def get_session(session_id: SessionId, talks: Talks, owner: Owner) -> Response:
    """The whole record: where it stands, the draft field by field, what waits for a yes, the context.

    The talk itself is under `/talk`.
    """
    session = await talks.get(session_id, owner)
    return tagged(wire.session_json(session, talks.engine_of(session).title), session.revision)


@router.delete(
    "/{session_id}",
    status_code=204,
    summary="Delete a session",
    dependencies=[UNCHANGED],
    responses=documented(404, 409),
)
async def delete_session(session_id: SessionId, talks: Talks, owner: Owner) -> None:
    """For good, with its talk and its draft. Agents that were saved from it stay."""
    await talks.delete(session_id, owner)


@router.post(
    "/{session_id}/resume",
    summary="Go on with a session",
    dependencies=[UNCHANGED],
    responses=told(answers.ResumedSession, 404, 409),
)
async def resume_session(session_id: SessionId, talks: Talks, owner: Owner) -> Response:
    """Brings a paused or archived session back. `message` is what was said last, so that the talk can go on."""
    session = await talks.resume(session_id, owner)
    talk = await talks.talk(session_id, limit=1, owner=owner)
    said = {"message": talk.messages[-1].text if talk.messages else talk.opening, "suggestions": list(talk.suggestions)}
    return tagged(wire.session_json(session, talks.engine_of(session).title) | said, session.revision)


@router.patch(
    "/{session_id}/draft", summary="Change fields of the draft", responses=told(answers.EditedSession, 404, 409)
)
async def edit_draft(session_id: SessionId, edits: Edits, talks: Talks, owner: Owner, expected: Expected) -> Response:
    """Operations on the draft, like edits by hand: a field that was changed so is locked for the interviewer.

    With `If-Match` (the session's ETag) or `seen` (the values you changed from) nothing is written when it was changed
    elsewhere meanwhile: 409 with `theirs`, the present values. An operation that does not fit is left out and named in
    `problems`; when none fits, the answer is 422.
    """
    wanted = [step.operation() for step in edits.operations]
    edited = await talks.edit(session_id, wanted, seen=edits.seen, revisions=expected, owner=owner)
    if edited.problems and not edited.changes:
        first = edited.problems[0]
        raise Invalid(first.reason, edited.problems, first.next_step)
    return tagged(_edited(edited, talks.engine_of(edited.session).title), edited.session.revision)


@router.post(
    "/{session_id}/fields/{field}/{verb}",
    summary="Accept, refuse or unlock",
    dependencies=[UNCHANGED],
    responses=told(answers.Session, 404, 409),
)
async def decide_proposal(
    session_id: SessionId, field: Field_, verb: Verb, talks: Talks, owner: Owner
) -> Response:
    """accept: the waiting proposal becomes the field's value. refuse: it is dropped. unlock: the interviewer may
    change the field again."""
    if field not in FIELDS:
        raise Invalid(f"There is no field “{field}”.", next_step=f"Fields are: {', '.join(FIELDS)}.")
    step = {"accept": talks.accept, "refuse": talks.refuse, "unlock": talks.unlock}[verb]
    session = await step(session_id, field, owner)
    return tagged(wire.session_json(session, talks.engine_of(session).title), session.revision)


@router.get(
    "/{session_id}/configuration",
    response_class=Response,
    summary="The finished configuration",
    responses=FINAL | documented(404),
)
async def get_configuration(session_id: SessionId, talks: Talks, owner: Owner) -> Response:
    """The configuration once the interview is completed; 202 before."""
    session = await talks.get(session_id, owner)
    config = await talks.configuration(session_id, owner)
    if config is None:
        return Response("Not finalized yet.", 202, {"ETag": f'"{session.revision}"'}, "text/plain")
    return tagged(config, session.revision)


@router.get("/{session_id}/problems", summary="What is not right yet", responses=told(answers.Problems, 404))
async def list_problems(session_id: SessionId, talks: Talks, owner: Owner) -> Response:
    """Everything that keeps the draft from being a valid configuration: where, why, what to do."""
    session = await talks.get(session_id, owner)
    found = await talks.problems(session_id, owner)
    return tagged({"problems": [problem.to_json() for problem in found]}, session.revision)


@router.post(
    "/{session_id}/save",
    summary="Save as an agent",
    dependencies=[UNCHANGED],
    responses=told(SavedSession, 404, 409, 429),
)
async def save_session(
    session_id: SessionId, talks: Talks, agents: Agents, owner: Owner, saving: Saving | None = None
) -> Response:
    """The draft as a new agent, or as the next version of the agent it came from; nothing new: the last version."""
    version = await agents.save(session_id, note=(saving or Saving()).note, owner=owner)
    session = await talks.get(session_id, owner)
    content = {**wire.version_json(version), "agent_id": version.agent_id, "session_id": session_id}
    return tagged(content, session.revision, headers={"Location": f"/api/v1/agents/{version.agent_id}"})


def _edited(edited: Edited, engine_title: str) -> wire.Json:
    return {
        **wire.session_json(edited.session, engine_title),
        "changes": [wire.plain(change) for change in edited.changes],
        "problems": [problem.to_json() for problem in edited.problems],
    }


