"""A question as pydantic-ai's messages: the constant front first, then the talk, the new message last."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from builder.llm.asking import Question, Said

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import ModelRequestParameters

SHAPES = 16
SCHEMA_IN_WORDS = "Answer with one JSON object and nothing else, no words and no fence around it. Its JSON Schema:"

# The same few schemas again and again: who prepares a request for a model knows one by its being the same object.
_SHAPED: "dict[int, tuple[Mapping[str, Any], ModelRequestParameters]]" = {}


def messages(question: Question, in_words: bool) -> list["ModelMessage"]:
    """`in_words`: the schema is part of the instructions, because the request cannot carry it."""
    from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart, UserPromptPart

    said: list[ModelMessage] = [
        ModelRequest(parts=[UserPromptPart(one.text)])
        if one.role == "user"
        else ModelResponse(parts=[TextPart(one.text)])
        for one in _begun_by_user(question.talk)
    ]
    front = instructions(question) if in_words else question.instructions
    return [*said, ModelRequest(parts=[UserPromptPart(question.message)], instructions=front or None)]


def parameters(question: Question, in_words: bool) -> "ModelRequestParameters":
    from pydantic_ai.models import ModelRequestParameters

    if in_words or not question.schema:
        return ModelRequestParameters()
    known = _SHAPED.get(id(question.schema))
    if known is None or known[0] is not question.schema:
        if len(_SHAPED) >= SHAPES:
            _SHAPED.clear()
        known = _SHAPED[id(question.schema)] = (question.schema, _shaped(question.schema))
    return known[1]


def _shaped(schema: Mapping[str, Any]) -> "ModelRequestParameters":
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.output import OutputObjectDefinition

    shape = OutputObjectDefinition(json_schema=dict(schema), name="answer")
    return ModelRequestParameters(output_mode="native", output_object=shape)


def instructions(question: Question) -> str:
    if not question.schema:
        return question.instructions
    return f"{question.instructions}\n\n{SCHEMA_IN_WORDS}\n{json.dumps(question.schema, ensure_ascii=False)}"


def _begun_by_user(talk: tuple[Said, ...]) -> tuple[Said, ...]:
    """Some providers refuse a talk that begins with the model, and all of them an empty message."""
    spoken = tuple(one for one in talk if one.text.strip())
    return (Said("user", "…"), *spoken) if spoken and spoken[0].role == "model" else spoken
