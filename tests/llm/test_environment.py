"""Nothing that the client libraries find in the environment of a server goes to an address that somebody typed."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import anthropic as anthropic_library
import openai as openai_library
import pytest
from google import genai as google_library

from builder.llm.anthropic import Anthropic
from builder.llm.base import Access, Provider
from builder.llm.checking import check
from builder.llm.compatible import Compatible
from builder.llm.google import Google
from builder.llm.openai import OpenAI
from tests.models import anthropic, gemini, openai

SECRET = "hush-of-the-environment"
# What chooses another way to speak, and holds no secret.
_HOW = re.compile(r"^(GOOGLE_GENAI_(CLIENT_MODE|HTTP_CLIENT|REPLAY\w+|USE_\w+)|SSL_\w+|DEFER_\w+|APPDATA|PYTEST_\w+)$")
_READ = re.compile(
    r"""(?:environ(?:\.get)?|getenv)[(\[]\s*["'](\w+)["']|^_?ENV_\w+(?:: \w+)?\s*=\s*["'](\w+)["']""", re.M
)


def read_by(library: ModuleType) -> Iterator[str]:
    for path in Path(library.__file__ or "").parent.rglob("*.py"):
        for found in _READ.finditer(path.read_text("utf-8")):
            yield found[1] or found[2]


NAMES = sorted({name for one in (anthropic_library, openai_library, google_library) for name in read_by(one)})


def test_the_variables_that_are_known_to_leak_are_among_those_found() -> None:
    known = {"ANTHROPIC_CUSTOM_HEADERS", "OPENAI_CUSTOM_HEADERS", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID",
             "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE", "GOOGLE_API_KEY"}  # fmt: skip
    assert known <= set(NAMES)


@pytest.mark.parametrize(
    ("provider", "server"),
    [(Google(), gemini), (OpenAI(), openai), (Anthropic(), anthropic), (Compatible(), openai)],
    ids=["google", "openai", "anthropic", "compatible"],
)
async def test_no_variable_of_the_libraries_is_sent(
    provider: Provider, server: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        if not _HOW.match(name):
            headers = f"X-Operator: {SECRET}\nAuthorization: Bearer {SECRET}\nx-api-key: {SECRET}"
            monkeypatch.setenv(name, headers if name.endswith("HEADERS") else f"http://{SECRET}.example")
    with server.serving() as fake:
        connection = provider.connect(Access(fake.key, fake.base_url, model=provider.default_model or "tiny"))
        assert await check(connection) is None
        assert await connection.names()
        await connection.close()

    assert len(fake.received) >= 2 and {call.key for call in fake.received} == {fake.key}
    heard = [f"{call.path} {call.headers} {call.body}".lower() for call in fake.received]
    assert [one for one in heard if SECRET in one or "x-operator" in one] == []
