"""What goes wrong with an action of a WebSocket, said as every refusal of the API is."""

from pydantic import ValidationError
from starlette.exceptions import HTTPException

from builder.api import problems, wire
from builder.api.actions import NAMES
from builder.api.envelopes import BadFrame
from builder.core.errors import BuilderError, QuotaReached


def document(error: Exception) -> wire.Json:
    """What an error envelope says; `retry_after` stands where HTTP has the header Retry-After."""
    match error:
        case BadFrame():
            return error.document
        case QuotaReached(retry_after=int(seconds)):
            return problems.of_error(error) | {"retry_after": seconds}
        case BuilderError():
            return problems.of_error(error)
        case ValidationError():
            return _of_findings(error)
        case HTTPException():
            wait = (error.headers or {}).get("Retry-After")
            return problems.of_http(error) | ({"retry_after": int(wait)} if wait else {})
        case _:
            return problems.of_failure(error)


def _of_findings(error: ValidationError) -> wire.Json:
    found = error.errors(include_url=False, include_input=False)[:5]
    if found[0]["type"].startswith("union_tag"):
        return BadFrame("unknown-action", "There is no such action.", f"Actions are: {', '.join(NAMES)}.").document
    # The first part of a place is the action's own name.
    placed = [{**one, "loc": tuple(str(part)[:64] for part in one["loc"][1:])} for one in found]
    return problems.of_findings(placed)
