"""One request to an interviewer, measured from its beginning to its end and told to an observer."""

import asyncio
import time
from types import TracebackType
from uuid import uuid4

from builder.core.errors import Invalid
from builder.core.events import Event, Failed, TextDelta, ToolCalled, Used
from builder.core.observing import Answered, Kind, Observer, Status
from builder.core.session import Session
from builder.core.usage import NOTHING


class Watch:
    """`with Watch(...) as watch:` and every event to `watch.hear`; what happened is told at the end of the block."""

    def __init__(self, observer: Observer, kind: Kind, session: Session, engine: str, text: str) -> None:
        self._observer = observer
        self._kind = kind
        self._session = session
        self._engine = engine
        self._text = text
        self._began = time.monotonic()
        self._first_text: float | None = None
        self._usage = NOTHING
        self._failed: Status | None = None
        self.id = uuid4().hex
        self.messages = 0
        self.status: Status | None = None

    def hear(self, event: Event) -> None:
        match event:
            case TextDelta(text) if text and self._first_text is None:
                self._first_text = time.monotonic() - self._began
            case Used(usage):
                self._usage += usage
            case Failed(_, _, cause):
                self._failed = "refused" if cause == "text" else "failed"
            case ToolCalled():
                self._observer.tool(event, self._session.mode)

    def __enter__(self) -> "Watch":
        self._observer.asked(self._kind, self._text)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        seconds = time.monotonic() - self._began
        status = self._failed or self.status or _status(error)
        told = (self._kind, status, seconds, self._first_text, self._usage, self.messages)
        self._observer.answered(Answered(self.id, self._session.owner, self._engine, *told))


def _status(error: BaseException | None) -> Status:
    if error is None:
        return "done"
    if isinstance(error, asyncio.CancelledError | GeneratorExit):
        return "stopped"
    return "refused" if isinstance(error, Invalid) else "failed"
