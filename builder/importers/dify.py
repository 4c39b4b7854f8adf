"""Dify: apps in its DSL of any version (0.1 to 0.6), of every kind: flows, chatbots, agents, text generators."""

from collections.abc import Mapping

from builder.importers import prompts
from builder.importers.base import Document, Importer, Reading
from builder.importers.dify_flow import flow
from builder.importers.dify_simple import simple
from builder.importers.taking import Taking

_MODES = frozenset(("workflow", "advanced-chat", "chat", "agent-chat", "completion", "agent", "channel"))

_ABOUT = "app.description"


class DifyImporter(Importer):
    name = "dify"
    title = "Dify"
    rank = 1

    def recognises(self, document: Document) -> bool:
        data = document.data
        if not isinstance(data, Mapping) or data.get("kind", "app") != "app":
            return False
        app = data.get("app")
        has_body = isinstance(data.get("workflow"), Mapping) or isinstance(data.get("model_config"), Mapping)
        return isinstance(app, Mapping) and isinstance(app.get("mode"), str) and app["mode"] in _MODES and has_body

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        whole.passed("version", "kind", "dependencies")
        app = whole.inside("app")
        app.passed("icon", "icon_type", "icon_background", "use_icon_as_answer_icon", "icon_url", "max_active_requests")
        is_flow = isinstance(whole.anything("workflow"), Mapping)
        if is_flow:
            whole.passed("model_config")
            values, remarks = flow(whole.inside("workflow"), is_chat=app.text("mode") == "advanced-chat")
        else:
            values, remarks = simple(whole.inside("model_config"))
        app.passed("mode")
        name, of_name = prompts.named(app.anything("name"), document.path, "app.name")
        texts = [item["content"] for item in values.get("prompts", ())]
        description, of_description = prompts.described(app.anything("description"), "".join(texts[:1]), _ABOUT)
        values = {"return_type": "unstructured", **values, **name, **description}
        return Reading(values, (*remarks, *of_name, *of_description, *app.rest(), *whole.rest()))
