"""What is used of what the owner's tier allows."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from builder.api import answers, wire
from builder.api.answers import told
from builder.api.parts import Owner
from builder.core.quota import KINDS
from builder.services.quotas import Quotas

router = APIRouter(prefix="/v1/usage", tags=["operations"])


async def _quotas(request: Request) -> Quotas:
    found: Quotas = (await request.app.state.find()).quotas
    return found


@router.get("", summary="What is used of what", response_model=None, responses=told(answers.Usage))
async def get_usage(owner: Owner, quotas: Annotated[Quotas, Depends(_quotas)]) -> wire.Json:
    """Messages and pages count in calendar months (UTC), agents as many as there are.

    A message counts once it is answered; one that failed, was refused or is sent again under its id costs nothing. A
    whole specification and a better text for a field count as a message each.
    Where a limit is reached the answer is 429 `/problems/quota`.
    """
    use = await quotas.use(owner)
    used: wire.Json = {kind: wire.plain(getattr(use, kind)) for kind in KINDS}
    return {"tier": use.tier, "month": use.month, "resets": wire.stamp(use.resets), **used}
