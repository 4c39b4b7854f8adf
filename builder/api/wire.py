"""How values of the core are written as JSON for programs and for the page's chat."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from builder.core import output
from builder.core.artifact import JSON_TYPE, Artifact
from builder.core.draft import Change
from builder.core.events import Event
from builder.core.problem import Problem
from builder.core.saved import Agent, SessionCard, Version
from builder.core.session import CONTEXT, Message, Session

Json = dict[str, Any]


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, with Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_json(event: Event) -> Json:
    """The event's own fields; a change says its `kind` too."""
    return {field.name: plain(getattr(event, field.name)) for field in fields(event)}


def plain(value: Any) -> Any:
    """Any value of the core as JSON values."""
    match value:
        case Problem():
            return value.to_json()
        case Change():
            return {**_fields(value), "kind": kind_of(value)}
        case datetime():
            return stamp(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _ if is_dataclass(value):
            return _fields(value)
        case _:
            return value


def _fields(value: Any) -> Json:
    return {field.name: plain(getattr(value, field.name)) for field in fields(value)}


def kind_of(change: Change) -> str:
    """ "added", "changed" or "removed", of the named output or placeholder when the change has a key."""
    before, after = (_part(side, change) for side in (change.before, change.after))
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


def _part(value: Any, change: Change) -> Any:
    if change.key is None or not isinstance(value, Mapping):
        return value
    return (output.properties(value) if change.field == "schema_definition" else value).get(change.key)


def message_json(message: Message) -> Json:
    return {
        "id": message.id,
        "seq": message.seq,
        "role": message.role,
        "text": message.text,
        "created": stamp(message.created),
        "state": message.state,
        "changes": [changed_json(change) for change in message.changes],
        "proposals": [proposal.field for proposal in message.proposals],
        "suggestions": list(message.suggestions),
        "stage": message.stage,
        "reason": message.reason,
        "dropped": [dropped_json(problem) for problem in message.dropped],
        "engine": message.engine,
        "usage": plain(message.usage),
    }


def dropped_json(problem: Problem) -> Json:
    """Why an operation was left out; `code` and `params` for who says it in another language."""
    return {name: plain(getattr(problem, name)) for name in ("code", "field", "params", "reason", "next_step")}


def changed_json(change: Change) -> Json:
    """What changed, without the values."""
    return {"field": change.field, "key": change.key, "kind": kind_of(change)}


def session_json(session: Session, engine_title: str) -> Json:
    """The whole record of a session but its talk."""
    return {
        **status_json(session, engine_title),
        "language": session.language,
        "context": plain(session.notes.get(CONTEXT)),
        "draft": {name: _fields(entry) for name, entry in session.draft.entries.items()},
        "proposals": {name: plain(proposal) for name, proposal in session.proposals.items()},
        "archived": session.archived,
        "created": stamp(session.created),
        "updated": stamp(session.updated),
    }


def card_json(card: SessionCard) -> Json:
    return {"session_id": card.id, **{key: value for key, value in _fields(card).items() if key != "id"}}


def agent_json(agent: Agent) -> Json:
    """A saved agent without its configuration, as lists show it."""
    return {key: value for key, value in _fields(agent).items() if key != "config"}


def version_json(version: Version) -> Json:
    """A version without its configuration."""
    known = {key: value for key, value in _fields(version).items() if key not in ("config", "number")}
    return {"version": version.number, **known}


def artifact_json(artifact: Artifact) -> Json:
    return {
        "id": artifact.id,
        "type": artifact.type,
        "version": artifact.version,
        "name": artifact.name,
        "media_type": artifact.media_type,
        "content": _content(artifact),
        "metadata": {
            "session_id": artifact.session_id,
            "version": artifact.version,
            "type": artifact.type,
            "created_at": stamp(artifact.created),
            "expires_at": stamp(artifact.expires) if artifact.expires else None,
            "agent_id": artifact.agent_id,
            "size": artifact.size,
            "hash": artifact.hash,
        },
    }


def _content(artifact: Artifact) -> Any:
    """A configuration as JSON, code as text; what is neither is only there as a file."""
    if artifact.content is None or artifact.type == "bundle":
        return None
    return json.loads(artifact.content) if artifact.media_type == JSON_TYPE else artifact.content.decode()


def status_json(session: Session, engine_title: str) -> Json:
    return {
        "session_id": session.id,
        "stage": session.stage,
        "progress": session.progress,
        "collected": session.collected,
        "missing": session.missing,
        "revision": session.revision,
        "stages": list(session.stages),
        "mode": session.mode,
        "engine": session.engine,
        "engine_title": engine_title,
        "used": plain(session.used),
        "agent_id": session.agent_id,
        "saved_version": session.saved_version,
    }
