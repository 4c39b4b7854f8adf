"""Lines and frames of a stream, each held against the shape that the description gives it."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from schemathesis import Case, Response

from builder.api.app import description_of
from builder.api.streams import LINES

EVENTS = "text/event-stream"


def kind_of(response: Response) -> str:
    return next(iter(response.headers.get("content-type", [""]))).partition(";")[0].strip()


def is_stream(response: Response) -> bool:
    return kind_of(response) in (EVENTS, LINES)


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": description_of()["components"]})


def items_that_do_not_fit(response: Response, case: Case[Any]) -> list[str]:
    if not is_stream(response):
        return []
    text = response.content.decode("utf-8")
    items, shape = (_frames(text), "Event") if kind_of(response) == EVENTS else (_lines(text), "ChatLine")
    validator = _validator(shape)
    return [f"{item}: {error.message}" for item in items for error in validator.iter_errors(item)]


def _lines(text: str) -> Iterator[Any]:
    return (json.loads(line) for line in text.split("\n") if line)


def _frames(text: str) -> Iterator[Any]:
    for frame in text.split("\n\n"):
        found = dict(line.split(": ", 1) for line in frame.split("\n") if line and not line.startswith(":"))
        if found:
            yield {"event": found["event"], "data": json.loads(found["data"])}
