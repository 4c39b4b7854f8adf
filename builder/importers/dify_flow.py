"""Dify's workflows and chatflows: the first node that asks a model is the agent."""

from collections.abc import Mapping
from typing import Any

from builder.importers import prompts
from builder.importers.dify_graph import Graph, Node, graph, left_out, steps
from builder.importers.dify_parts import asked, model, opening, pass_what_is_off, tools
from builder.importers.dify_text import Gaps
from builder.importers.outputs import output
from builder.importers.remarks import Remark
from builder.importers.taking import Taking, fits

Found = tuple[dict[str, Any], list[Remark]]
_OF_CANVAS = ("type", "title", "desc", "selected", "variables", "height", "width", "prompt_config", "version")


def flow(told: Taking, *, is_chat: bool) -> Found:
    """The values of a workflow, and its remarks."""
    features, canvas = told.inside("features"), told.inside("graph")
    nodes = graph(canvas)
    speaking = nodes.speaking()
    agent = speaking[0] if speaking else None
    gaps, of_start = _gaps(nodes)
    values, remarks = _speaks(agent, gaps, is_chat=is_chat) if agent else ({}, [])
    begun = opening(features)
    pass_what_is_off(features)
    unused = [name for way, name in _ways_of_start(nodes).items() if way not in gaps.said]
    remarks += [Remark("left_out", f"variables.{name}"[:200], "unknown_part") for name in unused]
    remarks += [*of_start, *left_out(nodes, agent), *_answers(nodes), *_variables(told)]
    whole = steps(nodes)
    values = {**values, **begun, **(whole if not whole or fits("workflow", whole["workflow"]) else {})}
    told.passed("hash", "id", "marked_name", "marked_comment", "rag_pipeline_variables")
    return values, [*remarks, *features.remarks, *canvas.rest(), *told.rest()]


def _ways_of_start(nodes: Graph) -> dict[str, str]:
    found = dict[str, str]()
    for node in nodes.nodes:
        if node.kind == "start":
            names, _ = asked(Taking(node.data).items("variables"), "")
            found |= {f"{node.id}.{name}": name for name in names}
    return found


def _gaps(nodes: Graph) -> tuple[Gaps, list[Remark]]:
    hints, remarks = dict[str, str](), list[Remark]()
    for node in nodes.nodes:
        if node.kind == "start":
            names, told = asked(Taking(node.data).items("variables"), f"{node.where}.variables")
            hints |= {f"{node.id}.{name}": hint for name, hint in names.items() if hint}
            remarks += told
    titles = {node.id: "" if node.kind == "start" else node.title for node in nodes.nodes}
    return Gaps(titles, hints), remarks


def _speaks(node: Node, gaps: Gaps, *, is_chat: bool) -> Found:
    told = Taking(node.data, node.where)
    told.passed(*_OF_CANVAS)
    values, (system, user) = _agent(told, gaps) if node.kind == "agent" else _llm(told, gaps, is_chat=is_chat)
    pass_what_is_off(told)
    written = prompts.prompts(system, user, gaps.sentences(), node.where)
    return {**values, "prompts": written.items}, [*gaps.remarks, *written.remarks, *told.remarks]


Cut = tuple[prompts.Parts, prompts.Parts | None]


def _llm(told: Taking, gaps: Gaps, *, is_chat: bool) -> tuple[dict[str, Any], Cut]:
    said, of_model = told.anything("prompt_template"), told.inside("model")
    values = model(of_model)
    result = told.inside("structured_output")
    schema = result.anything("schema")
    is_on = any(told.anything(key) is True for key in ("structured_output_enabled", "structured_output_switch_on"))
    output_, of_output = output(schema if is_on else None, result.place("schema"))
    told.remarks += [*of_model.rest(), *of_output]
    system, user = messages(said, told, gaps)
    if said is not None and not isinstance(said, list | Mapping):
        told.remarks.append(Remark("left_out", told.place("prompt_template"), "wrong_kind"))
    question = _question(told, is_chat=is_chat)
    return {**values, **output_}, (system, gaps.cut(question, told.place("memory")) if question else user)


