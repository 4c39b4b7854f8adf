"""WebSockets: everything of an owner, or one session. What goes over them: `builder/api/actions.py`, `envelopes.py`."""

from fastapi import APIRouter, WebSocket

from builder.api import envelopes, problems
from builder.api.limit import ChatLimit
from builder.api.parts import LOCAL, spelled
from builder.api.sockets import GONE, LATER, Connection, Pace
from builder.core.errors import BuilderError, NotFound
from builder.wiring import App

router = APIRouter()


@router.websocket("/ws/agent")
async def everything(socket: WebSocket) -> None:
    """Every state update that the client may see; actions on any session."""
    await _serve(socket, None)


@router.websocket("/ws/agent/{session_id}")
async def one(socket: WebSocket, session_id: str) -> None:
    """Chat with one session. A text that does not begin with { is what the person says."""
    await _serve(socket, session_id)


async def _serve(socket: WebSocket, given: str | None) -> None:
    await socket.accept()
    owner = str(getattr(socket.state, "owner", LOCAL))
    try:
        app: App = await socket.app.state.find()
        session_id = None if given is None else (await app.interviews.get(spelled(given), owner)).id
    except BuilderError as error:
        await socket.send_text(envelopes.write(envelopes.ERROR, problems.of_error(error)))
        await socket.close(GONE if isinstance(error, NotFound) else LATER, error.message[:60])
        return
    pace: Pace = getattr(socket.app.state, "pace", Pace())
    limit: ChatLimit = socket.app.state.chat_limit
    await Connection(socket, app, owner, session_id, lambda: limit.count(app, socket.scope), pace).live()
