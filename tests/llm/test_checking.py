"""A key is checked by one cheap call; a blank one never leaves; no key is ever shown."""

import logging
import traceback
from dataclasses import replace
from types import ModuleType

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from builder.llm.anthropic import Anthropic
from builder.llm.ask import Patience, ask
from builder.llm.base import Access, Connection, Provider
from builder.llm.checking import check
from builder.llm.compatible import Compatible
from builder.llm.faults import Kind, ModelFailed
from builder.llm.google import Google
from builder.llm.openai import OpenAI
from tests.llm.asking import HELLO, QUESTION
from tests.models import anthropic, faults, gemini, openai
from tests.models.gemini import Gemini
from tests.models.script import Answer, Fault, failing
from tests.servers import in_thread

SECRET = "AIzaSy-a-very-secret-key-0123456789"


async def test_a_good_key_is_found_good_by_one_call(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play([Answer("Hello!")])

    assert await check(connection) is None

    assert len(fake_gemini.received) == 1
    assert fake_gemini.calls[0].body["generationConfig"]["maxOutputTokens"] == 16


@pytest.mark.parametrize("odd", [faults.MAX_TOKENS, faults.SAFETY, faults.BLOCKED, faults.OTHER], ids=str)
async def test_a_model_that_was_reached_is_good_whatever_it_says(
    odd: Fault, connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(odd, then=Answer("Hello!")))
    assert await check(connection) is None


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (faults.WRONG_KEY, "key"),
        (faults.FORBIDDEN, "key"),
        (faults.NO_SUCH_MODEL, "model"),
        (faults.OVERLOADED, "server"),
        (faults.rate_limited(header=5), "busy"),
        (faults.EMPTY_STREAM, "cut"),
        (faults.NO_ANSWER, "slow"),
    ],
    ids=str,
)
async def test_what_is_wrong_is_said_after_one_call(
    fault: Fault, kind: Kind, connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(fault, then=HELLO))

    found = await check(connection, seconds=0.5 if kind == "slow" else 20.0)

    assert found and found.kind == kind
    assert len(fake_gemini.calls) == 1


async def test_without_a_model_the_list_is_asked() -> None:
    with openai.serving() as fake:
        connection = Compatible().connect(Access(fake.key, fake.base_url))
        good = await check(connection)
        fake.listing_fault = faults.UNAUTHORIZED
        refused = await check(connection)
        await connection.close()

    assert good is None
    assert refused and refused.kind == "key"
    assert fake.calls == []


@pytest.mark.parametrize(
    ("fault", "kind"), [(faults.WRONG_KEY, "key"), (faults.SERVER_ERROR, "server"), (faults.BAD_GATEWAY, "server")],
    ids=str,
)  # fmt: skip
async def test_a_list_that_fails_says_why(
    fault: Fault, kind: Kind, connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play([HELLO])
    fake_gemini.listing_fault = fault

    with pytest.raises(ModelFailed) as failed:
        await connection.names()

    assert failed.value.fault.kind == kind
    assert len(fake_gemini.received) == 1


@pytest.mark.parametrize("provider", [Google(), OpenAI(), Anthropic()], ids=lambda provider: provider.name)
@pytest.mark.parametrize("key", ["", " \n\t", "two words", "schlüssel", "a\nb"], ids=repr)
async def test_what_cannot_be_a_key_never_leaves(provider: Provider, key: str) -> None:
    with pytest.raises(ModelFailed) as failed:
        provider.connect(Access(key))
    assert failed.value.fault.kind == "key"


@pytest.mark.parametrize("address", ["nonsense", "ftp://models.example", "http://", "http://[", "https://x:99999"])
async def test_what_cannot_be_an_address_is_refused(address: str) -> None:
    with pytest.raises(ModelFailed) as failed:
        Google().connect(Access("a-key", address))
    assert failed.value.fault.kind == "address"


def test_what_is_missing_to_try() -> None:
    assert Google().lacks(Access("key")) is None and Google().lacks(Access(" ")) == "key"
    assert Compatible().lacks(Access(address="http://here/v1", model="tiny")) is None
    assert Compatible().lacks(Access(address=" ", model="tiny")) == "address"
    assert Compatible().lacks(Access(address="http://here/v1", model=" ")) == "model"


@pytest.mark.parametrize(
    "fault", [faults.UNAUTHORIZED, faults.BAD_GATEWAY, faults.dropped(), faults.bad_chunk()], ids=str
)
async def test_no_key_is_shown_anywhere(
    fault: Fault, fake_gemini: Gemini, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    quoting = replace(fault, name=f"{fault.name} for {SECRET}")
    fake_gemini.play(failing(quoting, then=HELLO))
    fake_gemini.checks_key = False
    access = Access(SECRET, fake_gemini.base_url)
    connection = Google().connect(access)
    try:
        with pytest.raises(ModelFailed) as failed:
            async for _ in ask(connection, QUESTION, Patience(tries=1)):
                pass
    finally:
        fake_gemini.checks_key = True
        await connection.close()

    shown = "".join(traceback.format_exception(failed.value))
    for text in (shown, str(failed.value), repr(failed.value.fault), repr(access), repr(connection), caplog.text):
        assert SECRET not in text


@pytest.mark.parametrize(
    ("provider", "server"), [(Google(), gemini), (OpenAI(), openai), (Anthropic(), anthropic)], ids=["g", "o", "a"]
)
async def test_the_most_talkative_log_holds_no_key(
    provider: Provider, server: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with server.serving([HELLO], key=SECRET) as fake:
        connection = provider.connect(Access(SECRET, fake.base_url))
        assert await check(connection) is None
        await connection.names()
        await connection.close()

    assert caplog.text
    assert SECRET not in caplog.text


async def test_a_redirect_takes_no_key_along(fake_gemini: Gemini) -> None:
    async def elsewhere(request: Request) -> RedirectResponse:
        return RedirectResponse(f"{fake_gemini.base_url}{request.url.path}", 307)

    fake_gemini.play([HELLO])
    with in_thread(Starlette(routes=[Route("/{path:path}", elsewhere, methods=["GET", "POST"])])) as address:
        connection = Google().connect(Access(fake_gemini.key, address))
        found = await check(connection)
        await connection.close()

    assert found and found.kind == "address"
    assert fake_gemini.received == []


@pytest.mark.parametrize(
    ("provider", "address"),
    [
        (Google(), "https://generativelanguage.googleapis.com/"),
        (OpenAI(), "https://api.openai.com/v1/"),
        (Anthropic(), "https://api.anthropic.com"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
async def test_what_the_libraries_read_from_the_environment_changes_no_address(
    provider: Provider, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GOOGLE_GEMINI_BASE_URL", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"):
        monkeypatch.setenv(name, "http://elsewhere.example")
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")

    connection = provider.connect(Access("a-key"))
    await connection.close()

    assert connection.model.base_url == address


async def test_no_other_key_of_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOOGLE_API_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, SECRET)
    with anthropic.serving([HELLO]) as claude, openai.serving([HELLO], key=None) as own:
        for connection in (
            Anthropic().connect(Access(claude.key, claude.base_url)),
            Compatible().connect(Access(address=own.base_url, model="tiny")),
        ):
            assert await check(connection) is None
            await connection.close()

    assert SECRET not in str([call.headers for call in (*claude.calls, *own.calls)])
