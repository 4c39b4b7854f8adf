"""The open question asked again: after a pause, an undo or a step back."""

from builder.core.session import Session
from builder.interviewers.offline.asking import next_topic
from builder.interviewers.offline.memory import CONFIRM, Memory
from builder.interviewers.offline.pack import pack_for
from builder.interviewers.offline.refusing import not_right
from builder.interviewers.offline.replying import with_question
from builder.interviewers.offline.sync import in_step


def open_question_of(session: Session, memory: Memory) -> str:
    """The words of what is open now; "" when the person has agreed and nothing is missing or wrong."""
    now = in_step(memory, session.draft)
    pack = pack_for(now.language or session.language)
    if not now.brief.purpose:
        return pack.text("ask.purpose")
    topic = now.asked or next_topic(now, session.mode, pack)
    if topic == CONFIRM and session.agreed:
        return not_right(session.draft, pack)
    return with_question("", topic, now.brief, pack)
