"""Dify: one app in its DSL, of three nodes. An agent that talks is a chatflow; one that gives a result, a workflow."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.core.placeholders import used
from builder.exporters import models_named
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import convert
from builder.exporters.dify_graph import edge, features, node
from builder.exporters.dify_text import Names, literal, names_there, template
from builder.exporters.fitting import FIELD, Fitted, fit
from builder.exporters.hints import hint_left_out
from builder.exporters.instructions import instructions
from builder.exporters.notes import Note, fields, left_out, lost
from builder.exporters.subset import NO_REFERENCES
from builder.exporters.writing import as_yaml

TITLE = "Dify"
VERSION = "0.6.0"
_PLUGINS = {"google": "langgenius/gemini/google", "openai": "langgenius/openai/openai"}
_PLUGINS |= {"anthropic": "langgenius/anthropic/anthropic"}
_SETTINGS = {name: name for name in ("temperature", "top_p", "presence_penalty", "frequency_penalty", "seed")}
_OF_LENGTH = {"google": "max_output_tokens"}
_TEXTS = ("system_prompt", "user_prompt", "placeholders", "goals", "tone", "language", "guardrails")
_WRITTEN = ("name", "description", *_TEXTS, FIELD, "model")
_OF_CHAT = ("first_message", "conversation_starters")
_SET_UP_THERE = ("tools", "voice", "workflow", *_OF_CHAT)
_MEMORY = 10  # turns that the model is shown again


class Dify(Exporter):
    name = "dify"
    title = TITLE
    shelf = "platform"
    rank = 15
    purpose = "An app on Dify, in its cloud or on a server of your own."
    place = "In Dify's Studio: Import DSL file. The plugin of the model must be installed there."
    version = "Dify DSL 0.6.0, graphon 0.8"

    def write(self, config: AgentConfig) -> Export:
        told = instructions(config, TITLE)
        model = models_named.chosen(config, TITLE, "google", "openai", "anthropic")
        of_length = {"max_tokens": _OF_LENGTH.get(model.provider, "max_tokens")}
        settings = models_named.settings(config, TITLE, _SETTINGS | of_length)
        output = fit(config.schema_definition, NO_REFERENCES) if config.schema_definition else Fitted({}, ())
        is_chat = _is_chat(config)
        there = names_there(config, is_chat=is_chat)
        data = {
            "model": {
                "provider": _PLUGINS[model.provider],
                "name": model.name,
                "mode": "chat",
                "completion_params": settings.values,
            },
            **_prompts(template(told.content, there), template(config.prompt("user").content, there), is_chat=is_chat),
            "context": {"enabled": False, "variable_selector": []},
            "vision": {"enabled": False},
            **_output(output),
        }
        app = _app(config, _graph(there, data, "answer" if is_chat else "end"), is_chat=is_chat)
        of_parts = [*told.notes, *model.notes, *settings.notes, *output.notes, *there.notes]
        of_parts += _of_prompts(config, told.content, there)
        return Export((File("dify_app.yml", as_yaml(app)),), (*of_parts, *_left(config, is_chat=is_chat)))


def _left(config: AgentConfig, *, is_chat: bool) -> list[Note]:
    """Dify has places for more than this file says: what is set up there by hand is told apart."""
    own = [field for field in fields(config) if field in _SET_UP_THERE and not (is_chat and field in _OF_CHAT)]
    others = left_out(config, TITLE, (*_WRITTEN, *_SET_UP_THERE))
    return [*others, *(Note("lost", field, "set_up_there", {"platform": TITLE}) for field in own)]


def _output(fitted: Fitted) -> dict[str, Any]:
    return {"structured_output_enabled": True, "structured_output": {"schema": fitted.schema}} if fitted.schema else {}


def _is_chat(config: AgentConfig) -> bool:
    """An agent that talks, and whose question is the one thing that changes from turn to turn."""
    asked, known = used(config.prompt("user").content), used(config.prompt("system").content)
    return config.return_type == "unstructured" and len(asked) == 1 and asked[0] not in known


def _prompts(system: str, user: str, *, is_chat: bool) -> dict[str, Any]:
    """In a chatflow the question stands in the memory, behind the turns before it."""
    messages = [{"id": "system", "role": "system", "text": system}]
    if not is_chat:
        return {"prompt_template": [*messages, {"id": "user", "role": "user", "text": user}]}
    window = {"enabled": True, "size": _MEMORY}
    return {"prompt_template": messages, "memory": {"window": window, "query_prompt_template": user}}


def _graph(there: Names, llm: dict[str, Any], last: str) -> dict[str, Any]:
    variables = [
        {"variable": there.there[name], "label": hint, "type": "paragraph", "required": True, "options": []}
        for name, hint in there.asked.items()
    ]
    has_schema = "structured_output" in llm
    selector, kind = (["llm", "structured_output"], "object") if has_schema else (["llm", "text"], "string")
    outputs = [{"variable": "result", "value_selector": selector, "value_type": kind}]
    said = {"answer": "{{#llm.text#}}", "variables": []}
    ends: dict[str, dict[str, Any]] = {"end": {"outputs": outputs}, "answer": said}
    nodes = [
        node("start", "start", "Start", {"variables": variables}, 0),
        node("llm", "llm", "LLM", llm, 1),
        node(last, last, last.capitalize(), ends[last], 2),
    ]
    return {"nodes": nodes, "edges": [edge("start", "llm"), edge("llm", last)]}


def _app(config: AgentConfig, graph: dict[str, Any], *, is_chat: bool) -> dict[str, Any]:
    return {
        "version": VERSION,
        "kind": "app",
        "app": {
            "name": config.name,
            "description": config.description,
            "mode": "advanced-chat" if is_chat else "workflow",
            "icon_type": "emoji",
            "icon": "🤖",
            "icon_background": "#FFEAD5",
            "use_icon_as_answer_icon": False,
        },
        "dependencies": [],
        "workflow": {
            "graph": graph,
            "features": features(
                literal(config.first_message or "") if is_chat else "",
                [literal(text) for text in config.conversation_starters or ()] if is_chat else [],
            ),
            "environment_variables": [],
            "conversation_variables": [],
        },
    }


def _of_prompts(config: AgentConfig, system: str, there: Names) -> list[Note]:
    found = list[Note]()
    for field, content in (("system_prompt", system), ("user_prompt", config.prompt("user").content)):
        if used(content):
            form = there.form(used(content)[0])
            found.append(Note("rewritten", field, "placeholders_form", {"platform": TITLE, "form": form}))
        if template(content, there) != convert(content, there.form):
            found.append(Note("rewritten", field, "template_escaped", {"platform": TITLE}))
    said = {"first_message": [config.first_message or ""], "conversation_starters": config.conversation_starters or ()}
    for field, texts in said.items():
        if there.message and any(literal(text) != text for text in texts):
            found.append(Note("rewritten", field, "template_escaped", {"platform": TITLE}))
    return [*found, *_of_message(there)]


def _of_message(there: Names) -> list[Note]:
    """The person's message is asked for by nothing but the line in which it is typed."""
    if not there.message:
        return []
    return [hint_left_out(there.message, TITLE) if there.asked else lost("placeholders", TITLE)]
