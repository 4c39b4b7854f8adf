"""The agent configuration: the file a person downloads and another program reads.

The typed model below is the one source: the published JSON Schema is made from it, and so are the docs.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StringConstraints

JsonSchema = dict[str, Any]
Text = Annotated[str, StringConstraints(pattern=r"\S")]
ReturnType = Literal["structured", "unstructured"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LONGEST_DESCRIPTION = 500
NAME_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Prompt(_Part):
    prompt_type: Literal["system", "user"]
    content: Text = Field(description="The prompt; `{snake_case}` marks a placeholder, doubled braces are literal.")
    placeholders: dict[str, Text] = Field(description="What to provide for each placeholder used in the content.")


class Tool(_Part):
    name: Text
    parameters: dict[str, Any]


class McpTool(_Part):
    mcp: dict[str, Any] = Field(min_length=1)


class Memory(_Part):
    architecture: Text
    blocks: list[Any] = Field(default_factory=list)


class Step(_Part):
    id: Text
    title: Text
    kind: Text
    next: list[Text]


class Workflow(_Part):
    steps: list[Step] = Field(min_length=1)


class Voice(_Part):
    voice_id: str | None = None
    model: str | None = None
    speed: StrictFloat | None = None


class Model(_Part):
    provider: str | None = None
    name: str | None = None
    settings: dict[str, Any] | None = None


class Case(_Part):
    inputs: dict[str, Any]
    expect: Any


class AgentConfig(_Part):
    """A complete agent. Optional keys are left out when they are empty."""

    name: str = Field(pattern=NAME_PATTERN, description="Concise identifier of the agent.")
    description: Text = Field(max_length=LONGEST_DESCRIPTION, description="One sentence: what the agent does.")
    return_type: ReturnType = Field(description="structured: output for programs; unstructured: conversational text.")
    prompts: list[Prompt] = Field(min_length=2, max_length=2, description="One system and one user prompt.")
    schema_definition: JsonSchema | None = Field(
        default=None, description="JSON Schema (draft 2020-12) of the output, root type object; only when structured."
    )
    goals: list[Text] | None = Field(default=None, min_length=1)
    tone: Text | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = Field(
        default=None, description="BCP 47 tag of the language in which the agent answers."
    )
    first_message: Text | None = None
    conversation_starters: list[Text] | None = Field(default=None, min_length=1)
    guardrails: list[Text] | None = Field(default=None, min_length=1)
    tools: list[Tool | McpTool] | None = Field(default=None, min_length=1)
    memory: Memory | None = None
    workflow: Workflow | None = None
    voice: Voice | None = None
    model: Model | None = None
    test_cases: list[Case] | None = Field(default=None, min_length=1)
    metadata: dict[str, Any] | None = Field(default=None, min_length=1)

    def to_json(self) -> dict[str, Any]:
        """The configuration as it is written to a file: base keys first, nothing empty."""
        written = self.model_dump(mode="json", exclude_unset=True)
        return {key: written[key] for key in KEYS if written.get(key) is not None}

    def prompt(self, kind: Literal["system", "user"]) -> Prompt:
        return next(prompt for prompt in self.prompts if prompt.prompt_type == kind)


BASE_KEYS = ("name", "description", "return_type", "prompts", "schema_definition")
KEYS = tuple(AgentConfig.model_fields)


def contract_schema() -> JsonSchema:
    """The contract as a JSON Schema (draft 2020-12), made from the typed model."""
    schema = _without_nulls(AgentConfig.model_json_schema(mode="validation"))
    schema["properties"]["prompts"]["allOf"] = [
        {"contains": {"properties": {"prompt_type": {"const": kind}}}} for kind in ("system", "user")
    ]
    schema["properties"]["schema_definition"] |= {
        "required": ["type", "properties"],
        "properties": {"type": {"const": "object"}, "properties": {"type": "object", "minProperties": 1}},
    }
    structured = {"properties": {"return_type": {"const": "structured"}}}
    schema["if"] = structured
    schema["then"] = {"required": ["schema_definition"]}
    schema["else"] = {"not": {"required": ["schema_definition"]}}
    return {"$schema": DIALECT, **schema}


def _without_nulls(node: Any) -> Any:
    """An optional key is left out, never null: drop the null branch and default that pydantic writes."""
    if isinstance(node, list):
        return [_without_nulls(item) for item in node]
    if not isinstance(node, dict):
        return node
    branches = [branch for branch in node.get("anyOf", []) if branch != {"type": "null"}]
    plain = {key: value for key, value in node.items() if key not in ("anyOf", "title")}
    if plain.get("default", ...) is None:
        del plain["default"]
    if isinstance(node.get("title"), dict):  # a property that is called title
        plain["title"] = node["title"]
    if len(branches) == 1:
        plain = branches[0] | plain
    elif branches:
        plain["anyOf"] = branches
    return {key: _without_nulls(value) for key, value in plain.items()}
