"""The contract of the agent configuration, published."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from builder.api.problems import Responses
from builder.core.agent import contract_schema

router = APIRouter(prefix="/v1/schema", tags=["schema"])


SCHEMA: Responses = {
    200: {
        "description": "A JSON Schema.",
        "content": {"application/schema+json": {"schema": {"type": "object", "required": ["$schema", "properties"]}}},
    }
}


class SchemaResponse(JSONResponse):
    media_type = "application/schema+json"


@router.get("/agent-config", response_class=SchemaResponse, summary="The contract of a configuration", responses=SCHEMA)
async def get_agent_config_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every finished configuration meets."""
    return contract_schema()
