"""Changes by hand on their way to the draft: saved at once, never over something newer."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from builder.core.errors import Conflict, NothingToRedo, NothingToUndo, StorageError
from builder.core.operation import Operation
from builder.core.session import Session
from builder.ui import bridge
from builder.ui.errors import guarded
from builder.ui.panel import scratch
from builder.ui.state import Tab

LINES = ("goals", "conversation_starters", "guardrails")
CHOICES = ("return_type", "language")
CLICK, TYPING = 1.0, 3.0  # seconds in which nobody answers by hand what has just appeared


def as_text(value: Any) -> str:
    """A field's value as a text box shows it: lists one entry a line."""
    if value is None:
        return ""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def as_value(name: str, text: Any) -> Any:
    """What was typed as the field's value; None is empty."""
    if name in LINES:
        return [line.strip() for line in str(text or "").splitlines() if line.strip()] or None
    return text if isinstance(text, str) and text.strip() else None


def to(name: str, value: Any) -> Operation:
    return Operation("unset", name) if value is None else Operation("set", name, value)


def edit(tab: Tab, operations: Sequence[Operation], seen: dict[str, Any]) -> Session | None:
    """Saves the operations. None when a field was changed elsewhere meanwhile: both versions are kept then.

    What the database does not take now waits in the tab (StorageError): see `save_waiting`.
    """
    try:
        edited = bridge.run(bridge.app().interviews.edit(tab.session_id, operations, seen=seen))
    except Conflict:
        for operation in operations:
            scratch.keep_mine(tab, operation.field, _wanted(operation, seen.get(operation.field)))
        return None
    except StorageError:
        tab.unsaved[_place(operations)] = (tuple(operations), seen)
        tab.just_refused = True
        raise
    fields = [operation.field for operation in operations]
    tab.refused = {name: problem for name, problem in tab.refused.items() if name not in fields}
    tab.refused |= {problem.field: problem for problem in edited.problems}
    return edited.session


def _place(operations: Sequence[Operation]) -> str:
    """Where a change belongs; a later one of the same place takes over from it."""
    return ", ".join(".".join(filter(None, (operation.field, operation.key))) for operation in operations)


def save_waiting(tab: Tab) -> None:
    """Tries once more what the database did not take. What it still does not take goes on waiting."""
    if tab.just_refused:
        tab.just_refused = False
        return
    for place, (operations, seen) in list(tab.unsaved.items()):
        try:
            session = edit(tab, operations, seen)
        except StorageError:
            return
        del tab.unsaved[place]
        if session is not None:
            tab.shown |= {operation.field: session.draft.value(operation.field) for operation in operations}


@guarded
def retry(tab: Tab) -> None:
    tab.just_refused = False
    save_waiting(tab)


def _wanted(operation: Operation, seen: Any) -> Any:
    """The whole field as the person wants it."""
    if operation.action not in ("put", "drop"):
        return operation.value
    others = {key: value for key, value in (seen or {}).items() if key != operation.key}
    return others | ({operation.key: operation.value} if operation.action == "put" else {})


@guarded
def typed(tab: Tab, name: str) -> None:
    """A field's widget holds something new."""
    value = as_value(name, tab.widget(name))
    if value == tab.shown.get(name):
        return
    if tab.is_echo(name, value, CLICK if name in CHOICES else TYPING):
        tab.give_again(name)
        return
    session = edit(tab, [to(name, value)], {name: tab.shown.get(name)})
    if session is not None:
        tab.took(name, session.draft.value(name))


@guarded
def explained(tab: Tab, placeholder: str, whole: dict[str, Any]) -> None:
    """A placeholder's sentence; emptied, it gets the usual one again. `whole` is what the page showed of all."""
    name = f"placeholders.{placeholder}"
    text = str(tab.widget(name) or "").strip()
    if tab.is_echo(name, text, TYPING):
        tab.give_again(name)
    elif text != tab.shown.get(name):
        operation = Operation("put" if text else "drop", "placeholders", text or None, placeholder)
        if edit(tab, [operation], {"placeholders": whole or None}):
            tab.took(name, text)


@guarded
def unlock(tab: Tab, name: str) -> None:
    bridge.run(bridge.app().interviews.unlock(tab.session_id, name))


@guarded
def accept(tab: Tab, name: str) -> None:
    bridge.run(bridge.app().interviews.accept(tab.session_id, name))


@guarded
def refuse(tab: Tab, name: str) -> None:
    bridge.run(bridge.app().interviews.refuse(tab.session_id, name))


@guarded
def mend(tab: Tab, operation: Operation, present: Any) -> None:
    """The one repair that makes sense, if the field still is what the person saw."""
    edit(tab, [operation], {operation.field: present})


@guarded
def keep_mine(tab: Tab, name: str, mine: Any, theirs: Any) -> None:
    """The person's version after all; `theirs` is what they saw beside it."""
    operation = Operation("set", name, mine) if mine is not None else Operation("unset", name)
    if edit(tab, [operation], {name: theirs}):
        scratch.forget_mine(tab, name)


@guarded
def take_theirs(tab: Tab, name: str) -> None:
    scratch.forget_mine(tab, name)


@guarded
def undo(tab: Tab) -> None:
    with suppress(NothingToUndo):  # another page was faster; this one is drawn anew
        bridge.run(bridge.app().interviews.undo(tab.session_id))


@guarded
def redo(tab: Tab) -> None:
    with suppress(NothingToRedo):
        bridge.run(bridge.app().interviews.redo(tab.session_id))
