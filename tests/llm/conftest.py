from collections.abc import AsyncIterator, Iterator

import pytest

from builder.llm.base import Access, Connection
from builder.llm.google import Google
from tests.models import gemini
from tests.models.gemini import Gemini


@pytest.fixture(scope="session")
def fake_gemini() -> Iterator[Gemini]:
    with gemini.serving() as fake:
        yield fake


@pytest.fixture
async def connection(fake_gemini: Gemini) -> AsyncIterator[Connection]:
    """A connection to the fake Gemini, as a person's key and address would make it."""
    fake_gemini.listing_fault = None
    made = Google().connect(Access(key=fake_gemini.key, address=fake_gemini.base_url))
    yield made
    await made.close()
