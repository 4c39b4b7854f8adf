"""What went wrong at a model's end, said to people: what happened, and what to do. Four languages, no blame."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from builder.llm.faults import Fault, Kind

Case = Kind | Literal["busy_wait", "no_key", "no_model"]

LANGUAGES = ("en", "es", "de", "fr")


def told(fault: Fault, language: str, provider: str, model: str) -> tuple[str, str]:
    """What happened, and what to do. `provider` is its title; in English where there is no such language."""
    detail = f" ({fault.detail.rstrip('.')})" if fault.detail else ""
    gaps = {"provider": provider, "model": model, "detail": detail, "wait": span(fault.wait or 0)}
    reason, next_step = _words(language[:2].lower())[_case(fault, model)]
    return reason.format(**gaps), next_step.format(**gaps)


def span(seconds: float) -> str:
    """A length of time as it is read in all four languages: 45 s, 3 min, 2 h."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5_400 else f"{round(seconds / 3_600)} h"


@cache
def _words(language: str) -> dict[Case, tuple[str, str]]:
    name = language if language in LANGUAGES else LANGUAGES[0]
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))  # type: ignore[return-value]


def _case(fault: Fault, model: str) -> Case:
    if fault.kind == "busy" and fault.wait:
        return "busy_wait"
    if fault.kind == "key" and fault.status is None and not fault.detail:
        return "no_key"
    if fault.kind == "model" and not model.strip():
        return "no_model"
    return fault.kind
