"""The contract of the agent configuration, published."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from builder.core.agent import contract_schema

router = APIRouter(prefix="/v1/schema", tags=["schema"])


class SchemaResponse(JSONResponse):
    media_type = "application/schema+json"


@router.get("/agent-config", response_class=SchemaResponse, summary="The contract of a configuration")
async def agent_config() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every finished configuration meets."""
    return contract_schema()
