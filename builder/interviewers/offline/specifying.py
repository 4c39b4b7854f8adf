"""One specification in, everything decided: no questions are asked."""

from dataclasses import replace

from builder.core.events import Failed
from builder.core.session import Session
from builder.interviewers.offline.brief import Brief, Purpose
from builder.interviewers.offline.deciding import all_decided
from builder.interviewers.offline.memory import Memory, recall
from builder.interviewers.offline.pack import FALLBACK, Pack, pack_for
from builder.interviewers.offline.reading import acts
from builder.interviewers.offline.reading.heard import Heard
from builder.interviewers.offline.reading.language import detect
from builder.interviewers.offline.reading.purpose import is_empty
from builder.interviewers.offline.reading.text import plain, tidy
from builder.interviewers.offline.reading.understand import understand
from builder.interviewers.offline.sync import in_step
from builder.interviewers.offline.turn import Turn, taken_config
from builder.interviewers.offline.writing.fields import operations

_LONGEST = 200


def specified(session: Session, text: str) -> Turn | Failed:
    """The turn that makes a whole draft out of one text; what it leaves open is decided and marked as assumed.

    Failed when the text names no task at all.
    """
    before = in_step(recall(session), session.draft)
    pack = pack_for(detect(text, session.language[:2] or FALLBACK))
    memory = replace(before, language=pack.code, asked="purpose", misses={"purpose": 1})
    heard = understand(text, memory, pack)
    if _says_nothing(heard, text, pack):
        return Failed(pack.text("say.no_task"), pack.text("say.no_task_step"), cause="text")
    brief = _whole(taken_config(heard), text, pack)
    found = operations(brief, pack, session, heard.learned, before.brief)
    done = pack.text("say.specified", name=brief.name)
    return Turn(done, Memory(brief, pack.code), tuple(found), planned=True, agreed=True)


def _says_nothing(heard: Heard, text: str, pack: Pack) -> bool:
    """A greeting, a picture or a lone "help": nothing to build on."""
    said = plain(tidy(text))
    told = [topic for topic in heard.learned if topic != "purpose"]
    if heard.config or heard.pasted or told:
        return False
    return acts.act_of(said, pack) is not None or is_empty(heard.brief.purpose or Purpose(deed=said, form="free"), pack)


def _whole(brief: Brief, text: str, pack: Pack) -> Brief:
    if not brief.purpose:
        said = plain(tidy(text).replace("\n", " "))[:_LONGEST] or pack.text("decide.purpose")
        brief = brief.told("purpose", "assumed", purpose=Purpose(deed=said, form="free"))
    return all_decided(brief, pack)
