"""How a turn ends: code decides whether the plan is due, whether it was agreed to, and fills what was left to it."""

from collections.abc import Iterator
from dataclasses import replace

from builder.core.draft import Draft
from builder.core.events import Agreed, Event, Planned, Remembered, Suggested
from builder.core.session import Session
from builder.core.stages import missing
from builder.interviewers.expert.completing import brief_of, completed, open_topic
from builder.interviewers.expert.judging import flaws
from builder.interviewers.expert.memory import CONFIRM, TALK, Memory
from builder.interviewers.expert.sending import IDLE_TURNS, READY_TURNS
from builder.interviewers.expert.turn import Turn
from builder.interviewers.offline.asking import question, suggestions
from builder.interviewers.offline.pack import Pack, pack_for
from builder.interviewers.offline.reading.acts import Act, act_of
from builder.interviewers.offline.reading.text import plain, tidy
from builder.interviewers.offline.writing.plan import plan

_LONGEST_WAIT = IDLE_TURNS + 2  # turns without progress after which code decides


def is_complete(draft: Draft) -> bool:
    return not missing(draft) and not flaws(draft)


def ended(turn: Turn, memory: Memory, message: str) -> Iterator[Event]:
    """The last events of a turn whose answer was whole."""
    pack, start = pack_for(memory.language), turn.start
    yield from turn.dropped()
    act = None if "?" in message else act_of(plain(tidy(message)), pack)
    agreed = _agrees(turn, memory, act)
    memory = _counted(memory, turn, asked_back=turn.answer.heard == "question" and act is None)
    told_to = turn.answer.heard == "decide" or agreed or memory.idle >= _LONGEST_WAIT
    if told_to and missing(turn.draft):
        yield from turn.operate(list(completed(turn.draft, pack)))
        agreed = False  # a yes to what was not there yet is none
    complete = is_complete(turn.draft)
    topic = turn.answer.topic if turn.answer.topic != CONFIRM or complete else ""
    if complete and agreed:
        yield Agreed()
        memory = replace(memory, topic="", ready=0)
        yield from _said_something(turn, "", pack)
    elif complete and topic == CONFIRM:
        yield Planned()
        memory = replace(memory, topic=CONFIRM, ready=0)
        yield from _said_something(turn, CONFIRM, pack)
    elif complete and not start.agreed and (told_to or memory.ready > READY_TURNS[start.mode]):
        yield from _planned_by_code(turn, pack)
        memory = replace(memory, topic=CONFIRM, ready=0)
    else:
        memory = memory if topic == "" and turn.answer.heard == "question" else replace(memory, topic=topic)
        yield from _said_something(turn, open_topic(turn.session), pack)
    if start.agreed and turn.answer.heard == "refuse":
        yield Agreed(False)
    yield Remembered(memory.noted(turn.answer.note).to_json())


def _agrees(turn: Turn, memory: Memory, act: Act | None) -> bool:
    """Is this the yes to the plan that was shown? A plain yes counts even where the model did not hear it."""
    was_asked = memory.topic == CONFIRM or TALK not in turn.start.notes  # or another interviewer asked
    if not (turn.start.planned and was_asked) or turn.start.agreed:
        return False
    if turn.answer.heard == "agree":
        return True
    return act in ("yes", "enough") and turn.answer.heard != "refuse" and not turn.changed


def _counted(memory: Memory, turn: Turn, *, asked_back: bool) -> Memory:
    """How long nothing has been missing, and how long nothing has come of the talk. Questions do not count."""
    if missing(turn.draft):
        return replace(memory, ready=0, idle=0 if turn.changed else memory.idle + (not asked_back))
    return replace(memory, ready=memory.ready + (not asked_back), idle=0)


def _planned_by_code(turn: Turn, pack: Pack) -> Iterator[Event]:
    brief = brief_of(turn.draft)
    lead = "\n\n" if turn.text.strip() else ""
    yield from turn.say(f"{lead}{plan(brief, pack)}\n\n{pack.text('ask.confirm')}")
    yield Planned()
    yield Suggested(suggestions(CONFIRM, brief, pack))


def _said_something(turn: Turn, topic: str, pack: Pack) -> Iterator[Event]:
    """A model that had no words leaves them to code."""
    if turn.answer.reply.strip():
        return
    brief = brief_of(turn.draft)
    if not topic:
        yield from turn.say(pack.text("say.done", name=brief.name) if is_complete(turn.draft) else pack.text("say.ok"))
    elif topic == CONFIRM:
        yield from turn.say(f"{plan(brief, pack)}\n\n{pack.text('ask.confirm')}")
    else:
        yield from turn.say(f"{pack.text('say.ok')} {question(topic, brief, pack)}")
        yield Suggested(suggestions(topic, brief, pack))


def asked_again(session: Session) -> str:
    """The open question in the words of the language packs; "" when nothing is open."""
    pack = pack_for(session.language)
    brief = brief_of(session.draft)
    if topic := open_topic(session):
        return question(topic, brief, pack)
    return "" if session.agreed else f"{plan(brief, pack)}\n\n{pack.text('ask.confirm')}"
