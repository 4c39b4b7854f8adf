"""One turn of the interview as a pure function: session and message in, reply, operations and memory out."""

from dataclasses import dataclass, replace

from builder.core.check import check
from builder.core.convert import fields_of
from builder.core.operation import Operation
from builder.core.session import Session
from builder.interviewers.offline.asking import MOST_MISSES, next_topic, suggestions
from builder.interviewers.offline.brief import Brief
from builder.interviewers.offline.deciding import all_decided, decided
from builder.interviewers.offline.importing import brief_from, usable_parts
from builder.interviewers.offline.memory import CONFIRM, Memory, recall
from builder.interviewers.offline.pack import FALLBACK, Pack, pack_for
from builder.interviewers.offline.reading.heard import Heard
from builder.interviewers.offline.reading.language import detect
from builder.interviewers.offline.reading.text import word_count
from builder.interviewers.offline.reading.understand import understand
from builder.interviewers.offline.refusing import not_right
from builder.interviewers.offline.remarking import remarks
from builder.interviewers.offline.replying import (
    about_broken,
    about_config,
    acknowledged,
    after_the_end,
    explanation,
    not_clear,
    with_question,
)
from builder.interviewers.offline.sync import in_step
from builder.interviewers.offline.writing.fields import MADE_FROM, operations

_STORY = 5  # words
_AGREES = ("yes", "decide", "decide_all")  # to the plan


@dataclass(frozen=True, slots=True)
class Turn:
    """`planned`: the plan was shown. `agreed` is None when nothing about the person's yes changed. `at_end`: its words
    hold only for an agent that is whole; `praise` are the last of them."""

    text: str
    memory: Memory
    operations: tuple[Operation, ...] = ()
    replies: tuple[str, ...] = ()
    planned: bool = False
    agreed: bool | None = None
    at_end: bool = False
    praise: str = ""


def take_turn(session: Session, message: str) -> Turn:
    """What the interviewer says and changes after a message."""
    before = recall(session)
    memory = _asking_what_is_open(in_step(before, session.draft), before, session)
    memory = replace(memory, language=_language(memory, session, message))
    pack = pack_for(memory.language)
    heard = understand(message, memory, pack)
    turn = _turn(session, memory, _as_it_stands(heard, session), pack)
    wanted = turn.memory.brief.noted(name=heard.brief.name or turn.memory.brief.name)
    found = operations(wanted, pack, session, heard.learned, memory.brief)
    return _judged(replace(turn, operations=tuple(found)), session, pack)


def _judged(turn: Turn, session: Session, pack: Pack) -> Turn:
    """The end of the talk, or what stands in its way: something written by hand, most of all."""
    if not turn.at_end:
        return turn
    for operation in turn.operations:
        session, _ = session.operate(operation, "interviewer")
    wrong = not_right(session.draft, pack)
    text = f"{turn.text}\n\n{wrong or turn.praise}".strip()
    if not (wrong and turn.agreed):
        return replace(turn, text=text)
    open_still = turn.memory.asking(CONFIRM)
    return replace(turn, text=text, agreed=None, memory=open_still, replies=pack.list("tap.confirm"))


def _as_it_stands(heard: Heard, session: Session) -> Heard:
    """What replies and the plan speak of: another name for one written by hand only waits for a yes."""
    if "name" in heard.learned and session.draft.locked("name"):
        return replace(heard, brief=heard.brief.noted(name=session.draft.text("name")))
    return heard


def _asking_what_is_open(memory: Memory, before: Memory, session: Session) -> Memory:
    """The open question, unless the person has answered it by hand since: then it is the next one."""
    asked = memory.asked
    if asked in ("", CONFIRM) or before.brief.knows(asked) or not memory.brief.knows(asked):
        return memory
    return memory.asking(next_topic(memory, session.mode, pack_for(memory.language)))


def _language(memory: Memory, session: Session, message: str) -> str:
    """The language of the talk: that of the person's first real message."""
    if memory.language and memory.brief.purpose:
        return memory.language
    return detect(message, memory.language or session.language[:2] or FALLBACK)


def _turn(session: Session, memory: Memory, heard: Heard, pack: Pack) -> Turn:
    if heard.act == "back":
        return _back(session, memory, pack)
    if heard.pasted and heard.pasted.kind == "broken":
        return _again(session, replace(memory, brief=heard.brief), about_broken(heard, pack), pack, otherwise="outputs")
    if heard.config:
        return _config(session, memory, heard, pack)
    if memory.asked == CONFIRM and heard.act in _AGREES and not heard.learned:
        return _finished(memory, pack)
    if heard.act == "decide_all" and heard.brief.purpose:
        return _rest_decided(session, memory, heard, pack)
    told = heard.answered or heard.learned or heard.kept or heard.already
    if told or (heard.act == "decide" and memory.asked not in ("", CONFIRM, "purpose")):
        return _onward(session, memory, heard, pack)
    return _not_understood(session, memory, heard, pack)


# ---- the ways in which a turn may go


def _onward(session: Session, memory: Memory, heard: Heard, pack: Pack) -> Turn:
    """Something was told: say what was understood and ask what is open now."""
    brief = heard.brief
    chosen: tuple[str, ...] = ()
    if heard.act == "decide" and not brief.knows(memory.asked):
        brief, chosen = decided(memory.asked, brief, pack), (memory.asked,)
    heard = replace(heard, brief=brief)
    remembered = replace(memory, brief=brief)
    waiting = tuple(topic for topic in heard.learned if _is_locked(topic, session))
    said = (acknowledged(heard, memory.brief, pack, chosen, waiting), remarks(heard, pack))
    text = " ".join(filter(None, said)) or pack.text("say.ok")
    if heard.puzzled and not heard.learned:
        text = explanation(heard, memory.asked, pack)
    return _next(session, remembered, text, pack)


