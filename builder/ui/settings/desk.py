"""What a tab remembers of one group of settings between runs, and how a change gets to the service and back.

A key is never among it: the box that it is typed into is emptied as soon as the key is kept.
"""

import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from builder.core.errors import BuilderError, EngineFailed, Invalid
from builder.services.models import Verdict
from builder.ui import bridge, errors, state
from builder.ui.plain import plain
from builder.ui.words import Words

log = logging.getLogger(__name__)
_MISSING = object()


@dataclass(frozen=True)
class Found:
    """What a check found out. `names` None: the provider's list was not asked for, or could not be had: `no_names`."""

    verdict: Verdict | None = None
    names: tuple[str, ...] | None = None
    no_names: str = ""

    @property
    def failed(self) -> bool:
        return self.verdict is not None and not self.verdict.ok


@dataclass
class Desk:
    """`refused` maps a control to why its last change was not taken. `is_aside`: the next verdict may be out of sight.
    `key_dropped`: the key that was entered went with the address that it was for.
    """

    name: str
    shown: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, BuilderError] = field(default_factory=dict)
    found: Found = Found()
    names: tuple[str, ...] = ()
    check_due: bool = False
    is_aside: bool = False
    key_kept: bool = False
    key_dropped: bool = False

    def key(self, control: str) -> str:
        return f"{control}@{self.name}"

    def typed(self, control: str) -> Any:
        return state.get(self.key(control))

    def show(self, control: str, value: Any, say: Words) -> None:
        """Gives a control its value when that, or its words, changed since it was shown; else what is typed stays."""
        key, now = self.key(control), (value, say.language)
        if self.shown.get(control) != now or state.get(key, _MISSING) is _MISSING:
            state.put(key, value)
            self.shown[control] = now

    @contextmanager
    def trying(self, control: str) -> Iterator[None]:
        """Keeps why what is tried inside was refused, for the place beside the control."""
        self.refused.pop(control, None)
        try:
            yield
        except BuilderError as error:
            log.warning("refused: %s of %s: %s", control, self.name, type(error).__name__)
            self.refused[control] = error

    def write(self, control: str, work: Coroutine[Any, Any, Any]) -> bool:
        """Was it done?"""
        with self.trying(control):
            bridge.run(work)
        return control not in self.refused

    def show_refusal(self, control: str, say: Words) -> None:
        """Why the last change was not taken, until one is."""
        error = self.refused.get(control)
        if error:
            title, advice = told(error, say)
            st.error(advice, title=title, icon=":material/error:")


def told(error: BuilderError, say: Words) -> tuple[str, str]:
    """What happened and what to do, as Markdown: by the first problem where the page has words for it."""
    code = error.problems[0].code if error.problems else ""
    reason = say.maybe(f"settings.refused.{code}.reason")
    if reason:
        return reason, say(f"settings.refused.{code}.step")
    if isinstance(error, Invalid | EngineFailed):  # they speak for themselves
        return plain(error.message), plain(error.advice)
    return errors.told(error, say)


def desk(name: str) -> Desk:
    found = state.get(f"{state.DESK}@{name}")
    if not isinstance(found, Desk):
        found = Desk(name)
        state.put(f"{state.DESK}@{name}", found)
    return found
