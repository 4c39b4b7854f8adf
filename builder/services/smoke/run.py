"""One trial after another, each with its verdict; what goes wrong in one does not keep the next from being made."""

import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from builder.interviewers.base import Interviewer
from builder.llm.base import Connection
from builder.llm.faults import ModelFailed
from builder.llm.words import told
from builder.services.models import Models
from builder.services.smoke.asked import Unfit
from builder.services.smoke.attempts import Attempt, Attempts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing that was tried. `note` says what was seen, or what went wrong and what to do."""

    name: str
    ok: bool
    seconds: float
    note: str


async def trials(models: Models, interviewer: Interviewer, language: str = "en") -> AsyncIterator[Trial]:
    """What was tried with the interviewer's provider, one after another; when the first word fails, nothing else is."""
    provider = interviewer.provider or ""
    verdict = await models.check(provider, language=language)
    title = (await models.setup(provider)).model
    yield Trial("a word", verdict.ok, verdict.seconds, title if verdict.ok else f"{verdict.reason} {verdict.next_step}")
    if verdict.ok:
        connection = (await models.reach(provider, "local")).connection
        for name, attempt in Attempts(connection, interviewer).all():
            yield await tried(name, attempt, connection, language)


async def tried(name: str, attempt: Attempt, connection: Connection, language: str = "en") -> Trial:
    began = time.monotonic()
    try:
        note, ok = await attempt(), True
    except ModelFailed as failed:
        words = told(failed.fault, language, provider=connection.provider.title, model=connection.access.model)
        note, ok = " ".join(words), False
    except Unfit as error:
        note, ok = str(error), False
    except Exception as error:  # the table goes on, whatever it was
        log.exception("The trial “%s” broke off.", name)
        note, ok = f"This should not happen ({type(error).__name__}); the lines above say where.", False
    return Trial(name, ok, time.monotonic() - began, note)
