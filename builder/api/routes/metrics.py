"""The figures that Prometheus collects."""

import math

from fastapi import APIRouter, Request, Response

from builder.api.problems import Responses
from builder.metrics import CONTENT_TYPE
from builder.wiring import App

router = APIRouter(tags=["operations"])


EXAMPLE = "# TYPE active_ai_sessions gauge\nactive_ai_sessions 3.0\n"
FIGURES: Responses = {
    200: {
        "description": "The figures.",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": EXAMPLE}},
    }
}


@router.get("/metrics", response_class=Response, summary="Figures for Prometheus", responses=FIGURES)
async def get_metrics(request: Request) -> Response:
    """Counted since this process began, in the text form of Prometheus."""
    app: App = await request.app.state.find()
    active = await app.health.active_sessions()
    return Response(app.metrics.exposition(math.nan if active is None else active), media_type=CONTENT_TYPE)
