"""A model that thinks for long before its first word is waited for; one that stops in the middle is not, for long."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from builder.llm.ask import Patience
from builder.llm.base import SILENCE, Access, Connection
from builder.llm.compatible import Compatible
from builder.llm.google import Google
from tests.llm.asking import HELLO, QUICK, SAID, heard
from tests.models import faults
from tests.models.gemini import Gemini
from tests.models.script import failing


@pytest.fixture
async def hasty(fake_gemini: Gemini) -> AsyncIterator[Connection]:
    """Takes an answer for lost after a fifth of a second without anything."""
    made = Google().connect(Access(fake_gemini.key, fake_gemini.base_url))
    made.silence = 0.2
    yield made
    await made.close()


def test_a_small_machine_is_given_more_time_in_the_middle() -> None:
    assert SILENCE == 60.0 and Compatible().connect(Access(address="http://here", model="tiny")).silence > SILENCE


async def test_silence_before_the_first_word_is_no_failure(hasty: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play([replace(HELLO, first_after=0.8)])

    result = await heard(hasty)

    assert result.whole and result.whole.answer == SAID
    assert (result.agains, len(fake_gemini.calls)) == ([], 1)


@pytest.mark.parametrize("silence", [faults.NO_ANSWER, faults.SILENT_HEAD], ids=str)
async def test_silence_before_the_first_word_ends_with_the_deadline_and_is_asked_once(
    silence: faults.Fault, hasty: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(silence, then=HELLO))

    result = await heard(hasty, Patience(deadline=0.8))

    assert result.fault and result.fault.kind == "slow"
    assert result.seconds >= 0.8
    assert (result.agains, len(fake_gemini.calls)) == ([], 1)


async def test_silence_in_the_middle_is_a_lost_connection_and_tried_again(
    hasty: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(faults.silent(), times=1, then=HELLO))

    result = await heard(hasty, replace(QUICK, deadline=60.0))

    assert result.whole and result.whole.answer == SAID
    assert [again.fault.kind for again in result.agains] == ["connection"]
    assert result.seconds < 30.0


async def test_gaps_shorter_than_that_may_add_up(hasty: Connection, fake_gemini: Gemini) -> None:
    hasty.silence = 1.5
    fake_gemini.play([replace(HELLO, pieces=4, pause=0.15)])

    result = await heard(hasty, replace(QUICK, deadline=60.0))

    assert result.whole and not result.agains and result.seconds > hasty.silence


@pytest.mark.parametrize(("deadline", "told"), [(10.0, "60"), (1800.0, "1800")])
async def test_the_server_is_told_the_time_it_has_when_that_is_more_than_a_minute(
    deadline: float, told: str, connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play([HELLO])

    await heard(connection, Patience(deadline=deadline))

    assert fake_gemini.calls[0].headers["x-server-timeout"] == told
