"""The events of a reply, for the API's own description: read off the events themselves, so that they cannot drift."""

from typing import Any, get_type_hints

from pydantic import BaseModel, Field, create_model
from pydantic.json_schema import models_json_schema

from builder.api import answers
from builder.core import events
from builder.core.draft import Change, Proposal
from builder.core.problem import Problem
from builder.core.usage import Usage

ALL = "TurnEvents"
# Those that an interviewer and the service keep between themselves.
INNER: frozenset[type[events.Event]] = frozenset((events.Proposed, events.Remembered, events.Planned, events.Agreed))
_WRITTEN_AS = {
    Change: answers.FieldChange,
    Proposal: answers.FieldProposal,
    Problem: answers.FieldProblem,
    Usage: answers.Used,
}
ABOUT = "The events of a reply: the name that stands behind `event:`, and what stands behind `data:` as JSON."


def schemas() -> dict[str, Any]:
    """Name -> schema of each event's data, and of the table of all events."""
    models = {kind.kind: _model(kind) for kind in kinds()}
    table = create_model(ALL, __base__=answers.Answer, __doc__=ABOUT, **_optional(models))
    _, made = models_json_schema([(table, "serialization")], ref_template="#/components/schemas/{model}")
    found: dict[str, Any] = made["$defs"]
    return found


def kinds() -> list[type[events.Event]]:
    """Those that a program gets to see."""
    found = (kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, events.Event))
    return [kind for kind in found if kind is not events.Event and kind not in INNER]


def _model(kind: type[events.Event]) -> type[BaseModel]:
    hints = get_type_hints(kind)
    told: Any = {name: (_WRITTEN_AS.get(hint, hint), ...) for name, hint in hints.items() if name != "kind"}
    name = f"{kind.kind}Event"
    model: type[BaseModel] = create_model(name, __base__=answers.Answer, __doc__=kind.__doc__, **told)
    return model


def _optional(models: dict[str, type[BaseModel]]) -> Any:
    """None of them has to happen; this only says which are known."""
    return {name: (model, Field()) for name, model in models.items()}
