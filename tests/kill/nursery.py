"""A process that has imported everything and forks servers from itself, so that a start costs milliseconds.

It reads one JSON line a server ({"url", "socket"}) and answers with its process id. A server connects to the socket
and speaks JSON lines: {"id", "do", ...} in; {"id", "event"} and at last {"id", "done"} or {"id", "error"} out.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from builder.core.errors import BuilderError
from builder.core.events import Agreed, Planned, Proposed, TextDelta
from builder.core.operation import Operation
from builder.core.session import Session
from builder.interviewers.scripted import Line, Scripted
from builder.settings import Settings
from builder.wiring import App, build


def script(session: Session, message: str) -> Iterator[Line]:
    """The message says how much is said how fast, and which goal is added half-way."""
    wanted = json.loads(message)
    if wanted.get("agrees"):
        yield from (Planned(), Agreed())
    for number in range(wanted["words"]):
        if number == wanted["words"] // 2:
            yield Proposed(Operation("add", "goals", wanted["goal"]))
        yield TextDelta(f"{wanted['goal']}.{number} ")
        yield float(wanted["pause"])


class Server:
    def __init__(self, app: App, writer: asyncio.StreamWriter) -> None:
        self._app = app
        self._writer = writer

    def say(self, **line: Any) -> None:
        self._writer.write(json.dumps(line).encode() + b"\n")

    async def answer(self, request: dict[str, Any]) -> None:
        number, what = request.pop("id"), request.pop("do")
        try:
            if what == "send":
                async for event in self._app.interviews.send(request.pop("session"), **request):
                    self.say(id=number, event=event.kind, text=getattr(event, "text", ""))
                self.say(id=number, done=None)
            else:
                self.say(id=number, done=await getattr(self, what)(**request))
        except BuilderError as error:
            self.say(id=number, error=type(error).__name__)

    async def begin(self, fields: dict[str, Any]) -> str:
        session = await self._app.interviews.begin()
        await self._app.interviews.edit(session.id, [Operation("set", name, value) for name, value in fields.items()])
        return session.id

    async def edit(self, session: str, value: str) -> None:
        await self._app.interviews.edit(session, [Operation("add", "guardrails", value)])

    async def tidy(self, seconds: float) -> None:
        """As it is done so much later."""
        await self._app.tidy(datetime.now(UTC) + timedelta(seconds=seconds))

    async def stop(self, session: str) -> None:
        await self._app.interviews.stop(session)

    async def save(self, session: str) -> list[Any]:
        version = await self._app.gallery.save(session)
        return [version.agent_id, version.number, version.hash]

    async def create(self, config: dict[str, Any]) -> str:
        return (await self._app.gallery.create(config)).id

    async def remove(self, agent: str) -> None:
        await self._app.gallery.delete(agent)

    async def forget(self, session: str) -> None:
        await self._app.interviews.delete(session)

    async def look(self, session: str) -> dict[str, Any]:
        """All that is kept of a session."""
        talk = await self._app.interviews.talk(session, limit=200)
        draft = talk.session.draft
        return {
            "messages": [[m.id, m.role, m.text, m.state] for m in talk.messages],
            "running": talk.running is not None,
            "goals": draft.value("goals", []),
            "guardrails": draft.value("guardrails", []),
            "saved": talk.session.saved_version,
        }

    async def agents(self) -> dict[str, list[list[Any]]]:
        """All agents: their versions' numbers and hashes, oldest first."""
        page = await self._app.gallery.search(limit=200)
        versions = {agent.id: await self._app.gallery.versions(agent.id) for agent in page.agents}
        return {name: [[v.number, v.hash] for v in reversed(kept)] for name, kept in versions.items()}

    async def intact(self) -> list[Any]:
        def look() -> list[Any]:
            with self._app.store.database.read() as connection:
                whole = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
                lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                loose = connection.exec_driver_sql(
                    "SELECT number FROM agents WHERE number NOT IN (SELECT rowid FROM agent_words)"
                ).all()
            return [*whole, *map(list, lost), *map(list, loose)]

        return await asyncio.to_thread(look)


async def serve(url: str, socket: str) -> None:
    app = build(Settings(database_url=url, max_conversation_length=0), {"scripted": Scripted(script)})
    app.store.interrupted()
    reader, writer = await asyncio.open_unix_connection(socket, limit=2**22)
    server = Server(app, writer)
    tasks = set()
    async for request in lines(reader):
        task = asyncio.create_task(server.answer(request))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def lines(reader: asyncio.StreamReader) -> AsyncIterator[dict[str, Any]]:
    while line := await reader.readline():
        yield json.loads(line)


def _let_go() -> None:
    """A server that outlives the nursery must not hold its pipes open."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burial
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _let_go()
            asyncio.run(serve(**order))
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
