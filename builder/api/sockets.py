"""One WebSocket: updates out, actions in. It lives until the client leaves; nothing that comes in can end it.

Each connection is a few tasks: one reads, one passes updates on, one beats, and one for each turn that was asked for
here. The events of these turns come straight from the turn and are complete; those of other turns come by broadcast.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketDisconnected

from builder.api import envelopes, objections, wire
from builder.api.actions import ACTIONS, Action
from builder.api.entry import caller_of, may_write, too_little
from builder.api.envelopes import ACTION, ERROR, PING, PONG, STATE_UPDATE, BadFrame, Envelope
from builder.api.parts import spelled
from builder.core.errors import Busy, Invalid, StorageError
from builder.core.events import Event, Finished, Started
from builder.core.session import Mode
from builder.services.broadcast import Listener
from builder.services.interview import Interviews
from builder.services.updates import MessageStored, SessionEvent, TurnEvent, Update, Visitor, acting
from builder.wiring import App

log = logging.getLogger("builder.api")
GONE = 4004  # the session is not there, or not any more
LATER = 1013
REVOKED = 4401  # the token, since the connection was opened
EDITING = 60.0  # seconds after a change in which somebody counts as editing
MOST_TURNS = 20  # at once, of one connection
MOST_PLACES = 100
OVER = (WebSocketDisconnect, WebSocketDisconnected, TimeoutError)  # there is nobody to say anything to
NARROW = BadFrame.of(too_little("write"))
NO_SESSION = BadFrame("no-session", "The action does not say which session it is about.", "Add its session_id.")


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds: between two pings; how long a client may take nothing; how long a turn goes on without its reader."""

    beat: float = 20.0
    patience: float = 30.0
    linger: float = 30.0  # as for a page


