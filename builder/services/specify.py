"""One specification in, a finished configuration out: no talk, no session, nothing kept."""

import asyncio
from typing import Any

from builder.core.check import check
from builder.core.convert import as_config
from builder.core.errors import EngineFailed, Invalid
from builder.core.observing import UNSEEN, Observer
from builder.core.session import Session
from builder.interviewers.base import Interviewer
from builder.services.conduct import Told
from builder.services.watching import Watch


async def specified(
    interviewer: Interviewer, text: str, language: str, owner: str, observer: Observer = UNSEEN
) -> dict[str, Any]:
    """A valid configuration; `metadata.assumed` lists what nobody said.

    Invalid when the text names no task, EngineFailed when nothing usable came out of it.
    """
    session = Session("", owner, mode="quick", engine=interviewer.name, language=language)
    with Watch(observer, "generate", session, interviewer.name, text) as watch:
        return await _written(interviewer, session, text, watch)


async def _written(interviewer: Interviewer, session: Session, text: str, watch: Watch) -> dict[str, Any]:
    told = Told(session, session)
    async for event in interviewer.specify(session, text):
        watch.hear(event)
        told, _ = told.hear(event)
    if told.failed and told.failed.cause == "text":
        raise Invalid(told.failed.reason, next_step=told.failed.next_step)
    if told.failed:
        raise EngineFailed(told.failed.reason, told.failed.next_step)
    config = as_config(told.session.draft)
    problems = await asyncio.to_thread(check, config)
    if problems:
        reason = f"No usable configuration came out of this text: {problems[0].reason}"
        raise EngineFailed(reason, "Say more about what the agent should do.")
    return config
