"""A fake Gemini, and talks over it."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from builder.core.draft import Draft
from builder.core.session import Session
from builder.llm.reach import Limits
from tests.interviewers.model_led.talking import Line, Talk
from tests.models import gemini
from tests.models.script import Answer

Begin = Callable[..., Talk]


@pytest.fixture
def fake() -> Iterator[gemini.Gemini]:
    with gemini.serving() as server:
        yield server


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