def _is_locked(topic: str, session: Session) -> bool:
    """Was the field that this topic is written to edited by hand?"""
    return any(topic in topics[:1] and session.draft.locked(name) for name, topics in MADE_FROM.items())


def _rest_decided(session: Session, memory: Memory, heard: Heard, pack: Pack) -> Turn:
    """ "You decide the rest": everything that is open is decided, and the plan is shown."""
    brief = all_decided(heard.brief, pack)
    brief = brief if brief.knows("tone") else brief.told("tone", "assumed")
    brief = brief if brief.knows("greeting") else brief.told("greeting", "assumed")
    text = acknowledged(replace(heard, brief=brief), memory.brief, pack) or pack.text("say.ok")
    return _next(session, replace(memory, brief=brief), text, pack)


def _next(session: Session, memory: Memory, text: str, pack: Pack) -> Turn:
    """The next open question; the plan when there is none; nothing more when the person has agreed before."""
    topic = next_topic(memory, session.mode, pack)
    memory = _with_open_decided(memory, session, topic, pack)
    if topic == CONFIRM and session.agreed:
        return Turn(text, memory.asking(""), at_end=True, praise=pack.text("say.still_done"))
    return _ask(memory, text, topic, pack)


def _with_open_decided(memory: Memory, session: Session, topic: str, pack: Pack) -> Memory:
    """Before the plan, what is left open on purpose (in quick mode, the tone) is decided."""
    if topic != CONFIRM:
        return memory
    brief = memory.brief
    for left in ("name", "rules", "inputs"):
        brief = brief if brief.knows(left) else decided(left, brief, pack)
    return replace(memory, brief=brief)


def _ask(memory: Memory, text: str, topic: str, pack: Pack) -> Turn:
    asking = memory.asking(topic)
    taps = suggestions(topic, asking.brief, pack)
    offered = taps[0] if topic == "name" else ""
    words = with_question(text, topic, asking.brief, pack)
    fixed = taps[1:] if topic == "name" else taps
    return Turn(words, replace(asking, offered=offered, taps=fixed), replies=taps, planned=topic == CONFIRM)


def _again(session: Session, memory: Memory, text: str, pack: Pack, otherwise: str = "") -> Turn:
    """The same question once more, after some words; the topic `otherwise` when none is open."""
    topic = memory.asked or next_topic(memory, session.mode, pack)
    if topic == CONFIRM and session.agreed:
        topic = otherwise
    if topic == CONFIRM and memory.asked == CONFIRM:
        return Turn(f"{text}\n\n{pack.text('ask.confirm')}", memory, replies=suggestions(CONFIRM, memory.brief, pack))
    return _ask(memory, text, topic, pack) if topic else Turn(text, memory)


def _back(session: Session, memory: Memory, pack: Pack) -> Turn:
    """The last topic is open again."""
    path = memory.path[: memory.path.index(memory.asked)] if memory.asked in memory.path else memory.path
    topic = path[-1] if path else next(iter(memory.path), "purpose")
    reopened = replace(memory, brief=memory.brief.reopened(topic), path=path[:-1] if path else ())
    return _ask(reopened, pack.text("say.back"), topic, pack)


def _config(session: Session, memory: Memory, heard: Heard, pack: Pack) -> Turn:
    if check(heard.config):
        brief = brief_from(usable_parts(heard.config), heard.brief)
        return _next(session, replace(memory, brief=brief), about_config(heard, pack), pack)
    return _next(session, replace(memory, brief=taken_config(heard)), pack.text("say.took_config"), pack)


def taken_config(heard: Heard) -> Brief:
    """The brief with a pasted configuration in it, or with what can be used of it."""
    if not heard.config:
        return heard.brief
    found = usable_parts(heard.config) if check(heard.config) else fields_of(heard.config)
    return brief_from(found, heard.brief)


def _finished(memory: Memory, pack: Pack) -> Turn:
    return Turn("", memory.asking(""), agreed=True, at_end=True, praise=pack.text("say.done", name=memory.brief.name))


def _not_understood(session: Session, memory: Memory, heard: Heard, pack: Pack) -> Turn:
    asked = memory.asked
    if heard.act == "no" and asked in ("", CONFIRM):
        return Turn(pack.text("say.what_else"), memory)
    if not asked and session.agreed:
        return Turn(after_the_end(heard, pack), memory, at_end=True)
    if heard.puzzled:
        return _again(session, memory, explanation(heard, asked, pack), pack)
    missed = memory.missed(asked)
    if asked in ("", "purpose") and not memory.brief.purpose:
        return _ask(missed, _purpose_needed(memory, heard, pack), "purpose", pack)
    if missed.misses[asked] > MOST_MISSES and asked != CONFIRM:
        return _onward(session, missed, replace(heard, act="decide"), pack)
    return _again(session, missed, not_clear(heard, asked, missed.misses[asked], pack), pack)


def _purpose_needed(memory: Memory, heard: Heard, pack: Pack) -> str:
    if heard.act in ("decide", "decide_all") or memory.misses:
        return pack.text("say.no_purpose") if heard.act is None else pack.text("say.need_purpose")
    told_much = any(word_count(text) >= _STORY for text in heard.leftover)
    return pack.text("say.story" if told_much else "say.hello")
