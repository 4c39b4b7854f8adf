"""The figures that Prometheus collects."""

import math

from fastapi import APIRouter, Request, Response

from builder.metrics import CONTENT_TYPE
from builder.wiring import App

router = APIRouter(tags=["operations"])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Counted since this process began, in the text form of Prometheus."""
    app: App = await request.app.state.find()
    active = await app.health.active_sessions()
    return Response(app.metrics.exposition(math.nan if active is None else active), media_type=CONTENT_TYPE)