def _question(told: Taking, *, is_chat: bool) -> str:
    """What a chatflow asks behind the turns before: the text of its memory."""
    held = told.anything("memory")
    memory = Taking(held if isinstance(held, Mapping) else {}, told.place("memory"))
    memory.passed("role_prefix", "window")
    text = memory.text("query_prompt_template")
    told.remarks += memory.rest()
    return text or ("{{#sys.query#}}" if is_chat and isinstance(held, Mapping) else "")


def messages(said: Any, told: Taking, gaps: Gaps) -> Cut:
    """The system's text and the last one of the user; of all others there is a remark."""
    where = told.place("prompt_template")
    if isinstance(said, Mapping):
        return _cut(said, told, gaps, where), None
    each = [(place, one) for place, one in enumerate(said if isinstance(said, list) else ())]
    of_system = [(place, one) for place, one in each if _role(one) == "system"]
    of_user = [(place, one) for place, one in each if _role(one) == "user"][-1:]
    used = {place for place, _ in (*of_system, *of_user)}
    told.remarks += [Remark("left_out", f"{where}.{place}", "unknown_part") for place, _ in each if place not in used]
    system = list[tuple[bool, str]]()
    for place, one in of_system:
        system += [*([(False, "\n\n")] if system else []), *_cut(one, told, gaps, f"{where}.{place}")]
    return system, _cut(of_user[0][1], told, gaps, f"{where}.{of_user[0][0]}") if of_user else None


def _role(one: Any) -> Any:
    return one.get("role") if isinstance(one, Mapping) else None


def _cut(said: Mapping[Any, Any], told: Taking, gaps: Gaps, where: str) -> prompts.Parts:
    if said.get("edition_type") == "jinja2":
        text = said.get("jinja2_text")
        return gaps.cut_jinja(text, _ways(told), where) if isinstance(text, str) else []
    text = said.get("text")
    if not isinstance(text, str):
        told.remarks.append(Remark("left_out", where, "wrong_kind"))
        return []
    return gaps.cut(text, where)


def _ways(told: Taking) -> dict[str, str]:
    """The names of Jinja -> ways to their values."""
    found = dict[str, str]()
    for one in told.inside("prompt_config").items("jinja2_variables"):
        name, way = (one.get("variable"), one.get("value_selector")) if isinstance(one, Mapping) else (None, None)
        if isinstance(name, str) and isinstance(way, list) and way:
            found[name] = ".".join(map(str, way))
    return found


def _agent(told: Taking, gaps: Gaps) -> tuple[dict[str, Any], Cut]:
    """A node that calls tools by itself; each of its settings is an object with a value."""
    given = told.inside("agent_parameters")
    settings = {key: value.get("value") for key, value in given.left_over().items() if isinstance(value, Mapping)}
    inner = Taking(settings, told.place("agent_parameters"))
    of_model = inner.inside("model")
    values = model(of_model)
    named, of_tools = tools(inner.anything("tools"), inner.place("tools"))
    system = gaps.cut(inner.text("instruction"), inner.place("instruction"))
    question = inner.text("query")
    user = gaps.cut(question, inner.place("query")) if question else None
    told.passed("agent_strategy_label", "agent_strategy_name", "agent_strategy_provider_name", "output_schema")
    told.passed("plugin_unique_identifier", "tool_node_version", "meta")
    told.remarks += [*of_model.rest(), *of_tools, *inner.rest()]
    return {**values, "return_type": "unstructured", **({"tools": named} if named else {})}, (system, user)


def _answers(nodes: Graph) -> list[Remark]:
    """An answer that is more than what the model said."""
    ends = [node for node in nodes.nodes if node.kind == "answer"]
    said = [(node, node.data.get("answer")) for node in ends]
    known = [f"{{{{#{node.id}.text#}}}}" for node in nodes.speaking()]
    return [
        Remark("left_out", f"{node.where}.answer", "unknown_part")
        for node, text in said
        if isinstance(text, str) and text.strip() and text.strip() not in known
    ]


def _variables(told: Taking) -> list[Remark]:
    found = list[Remark]()
    for key in ("environment_variables", "conversation_variables"):
        for place, one in enumerate(told.items(key)):
            is_secret = isinstance(one, Mapping) and one.get("value_type") == "secret"
            kind, code = ("refused", "is_key") if is_secret else ("left_out", "unknown_part")
            found.append(Remark(kind, f"{told.place(key)}.{place}", code))  # type: ignore[arg-type]
    return found
