"""Interviews: begin, talk, edit the draft, step back, save."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from builder_client.answers import (
    BegunSession,
    EditedSession,
    FieldProblem,
    Improvement,
    Json,
    Message,
    Mode,
    Operation,
    ResumedSession,
    Session,
    SessionCard,
    SessionStatus,
    Talk,
)
from builder_client.answers_agents import Artifact, SavedSession
from builder_client.calls import (
    Answer,
    Call,
    Noun,
    Page,
    Saying,
    Shell,
    as_a,
    as_list,
    as_nothing,
    as_object,
    below,
    given,
    listing,
    operation,
    replying,
)
from builder_client.reading import Unreadable, parsed, read

ROOT = "/v1/sessions"


def path(session_id: str, *parts: str) -> str:
    return below(ROOT, session_id, *parts)


class Sessions(Noun[Shell]):
    """`client.sessions`. With an `AsyncClient` the same methods are awaited.

        session = client.sessions.create(language="en")
        for event in client.sessions.send(session.session_id, "An agent that sorts mail."):
            ...
    """

    @operation
    def create(
        self,
        *,
        message: str | None = None,
        mode: Mode = "full",
        language: str = "en",
        engine: str | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Call[BegunSession]:
        """A new interview; with `message` its first reply is there, too. `mode` "quick" asks only what is open."""
        body = given(initial_message=message, mode=mode, language=language, engine=engine, context=context)
        return Call("POST", f"{ROOT}/create", as_a(BegunSession), body=body, long=message is not None)

    @listing
    def list(self, *, archived: bool = False) -> Call[Page[SessionCard]]:
        """All sessions, the one that was worked on last first."""
        return _cards(archived, None)

    @operation
    def get(self, session_id: str) -> Call[Session]:
        """The whole record but the talk."""
        return Call("GET", path(session_id), as_a(Session))

    @operation
    def status(self, session_id: str) -> Call[SessionStatus]:
        """Where it stands: stage, progress, what is collected and what is missing."""
        return Call("GET", path(session_id, "status"), as_a(SessionStatus))

    @operation
    def resume(self, session_id: str) -> Call[ResumedSession]:
        """A paused or archived session again, with what was said last."""
        return Call("POST", path(session_id, "resume"), as_a(ResumedSession))

    @operation
    def delete(self, session_id: str, *, revision: int | None = None) -> Call[None]:
        """For good, with talk and draft. With `revision`: only if it is still at that one, else Conflict."""
        return Call("DELETE", path(session_id), as_nothing, revision=revision)

    @replying
    def send(self, session_id: str, message: str, *, message_id: str | None = None) -> Saying:
        """Says something; its reply is heard as it comes. The same `message_id` never makes a second message."""
        return Saying(session_id, message, message_id or uuid.uuid4().hex)

    @operation
    def say(self, session_id: str, message: str, *, message_id: str | None = None) -> Call[Message]:
        """Says something; gives the finished reply."""
        body = {"message": message, "message_id": message_id or uuid.uuid4().hex}
        return Call("POST", path(session_id, "message"), as_a(Message), body=body, long=True)

    @operation
    def stop(self, session_id: str, *, message_id: str | None = None) -> Call[None]:
        """Ends the reply that is being written, or only the one to this message; what was said by then is kept."""
        return Call("POST", path(session_id, "stop"), as_nothing, given(message_id=message_id))

    @listing
    def talk(self, session_id: str) -> Call[Page[Message]]:
        """All messages, the latest first."""
        return _messages(session_id, None)

    @operation
    def talk_page(self, session_id: str, *, before: int | None = None, limit: int = 30) -> Call[Talk]:
        """The last messages, or those before the one with the number `before`; with what may be said next."""
        return Call("GET", path(session_id, "talk"), as_a(Talk), given(before=before, limit=limit))

    @operation
    def edit(
        self,
        session_id: str,
        operations: Sequence[Operation],
        *,
        seen: Mapping[str, Any] | None = None,
        revision: int | None = None,
    ) -> Call[EditedSession]:
        """Changes fields of the draft. With `seen` (field -> the value you changed from) or `revision` nothing is
        written when it was changed elsewhere meanwhile: Conflict with `theirs`."""
        steps = [{name: value for name, value in asdict(one).items() if value is not None} for one in operations]
        body = given(operations=steps, seen=seen)
        return Call("PATCH", path(session_id, "draft"), as_a(EditedSession), body=body, revision=revision)

    @operation
    def accept(self, session_id: str, field: str) -> Call[Session]:
        """The change that waits for this field is made."""
        return _decided(session_id, field, "accept")

    @operation
    def refuse(self, session_id: str, field: str) -> Call[Session]:
        """The change that waits for this field is dropped."""
        return _decided(session_id, field, "refuse")

    @operation
    def unlock(self, session_id: str, field: str) -> Call[Session]:
        """The interviewer may change the field again."""
        return _decided(session_id, field, "unlock")

    @operation
    def improve(self, session_id: str, field: str, *, engine: str | None = None) -> Call[Improvement]:
        """A better text for a field; it waits to be accepted or refused."""
        body = given(field=field, engine=engine)
        return Call("POST", path(session_id, "improve"), as_a(Improvement), body=body, long=True)

    @operation
    def undo(self, session_id: str) -> Call[SessionStatus]:
        """Takes back the last turn's or the last edit's changes."""
        return Call("POST", path(session_id, "undo"), as_a(SessionStatus))

    @operation
    def redo(self, session_id: str) -> Call[SessionStatus]:
        """Does again what `undo` took back."""
        return Call("POST", path(session_id, "redo"), as_a(SessionStatus))

    @operation
    def go_back(self, session_id: str, message_id: str) -> Call[SessionStatus]:
        """The draft as it was after that message."""
        return Call("POST", path(session_id, "go-back"), as_a(SessionStatus), body={"message_id": message_id})

    @operation
    def switch(
        self, session_id: str, *, engine: str | None = None, language: str | None = None
    ) -> Call[SessionStatus]:
        """Another interviewer, or another language, from the next message on."""
        body = given(engine=engine, language=language)
        return Call("POST", path(session_id, "switch"), as_a(SessionStatus), body=body)

    @operation
    def save(self, session_id: str, *, note: str = "") -> Call[SavedSession]:
        """As a new agent, or as the next version of the agent it came from."""
        return Call("POST", path(session_id, "save"), as_a(SavedSession), body={"note": note})

    @operation
    def configuration(self, session_id: str) -> Call[Json | None]:
        """The finished configuration; None while it is not finished."""
        return Call("GET", path(session_id, "configuration"), _finished)

    @operation
    def problems(self, session_id: str) -> Call[tuple[FieldProblem, ...]]:
        """What keeps the draft from being a valid configuration."""
        return Call("GET", path(session_id, "problems"), as_list("problems", FieldProblem))

    @operation
    def artifacts(self, session_id: str) -> Call[tuple[Artifact, ...]]:
        """What the session produced, the latest of each type; more is under `client.artifacts`."""
        return Call("GET", path(session_id, "artifacts"), as_list("artifacts", Artifact))


def _decided(session_id: str, field: str, verb: str) -> Call[Session]:
    return Call("POST", path(session_id, "fields", field, verb), as_a(Session))


def _finished(answer: Answer) -> Json | None:
    return None if answer.status == 202 else as_object(answer)


def _cards(archived: bool, after: str | None) -> Call[Page[SessionCard]]:
    def page(answer: Answer) -> Page[SessionCard]:
        key = next_key(answer, after)
        return Page(as_list("sessions", SessionCard)(answer), _cards(archived, key) if key else None)

    return Call("GET", ROOT, page, given(after=after, limit=100, archived=archived or None))


def _messages(session_id: str, before: int | None) -> Call[Page[Message]]:
    def page(answer: Answer) -> Page[Message]:
        talk = read(Talk, parsed(answer.body))
        earliest = talk.messages[0].seq if talk.messages else 0
        further = talk.earlier and talk.messages and (before is None or earliest < before)
        return Page(talk.messages[::-1], _messages(session_id, earliest) if further else None)

    return Call("GET", path(session_id, "talk"), page, given(before=before, limit=100))


def next_key(answer: Answer, before: str | None) -> str | None:
    """Where the next page begins; None at the end, and for a server that goes round in circles."""
    key = as_object(answer).get("next")
    if key is not None and not isinstance(key, str):
        raise Unreadable("next is no text")
    return None if key == before else key
