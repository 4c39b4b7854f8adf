"""What the client libraries leave half read is closed by who read it, not later by the garbage collector."""

import asyncio
import gc
import sys
import weakref
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from builder.llm.anthropic import Anthropic
from builder.llm.asking import Question
from builder.llm.base import Access, Connection, Provider
from builder.llm.checking import check
from builder.llm.compatible import Compatible
from builder.llm.google import Google
from builder.llm.hearing import Hearing
from builder.llm.openai import OpenAI
from tests.models import anthropic, faults, gemini, openai
from tests.models.gemini import Gemini
from tests.models.script import Answer, failing

LONG = Answer(json={"reply": "long " * 400}, pieces=8, pause=0.001)
EACH = pytest.mark.parametrize(
    ("provider", "server"),
    [(Google(), gemini), (OpenAI(), openai), (Anthropic(), anthropic), (Compatible(), openai)],
    ids=["google", "openai", "anthropic", "compatible"],
)


@contextmanager
def noting_generators() -> "Iterator[list[weakref.ref[AsyncGenerator[Any, Any]]]]":
    """Every generator that is begun in here."""
    found: list[weakref.ref[AsyncGenerator[Any, Any]]] = []
    before = sys.get_asyncgen_hooks()

    def note(generator: AsyncGenerator[Any, Any]) -> None:
        found.append(weakref.ref(generator))
        if before.firstiter:
            before.firstiter(generator)

    sys.set_asyncgen_hooks(firstiter=note, finalizer=before.finalizer)
    try:
        yield found
    finally:
        sys.set_asyncgen_hooks(*before)


@pytest.fixture
def troubles() -> Iterator[list[str]]:
    """What the loop and the garbage collector complain of."""
    found: list[str] = []
    before, sys.unraisablehook = sys.unraisablehook, lambda seen: found.append(f"{seen.object!r}: {seen.exc_value!r}")
    yield found
    sys.unraisablehook = before


@EACH
async def test_a_check_leaves_no_generator_of_the_libraries_half_read(
    provider: Provider, server: ModuleType
) -> None:
    gc.disable()
    try:
        with server.serving([LONG]) as fake, noting_generators() as begun:
            connection = provider.connect(Access(fake.key, fake.base_url, model=provider.default_model or "tiny"))
            for _ in range(5):
                assert await check(connection) is None
            left = [one for ref in begun if (one := ref()) is not None and one.ag_frame is not None]
            names = [one.__qualname__ for one in left]
            await connection.close()
    finally:
        gc.enable()
    assert len(begun) > 20
    assert names == []


@EACH
async def test_hundreds_of_checks_that_leave_after_the_first_word_end_in_order(
    provider: Provider, server: ModuleType, troubles: list[str]
) -> None:
    asyncio.get_running_loop().set_exception_handler(lambda _, context: troubles.append(str(context)))
    with server.serving([LONG]) as fake:
        connection = provider.connect(Access(fake.key, fake.base_url, model=provider.default_model or "tiny"))
        for _ in range(4):
            assert await asyncio.gather(*(check(connection) for _ in range(25))) == [None] * 25
            await asyncio.to_thread(gc.collect)
        await connection.close()
        await asyncio.sleep(0)
    gc.collect()
    await asyncio.sleep(0)
    assert troubles == []


async def test_who_is_cancelled_while_a_request_ends_leaves_nothing_that_runs_on(
    connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(faults.silent(), then=LONG))
    left: list[str] = []

    async def end(hearing: Hearing) -> None:
        try:
            await hearing.end()
        finally:
            coroutines = (repr(task.get_coro()) for task in asyncio.all_tasks())
            left.extend(one for one in coroutines if "Hearing._read" in one)

    for turns in range(1, 8):
        hearing = Hearing(connection, Question("", "Hi"), asyncio.get_running_loop().time() + 30)
        await anext(hearing)
        ending = asyncio.create_task(end(hearing))
        for _ in range(turns):
            await asyncio.sleep(0)
        ending.cancel()
        await asyncio.wait({ending})
    assert left == []