class Connection:
    """`session_id`: the one session it is about; None: everything of the owner. `quiet`: of turns only start and end.

    `count` is called for every message of a person and may refuse it.
    """

    def __init__(
        self,
        socket: WebSocket,
        app: App,
        owner: str,
        session_id: str | None,
        count: Callable[[], Awaitable[None]],
        pace: Pace,
    ) -> None:
        self._pace = pace
        self.owner = owner
        self._socket = socket
        self._app = app
        self._session_id = session_id
        self._count = count
        self._quiet = socket.query_params.get("quiet") == "1"
        self._token = caller_of(socket.scope).token
        self._may_write = may_write(socket.scope)
        browser = socket.query_params.get("browser", "")[:64]
        self._visitor = Visitor(uuid4().hex, "page" if acting().kind == "page" else "program", browser=browser)
        self._places: dict[str, float | None] = {}  # the places where it is seen, and when it changed something there
        self._turns: set[asyncio.Task[None]] = set()
        self._own: deque[tuple[str, str]] = deque(maxlen=100)

    @property
    def talks(self) -> Interviews:
        return self._app.interviews

    async def live(self) -> None:
        """Returns when the connection is over; nothing of it is left then."""
        with self._app.broadcast.listen(self.owner, self._session_id) as updates:
            await updates.settled()
            await self._run(updates, self._greet)
            tasks = [asyncio.create_task(self._run(updates, work)) for work in (self._read, self._pass, self._beat)]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (*tasks, *self._turns):
                    task.cancel()
                await asyncio.gather(*tasks, *self._turns, return_exceptions=True)
                for place in list(self._places):
                    self.go(place)

    async def _run(self, updates: Listener, work: Callable[[Listener], Coroutine[Any, Any, None]]) -> None:
        try:
            await work(updates)
        except OVER:
            pass
        except Exception:  # a mistake of ours ends this connection and no other; the log keeps it
            log.exception("A WebSocket broke off")

    # ---- out

    async def say(self, kind: str, payload: wire.Json) -> None:
        await self._out(envelopes.write(kind, payload))

    async def _out(self, frame: str) -> None:
        async with asyncio.timeout(self._pace.patience):
            await self._socket.send_text(frame)

    async def _greet(self, updates: Listener) -> None:
        if self._session_id is not None:
            await self.say(STATE_UPDATE, await self.visit(self._session_id))

    async def _pass(self, updates: Listener) -> None:
        async for update in updates:
            if self._wants(update):
                await self._out(envelopes.of_update(update))
            if self._session_id and isinstance(update, SessionEvent) and update.what == "deleted":
                await self._socket.close(GONE, "This session was deleted.")
                return

    def _wants(self, update: Update) -> bool:
        match update:
            case TurnEvent(session_id=str(session_id), message_id=message_id) if (session_id, message_id) in self._own:
                return False
            case TurnEvent(event=event):
                return not self._quiet or isinstance(event, Started | Finished)
            case MessageStored():
                return not self._quiet
            case _:
                return True

    async def _beat(self, updates: Listener) -> None:
        while True:
            await asyncio.sleep(self._pace.beat)
            with suppress(StorageError):  # it is asked again at the next beat
                await self._let_in()
            await self.say(PING, {})
            self._app.presence.expire()

    async def _let_in(self) -> None:
        """Ends the connection when its token is good no more."""
        if self._token is not None and not await self._app.tokens.lives(self._token.id):
            await self._socket.close(REVOKED, "This token was revoked.")
            raise WebSocketDisconnect(REVOKED)

    # ---- in

    async def _read(self, updates: Listener) -> None:
        while (message := await self._socket.receive())["type"] != "websocket.disconnect":
            for place in self._places:
                self._sign(place)
            await self._take(message.get("text"))

    async def _take(self, text: str | None) -> None:
        """One frame; whatever is wrong with it is said and forgotten."""
        try:
            if text is None:
                raise BadFrame("binary", "A binary frame cannot be read.", "Send text frames with JSON.")
            if self._session_id and not text.lstrip().startswith("{"):
                await self._act({"action": "send", "message": text})
            else:
                await self._answer(envelopes.read(text))
        except BadFrame as error:
            await self.say(ERROR, error.document)

    async def _answer(self, envelope: Envelope) -> None:
        if envelope.type == PING:
            await self.say(PONG, dict(envelope.payload))
        elif envelope.type == ACTION:
            await self._act(dict(envelope.payload))

    async def _act(self, payload: wire.Json) -> None:
        try:
            await self._let_in()
            action = ACTIONS.validate_python(payload)
            if action.writes and not self._may_write:
                raise NARROW
            session_id = self._about(action)
            result = await action.do(self, session_id)
        except OVER:
            raise
        except Exception as error:  # noqa: BLE001  (the client hears of each kind in its own words)
            named = {key: payload[key] for key in ("id", "action") if isinstance(payload.get(key), str)}
            await self.say(ERROR, {**objections.document(error), **{key: text[:64] for key, text in named.items()}})
            return
        if action.edits and session_id in self._places:
            self._places[session_id] = time.monotonic()
            self._sign(session_id)
        answer = {"action": payload["action"], "id": action.id, "session_id": session_id or None, "result": result}
        await self.say(ACTION, answer)

    def _about(self, action: Action) -> str:
        if action.begins:
            return ""
        given = action.session_id or self._session_id
        if given is None:
            raise NO_SESSION
        session_id = spelled(given)
        if self._session_id and session_id != self._session_id:
            raise BadFrame("other-session", "This connection is about another session.", "Open one for that session.")
        return session_id

    # ---- what actions need of the connection

    async def speak(self, session_id: str, message: str, message_id: str | None, mode: Mode | None) -> wire.Json:
        """Begins a turn; its events follow by themselves."""
        await self._count()
        if len(self._turns) >= MOST_TURNS:
            raise Busy(f"{MOST_TURNS} messages are being answered here.")
        known = message_id or uuid4().hex
        self._own.append((session_id, known))
        stream = self.talks.send(
            session_id, message, message_id=known, owner=self.owner, mode=mode, linger=self._pace.linger
        )
        try:
            started = await anext(stream)
        except BaseException:
            self._own.remove((session_id, known))
            raise
        task = asyncio.create_task(self._tell(session_id, known, started, stream))
        self._turns.add(task)
        task.add_done_callback(self._turns.discard)
        assert isinstance(started, Started)
        return {"message_id": known, "reply_id": started.reply_id, "again": started.again}

    async def _tell(self, session_id: str, message_id: str, first: Event, rest: AsyncGenerator[Event]) -> None:
        async def told(event: Event) -> None:
            update = TurnEvent(self.owner, session_id, message_id=message_id, event=event)
            if not self._quiet or isinstance(event, Started | Finished):
                await self.say(STATE_UPDATE, envelopes.payload_of(update))

        try:
            async with aclosing(rest):
                await told(first)
                async for event in rest:
                    await told(event)
        except OVER:
            pass  # the reader of frames notices, too
        except Exception as error:  # noqa: BLE001  (the log has it, and the client hears of it)
            await self.say(ERROR, {**objections.document(error), "session_id": session_id, "message_id": message_id})

    async def visit(self, session_id: str) -> wire.Json:
        """Seen at the session from now on; how it stands and who is there."""
        session = await self.talks.get(session_id, self.owner)
        if session_id not in self._places and len(self._places) >= MOST_PLACES:
            raise Invalid(f"{MOST_PLACES} sessions are watched here.", next_step="Leave one with unsubscribe.")
        self._places.setdefault(session_id, None)
        self._sign(session_id)
        talk = await self.talks.talk(session_id, limit=1, owner=self.owner)
        return {
            "update": "snapshot",
            **wire.status_json(session, self.talks.engine_of(session).title),
            "running": wire.message_json(talk.running) if talk.running else None,
            "visitors": [wire.plain(one) for one in self._app.presence.of(self.owner, session_id)],
            "you": self._visitor.id,
        }

    def go(self, session_id: str) -> None:
        if session_id in self._places:
            del self._places[session_id]
            self._app.presence.leave(self.owner, session_id, self._visitor.id)

    def _sign(self, place: str) -> None:
        edited = self._places[place]
        is_editing = edited is not None and time.monotonic() - edited < EDITING
        self._app.presence.sign(self.owner, place, replace(self._visitor, doing="edits" if is_editing else "looks"))
