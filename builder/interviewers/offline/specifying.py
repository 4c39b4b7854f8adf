"""One specification in, everything decided: no questions are asked."""

from dataclasses import replace

from builder.core.session import Session
from builder.interviewers.offline.brief import Brief, Purpose
from builder.interviewers.offline.deciding import all_decided
from builder.interviewers.offline.memory import Memory, recall
from builder.interviewers.offline.pack import FALLBACK, Pack, pack_for
from builder.interviewers.offline.reading.language import detect
from builder.interviewers.offline.reading.text import plain, tidy
from builder.interviewers.offline.reading.understand import understand
from builder.interviewers.offline.sync import in_step
from builder.interviewers.offline.turn import Turn, taken_config
from builder.interviewers.offline.writing.fields import operations

_LONGEST = 200


def specified(session: Session, text: str) -> Turn:
    """The turn that makes a whole draft out of one text; what it leaves open is decided and marked as assumed."""
    before = in_step(recall(session), session.draft)
    pack = pack_for(detect(text, session.language[:2] or FALLBACK))
    memory = replace(before, language=pack.code, asked="purpose", misses={"purpose": 1})
    heard = understand(text, memory, pack)
    brief = _whole(taken_config(heard), text, pack)
    found = operations(brief, pack, session, heard.learned, before.brief)
    done = pack.text("say.specified", name=brief.name)
    return Turn(done, Memory(brief, pack.code), tuple(found), planned=True, agreed=True)


def _whole(brief: Brief, text: str, pack: Pack) -> Brief:
    if not brief.purpose:
        said = plain(tidy(text).replace("\n", " "))[:_LONGEST] or pack.text("decide.purpose")
        brief = brief.told("purpose", "assumed", purpose=Purpose(deed=said, form="free"))
    return all_decided(brief, pack)
