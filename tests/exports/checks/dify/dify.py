"""Dify's own engine (graphon) takes the app and runs it from start to end; only the model is a stub, which tells what
it was asked. graphon wants Python 3.12: see `older_python` for how 3.11 loads it. Dify's server and its pages are not
part of it: that they take the file is not proved here.
"""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import yaml
from jsonschema import Draft7Validator

from tests.exports.checks.dify.older_python import load_rewritten
from tests.exports.frame import Case, Mutant, demand, main

load_rewritten("graphon")

from graphon.dsl import inspect  # noqa: E402
from graphon.dsl.entities import DslCredentials  # noqa: E402
from graphon.dsl.node_factory import SlimDslNodeFactory  # noqa: E402
from graphon.engine import Engine  # noqa: E402
from graphon.engine_events.graph import GraphRunSucceededEvent  # noqa: E402
from graphon.graph.graph import Graph  # noqa: E402
from graphon.model_runtime.entities.common_entities import I18nObject  # noqa: E402
from graphon.model_runtime.entities.llm_entities import LLMResult, LLMResultWithStructuredOutput, LLMUsage  # noqa: E402
from graphon.model_runtime.entities.message_entities import AssistantPromptMessage  # noqa: E402
from graphon.model_runtime.entities.model_entities import AIModelEntity, FetchFrom, ModelType  # noqa: E402
from graphon.runtime.init_params import InitParams  # noqa: E402
from graphon.runtime.runtime_state import RuntimeState  # noqa: E402
from graphon.runtime.variable_pool import VariablePool  # noqa: E402

PROVIDERS = {"langgenius/gemini/google", "langgenius/openai/openai", "langgenius/anthropic/anthropic"}
REFUSED_BY_SCHEMA = "Structured output validation failed (stage=result"


class Model:
    """Answers what it was told to, and keeps what it was asked."""

    stop = None

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.provider, self.model_name = said["provider"], said["name"]
        self.parameters = said["completion_params"]
        self.messages: list[tuple[str, str]] = []
        self.schema: dict[str, Any] = {}
        self.answer: Any = "Hello."

    def get_model_schema(self) -> AIModelEntity:
        kind = {"model": self.model_name, "label": I18nObject(en_US="x"), "model_type": ModelType.LLM}
        return AIModelEntity(**kind, fetch_from=FetchFrom.PREDEFINED_MODEL, model_properties={})

    def get_llm_num_tokens(self, prompt_messages: Any) -> int:
        return len(prompt_messages)

    def invoke_llm(self, *, prompt_messages: Any, **_: Any) -> LLMResult:
        self.messages = [(str(message.role.value), message.get_text_content()) for message in prompt_messages]
        return LLMResult(**self._result())

    def invoke_llm_with_structured_output(self, *, prompt_messages: Any, json_schema: Any, **_: Any) -> LLMResult:
        self.invoke_llm(prompt_messages=prompt_messages)
        self.schema, self.answer = json_schema, example(json_schema)
        return LLMResultWithStructuredOutput(**self._result(), structured_output=self.answer)

    def _result(self) -> dict[str, Any]:
        said = AssistantPromptMessage(content=json.dumps(self.answer))
        return {"model": self.model_name, "message": said, "usage": LLMUsage.empty_usage()}

    def is_structured_output_parse_error(self, error: Exception) -> bool:
        return False


class Factory(SlimDslNodeFactory):
    """Dify's own nodes, with our model instead of one of a plugin."""

    models: ClassVar[list[Model]] = []

    def _resolve_slim_llm_settings(self, *, node_id: str, data: Any, node_type_label: str) -> Any:
        provider = data["model"]["provider"]
        return dict(data), provider, "", {}

    def _create_slim_llm_runtime(self, *, node_id: str, data: Any, node_type_label: str) -> Any:
        self.models.append(Model(data["model"]))
        return dict(data), self.models[-1]


def example(schema: Any) -> Any:
    """A value that a model might give; of difficult schemas one that does not fit."""
    if not isinstance(schema, Mapping):
        return "x"
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return example(schema[key][0])
    if "enum" in schema or "const" in schema:
        return schema.get("const", (schema.get("enum") or ["x"])[0])
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        inner = schema.get("properties") or {}
        return {name: example(inner.get(name)) for name in schema.get("required") or ()}
    simple = {"array": [], "integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": True}
    return simple.get(kind, None if kind == "null" else "x" * max(1, int(schema.get("minLength", 1))))


def engine(text: str, values: Mapping[str, str], question: str) -> Engine:
    """As graphon's own `loads` makes one."""
    plan = inspect(text)
    graph = plan.document.graph_config
    pool = VariablePool()
    for name, value in values.items():
        pool.add(("start", name), value)
    pool.add(("sys", "query"), question)
    state = RuntimeState(variable_pool=pool, start_at=time.time(), workflow_id="w")
    params = InitParams(workflow_id="w", graph_config=graph, run_context={}, call_depth=0)
    factory = Factory(graph, params, state, DslCredentials(), list(plan.dependencies))
    whole = Graph.init(graph_config=graph, node_factory=factory, root_node_id="start")
    return Engine(graph=whole, runtime_state=state, workers=1)


