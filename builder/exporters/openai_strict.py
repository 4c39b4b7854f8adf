"""What OpenAI's bodies share: output in its strict part of JSON Schema, and its limits."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters.fitting import Fitted, fit
from builder.exporters.subset import BASIC, NUMBERS, Subset
from builder.exporters.toolbox import Server

MOST_TOOLS = 128
BUILT_IN = {"web_search": "web_search", "search_web": "web_search"}
# Patterns and formats are taken there too, but not all of them: in words they never stop a call.
STRICT = Subset(
    BASIC | NUMBERS | {"anyOf", "minItems", "maxItems", "additionalProperties"},
    const=True,
    type_lists=True,
    maps=False,
    closed=True,
    all_required=True,
    most_choices=500,
    deepest=8,
)


def output(config: AgentConfig) -> Fitted:
    """The output schema; an empty one for conversational agents."""
    schema = config.schema_definition
    return fit(schema, STRICT) if schema else Fitted({}, ())


def allowed(server: Server) -> dict[str, Any]:
    return {"allowed_tools": list(server.tools)} if server.tools else {}
