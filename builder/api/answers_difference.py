"""What the answer about two versions looks like: the changes, in words too, and whether old outputs still fit."""

from typing import Any, Literal

from pydantic import Field

from builder.api import wire
from builder.api.answers import Answer, FieldChange
from builder.core.difference.compare import Comparison
from builder.core.difference.facts import WORDS, Fact


class ReadableFact(Answer):
    """One thing that changed: a stable `code`, what fills its sentence, and the sentence in English."""

    code: str
    mark: Literal["added", "removed", "changed"]
    params: dict[str, Any]
    text: str


class ComparedChange(FieldChange):
    """What became of one field, in words too."""

    sentences: list[str]
    facts: list[ReadableFact]


class OldOutputs(Answer):
    """Whether all that fitted the earlier schema fits the later one; `reasons` say where not, or what is open.

    listed: all that held nothing beside the listed outputs fits.
    """

    verdict: Literal["fits", "listed", "may_not", "unknown"]
    sentence: str
    reasons: list[ReadableFact]


class Difference(Answer):
    """What changed from one version to the other."""

    changes: list[ComparedChange]
    fits: OldOutputs | None = Field(description="null: one of them has no output schema, or the schema is the same.")


def difference_json(found: Comparison) -> wire.Json:
    """As `Difference` describes it."""
    changes = [
        {**wire.plain(each.change), "sentences": [fact.text for fact in each.facts], "facts": _facts(each.facts)}
        for each in found.fields
    ]
    if found.fit is None:
        return {"changes": changes, "fits": None}
    fits = {"verdict": found.fit.verdict, "sentence": WORDS[found.fit.verdict], "reasons": _facts(found.fit.reasons)}
    return {"changes": changes, "fits": fits}


def _facts(facts: tuple[Fact, ...]) -> list[wire.Json]:
    return [fact.to_json() for fact in facts]
