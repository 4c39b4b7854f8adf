"""A talk that is cleared between the end of a turn and the look at its reply."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from builder import wiring
from builder.api.routes.chat import _finished
from builder.core.errors import NotFound
from builder.core.events import Event
from builder.interviewers.scripted import Scripted
from builder.settings import Settings
from tests.scripts import script


async def test_a_reply_that_is_gone_is_not_found_and_no_accident(tmp_path: Path) -> None:
    app = wiring.build(Settings(database_url=f"sqlite:///{tmp_path / 'test.db'}"), {"scripted": Scripted(script)})
    session = await app.interviews.begin()

    async def cleared() -> AsyncIterator[Event]:
        async for event in app.interviews.send(session.id, "Hello"):
            yield event
        await app.interviews.reset(session.id)

    with pytest.raises(NotFound):
        await _finished(session.id, cleared(), app.interviews)
    app.close()
