"""What the API's description says in words: of the whole, and of each group of calls."""

from typing import Any

from builder.api.actions import KINDS, NAMES
from builder.api.envelopes import TYPES
from builder.api.sockets import GONE

ABOUT = """
Build an AI agent by talking: sessions are interviews, each with a draft; a finished draft is saved as an agent.

Begin with `POST /v1/sessions/create`, talk with `POST /v1/sessions/{session_id}/message` until `stage` is `COMPLETED`,
then `POST /v1/sessions/{session_id}/save`. The whole interview in a handful of calls: the group *plain*.

- **Tokens** are needed where the server asks for them (`API_TOKENS=required`): `Authorization: Bearer ...`. Make one on
  the server with `python -m builder token create NAME`.
- **Errors** are problem documents (RFC 9457): `detail` says what happened, `next_step` what to do; `type` is stable.
- **Revisions**: answers about a session or an agent carry an `ETag`. Send it as `If-Match` where a call takes it: what
  was changed elsewhere meanwhile is answered by 409 with `theirs`, and nothing is written.
- **Idempotency-Key**: a write that is sent again with its key within a day is not done again; its first answer is given
  again (`Idempotency-Replayed: true`). The same key with another request is refused (422). A refusal wrote nothing, so
  the key is free again. A streamed answer is not kept but told again, from the talk.
- **Limits**: too many messages are answered by 429, and `Retry-After` says how many seconds to wait.
- **X-Request-ID** names the call in the server's log; send your own or take the one of the answer.
- Paths work with and without a slash at their end. Texts are UTF-8, a body has 1,000,000 bytes at the most.
"""


_COMMON = ("id", "session_id", "action")


def _action(name: str, kind: Any) -> str:
    fields = kind.model_fields.items()
    own = ", ".join(f"{key}{'' if one.is_required() else '?'}" for key, one in fields if key not in _COMMON)
    return f"`{name}`" + (f" ({own})" if own else "")


LIVE = f"""
WebSockets, at the server's root and under `/api`:

- `/ws/agent`: every update that you may see; actions on any session.
- `/ws/agent/{{session_id}}`: one session. A text that does not begin with {{ is what the person says. Code
  {GONE}: there is no such session.

A frame is one JSON object `{{"type", "payload", "timestamp"}}`, the timestamp in seconds. Types:
{", ".join(f"`{kind}`" for kind in TYPES)}. A `ping` is answered by `pong`, bad input by `error` with a problem
document as its payload, and the connection lives on. A `state_update` of a running turn has the keys of the schema
`Event` (`event`, `data`) beside `update`, `session_id` and `message_id`.

The payload of an `action` is `{{"action", "session_id"?, "id"?, ...}}`; the answer is an `action` with the same `id`
and a `result`. Actions and their own keys: {", ".join(map(_action, NAMES, KINDS))}.
"""
TAGS = [
    {"name": "plain", "description": "JSON in, JSON lines out: the whole interview in a handful of calls."},
    {"name": "chat", "description": "One call for a whole chat."},
    {"name": "sessions", "description": "Interviews: begin, read, edit the draft, pause, save."},
    {"name": "talk", "description": "What is said in a session, and steps back and forth in it."},
    {"name": "artifacts", "description": "What sessions produced: configurations, generated code, exported bundles."},
    {"name": "agents", "description": "Saved agents and their versions."},
    {"name": "exports", "description": "Agents and finished sessions as the files of other platforms."},
    {"name": "imports", "description": "Files of this product and of other platforms, brought in as agents."},
    {"name": "schema", "description": "The contract of the configuration."},
    {"name": "operations", "description": "How the server is, and what is used of it."},
    {"name": "tokens", "description": "Who may call."},
    {"name": "live", "description": LIVE},
]
