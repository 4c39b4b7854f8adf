"""A better text for one field: asked of an interviewer, kept as a proposal that waits for the person's yes."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from builder.core.draft import Proposal
from builder.core.errors import BuilderError, Conflict, EngineFailed, Invalid
from builder.core.events import Event, Failed, Proposed, TextDelta, TextTakenBack, Used
from builder.core.observing import UNSEEN, Observer
from builder.core.problem import Problem
from builder.core.readable import readable
from builder.core.session import Session
from builder.core.usage import NOTHING, Usage
from builder.interviewers.base import IMPROVABLE, Interviewer
from builder.services.watching import Watch
from builder.services.words import sentence

Change = Callable[[Callable[[Session], Session]], Awaitable[Session]]
Speak = Callable[[Coroutine[Any, Any, None]], Awaitable[bool]]  # False: it was stopped
_BULLETS = " \t-*•–"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Improved:
    """`after` is None when nothing better was found; `reasons` say why, or what only the person can mend."""

    session: Session
    before: str
    after: str | None
    reasons: tuple[str, ...]
    usage: Usage = NOTHING


@dataclass(frozen=True, slots=True)
class Heard:
    """What an interviewer has said of a text so far."""

    field: str
    text: str = ""
    after: str = ""
    usage: Usage = NOTHING
    failed: Failed | None = None

    def hear(self, event: Event) -> "Heard":
        match event:
            case TextDelta(more):
                return replace(self, text=self.text + readable(more))
            case TextTakenBack():
                return replace(self, text="", after="")
            case Proposed(operation) if (operation.action, operation.field) == ("set", self.field):
                return replace(self, after=readable(operation.value) if isinstance(operation.value, str) else "")
            case Used(usage):
                return replace(self, usage=self.usage + usage)
            case Failed():
                return replace(self, failed=event)
        return self

    @property
    def reasons(self) -> tuple[str, ...]:
        lines = (line.strip(_BULLETS) for line in self.text.splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))


async def better(
    interviewer: Interviewer,
    session: Session,
    field: str,
    change: Change,
    speak: Speak,
    observer: Observer = UNSEEN,
) -> Improved:
    """Asks the interviewer and keeps what came of it by `change`; what it cost is kept in any case.

    `speak` runs the asking so that it can be stopped; then nothing is proposed, and the reason says so.
    Invalid for a field that is empty or none of IMPROVABLE, Conflict when a proposal waits for it already or it was
    changed meanwhile, EngineFailed.
    """
    before = _text(session, field)
    with Watch(observer, "improve", session, interviewer.name, before) as watch:
        listening = Listening(field, watch)
        whole = await speak(listening.to(interviewer, session))
        watch.status = watch.status if whole else "stopped"
    heard = listening.heard
    if not whole:
        spent = await change(lambda now: _spent(now, heard.usage))
        return Improved(spent, before, None, (sentence("improve_stopped", session.language),), heard.usage)
    after = heard.after if heard.after.strip() and heard.after != before else None
    if heard.failed:
        await change(lambda now: _spent(now, heard.usage))
        raise _failure(heard.failed, interviewer, session.language)
    reasons = heard.reasons or (() if after else (sentence("improve_good", session.language),))
    proposal = Proposal(field, before, after, reasons) if after else None
    late: list[bool] = []

    def step(now: Session) -> Session:
        late.append(now.draft.value(field) != before or field in now.proposals)
        spent = _spent(now, heard.usage)
        return replace(spent, proposals={**now.proposals, field: proposal}) if proposal and not late[-1] else spent

    session = await change(step)
    if late[-1]:
        raise Conflict("The text was changed while a better one was looked for.", {field: session.draft.value(field)})
    return Improved(session, before, after, reasons, heard.usage)


def _text(session: Session, field: str) -> str:
    """The text as it is. Refused where there is none to improve, or where a proposal waits."""
    if field not in IMPROVABLE:
        raise _refused("not_improvable", field, f"“{field}” cannot be improved.", f"Choose: {', '.join(IMPROVABLE)}.")
    text = session.draft.text(field)
    if not text.strip():
        raise _refused("empty", field, "There is no text to improve yet.", "Write something first.")
    if field in session.proposals:
        raise Conflict("A proposal for this field waits already.", {field: text}, "Accept or refuse it first.")
    return text


def _refused(code: str, field: str, reason: str, step: str) -> Invalid:
    return Invalid(reason, [Problem(code, field, reason, step)], step)


class Listening:
    """`heard` is what has been said by now, also when listening is stopped."""

    def __init__(self, field: str, watch: Watch) -> None:
        self.heard = Heard(field)
        self._watch = watch

    async def to(self, interviewer: Interviewer, session: Session) -> None:
        try:
            async for event in interviewer.improve(session, self.heard.field):
                self._hear(event)
        except BuilderError as error:
            log.warning("A text was not improved: %s", error, exc_info=True)
            self._hear(Failed(error.message, error.advice))
        except Exception:  # an interviewer may be anything: the log keeps the cause, the person gets words
            log.exception("An interviewer broke off")
            language = session.language
            self._hear(Failed(sentence("improve_failed", language), sentence("improve_again", language)))

    def _hear(self, event: Event) -> None:
        self._watch.hear(event)
        self.heard = self.heard.hear(event)


def _spent(session: Session, usage: Usage) -> Session:
    return replace(session, used=session.used + usage) if usage != NOTHING else session


def _failure(failed: Failed, interviewer: Interviewer, language: str) -> EngineFailed:
    """The interviewer's words; where a model failed, there is the way without one, too."""
    other = sentence("improve_guided", language) if interviewer.provider else ""
    return EngineFailed(failed.reason, f"{failed.next_step} {other}".strip())
