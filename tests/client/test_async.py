"""The awaited client: the same calls, many at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from builder_client import AsyncClient, Finished, NotFound, Patience, TextDelta, Unreachable
from tests.client.proxy import breaking


@pytest.fixture
async def awaited(address: str) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(address) as client:
        yield client


async def test_a_talk_is_awaited_from_its_beginning_to_its_end(awaited: AsyncClient) -> None:
    session = (await awaited.sessions.create(message="name Sorter")).session_id
    events = [event async for event in awaited.sessions.send(session, "slow 5")]
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "word0 word1 word2 word3 word4 "
    assert [message.role async for message in awaited.sessions.talk(session)] == ["model", "user"] * 2
    assert session in [card.session_id async for card in awaited.sessions.list()]
    with pytest.raises(NotFound):
        await awaited.sessions.get("none")


async def test_many_replies_are_heard_at_once(awaited: AsyncClient) -> None:
    async def heard(number: int) -> str:
        session = (await awaited.sessions.create()).session_id
        reply = awaited.sessions.send(session, f"say number {number}")
        async for _ in reply:
            pass
        return reply.text

    assert await asyncio.gather(*map(heard, range(20))) == [f"number {number}" for number in range(20)]


async def test_leaving_early_or_being_cancelled_stops_the_reply(awaited: AsyncClient) -> None:
    session = (await awaited.sessions.create()).session_id
    async with awaited.sessions.send(session, "slow 500") as reply:
        async for _ in reply:
            if "word3" in reply.text:
                break
    assert (await awaited.sessions.talk_page(session)).messages[-1].state == "stopped"

    async def listen() -> None:
        async with awaited.sessions.send(session, "slow 500") as reply:
            async for _ in reply:
                pass

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(listen(), 0.3)
    assert (await awaited.sessions.talk_page(session)).messages[-1].state == "stopped"


async def test_stop_ends_a_reply_that_another_task_hears(awaited: AsyncClient) -> None:
    session = (await awaited.sessions.create()).session_id
    reply = awaited.sessions.send(session, "slow 500")
    hearing = asyncio.create_task(_all(reply))
    while "word2" not in reply.text:
        await asyncio.sleep(0.01)
    await reply.stop()
    events = await asyncio.wait_for(hearing, 5)
    assert isinstance(events[-1], Finished) and events[-1].outcome == "stopped"


async def _all(reply: object) -> list[object]:
    return [event async for event in reply]  # type: ignore[attr-defined]


async def test_a_reply_is_taken_up_where_it_broke(address: str, awaited: AsyncClient) -> None:
    session = (await awaited.sessions.create()).session_id
    with breaking(address, ["word3", "word5 "]) as line:
        async with AsyncClient(line.url, patience=Patience(retries=4)) as cut:
            events = [event async for event in cut.sessions.send(session, "slow 20")]
    texts = [event.text for event in events if isinstance(event, TextDelta)]
    assert "".join(texts) == "".join(f"word{number} " for number in range(20))


async def test_nobody_there_is_told_after_the_tries() -> None:
    async with AsyncClient("http://127.0.0.1:9", patience=Patience(retries=1)) as client:
        with pytest.raises(Unreachable):
            await client.health()
