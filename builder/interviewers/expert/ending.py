"""How a turn ends: code decides whether the plan is due, whether it was agreed to, and fills what was left to it."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Literal

from builder.core.draft import FIELDS, Draft
from builder.core.events import Agreed, Event, Failed, Planned, Remembered, Suggested
from builder.core.operation import Operation
from builder.core.session import Session
from builder.core.stages import missing
from builder.interviewers.expert.completing import brief_of, completed, open_topic, read_by_rule
from builder.interviewers.expert.judging import flaws
from builder.interviewers.expert.memory import CONFIRM, TALK, Memory
from builder.interviewers.expert.sending import IDLE_TURNS, READY_TURNS
from builder.interviewers.expert.turn import Turn
from builder.interviewers.offline.asking import question, suggestions
from builder.interviewers.offline.pack import Pack, pack_for
from builder.interviewers.offline.reading.acts import Act, act_of, contains
from builder.interviewers.offline.reading.text import plain, tidy
from builder.interviewers.offline.refusing import not_right
from builder.interviewers.offline.writing.plan import plan

# "yes_to_other": to another text than the one that was shown; "misheard": the model heard a yes in a no
Meant = Literal["", "yes", "yes_to_other", "misheard"]
_LONGEST_WAIT = IDLE_TURNS + 2  # turns without progress after which code decides


def is_complete(draft: Draft) -> bool:
    return not missing(draft) and not flaws(draft)


def ended(turn: Turn, memory: Memory, message: str) -> Iterator[Event]:
    """The last events of a turn whose answer was whole."""
    pack = pack_for(memory.language)
    yield from turn.dropped()
    said = plain(tidy(message))
    act = None if "?" in message else act_of(said, pack)
    meant = _meant(turn, memory, act, contains("no", said, pack))
    memory = _counted(memory, turn, asked_back=turn.answer.heard == "question" and act is None)
    if _is_left_to_code(turn, memory, meant) and missing(turn.draft):
        yield from turn.operate(_decided(turn, message, pack))
        meant = "yes_to_other" if meant else ""  # a yes to what was not there yet is none
    memory = yield from _closed(turn, memory, meant, pack)
    if turn.start.agreed and turn.answer.heard == "refuse":
        yield Agreed(False)
    yield Remembered(memory.noted(turn.answer.note).to_json())


def _is_left_to_code(turn: Turn, memory: Memory, meant: Meant) -> bool:
    return turn.answer.heard == "decide" or meant in ("yes", "yes_to_other") or memory.idle >= _LONGEST_WAIT


def _decided(turn: Turn, message: str, pack: Pack) -> list[Operation]:
    """What code puts into the empty fields; from the person's own words when the model made nothing of them."""
    if found := list(completed(turn.draft, pack)):
        return found
    words = [said.text for said in turn.start.messages if said.role == "user"]
    made = read_by_rule(turn.start, turn.draft, "\n".join([*words, message]))
    return [] if isinstance(made, Failed) else made


def _closed(turn: Turn, memory: Memory, meant: Meant, pack: Pack) -> Generator[Event, None, Memory]:
    """The yes, the plan or the next question; gives back what is remembered of it."""
    complete = is_complete(turn.draft)
    topic = turn.answer.topic if turn.answer.topic != CONFIRM or complete else ""
    if meant == "misheard":
        yield from turn.say(f"{_gap(turn)}{pack.text('say.what_else')}")
        return replace(memory, topic="")
    if complete and meant == "yes":
        yield Agreed()
        yield from _said_something(turn, "", pack)
        return replace(memory, topic="", ready=0)
    if complete and meant != "yes_to_other" and topic == CONFIRM:
        yield Planned()
        yield from _said_something(turn, CONFIRM, pack)
        return replace(memory, topic=CONFIRM, ready=0)
    due = _is_left_to_code(turn, memory, meant) or memory.ready > READY_TURNS[turn.start.mode]
    if complete and due and not turn.start.agreed:
        yield from _planned_by_code(turn, pack)
        return replace(memory, topic=CONFIRM, ready=0)
    yield from _said_something(turn, open_topic(turn.session), pack)
    return memory if topic == "" and turn.answer.heard == "question" else replace(memory, topic=topic)


def _meant(turn: Turn, memory: Memory, act: Act | None, says_no: bool) -> Meant:
    """What the message says to the plan that was shown. A plain yes counts even where the model did not hear it,
    and no yes to a text that nobody has seen: neither of them is left to the model."""
    was_asked = memory.topic == CONFIRM or TALK not in turn.start.notes  # or another interviewer asked
    if not (turn.start.planned and was_asked) or turn.start.agreed:
        return ""
    plain_yes, heard = act in ("yes", "enough"), turn.answer.heard
    if heard == "agree" and (act in ("no", "back") or (says_no and not plain_yes)):
        return "misheard"
    if heard == "agree" or (plain_yes and heard != "refuse"):
        return "yes_to_other" if _reads_otherwise(turn) else "yes"
    return ""


def _reads_otherwise(turn: Turn) -> bool:
    """Is the draft, or what waits beside it, not what the plan showed? Who said it does not matter here."""
    before, now = turn.start.draft, turn.draft
    changed = any(before.value(name) != now.value(name) for name in FIELDS)
    return changed or turn.session.proposals != turn.start.proposals


def _counted(memory: Memory, turn: Turn, *, asked_back: bool) -> Memory:
    """How long nothing has been missing, and how long nothing has come of the talk. Questions do not count."""
    if missing(turn.draft):
        return replace(memory, ready=0, idle=0 if turn.changed else memory.idle + (not asked_back))
    return replace(memory, ready=memory.ready + (not asked_back), idle=0)


def _planned_by_code(turn: Turn, pack: Pack) -> Iterator[Event]:
    brief = brief_of(turn.draft)
    yield from turn.say(f"{_gap(turn)}{plan(brief, pack)}\n\n{pack.text('ask.confirm')}")
    yield Planned()
    yield Suggested(suggestions(CONFIRM, brief, pack))


def _gap(turn: Turn) -> str:
    return "\n\n" if turn.text.strip() else ""


def _said_something(turn: Turn, topic: str, pack: Pack) -> Iterator[Event]:
    """A model that had no words leaves them to code."""
    if turn.answer.reply.strip():
        return
    brief = brief_of(turn.draft)
    if not topic:
        done = pack.text("say.done", name=brief.name) if is_complete(turn.draft) else pack.text("say.ok")
        yield from turn.say(not_right(turn.draft, pack) or done)
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
    return not_right(session.draft, pack) if session.agreed else f"{plan(brief, pack)}\n\n{pack.text('ask.confirm')}"
