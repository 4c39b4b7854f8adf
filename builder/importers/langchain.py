"""LangChain's prompts as it serializes them, alone or before a model, as LangSmith keeps them.

Nothing is made of them. What stands there as a secret is a name of a key in the surroundings: it is never looked up.
"""

from collections.abc import Mapping
from typing import Any

from builder.exporters.langchain import ESCAPED
from builder.importers import prompts
from builder.importers.aside import kept, out_of_texts
from builder.importers.base import Document, Importer, Reading
from builder.importers.langchain_text import cut
from builder.importers.outputs import output
from builder.importers.prompts import Parts
from builder.importers.remarks import Remark
from builder.importers.taking import Taking, without_keys

_CHATS = ("ChatPromptTemplate", "StructuredPrompt")
_PROMPTS = (*_CHATS, "PromptTemplate")
_SEQUENCES = ("RunnableSequence", "PromptPlayground")
_ROLES = {"SystemMessagePromptTemplate": "system", "SystemMessage": "system", "HumanMessage": "user"}
_ROLES |= {"HumanMessagePromptTemplate": "user"}
_PROVIDERS = {"ChatOpenAI": "openai", "AzureChatOpenAI": "azure", "ChatAnthropic": "anthropic"}
_PROVIDERS |= {"ChatGoogleGenerativeAI": "google", "ChatVertexAI": "google"}
_SETTINGS = ("temperature", "top_p", "max_tokens", "presence_penalty", "frequency_penalty", "seed", "top_k")
DEEPEST = 20


class LangChainImporter(Importer):
    name = "langchain"
    title = "LangChain"
    rank = 1

    def recognises(self, document: Document) -> bool:
        kind = _kind(document.data)
        is_old = isinstance(document.data, Mapping) and document.data.get("_type") == "prompt"
        return kind in _PROMPTS or (kind in _SEQUENCES and bool(_prompt_in(document.data))) or is_old

    def read(self, document: Document) -> Reading:
        remarks = list[Remark]()
        values, found = dict[str, Any](), document.data
        if _kind(found) in _SEQUENCES:
            values, found = _model(found, remarks), _prompt_in(found)
        where = "" if found is document.data else "kwargs.first"
        values |= _prompt(found, where, remarks) if _kind(found) else _old(found, remarks)
        name, of_name = prompts.named(values.pop("name", None), document.path)
        texts = values["prompts"]
        said = values.pop("description", None)
        description, of_description = prompts.described(said, texts[0]["content"] if texts else "")
        return Reading({**values, **name, **description}, (*remarks, *of_name, *of_description))


def _kind(data: Any) -> str:
    """The class of a serialized object; "" for anything else."""
    if not isinstance(data, Mapping) or data.get("lc") != 1 or data.get("type") != "constructor":
        return ""
    way = data.get("id")
    return way[-1] if isinstance(way, list) and way and isinstance(way[-1], str) else ""


def _kwargs(data: Any) -> Mapping[str, Any]:
    held = data.get("kwargs") if isinstance(data, Mapping) else None
    return held if isinstance(held, Mapping) else {}


def _steps(data: Any) -> list[Any]:
    held = _kwargs(data)
    middle = held.get("middle")
    return [held.get("first"), *(middle if isinstance(middle, list) else []), held.get("last")]


def _prompt_in(data: Any) -> Any:
    return next((step for step in _steps(data) if _kind(step) in _PROMPTS), None)


def _model(data: Any, remarks: list[Remark]) -> dict[str, Any]:
    """The model behind the prompt. A binding holds it one level deeper."""
    for step in _steps(data)[1:]:
        for _ in range(DEEPEST):
            if _kind(step) != "RunnableBinding":
                break
            step = _kwargs(step).get("bound")
        if _kind(step) in _PROVIDERS:
            told = Taking(_kwargs(step), "kwargs.last.kwargs")
            secret = [key for key, value in _kwargs(step).items() if _is_secret(value)]
            told.passed(*secret)
            remarks += [Remark("refused", told.place(key), "is_key") for key in secret]
            name = told.text("model") or told.text("model_name")
            told.passed("model", "model_name")
            settings = {key: told.anything(key) for key in _SETTINGS if told.anything(key) is not None}
            remarks += told.rest()
            found = {"provider": _PROVIDERS[_kind(step)], "name": name, "settings": settings}
            return {"model": {key: value for key, value in found.items() if value}}
    return {}


