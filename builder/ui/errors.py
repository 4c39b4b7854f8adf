"""Refusals and faults as words on the screen: what happened, what was not lost, what to do next."""

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec

import streamlit as st

from builder.core import errors
from builder.ui import state
from builder.ui.plain import plain
from builder.ui.words import Words, words

P = ParamSpec("P")
log = logging.getLogger(__name__)

# From the special to the general: the first that fits speaks.
WORDS_FOR: tuple[tuple[type[errors.BuilderError], str], ...] = (
    (errors.NotFound, "not_found"),
    (errors.Invalid, "invalid"),
    (errors.Conflict, "conflict"),
    (errors.Busy, "busy"),
    (errors.Crowded, "crowded"),
    (errors.TooManyAgents, "too_many_agents"),
    (errors.QuotaReached, "quota"),
    (errors.EngineFailed, "engine_failed"),
    (errors.StorageLocked, "storage_locked"),
    (errors.StorageFull, "storage_full"),
    (errors.StorageReadOnly, "storage_read_only"),
    (errors.StorageMissing, "storage_missing"),
    (errors.StorageError, "storage_error"),
    (errors.BuilderError, "refused"),
)


def told(error: errors.BuilderError, say: Words) -> tuple[str, str]:
    """Headline and advice for an error, in the person's language."""
    name = next(name for kind, name in WORDS_FOR if isinstance(error, kind))
    return say(f"error.{name}.title"), say(f"error.{name}.advice")


def show(error: errors.BuilderError, say: Words) -> None:
    """The error as a state of the page, not as an accident."""
    title, advice = told(error, say)
    st.error(plain(advice), title=plain(title), icon=":material/error:")
    for problem in error.problems if isinstance(error, errors.Invalid) else ():
        reason, step = say.problem(problem)
        st.markdown(f"- {plain(reason)} {plain(step)}")


def show_fault(say: Words) -> None:
    """Something nobody foresaw: the person gets a way on."""
    st.error(say("error.fault.advice"), title=say("error.fault.title"), icon=":material/error:")


@contextmanager
def boundary(say: Words) -> Iterator[None]:
    """Around a page: a refusal becomes part of it. What nobody foresaw goes on to `fault.py`."""
    try:
        yield
    except errors.BuilderError as error:
        log.warning("refused: %s", error)
        show(error, say)


def guarded(callback: Callable[P, None]) -> Callable[P, None]:
    """A widget's callback that may be refused: the page shows why at its next run."""

    @functools.wraps(callback)
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except errors.BuilderError as error:
            log.warning("refused: %s", error)
            state.put(state.NOTICE, error)

    return call


def show_notice() -> None:
    """What the last callback was refused, once."""
    error = state.take(state.NOTICE)
    if isinstance(error, errors.BuilderError):
        show(error, words(state.get(state.LANGUAGE, "en")))
