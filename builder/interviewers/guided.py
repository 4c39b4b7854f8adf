"""The interviewer that needs no model: reads with language packs, asks what is open, writes from what was said."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

from builder.core.events import Agreed, Event, Failed, Planned, Proposed, Remembered, Suggested, TextDelta
from builder.core.operation import Operation
from builder.core.session import Session
from builder.interviewers.base import Interviewer
from builder.interviewers.offline.improving.improve import improved
from builder.interviewers.offline.memory import NOTES, recall
from builder.interviewers.offline.pack import pack_for
from builder.interviewers.offline.resuming import open_question_of
from builder.interviewers.offline.specifying import specified
from builder.interviewers.offline.sync import seen
from builder.interviewers.offline.turn import Turn, take_turn

_PIECE = re.compile(r"\S+\s*|\s+")
_WORDS_A_PIECE = 6


class Guided(Interviewer):
    """Leads the talk by rules: the same session and message always give the same reply."""

    name = "guided"
    title = "Offline guide"

    async def reply(self, session: Session, message: str) -> AsyncIterator[Event]:
        for event in _events(session, take_turn(session, message)):
            yield event

    async def specify(self, session: Session, text: str) -> AsyncIterator[Event]:
        made = specified(session, text)
        for event in [made] if isinstance(made, Failed) else _events(session, made):
            yield event

    async def improve(self, session: Session, field: str) -> AsyncIterator[Event]:
        language = recall(session).language or session.language
        better = await asyncio.to_thread(improved, session.draft, field, language)
        yield TextDelta("\n".join(better.reasons))
        if better.text is not None:
            yield Proposed(Operation("set", field, better.text))

    def opening(self, language: str) -> tuple[str, tuple[str, ...]]:
        pack = pack_for(language)
        return pack.text("say.opening"), pack.list("tap.opening")

    def open_question(self, session: Session) -> str:
        return open_question_of(session, recall(session))


def _events(session: Session, turn: Turn) -> Iterator[Event]:
    """The reply in pieces, then each change, then what is to be remembered."""
    for piece in _pieces(turn.text):
        yield TextDelta(piece)
    draft = session.draft
    for operation in turn.operations:
        yield Proposed(operation)
        draft = draft.apply(operation).draft
    yield Suggested(turn.replies)
    yield Remembered({NOTES: replace(turn.memory, written=seen(draft)).to_json()})
    if turn.planned:
        yield Planned()
    if turn.agreed is not None:
        yield Agreed(turn.agreed)


def _pieces(text: str) -> Iterator[str]:
    words = _PIECE.findall(text)
    for start in range(0, len(words), _WORDS_A_PIECE):
        yield "".join(words[start : start + _WORDS_A_PIECE])