def _is_secret(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("lc") == 1 and value.get("type") == "secret"


def _prompt(data: Any, where: str, remarks: list[Remark]) -> dict[str, Any]:
    """A prompt of one text is the system's."""
    told = Taking(_kwargs(data), f"{where}.kwargs".lstrip("."))
    told.passed("input_variables", "input_types", "optional_variables", "tags", "output_parser", "validate_template")
    metadata = told.mapping("metadata")
    aside = Taking(out_of_texts(metadata), told.place("metadata"))
    schema, of_schema = output(_unescaped(told.anything("schema_")), told.place("schema_"))
    if _kind(data) in _CHATS:
        system, user = _messages(told, remarks)
    else:
        system, user = _template(_kwargs(data), told.place("template"), remarks), []
        told.passed("template", "template_format")
    texts = _texts(system, user, aside, told.place("messages"))
    name = told.text("name") or _title(data)
    held = kept(aside)
    values = {"name": name, "description": aside.anything("description"), "prompts": texts.items, **schema}
    metadata = {key: value for key, value in held.pop("metadata", {}).items() if key != "description"}
    remarks += [*texts.remarks, *of_schema, *told.rest(), *aside.remarks]
    return {**values, **held, **({"metadata": metadata} if metadata else {})}


def _title(data: Mapping[str, Any]) -> str:
    said = data.get("name")
    return said if isinstance(said, str) and said != _kind(data) else ""


def _texts(system: Parts, user: Parts, aside: Taking, where: str) -> prompts.Prompts:
    """Both prompts with the sentences that our exports keep in the metadata."""
    own = _sentences(aside.mapping("system_placeholders"))
    others = _sentences(aside.mapping("user_placeholders"))
    made = prompts.prompts(system, user or None, {**others, **own}, where)
    items = [
        {**item, "placeholders": {name: others.get(name, hint) for name, hint in item["placeholders"].items()}}
        if item["prompt_type"] == "user"
        else item
        for item in made.items
    ]
    return prompts.Prompts(items, made.names, made.remarks)


def _sentences(hints: Mapping[str, Any]) -> dict[str, str]:
    return {name: hint for name, hint in hints.items() if isinstance(hint, str) and hint.strip()}


def _messages(told: Taking, remarks: list[Remark]) -> tuple[Parts, Parts]:
    """All of the system's texts and the last one of the user; of all others there is a remark."""
    each = list(enumerate(told.items("messages")))
    roles = [_ROLES.get(_kind(one), "") for _, one in each]
    last = max((place for place, role in enumerate(roles) if role == "user"), default=-1)
    system, user = list[tuple[bool, str]](), list[tuple[bool, str]]()
    for place, one in each:
        where = f"{told.place('messages')}.{place}"
        if roles[place] == "system":
            system += [*([(False, "\n\n")] if system else []), *_of_message(one, where, remarks)]
        elif place == last:
            user += _of_message(one, where, remarks)
        else:
            remarks.append(Remark("left_out", where, "unknown_part"))
    return system, user


def _of_message(data: Any, where: str, remarks: list[Remark]) -> Parts:
    """A template, a list of templates, or a text as it is."""
    held = _kwargs(data)
    content = held.get("content")
    if isinstance(content, str):
        return [(False, content)] if content else []
    prompt = held.get("prompt")
    found = list[tuple[bool, str]]()
    for place, one in enumerate(prompt if isinstance(prompt, list) else [prompt]):
        if _kind(one) == "PromptTemplate":
            found += _template(_kwargs(one), f"{where}.prompt", remarks)
        else:
            remarks.append(Remark("left_out", f"{where}.prompt.{place}", "unknown_part"))
    return found


def _template(held: Mapping[str, Any], where: str, remarks: list[Remark]) -> Parts:
    text, form = held.get("template"), held.get("template_format", "f-string")
    if not isinstance(text, str) or not isinstance(form, str):
        remarks.append(Remark("left_out", where, "wrong_kind"))
        return []
    if held.get("partial_variables"):
        remarks.append(Remark("left_out", f"{where}.partial_variables", "unknown_part"))
    return cut(text, form, where, remarks)


def _unescaped(value: Any, depth: int = 0) -> Any:
    """Data that was written so that nobody takes it for an object."""
    if isinstance(value, Mapping) and depth < DEEPEST * 5:
        if set(value) == {ESCAPED}:
            return value[ESCAPED]
        return {key: _unescaped(part, depth + 1) for key, part in value.items()}
    return [_unescaped(part, depth + 1) for part in value] if isinstance(value, list) and depth < DEEPEST * 5 else value


def _old(data: Any, remarks: list[Remark]) -> dict[str, Any]:
    """A prompt file of older versions: one text, its form, its variables."""
    told = Taking(data)
    told.passed("_type", "input_variables", "output_parser", "validate_template", "input_types", "tags", "metadata")
    told.refuse("reads_elsewhere", "template_path")
    held = {key: told.anything(key) for key in ("template", "template_format") if told.anything(key) is not None}
    made = prompts.prompts(_template(held, "template", remarks), None, {}, "template")
    refused = without_keys(told.mapping("partial_variables"), "partial_variables")[1]
    remarks += [*made.remarks, *refused]
    found = {"name": told.text("name"), "prompts": made.items, "return_type": "unstructured"}
    remarks += told.rest()
    return found
