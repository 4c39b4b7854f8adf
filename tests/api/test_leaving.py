"""Clients that go away while they wait for an answer in one piece."""

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.api.conftest import begin, serving
from tests.api.test_chat import talk
from tests.models import gemini
from tests.models.gemini import Gemini
from tests.models.script import Answer

SLOW = Answer(json={"reply": "A long answer. " * 20, "heard": "told", "operations": []}, pieces=8, pause=0.1)
SLOW_TEXT = Answer(json={"reasons": ["Shorter."], "text": "Sorts letters by urgency. " * 20}, pieces=8, pause=0.1)


@pytest.fixture(scope="module")
def fake() -> Iterator[Gemini]:
    with gemini.serving([Answer(json={"reply": "Hello."})]) as running:
        yield running


@pytest.fixture(scope="module")
def led(fake: Gemini, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving(tmp_path_factory.mktemp("led"), google_api_key=fake.key, google_gemini_base_url=fake.url) as client:
        client.post(f"/v1/sessions/{begin(client)}/message", json={"message": "Hi"})  # loads the libraries
        fake.play([SLOW])
        yield client


def leave(client: httpx.Client, path: str, **body: str) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.post(path, json=body, timeout=1.0)


async def gone(fake: Gemini) -> bool:
    until = time.monotonic() + 3.0
    while fake.calls[-1].aborted_at is None and time.monotonic() < until:
        await asyncio.sleep(0.02)
    return fake.calls[-1].aborted_at is not None


async def test_a_specification_that_nobody_waits_for_is_not_asked_on(led: httpx.Client, fake: Gemini) -> None:
    await asyncio.to_thread(leave, led, "/generate/", spec="Sorts letters by urgency: low, medium or high")
    assert await gone(fake)


async def test_a_reply_that_nobody_waits_for_is_stopped_and_what_was_said_is_kept(
    led: httpx.Client, fake: Gemini
) -> None:
    session = begin(led)
    await asyncio.to_thread(leave, led, f"/v1/sessions/{session}/message", message="An agent that sorts letters")
    assert await gone(fake)
    until = time.monotonic() + 3.0
    while (reply := talk(led, session)["messages"][-1])["state"] == "streaming" and time.monotonic() < until:
        await asyncio.sleep(0.02)
    assert reply["state"] == "stopped" and reply["text"].startswith("A long answer.")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/agent/chat", {"message": "An agent that sorts letters"}),
        ("/v1/sessions/create", {"initial_message": "An agent that sorts letters"}),
    ],
)
async def test_a_chat_that_nobody_waits_for_is_not_asked_on(
    led: httpx.Client, fake: Gemini, path: str, body: dict[str, str]
) -> None:
    await asyncio.to_thread(leave, led, path, **body)
    assert await gone(fake)


async def test_a_better_text_that_nobody_waits_for_is_not_asked_on(led: httpx.Client, fake: Gemini) -> None:
    session = begin(led)
    edit = {"action": "set", "field": "description", "value": "Sorts letters."}
    assert led.patch(f"/v1/sessions/{session}/draft", json={"operations": [edit]}).status_code == 200
    fake.play([SLOW_TEXT])
    await asyncio.to_thread(leave, led, f"/v1/sessions/{session}/improve", field="description")
    assert await gone(fake)
