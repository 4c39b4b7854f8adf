"""`make test-llm`: every round over the Gemini and the OpenAI route; exit code 0 only if all is as it should be."""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from builder import llm
from builder.core.plugins import kinds
from builder.llm.ask import Question, Whole, ask
from builder.llm.base import Access, Connection, Provider
from builder.llm.faults import ModelFailed
from tests.llm_env.mock import Llmock, Verdict, serving
from tests.llm_env.rounds import ANSWER, REASON_MISSING, ROUNDS, SAID, Round

SCHEMA = {
    "type": "object",
    "properties": {
        "reply": {"type": "string"},
        "suggestions": {"type": "array", "items": {"type": "string"}},
        "operations": {"type": "array", "items": {"type": "object", "properties": {"field": {"type": "string"}}}},
    },
    "required": ["reply", "suggestions", "operations"],
}


@dataclass(frozen=True)
class Route:
    provider: str
    path: str
    version: str
    model: str
    rounds: Sequence[Round]

    def connect(self, mock: Llmock) -> Connection:
        access = Access(key="any-key", address=mock.url + self.path, version=self.version, model=self.model)
        return kinds(llm, Provider)[self.provider]().connect(access)  # type: ignore[type-abstract]


ROUTES = (
    Route("google", "/gemini", "v1beta", "gemini-2.5-pro", ROUNDS),
    Route("openai", "/v1", "", "gpt-4o", (*ROUNDS, REASON_MISSING)),
)


@dataclass(frozen=True)
class Played:
    route: str
    round: Round
    endings: tuple[str, ...]
    seconds: float
    verdict: Verdict

    @property
    def complaints(self) -> list[str]:
        """Everything that is not as it should be; llmock's warnings count, unless they are known."""
        wrong = sorted({ending for ending in self.endings if ending not in self.round.ends})
        found = [f"ended as {ending}, wanted {' or '.join(sorted(self.round.ends))}" for ending in wrong]
        if self.verdict.attempts != self.round.attempts:
            found.append(f"{self.verdict.attempts} attempts, wanted {self.round.attempts}")
        return [*found, *(finding.text for finding in self.verdict.findings if finding.code not in self.round.known)]


async def asked(connection: Connection, question: Question, round: Round) -> str:
    """How it ended: "whole", or the kind of the failure."""
    try:
        async for piece in ask(connection, question, round.patience):
            last = piece
    except ModelFailed as failed:
        return failed.fault.kind
    return "whole" if isinstance(last, Whole) and last.answer == ANSWER else f"another answer: {last!r:.200}"


async def played(route: Route, connection: Connection, mock: Llmock, round: Round) -> Played:
    said = {"type": "reply", "text": SAID, "times": None}
    await asyncio.to_thread(mock.begin, [*round.behaviors, said])
    questions = [Question("You interview.", f"I want agent number {number}.", SCHEMA) for number in range(round.askers)]
    began = time.monotonic()
    endings = await asyncio.gather(*[asked(connection, question, round) for question in questions])
    seconds = time.monotonic() - began
    return Played(route.provider, round, tuple(endings), seconds, await asyncio.to_thread(mock.verdict))


async def all_played(mock: Llmock) -> list[Played]:
    results = []
    for route in ROUTES:
        connection = route.connect(mock)
        try:
            for round in route.rounds:
                results.append(await played(route, connection, mock, round))
                print(line(results[-1]), flush=True)
        finally:
            await connection.close()
    return results


def line(played: Played) -> str:
    verdict = "pass" if played.verdict.passed else "FAIL"
    ending = ", ".join(sorted(set(played.endings)))
    head = f"{played.route:7} {played.round.name:38} {ending:11} {played.verdict.attempts:>8} {played.seconds:8.1f} s"
    known = sorted(played.round.known & {finding.code for finding in played.verdict.findings})
    verdict = ", ".join([verdict, *(f"known warning {code}" for code in known)])
    return "\n".join([f"{head}   {verdict}", *(f"        {complaint}" for complaint in played.complaints)])


def main() -> int:
    print(f"{'route':7} {'what llmock does':38} {'ends':11} {'attempts':>8} {'time':>8}     verdict")
    with serving() as mock:
        results = asyncio.run(all_played(mock))
    bad = [result for result in results if result.complaints]
    print(f"{len(results)} rounds, {len(results) - len(bad)} as they should be, {len(bad)} not")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
