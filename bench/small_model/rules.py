"""What a turn must never do and a draft never be, however bad a model's answers are."""

from collections.abc import Iterator, Sequence

from builder.core import events
from builder.core.check import check
from builder.core.convert import as_config
from builder.core.events import Event
from builder.core.session import Session

ALLOWED_GAPS = {
    f"missing_{name}"
    for name in ("name", "description", "return_type", "system_prompt", "user_prompt", "schema_definition")
}


def shown(happened: Sequence[Event]) -> str:
    """The reply as it stands on the page after these events."""
    text = ""
    for event in happened:
        match event:
            case events.TextDelta(more):
                text += more
            case events.TextTakenBack():
                text = ""
    return text


def untold(before: Session, happened: Sequence[Event], after: Session) -> Iterator[str]:
    """What a turn must never do, however bad the model's answer was."""
    match happened:
        case [events.Started(), *_, events.Finished(outcome)]:
            pass
        case _:
            yield f"it did not go from Started to Finished: {[event.kind for event in happened]}"
            return
    failures = [event for event in happened if isinstance(event, events.Failed)]
    if (outcome == "failed") != bool(failures) or any(not (one.reason and one.next_step) for one in failures):
        yield f"it ended as “{outcome}” with these words: {failures}"
    if failures and after.draft != before.draft:
        yield "it failed and changed the draft all the same"
    if not failures and not shown(happened).strip():
        yield "it was done without a word"
    stored = next((message for message in reversed(after.messages) if message.role == "model"), None)
    if stored is None or stored.text != shown(happened) or stored.state != outcome:
        yield f"what is stored is not what was shown: {stored}"


def faults_of(session: Session) -> list[str]:
    """What is wrong with the draft, but for what is merely not there yet."""
    found = check(as_config(session.draft))
    return [f"{one.field}: {one.reason}" for one in found if one.code not in ALLOWED_GAPS]
