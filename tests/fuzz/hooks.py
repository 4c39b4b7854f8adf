"""What schemathesis cannot read in a description. It loads this module itself (schemathesis.toml names it)."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response, cli
from schemathesis.core.failures import Failure
from schemathesis.engine.events import EngineEvent, ScenarioFinished
from schemathesis.openapi.checks import JsonSchemaError

from builder.api.idempotency import LONGEST_KEY
from tests.fuzz import told
from tests.fuzz.rules import excuse, is_key, rule_that_refused
from tests.fuzz.streams import is_stream, items_that_do_not_fit

STREAMED = ("sendMessage",)
HIDDEN = (401, 403, 404)  # 401: schemathesis leaves the token out to see what happens
_numbers = count()
_excused: Counter[str] = Counter()


@cache
def foreign() -> told.Foreign:
    return told.foreign()


def operation_of(case: Case[Any]) -> str:
    return str(case.operation.definition.raw.get("operationId", ""))


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    _own_key(case)
    _stay_here(case)
    if operation_of(case) in STREAMED and next(_numbers) % 2:
        case.headers["Accept"] = "text/event-stream"  # the stream and the finished reply are two answers to one call
    if foreign().ids and case.meta and case.meta.phase.name.value != "stateful":
        _take_theirs(case)


def _stay_here(case: Case[Any]) -> None:
    """No address leads away from this machine, nor to another server on it."""
    if operation_of(case) == "previewImport" and isinstance(case.body, dict) and "address" in case.body:
        given = case.body["address"]
        case.body["address"] = "http://127.0.0.1/agent.json" if isinstance(given, str) and "://" in given else given


def _own_key(case: Case[Any]) -> None:
    """A key belongs to one request, and the short ones are drawn again and again."""
    given = case.headers.get("Idempotency-Key")
    if isinstance(given, str) and is_key(given):
        more = f"-{next(_numbers)}"
        case.headers["Idempotency-Key"] = given[: LONGEST_KEY - len(more)] + more


def _places(case: Case[Any]) -> Iterator[dict[str, Any]]:
    return (place for place in (case.path_parameters, case.query, case.body) if isinstance(place, dict))


def _take_theirs(case: Case[Any]) -> None:
    """Ids of somebody else, wherever the call names one."""
    for place in _places(case):
        for name, known in foreign().ids.items():
            if name in place:
                place[name] = [*known] if isinstance(place[name], list) else known[next(_numbers) % len(known)]


def _names_theirs(case: Case[Any]) -> bool:
    known = {one for ids in foreign().ids.values() for one in ids}
    given = [place[name] for place in _places(case) for name in foreign().ids if name in place]
    return any(one in known for value in given for one in (value if isinstance(value, list) else [value]))


@schemathesis.check
def what_is_somebody_elses_is_not_there(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Nothing of theirs is shown. A call that names it is refused: as not there, unless it is wrong in itself."""
    said = response.content.decode("utf-8", "replace")
    seen = [mark for mark in foreign().marks if mark in said]
    assert not seen, f"The answer shows what is somebody else's: {seen}"
    if _names_theirs(case):
        assert response.status_code >= 400, f"A call on what is somebody else's answered {response.status_code}."
        is_right = case.meta is not None and case.meta.generation.mode.is_positive
        is_right = is_right and not rule_that_refused(operation_of(case), response)
        assert not is_right or response.status_code in HIDDEN, f"{response.status_code} instead of one of {HIDDEN}."
    return None


@schemathesis.check
def each_item_of_a_stream_has_its_shape(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """schemathesis does not look into the lines and frames whose shape stands in `contentSchema`."""
    wrong = items_that_do_not_fit(response, case)
    assert not wrong, f"{len(wrong)} items of the stream do not fit: {wrong[0]}"
    return None


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
    """False: no failure."""
    if isinstance(failure, JsonSchemaError) and is_stream(response):
        return False  # it takes a frame for the whole; the check above looks at each one
    why = excuse(failure, operation_of(case), case.headers, response)
    _excused[why] += bool(why)
    return not why


@cli.handler()
class Tally(cli.EventHandler):  # type: ignore[type-arg]
    """Counts cases and answers, and writes them down at the end."""

    def __init__(self, *args: Any, **params: Any) -> None:
        self.phases: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()

    def handle_event(self, ctx: Any, event: EngineEvent) -> None:
        if isinstance(event, ScenarioFinished):
            self.phases[event.phase.value] += len(event.recorder.cases)
            answers = (one.response for one in event.recorder.interactions.values())
            self.statuses.update(answer.status_code for answer in answers if answer is not None)

    def shutdown(self, ctx: Any) -> None:
        if file := told.tally():
            counted = {"phases": self.phases, "statuses": self.statuses, "excused": +_excused}
            file.write_text(json.dumps(counted), "utf-8")
