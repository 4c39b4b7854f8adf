"""A healthy answer, from every provider; and what was sent for it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

import builder.llm
from builder.core.plugins import kinds
from builder.core.usage import Usage
from builder.llm.ask import Question, Said
from builder.llm.base import Access, Connection, Provider
from builder.llm.google import Google
from tests.llm.asking import HELLO, QUESTION, SAID, SCHEMA, heard
from tests.models import anthropic, gemini, openai
from tests.models.fake import Fake
from tests.models.gemini import Gemini
from tests.models.script import Answer
from tests.models.script import Usage as Tokens

PROVIDERS: dict[str, Provider] = {name: kind() for name, kind in kinds(builder.llm, Provider).items()}  # type: ignore[type-abstract]
FAKES: dict[str, ModuleType] = {"google": gemini, "openai": openai, "anthropic": anthropic, "compatible": openai}


@pytest.fixture(params=FAKES)
def provider(request: pytest.FixtureRequest) -> Provider:
    return PROVIDERS[request.param]


@pytest.fixture
def fake(provider: Provider) -> Iterator[Fake]:
    with FAKES[provider.name].serving() as serving:
        yield serving


@pytest.fixture
async def any_connection(provider: Provider, fake: Fake) -> AsyncIterator[Connection]:
    made = provider.connect(Access(f" {fake.key}\n", fake.base_url, model=provider.default_model or "tiny"))
    yield made
    await made.close()


def test_there_are_four_providers_with_a_rank_each() -> None:
    ranks = {name: provider.rank for name, provider in PROVIDERS.items()}
    assert ranks == {"google": 10, "openai": 20, "anthropic": 30, "compatible": 40}


async def test_an_answer_comes_in_pieces_and_then_whole(any_connection: Connection, fake: Fake) -> None:
    fake.play([replace(HELLO, pause=0.02)])

    result = await heard(any_connection)

    assert result.whole and result.whole.answer == SAID
    assert len(result.texts) > 3
    assert "".join(result.texts) == HELLO.said
    assert fake.calls[0].key == fake.key
    assert fake.calls[0].ended_at and fake.calls[0].aborted_at is None


async def test_instructions_talk_message_and_schema_are_sent_and_nothing_that_steers_chance(
    any_connection: Connection, fake: Fake
) -> None:
    fake.play([HELLO])
    talk = (Said("user", "I need an agent."), Said("model", "What for?"), Said("model", " "))

    await heard(any_connection, question=Question("Be kind.", "For mail.", SCHEMA, talk, most_tokens=4321))

    call = fake.calls[0]
    assert (call.system, call.last) == ("Be kind.", "For mail.")
    assert [text for _, text in call.history if text != "Be kind."] == ["I need an agent.", "What for?"]
    assert call.schema and set(call.schema["properties"]) == {"reply", "topic"}
    sent = str(call.body)
    assert "4321" in sent
    assert not [word for word in ("temperature", "top_p", "topP", "top_k", "topK") if word in sent]


async def test_a_talk_that_begins_with_the_model_is_sent_all_the_same(any_connection: Connection, fake: Fake) -> None:
    fake.play([HELLO])
    talk = (Said("model", "What is it for?"),)

    result = await heard(any_connection, question=Question("Be kind.", "For mail.", SCHEMA, talk))

    assert result.whole
    assert [text for _, text in fake.calls[0].history if text != "Be kind."] == ["…", "What is it for?"]


async def test_the_names_are_those_of_models_that_can_talk(any_connection: Connection, fake: Fake) -> None:
    names = await any_connection.names()

    assert names
    assert not [name for name in names if "embed" in name]
    assert set(names) < set(fake.models) or set(names) == set(fake.models)


async def test_gemini_thinks_little_and_is_given_a_minute(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play([HELLO])

    await heard(connection)

    call = fake_gemini.calls[0]
    shape: dict[str, Any] = call.body["generationConfig"]
    assert shape["thinkingConfig"]["thinking_level"] == "LOW"
    assert call.headers["x-server-timeout"] == "60"
    assert (call.api_version, call.model) == ("v1beta", "gemini-3.8-flash")


async def test_version_model_and_thinking_can_be_chosen(fake_gemini: Gemini) -> None:
    fake_gemini.play([HELLO])
    access = Access(fake_gemini.key, fake_gemini.base_url, "v1", "gemini-3.8-pro", "high")
    chosen = Google().connect(access)

    await heard(chosen)
    await chosen.close()

    call = fake_gemini.calls[0]
    assert (call.api_version, call.model) == ("v1", "gemini-3.8-pro")
    assert call.body["generationConfig"]["thinkingConfig"]["thinking_level"] == "HIGH"


async def test_gemini_lists_newest_models_first_over_all_pages() -> None:
    many = ["gemini-2.5-flash", *(f"gemini-1.{number}-old" for number in range(60)), "gemini-4-argon", "gemma-4-31b-it"]
    with gemini.serving(models=[*many, "gemini-embedding-9"]) as fake:
        connection = Google().connect(Access(fake.key, fake.base_url))
        names = await connection.names()
        await connection.close()

    assert names[:2] == ["gemini-4-argon", "gemini-2.5-flash"]
    assert names[-1] == "gemma-4-31b-it"
    assert set(names) == set(many)


async def test_tokens_are_counted_and_priced(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play([Answer(json=SAID, usage=Tokens(prompt=1000, cached=400, thinking=50, output=20))])

    result = await heard(connection)

    counted = Usage(1000, 400, 50, 70, result.used.cost, "gemini-3.8-flash")
    assert result.used == counted
    assert result.used.cost and 0.0001 < result.used.cost < 0.01


async def test_a_model_without_a_price_has_none(fake_gemini: Gemini) -> None:
    fake_gemini.play([HELLO])
    unknown = Google().connect(Access(fake_gemini.key, fake_gemini.base_url, model="nobody-knows-it"))

    result = await heard(unknown)
    await unknown.close()

    assert result.used.tokens > 0
    assert result.used.cost is None


async def test_no_library_is_loaded_by_looking_at_the_providers() -> None:
    import subprocess
    import sys

    looks = (
        "import sys, builder.llm, builder.llm.ask, builder.llm.checking, builder.llm.words\n"
        "from builder.core.plugins import kinds\nfrom builder.llm.base import Provider\nkinds(builder.llm, Provider)\n"
        "print(sorted({'pydantic_ai', 'google.genai', 'openai', 'anthropic', 'genai_prices'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", looks], capture_output=True, text=True, check=True).stdout

    assert found.strip() == "[]"


async def test_a_schema_is_told_in_words_where_the_model_takes_none(fake_gemini: Gemini) -> None:
    with anthropic.serving([HELLO]) as fake:
        old = PROVIDERS["anthropic"].connect(Access(fake.key, fake.base_url, model="claude-3-haiku-20240307"))
        result = await heard(old)
        await old.close()

    assert result.whole and result.whole.answer == SAID
    assert fake.calls[0].schema is None
    assert fake.calls[0].system.startswith(QUESTION.instructions)
    assert '"required": ["reply", "topic"]' in fake.calls[0].system


async def test_counts_that_cannot_be_have_no_price_and_break_nothing(
    connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play([Answer(json=SAID, usage=Tokens(prompt=10, cached=500, output=20))])

    result = await heard(connection)

    assert result.whole and result.whole.answer == SAID
    assert (result.used.input, result.used.cached, result.used.cost) == (10, 500, None)
