"""LangChain: both prompts, and the output's form, as one prompt of its own serialization."""

import re
from typing import Any

from builder.core.agent import AgentConfig
from builder.core.placeholders import used
from builder.exporters.aside import as_texts, aside
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import convert, doubled_braces, names, single
from builder.exporters.fitting import FIELD, Fitted
from builder.exporters.in_one_piece import in_one_piece
from builder.exporters.instructions import instructions
from builder.exporters.naming import renamed
from builder.exporters.notes import Note, in_metadata, left_out
from builder.exporters.toolbox import server_notes, toolbox
from builder.exporters.writing import as_json

TITLE = "LangChain"
ESCAPED = "__lc_escaped__"
ROLES = {"system": "SystemMessagePromptTemplate", "user": "HumanMessagePromptTemplate"}
_TEXTS = ("system_prompt", "user_prompt", "placeholders", "goals", "tone", "language", "guardrails")
_KEPT = ("first_message", "conversation_starters", "memory", "workflow", "voice", "test_cases", "metadata", "tools")
_WRITTEN = ("name", "description", FIELD, *_TEXTS, *_KEPT)
_STRUCTURED = ["langchain_core", "prompts", "structured", "StructuredPrompt"]
_CHAT = ["langchain", "prompts", "chat", "ChatPromptTemplate"]
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_TAKEN = {"self": "self_value"}  # arguments of LangChain's own functions


class LangChain(Exporter):
    name = "langchain"
    title = TITLE
    shelf = "framework"
    rank = 20
    purpose = "A prompt with its output's form, for programs with LangChain."
    place = (
        "For the program of a developer, who loads it with "
        "`langchain_core.load.loads(open(\"langchain_prompt.json\").read(), allowed_objects=\"core\")`. "
        "By itself the file does nothing."
    )
    version = "langchain-core 1.7"

    def write(self, config: AgentConfig) -> Export:
        told, kept = instructions(config, TITLE), aside(config, TITLE)
        there = {name: _free(name, names(config)) for name in names(config)}
        output = _output(config)
        held = {key: value for key, value in kept.values.items() if key != "user_prompt"}
        kwargs = {
            "name": config.name,
            "input_variables": sorted(there.values()),
            "metadata": as_texts({"description": config.description, **held}),
            "messages": [
                _message("system", told.content, there),
                _message("user", config.prompt("user").content, there),
            ],
            **({"schema_": escaped(output.schema)} if output.schema else {}),
        }
        value = _lc(_STRUCTURED if output.schema else _CHAT, kwargs, config.name)
        notes = [*told.notes, *output.notes, *_of_kept(kept.notes), in_metadata("description", TITLE)]
        notes += [note for old, new in there.items() for note in renamed(old, new, "placeholders")]
        notes += [*server_notes(config, toolbox(config, TITLE), TITLE, ()), *left_out(config, TITLE, _WRITTEN)]
        return Export((File("langchain_prompt.json", as_json(value)),), tuple(notes))


def _free(name: str, taken: list[str]) -> str:
    new = _TAKEN.get(name, name)
    while new != name and new in taken:
        new += "_"
    return new


def _of_kept(notes: tuple[Note, ...]) -> list[Note]:
    """The user prompt has a place of its own here."""
    return [note for note in notes if note.field != "user_prompt"]


def _lc(kind: list[str], kwargs: dict[str, Any], name: str = "") -> dict[str, Any]:
    return {"lc": 1, "type": "constructor", "id": kind, "kwargs": kwargs, **({"name": name} if name else {})}


def _message(role: str, content: str, there: dict[str, str]) -> dict[str, Any]:
    template = convert(content, lambda name: single(there[name]), doubled_braces)
    inputs = sorted({there[name] for name in used(content)})
    kwargs = {"input_variables": inputs, "template": template, "template_format": "f-string"}
    prompt = _lc(["langchain", "prompts", "prompt", "PromptTemplate"], kwargs, "PromptTemplate")
    return _lc(["langchain", "prompts", "chat", ROLES[role]], {"prompt": prompt})


def escaped(value: Any) -> Any:
    """Data in which nothing is taken for an object of LangChain's, or for the name of a key in the surroundings."""
    if isinstance(value, dict):
        if "lc" in value or set(value) == {ESCAPED}:
            return {ESCAPED: value}
        return {key: escaped(part) for key, part in value.items()}
    return [escaped(part) for part in value] if isinstance(value, list) else value


def _output(config: AgentConfig) -> Fitted:
    """The schema, with a title that models take as a name."""
    schema = config.schema_definition
    if not schema:
        return Fitted({}, ())
    title, notes = schema.get("title"), tuple[Note, ...]()
    if not isinstance(title, str) or not _NAME.fullmatch(title):
        told = renamed(title[:80], config.name, FIELD) if isinstance(title, str) else ()
        notes = told or (Note("added", FIELD, "schema_title", {"new": config.name}),)
        schema = {"title": config.name} | schema | {"title": config.name}
    fitted = in_one_piece(schema)
    return Fitted(fitted.schema, (*notes, *fitted.notes))
