"""LangChain loads the prompt and writes it as it was; a chain of it hands messages and schema to a stub model."""

import json
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.load import dumpd, loads
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.utils.function_calling import convert_to_openai_tool

from tests.exports.frame import Case, Mutant, demand, json_mutants, main

warnings.simplefilter("ignore")  # loads and StructuredPrompt are said to be in beta


class Model(BaseChatModel):
    """Answers nothing of use, and keeps what it was asked."""

    seen: list[Any]
    schemas: list[Any]

    @property
    def _llm_type(self) -> str:
        return "stub"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        self.seen.append([(message.type, message.content) for message in messages])
        return ChatResult(generations=[ChatGeneration(message=AIMessage("Hello."))])

    def with_structured_output(self, schema: Any, **_: Any) -> Runnable[Any, Any]:
        self.schemas.append(schema)
        return self | RunnableLambda(lambda message: {"answer": message.content})

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Runnable[Any, Any]:
        return self


def check(case: Case) -> None:
    written = json.loads(case.main)
    prompt = loads(case.main, allowed_objects="core", secrets_from_env=False)
    demand(isinstance(prompt, ChatPromptTemplate), "no prompt")
    demand(dumpd(prompt) == written, "it is written otherwise")
    demand(prompt.name == case.config["name"], "another name")
    demand(prompt.metadata["description"] == case.config["description"], "another description")
    asked = prompt.input_variables
    values = {name: case.values.get(name) or case.values[name.removesuffix("_value")] for name in asked}
    demand(len(values) == len(case.values), "other placeholders")
    model = Model(seen=[], schemas=[])
    (prompt | model).invoke(values)
    demand(model.seen == [[("system", case.system), ("human", case.user)]], f"told {model.seen!r:.300}")
    wanted = case.config.get("schema_definition")
    demand(len(model.schemas) == bool(wanted), "an output schema that nobody wanted, or none")
    if wanted:
        demand(set(model.schemas[0]["properties"]) >= set(wanted["properties"]), "other outputs")
        told = convert_to_openai_tool(model.schemas[0])["function"]["name"]
        demand(re.fullmatch("[A-Za-z0-9_-]{1,64}", told), f"a schema that no model takes: {told!r}")


def mutants(case: Case) -> Iterator[Mutant]:
    message = "kwargs.messages.0.kwargs.prompt.kwargs"
    wrong: dict[str, Any] = {
        "id": ["os", "system"],
        "type": "not_implemented",
        "kwargs.messages.0.id": ["langchain", "prompts", "chat", "NoSuchTemplate"],
        f"{message}.template": "Hello {nobody}.",
        f"{message}.template_format": "jinja2",
        "kwargs.messages": "Hello.",
        "kwargs.metadata": {"lc": 1, "type": "secret", "id": ["HOME"]},
        "kwargs.input_variables": "x",
    }
    needed = ["kwargs.messages", f"{message}.template"]
    if case.config.get("schema_definition"):
        needed.append("kwargs.schema_")
        wrong["kwargs.schema_"] = {}
    yield from json_mutants(case.files, needed, wrong)


if __name__ == "__main__":
    main(check, mutants)
