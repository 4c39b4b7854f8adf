"""A talk that is cleared between the end of a turn and the look at its reply."""

from pathlib import Path

import pytest

from builder import wiring
from builder.api.routes.chat import message_of
from builder.core.errors import NotFound
from builder.core.events import Started
from builder.interviewers.scripted import Scripted
from builder.settings import Settings
from tests.scripts import script


async def test_a_reply_that_is_gone_is_not_found_and_no_accident(tmp_path: Path) -> None:
    app = wiring.build(Settings(database_url=f"sqlite:///{tmp_path / 'test.db'}"), {"scripted": Scripted(script)})
    session = await app.interviews.begin()
    said = [event async for event in app.interviews.send(session.id, "Hello")]
    started = next(event for event in said if isinstance(event, Started))
    assert message_of(await app.interviews.talk(session.id), started.reply_id).text

    await app.interviews.reset(session.id)

    with pytest.raises(NotFound):
        message_of(await app.interviews.talk(session.id), started.reply_id)
    app.close()
