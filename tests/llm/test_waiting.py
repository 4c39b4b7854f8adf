"""How long the next try waits."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from builder.llm.ask import Patience
from builder.llm.base import Connection
from builder.llm.faults import Fault
from builder.llm.waiting import JITTER, seconds_before
from tests.llm.asking import HELLO, heard
from tests.models import faults
from tests.models.gemini import Gemini
from tests.models.script import failing

CALM = Patience(tries=4, first_wait=1.0, longest_wait=5.0, deadline=60.0)


@pytest.mark.parametrize("told", [faults.rate_limited(header=0.3), faults.rate_limited(info=0.3)], ids=str)
async def test_a_wait_is_kept_as_told(told: faults.Fault, connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play(failing(told, times=1, then=HELLO))

    result = await heard(connection, Patience(first_wait=50.0, deadline=90.0))

    assert result.whole
    assert [again.seconds for again in result.agains] == [0.3]
    first, second = fake_gemini.calls
    assert 0.3 <= second.at - first.at < 40.0


async def test_a_wait_told_as_a_date_is_kept(connection: Connection, fake_gemini: Gemini) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    fake_gemini.play(failing(faults.rate_limited(header=soon), times=1, then=HELLO))

    result = await heard(connection, Patience(deadline=10.0))

    assert result.whole
    assert [again.seconds for again in result.agains] == [result.agains[0].fault.wait]
    assert 0 <= result.agains[0].seconds <= 2.0


async def test_a_wait_longer_than_one_has_patience_for_is_not_begun(
    connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(faults.rate_limited(header=7), then=HELLO))

    result = await heard(connection, Patience(longest_wait=5.0, deadline=60.0))

    assert result.fault and (result.fault.kind, result.fault.wait) == ("busy", 7.0)
    assert len(fake_gemini.calls) == 1


async def test_a_wait_longer_than_the_deadline_fails_at_once_and_is_told(
    connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(faults.rate_limited(header=3600), then=HELLO))

    result = await heard(connection)

    assert result.fault and (result.fault.kind, result.fault.wait, result.fault.status) == ("busy", 3600.0, 429)
    assert result.seconds < 3.0
    assert len(fake_gemini.calls) == 1


async def test_nonsense_in_the_header_is_no_wait(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play(failing(faults.rate_limited(header="soon, I promise"), times=1, then=HELLO))

    result = await heard(connection)

    assert result.whole and result.agains[0].fault.wait is None


async def test_the_deadline_counts_all_tries_together(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play(failing(faults.OVERLOADED, then=HELLO))
    deadline = 3.0

    result = await heard(connection, Patience(tries=1000, first_wait=0.1, longest_wait=0.1, deadline=deadline))

    assert result.fault and result.fault.kind in ("server", "slow")
    assert len(fake_gemini.calls) > 1
    assert fake_gemini.calls[-1].at - fake_gemini.calls[0].at < deadline
    assert result.seconds < 20 * deadline  # with 1000 tries it would be 100


@pytest.mark.parametrize(("attempt", "plain"), [(2, 1.0), (3, 2.0), (4, 4.0)])
def test_waits_grow_and_differ_a_little(attempt: int, plain: float) -> None:
    waits = {seconds_before(attempt, Fault("server"), CALM, 60.0) for _ in range(50)}

    assert len(waits) > 10
    assert all(wait and plain * (1 - JITTER) <= wait <= plain * (1 + JITTER) for wait in waits)


def test_no_wait_is_longer_than_the_longest() -> None:
    impatient = Patience(tries=9, first_wait=1.0, longest_wait=3.0)
    assert seconds_before(8, Fault("server"), impatient, 60.0) == 3.0
    assert seconds_before(2, Fault("busy", wait=20.0), impatient, 60.0) is None


def test_there_is_an_end_to_trying() -> None:
    assert seconds_before(5, Fault("server"), CALM, 60.0) is None
    assert seconds_before(2, Fault("key"), CALM, 60.0) is None
    assert seconds_before(2, Fault("server"), CALM, 0.5) is None
    assert seconds_before(2, Fault("busy", wait=0.0), CALM, 0.5) == 0.0


@pytest.mark.parametrize("said", ["Sat, 01 Jan 99999999999999999999 00:00:00 GMT", "soon", "-5", "nan"])
async def test_a_wait_that_is_none_is_as_if_none_was_told(
    said: str, connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(faults.rate_limited(header=said), times=1, then=HELLO))

    result = await heard(connection, Patience(first_wait=0.01, deadline=10.0))

    assert result.whole and [again.fault.wait for again in result.agains] == [None]
