"""Stages of an interview. Code decides them from the draft; a model never does."""

from collections.abc import Sequence
from enum import StrEnum

from builder.core.check import check
from builder.core.convert import as_config
from builder.core.draft import Draft


class Stage(StrEnum):
    INITIAL = "INITIAL"
    COLLECTING_BASICS = "COLLECTING_BASICS"
    EXPLORING_TOOLS = "EXPLORING_TOOLS"
    CONFIGURING_TOOLS = "CONFIGURING_TOOLS"
    REVIEWING_WORKFLOW = "REVIEWING_WORKFLOW"
    FINALIZING = "FINALIZING"
    COMPLETED = "COMPLETED"


ORDER = tuple(Stage)
BASICS = ("return_type", "name", "description", "system_prompt", "user_prompt")


def wanted(draft: Draft) -> tuple[str, ...]:
    """The draft fields that the contract demands of this agent, in the order of the interview."""
    return (*BASICS, "schema_definition") if draft.value("return_type") == "structured" else BASICS


def missing(draft: Draft) -> list[str]:
    return [name for name in wanted(draft) if name not in draft]


def stage_of(draft: Draft, *, spoken: bool, planned: bool, agreed: bool) -> Stage:
    """The stage of a session: has the person spoken, was the plan shown, did they agree to it?

    Nobody's yes makes a configuration of what is none: COMPLETED is promised to whoever takes it away then.
    """
    if not spoken and not draft.entries:
        return Stage.INITIAL
    if missing(draft):
        return Stage.COLLECTING_BASICS
    if agreed and not check(as_config(draft)):
        return Stage.COMPLETED
    return Stage.FINALIZING if planned or agreed else Stage.COLLECTING_BASICS


def passed(before: Stage, now: Stage) -> list[Stage]:
    """The stages to record on the way: all between on the way forward, only the new one on the way back."""
    start, end = ORDER.index(before), ORDER.index(now)
    return list(ORDER[start + 1 : end + 1]) if end >= start else [now]


def progress(draft: Draft, stage: Stage) -> int:
    """0-100. The last step belongs to the person's yes."""
    if stage is Stage.INITIAL:
        return 0
    if stage is Stage.COMPLETED:
        return 100
    fields: Sequence[str] = wanted(draft)
    done = sum(name in draft for name in fields)
    return max(5, round(90 * done / len(fields)))
