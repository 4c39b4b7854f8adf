"""A small part of `make fuzz-api`, the same cases in every run."""

from dataclasses import replace
from pathlib import Path

import pytest

from builder.api.app import description_of
from tests.fuzz.campaign import Amount, fuzzed
from tests.fuzz.told import Foreign
from tests.fuzz.worlds import WORLDS

LED = ("sendPlainMessage", "generateAgent", "chatWithAgent", "createSession", "sendMessage", "improveField")
PARTS = {
    "guided": Amount(1, phases=("fuzzing", "stateful")),
    "healthy model": Amount(1, phases=("examples",), only=LED),
    "faulty model": Amount(2, phases=("examples", "stateful")),
    "nonsense model": Amount(1, phases=("examples",), only=LED),
    "another's ids": Amount(1, phases=("fuzzing",)),
    "quota used up": Amount(2, phases=("examples", "stateful")),
}
WANTED = {"faulty model": "502", "another's ids": "404", "quota used up": "429"}
CALLS = sum(map(len, description_of()["paths"].values()))


@pytest.mark.parametrize("world", WORLDS)
def test_every_call_answers_as_the_description_says(world: str, tmp_path: Path) -> None:
    with WORLDS[world](tmp_path) as place:
        outcome = fuzzed(place, tmp_path, PARTS[world])
    assert outcome.passed, outcome.text
    assert "fuzzing" not in PARTS[world].phases or outcome.operations == CALLS
    assert outcome.cases == sum(outcome.phases.values()) >= len(PARTS[world].only or range(CALLS))
    assert outcome.statuses["200"] > 5 and outcome.statuses[WANTED.get(world, "200")] > 0


def test_what_is_shown_of_somebody_else_is_found(tmp_path: Path) -> None:
    with WORLDS["guided"](tmp_path) as place:
        taken = replace(place, foreign=Foreign(marks=("messages",)))  # as if that were a word of theirs
        outcome = fuzzed(taken, tmp_path, Amount(1, phases=("fuzzing",), only=("getUsage",)))
    assert not outcome.passed and "what_is_somebody_elses_is_not_there" in outcome.text