def check(case: Case) -> None:
    text = case.written().joinpath("dify_app.yml").read_text(encoding="utf-8")
    demand(inspect(text).loadable, f"not loadable: {inspect(text).load_reason}")
    app = yaml.safe_load(text)
    demand(app["version"] == "0.6.0" and app["app"]["name"] == case.config["name"], "another app")
    nodes = {node["id"]: node["data"] for node in app["workflow"]["graph"]["nodes"]}
    is_chat = app["app"]["mode"] == "advanced-chat"
    asked = [variable["variable"] for variable in nodes["start"]["variables"]]
    values, question = _given(case, asked, is_chat=is_chat)
    Factory.models.clear()
    last = _run(engine(text, values, question))
    demand(len(Factory.models) == 1, "the model was not asked once")
    model = Factory.models[0]
    told = [("system", case.system), ("user", case.user)]
    demand(bare(model.messages) == bare(told), f"the model was told {model.messages!r:.300} instead of {told!r:.300}")
    _result(case, model, last)
    demand(nodes["llm"]["model"]["provider"] in PROVIDERS, "an unknown plugin")


def _run(made: Engine) -> Any:
    """The last event; of an output that does not fit its schema the words of the refusal."""
    try:
        return list(made.run())[-1]
    except RuntimeError as error:
        return str(error)


def bare(messages: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Blanks keep apart what Dify would take for a gap."""
    return [(role, "".join(text.split())) for role, text in messages]


def _given(case: Case, asked: list[str], *, is_chat: bool) -> tuple[dict[str, str], str]:
    """The values under Dify's names, which may be shorter, and what is typed into the chat."""
    names = [name for name in case.values if not is_chat or name not in _of_user(case)]
    short = {name: next(there for there in asked if there == name or there[:20] == name[:20]) for name in names}
    question = next((case.values[name] for name in _of_user(case)), "") if is_chat else ""
    return {short[name]: case.values[name] for name in names}, question


def _of_user(case: Case) -> list[str]:
    return list(next(prompt["placeholders"] for prompt in case.config["prompts"] if prompt["prompt_type"] == "user"))


def _result(case: Case, model: Model, last: Any) -> None:
    wanted = case.config.get("schema_definition")
    demand(bool(model.schema) == bool(wanted), "an output schema that nobody wanted, or none")
    if wanted and not Draft7Validator(model.schema).is_valid(model.answer):
        demand(REFUSED_BY_SCHEMA in str(last), f"a wrong output was taken: {last!r:.300}")
        return
    demand(isinstance(last, GraphRunSucceededEvent), f"the run ended with {last!r:.300}")
    given = model.answer if wanted else json.dumps(model.answer)
    demand(given in (last.outputs.get("result"), last.outputs.get("answer")), f"another result: {last.outputs!r:.300}")
    if wanted:
        demand(set(model.schema["properties"]) >= set(wanted["properties"]), "other outputs")


def mutants(case: Case) -> Iterator[Mutant]:
    def changed(change: Any) -> dict[str, str]:
        app = yaml.safe_load(case.main)
        change(app, {node["id"]: node["data"] for node in app["workflow"]["graph"]["nodes"]})
        return {"dify_app.yml": json.dumps(app)}

    yield "no kind", changed(lambda app, nodes: app.pop("kind"))
    yield "no mode", changed(lambda app, nodes: app["app"].pop("mode"))
    yield "no graph", changed(lambda app, nodes: app["workflow"].pop("graph"))
    yield "an edge to nowhere", changed(lambda app, nodes: app["workflow"]["graph"]["edges"][0].update(target="x"))
    yield "no edge", changed(lambda app, nodes: app["workflow"]["graph"]["edges"].pop())
    yield "an unknown kind of node", changed(lambda app, nodes: nodes["llm"].update(type="oracle"))
    yield "no model", changed(lambda app, nodes: nodes["llm"].pop("model"))
    yield "an unknown role", changed(lambda app, nodes: nodes["llm"]["prompt_template"][0].update(role="nobody"))
    yield "no context", changed(lambda app, nodes: nodes["llm"].pop("context"))
    yield "a text that is none", changed(lambda app, nodes: nodes["llm"]["prompt_template"][0].update(text=7))
    yield "other instructions", changed(lambda app, nodes: nodes["llm"]["prompt_template"][0].update(text="Hello."))
    if yaml.safe_load(case.main)["workflow"]["graph"]["nodes"][0]["data"]["variables"]:
        yield "an unknown kind of variable", changed(lambda app, nodes: nodes["start"]["variables"][0].update(type="x"))
    if case.config.get("schema_definition"):
        yield "a schema that is none", changed(
            lambda app, nodes: nodes["llm"]["structured_output"].update(schema={"type": "thing"})
        )
    yield "YAML that does not end", {"dify_app.yml": "kind: [app"}


if __name__ == "__main__":
    main(check, mutants)
