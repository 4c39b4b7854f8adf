"""Is everything in order? For load balancers and for people who look after the server."""

from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from builder import __version__
from builder.api import wire
from builder.api.answers import Moment
from builder.core.errors import StorageError
from builder.services.health import Report, State, out_of_order
from builder.wiring import App

router = APIRouter(tags=["operations"])
_EXAMPLE: Any = {
    "status": "healthy",
    "checks": {
        "database": {"status": "healthy", "milliseconds": 0.4},
        "models": {"status": "healthy", "set_up": False, "providers": {}},
        "cache": {"status": "healthy", "kind": "memory"},
        "sessions": {"status": "healthy", "active": 3, "answering": 1},
    },
    "timestamp": "2026-11-20T09:00:00.000Z",
    "version": "1.0.0",
}


class CheckBody(BaseModel):
    model_config = ConfigDict(extra="allow")

    """How one part is; further keys say more of it."""

    status: Literal["healthy", "degraded", "unhealthy"]


class HealthBody(BaseModel):
    """Each dependency by itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    status: State = Field(description="The worst of the checks.")
    checks: dict[str, CheckBody] = Field(description="One for each part: database, models, cache, sessions.")
    timestamp: Moment
    version: str


@router.get(
    "/health",
    response_model=HealthBody,
    summary="How everything is",
    responses={
        200: {"description": "It can be used."},
        503: {"model": HealthBody, "description": "Nothing works; `checks` says why."},
    },
)
async def get_health(request: Request, response: Response) -> dict[str, Any]:
    """Each dependency by itself. 503 only when nothing works; a model that does not answer leaves the rest usable."""
    report = await _look(request)
    if report.status == "unhealthy":
        response.status_code = 503
    return {
        "status": report.status,
        "checks": {name: {"status": one.status, **wire.plain(one.details)} for name, one in report.checks.items()},
        "timestamp": wire.stamp(datetime.now(UTC)),
        "version": __version__,
    }


async def _look(request: Request) -> Report:
    try:
        app: App = await request.app.state.find()
    except StorageError as error:
        return Report({"database": out_of_order(error)})
    return await app.health.look()
