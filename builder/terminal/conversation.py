"""A talk with the interviewer: where it is, what was offered, and what is not sent yet."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from builder.terminal.drawing import COMPLETED, Drawing, offer
from builder.terminal.screen import ALARM, FAINT, Screen
from builder.terminal.typed import Left
from builder.ui.words import Words
from builder_client import BuilderError as ClientError
from builder_client import (
    Client,
    NotFound,
    Refused,
    TooMany,
    Unauthorized,
    Unreachable,
)
from builder_client.answers import Mode


@dataclass(frozen=True, slots=True)
class Unsent:
    """What was typed and not answered; under the same id it is never said twice."""

    text: str
    message_id: str


class Conversation:
    """`troubled`: something went wrong on the way. `unsaved`: a finished configuration that no agent has yet."""

    def __init__(self, client: Client, screen: Screen, words: Words, *, mode: Mode, language: str) -> None:
        self.client = client
        self.screen = screen
        self.words = words
        self._mode: Mode = mode
        self._language = language
        self.session_id = ""
        self.offered: tuple[str, ...] = ()
        self.listed: tuple[str, ...] = ()  # ids in the order of the last /sessions
        self.troubled = False
        self.unsaved = False
        self._unsent: Unsent | None = None
        self._seen = ""

    def begin(self, greeting: str = "") -> None:
        """A new talk, opened by the interviewer; nobody is greeted who may not begin one."""
        self.session_id = self.client.sessions.create(mode=self._mode, language=self._language).session_id
        self._unsent, self.unsaved = None, False
        if greeting:
            self.screen.say(greeting, FAINT)
            self.screen.blank()
        self.show_latest()

    def open(self, session_id: str) -> None:
        """An earlier talk, from where it stands."""
        resumed = self.client.sessions.resume(session_id)
        self.session_id, self._unsent = resumed.session_id, None
        self.unsaved = resumed.stage == COMPLETED and resumed.saved_version is None
        self._seen = ""
        self.show_latest()

    def show_latest(self) -> None:
        """What was said last, unless it was shown, and what may be answered."""
        page = self.client.sessions.talk_page(self.session_id, limit=1)
        latest = page.messages[-1] if page.messages else None
        if latest is None:
            self.screen.say(page.opening.text)
        elif latest.id != self._seen:
            self.screen.say(latest.text)
            self._seen = latest.id
        self.offered = page.suggestions
        offer(self.screen, self.words, self.offered)

    def answer_of(self, line: str) -> str:
        """What a typed line says: a number picks an offered answer, a backslash before it says it as it is."""
        said = line.strip()
        if said.startswith("\\"):
            return said[1:]
        number = int(said) if said.isascii() and said.isdigit() and len(said) < 3 else 0
        return self.offered[number - 1] if 1 <= number <= len(self.offered) else said

    def tell(self, text: str) -> None:
        """Says it and draws the reply. Raises Left when Ctrl-C is pressed twice."""
        self._tell(Unsent(text, uuid.uuid4().hex))

    def tell_again(self) -> bool:
        """What was not answered once more; False when there is no such thing."""
        if self._unsent is None:
            return False
        self._tell(self._unsent)
        return True

    def _tell(self, message: Unsent) -> None:
        self._unsent = message
        drawing = Drawing(self.screen, self.words)
        reply = self.client.sessions.send(self.session_id, message.text, message_id=message.message_id)
        try:
            for event in reply:
                drawing.take(event)
        except ClientError as error:
            self.screen.end()
            self.tell_trouble(error)
        except KeyboardInterrupt:
            self._stopped(reply.stop)
            raise
        else:
            self._answered(drawing)

    def _stopped(self, stop: Callable[[], None]) -> None:
        self.screen.moved()
        try:
            stop()
        except KeyboardInterrupt:
            raise Left from None
        self._unsent = None
        self.screen.say(self.words("stopped"), FAINT)
        self.screen.blank()

    def _answered(self, drawing: Drawing) -> None:
        drawing.end()
        self.offered = drawing.offered
        if drawing.failed:
            self.troubled = True
            self.screen.say(self.words("again"), FAINT)
            self.screen.blank()
            return
        self._unsent = None
        if drawing.stage:
            self.unsaved = drawing.stage == COMPLETED

    def tell_trouble(self, error: ClientError) -> None:
        """What went wrong and what to do, in the words of this place where it has any."""
        self.troubled = True
        reason, step = self._told(error)
        self.screen.say(f"{reason} {step}".strip(), ALARM)
        for problem in error.problems if isinstance(error, Refused) else ():
            if problem.reason not in reason:
                self.screen.say(f"- {problem.reason} {problem.next_step}".strip())
        if self._unsent is not None and not isinstance(error, Refused | NotFound):
            self.screen.say(self.words("again"), FAINT)

    def _told(self, error: ClientError) -> tuple[str, str]:
        words = self.words
        match error:
            case Unreachable():
                return words("unreachable"), words("unreachable_step")
            case TooMany(kind=kind, retry_after=seconds) if kind != "quota" and seconds is not None:
                return words("too_many"), words("too_many_step", seconds=round(seconds))
            case Unauthorized(status=401):
                return error.reason, words("unauthorized_step")
            case _:
                return error.reason, error.next_step
