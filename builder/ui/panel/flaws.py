"""Errors of JSON text as sentences."""

from collections.abc import Sequence

from builder.core.json_text import Flaw
from builder.ui.words import Words


def sentence(flaws: Sequence[Flaw], say: Words) -> str:
    """The first error with its place; where the text reads well but is no object, that."""
    return located(flaws[0], say) if flaws else say("json.not_object")


def located(flaw: Flaw, say: Words) -> str:
    return say("json.at", line=flaw.line, what=what(flaw, say))


def what(flaw: Flaw, say: Words) -> str:
    """What is wrong and what to do, without the place."""
    return say(f"json.flaw.{flaw.code}", **flaw.params)
