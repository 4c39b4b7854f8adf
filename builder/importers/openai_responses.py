"""OpenAI, one answer at a time: the body of `responses.create`, and that of `chat.completions.create`."""

from collections.abc import Mapping
from typing import Any

from builder.importers import bodies
from builder.importers.base import Document, Importer, Reading
from builder.importers.outputs import output
from builder.importers.prompts import described, named, prompts
from builder.importers.remarks import Remark
from builder.importers.taking import Taking

_OTHERS = ("system_instruction", "system", "generation_config", "agent", "input_schema")
_SETTINGS = {"temperature": "temperature", "top_p": "top_p", "max_output_tokens": "max_tokens"}
_SETTINGS |= {"max_tokens": "max_tokens", "max_completion_tokens": "max_tokens", "seed": "seed"}
_SETTINGS |= {"presence_penalty": "presence_penalty", "frequency_penalty": "frequency_penalty"}
_TEXT_KINDS = ("text", "input_text", "output_text")


class OpenAIResponsesImporter(Importer):
    name = "openai_responses"
    title = "OpenAI Responses"
    rank = 6

    def recognises(self, document: Document) -> bool:
        data = document.data
        if not isinstance(data, Mapping) or any(key in data for key in _OTHERS):
            return False
        talks = [data[key] for key in ("input", "messages") if key in data]
        is_talk = len(talks) == 1 and (isinstance(talks[0], str) or _is_talk(talks[0]))
        return isinstance(data.get("model"), str) and (is_talk or isinstance(data.get("prompt"), Mapping))

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        kept, aside = bodies.metadata(whole, "name", "description")
        is_ours = {"name", "description"} <= set(aside)
        talk = _Talk(whole)
        system = "\n\n".join(text for text in (whole.text("instructions"), *talk.system) if text)
        texts = prompts(bodies.cut(system, is_ours=is_ours), bodies.cut(talk.user, is_ours=is_ours))
        said = whole.inside("text")
        form = said.inside("format") if said.anything("format") else whole.inside("response_format")
        schema, called = bodies.output_format(form)
        result, of_result = output(schema, form.place("schema"))
        description, of_description = described(aside.get("description"), system)
        name, of_name = named(aside.get("name") or called, document.path)
        tools, of_tools = bodies.tools(whole)
        settings = {ours: value for key, ours in _SETTINGS.items() if (value := whole.anything(key)) is not None}
        whole.refuse("reads_elsewhere", "prompt", "previous_response_id", "conversation")
        values: dict[str, Any] = {**name, **description, **result, "prompts": texts.items, **talk.first, **kept}
        values |= {**bodies.model(whole.text("model"), "openai", settings), **({"tools": tools} if tools else {})}
        remarks = [*texts.remarks, *of_name, *of_description, *of_result, *of_tools]
        return Reading(values, (*remarks, *whole.rest(), *said.rest(), *form.rest()))


def _is_talk(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, Mapping) and "role" in item for item in value)


class _Talk:
    """Who says what: texts of the system, the person's first message, and what the agent says before it."""

    def __init__(self, whole: Taking) -> None:
        self.whole = whole
        self.system = list[str]()
        self.user = ""
        self.first: dict[str, str] = {}
        key = "messages" if whole.anything("messages") else "input"
        if isinstance(whole.anything(key), str):
            self.user = whole.text(key)
        else:
            for place, message in enumerate(whole.items(key)):
                self._take(message, f"{key}.{place}")

    def _take(self, said: Any, where: str) -> None:
        message = Taking(said, where)
        role, text = message.text("role"), self._text(message, where)
        message.passed("type", "status", "id")
        if role in ("system", "developer"):
            self.system.append(text)
        elif role == "user" and not self.user:
            self.user = text
        elif role == "assistant" and not self.user and not self.first and text.strip():
            self.first = {"first_message": text}
        else:
            self.whole.remarks.append(Remark("left_out", where, "unknown_part"))
        self.whole.remarks += message.rest()

    def _text(self, message: Taking, where: str) -> str:
        if not isinstance(message.anything("content"), list):
            return message.text("content")
        found = list[str]()
        for place, part in enumerate(message.items("content")):
            text = part.get("text") if isinstance(part, Mapping) and part.get("type") in _TEXT_KINDS else None
            if isinstance(text, str):
                found.append(text)
            else:
                self.whole.remarks.append(Remark("left_out", f"{where}.content.{place}", "unknown_part"))
        return "\n".join(found)
