"""Where each call leads, for the API's own description: what it gives is what another call asks for."""

from typing import Any

_BODY = "$response.body#"
# What a call gives (the name of a parameter -> where it stands), and the status with which it does.
GIVES: dict[str, tuple[str, dict[str, str]]] = {
    "createSession": ("201", {"session_id": f"{_BODY}/session_id"}),
    "listSessions": ("200", {"session_id": f"{_BODY}/sessions/0/session_id"}),
    "chatWithAgent": ("200", {"session_id": f"{_BODY}/session_id"}),
    "openAgent": ("200", {"session_id": f"{_BODY}/session_id"}),
    "saveSession": ("200", {"agent_id": f"{_BODY}/agent_id"}),
    "createAgent": ("201", {"agent_id": f"{_BODY}/id"}),
    "duplicateAgent": ("201", {"agent_id": f"{_BODY}/id"}),
    "createArtifact": ("201", {"session_id": "$request.path.session_id", "artifact_id": f"{_BODY}/id"}),
    "createBundle": ("201", {"session_id": "$request.path.session_id", "artifact_id": f"{_BODY}/id"}),
    "listAgents": ("200", {"agent_id": f"{_BODY}/agents/0/id"}),
    "deleteAgent": ("204", {"agent_id": "$request.path.agent_id"}),
    "createToken": ("201", {"token_id": f"{_BODY}/id"}),
}
ONLY = {"deleteAgent": ("undeleteAgent",)}
# Where something else than an id of the path is handed on: from -> status, to, parameters, body.
_PLAIN = f"{_BODY}/session_id"
_SAME = "$request.path.session_id"
MORE: tuple[tuple[str, str, str, dict[str, str], Any], ...] = (
    ("beginPlainSession", "200", "sendPlainMessage", {}, {"prompt": "An agent that sorts mail.", "session_id": _PLAIN}),
    ("beginPlainSession", "200", "generateAgent", {}, {"prompt": "An agent that sorts mail.", "session_id": _PLAIN}),
    ("beginPlainSession", "200", "getPlainHistory", {"session_id": _PLAIN}, None),
    ("beginPlainSession", "200", "getPlainConfiguration", {"session_id": _PLAIN}, None),
    ("beginPlainSession", "200", "getGeneratedConfiguration", {"session_id": _PLAIN}, None),
    ("beginPlainSession", "200", "resetPlainSession", {}, {"session_id": _PLAIN}),
    ("beginPlainSession", "200", "getSession", {"session_id": _PLAIN}, None),
    ("chatWithAgent", "200", "chatWithAgent", {}, {"message": "Call it MailSorter.", "session_id": _PLAIN}),
    ("getTalk", "200", "goBackToMessage", {"session_id": _SAME}, {"message_id": f"{_BODY}/messages/0/id"}),
    (
        *("listAgentVersions", "200", "getAgentVersion"),
        *({"agent_id": "$request.path.agent_id", "number": f"{_BODY}/versions/0/version"}, None),
    ),
    (
        *("listAgentVersions", "200", "restoreAgentVersion"),
        *({"agent_id": "$request.path.agent_id"}, {"version": f"{_BODY}/versions/0/version"}),
    ),
)


def add(paths: dict[str, Any]) -> None:
    """Links from what gives an id to every call whose path asks for it and for nothing else."""
    known = {call["operationId"]: (path, call) for path, calls in paths.items() for call in calls.values()}
    for giver, (status, given) in GIVES.items():
        for taker, (path, _) in known.items():
            if _asked(path) == set(given) and taker in ONLY.get(giver, (taker,)):
                _link(known[giver][1], status, taker, given)
    for giver, status, taker, given, body in MORE:
        _link(known[giver][1], status, taker, given, body)


def _asked(path: str) -> set[str]:
    return {part[1:-1] for part in path.split("/") if part.startswith("{")}


def _link(giver: dict[str, Any], status: str, taker: str, given: dict[str, str], body: Any = None) -> None:
    link: dict[str, Any] = {"operationId": taker}
    if given:
        link["parameters"] = given
    if body is not None:
        link["requestBody"] = body
    giver["responses"][status].setdefault("links", {})[taker] = link
