"""What one try takes: as far as the provider said it, else about that. The limits of a talk count on it."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from builder.core.usage import NOTHING, Usage
from builder.llm.asking import Question
from builder.llm.base import Connection
from builder.llm.prices import counted

if TYPE_CHECKING:
    from pydantic_ai.models import StreamedResponse
    from pydantic_ai.usage import RequestUsage

LETTERS = 4  # bytes or characters of a token, about
SHORTEST = 500  # tokens; with less left than that for an answer there is no sense in asking


def tokens(asked: Question) -> int:
    """About how many tokens a question has: four bytes each."""
    schema = json.dumps(asked.schema, ensure_ascii=False, separators=(",", ":"))
    parts = (asked.instructions, schema, asked.message, *(said.text for said in asked.talk))
    return sum(len(part.encode("utf-8", "replace")) for part in parts) // LETTERS


class Count:
    """Counts one try, which may end at any point."""

    def __init__(self, connection: Connection, question: Question) -> None:
        self._connection, self._question = connection, question
        self._model = connection.access.model
        self._said: RequestUsage | None = None
        self._was_sent = self._is_whole = False

    def sent(self) -> None:
        """From here on the provider reads what it was sent."""
        self._was_sent = True

    def refused(self) -> None:
        """Nothing was answered, unless an answer has been heard already."""
        self._was_sent = self._said is not None

    def heard(self, stream: "StreamedResponse") -> None:
        """So far the stream has come. Only with a reason to end are its numbers the last ones."""
        self._said, self._model = stream.usage, stream.model_name
        self._is_whole = stream.finish_reason is not None

    def usage(self, length: int) -> Usage:
        """`length`: characters of the answer that came."""
        if not self._was_sent:
            return NOTHING
        return counted(self._known(length), self._connection.provider.priced_as, self._model)

    def _known(self, length: int) -> "RequestUsage":
        from pydantic_ai.usage import RequestUsage

        said = self._said or RequestUsage()
        if self._is_whole and said.output_tokens:
            return said
        given = said.input_tokens or tokens(self._question)
        return replace(said, input_tokens=given, output_tokens=max(said.output_tokens, length // LETTERS))
