"""A fake Gemini, and talks over it."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.core.draft import Draft
from builder.core.session import Session
from builder.llm.reach import Limits
from builder.settings import Settings
from builder.wiring import App, build
from tests.interviewers.model_led.talking import Line, Talk
from tests.models import gemini
from tests.models.fake import KEY
from tests.models.script import Answer

Begin = Callable[..., Talk]


@pytest.fixture
def fake() -> Iterator[gemini.Gemini]:
    with gemini.serving() as server:
        yield server


@pytest.fixture
async def app(tmp_path: Path, fake: gemini.Gemini) -> AsyncIterator[App]:
    """The whole application on a database of its own."""
    place = {"google_api_key": KEY, "google_gemini_base_url": fake.url}
    app = build(Settings.model_validate({"database_url": f"sqlite:///{tmp_path}/agents.db", **place}))
    yield app
    await app.rest()
    app.close()


@pytest.fixture
async def begin(fake: gemini.Gemini) -> AsyncIterator[Begin]:
    """A talk whose model gives these answers, the last one again and again."""
    lines: list[Line] = []

    def make(*answers: Any, draft: Draft | None = None, limits: Limits | None = None, **session: Any) -> Talk:
        fake.play([one if isinstance(one, Answer) else Answer(json=one, pieces=7) for one in answers])
        lines.append(Line(fake, limits))
        return Talk(lines[-1], Session("test", draft=draft or Draft(), **session))

    yield make
    for line in lines:
        await line.close()
