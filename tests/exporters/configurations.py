"""Configurations for exporters: the templates, one with everything, hostile ones by hand, and any that is valid."""

from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st

from builder.core.agent import AgentConfig
from builder.core.check import check
from builder.core.placeholders import escape, used
from builder.templates import all_templates
from tests.exporters import schemas
from tests.exporters.schemas import bomb, nested
from tests.exporters.traps import TRAPS

Config = dict[str, Any]


def configuration(**changes: Any) -> Config:
    """A valid configuration; `system` and `user` are plain texts with `{name}` placeholders; `...` leaves a key out."""
    system, user = changes.pop("system", "You answer for {firm_name}."), changes.pop("user", "{letter}")
    base = {
        "name": "LetterSorter",
        "description": "Sorts letters.",
        "return_type": "structured" if "schema_definition" in changes else "unstructured",
        "prompts": [prompt("system", system), prompt("user", user)],
    }
    return {key: value for key, value in {**base, **changes}.items() if value is not ...}


def prompt(kind: str, content: str) -> Config:
    hints = {name: f"What to write for {name}." for name in used(content)}
    return {"prompt_type": kind, "content": content, "placeholders": hints}


FLAT_SCHEMA: Config = {
    "type": "object",
    "properties": {
        "answer": {"type": "string", "description": "What to say."},
        "priority": {"type": "string", "enum": ["low", "medium", "high"]},
        "minutes": {"type": "integer", "minimum": 1, "maximum": 60},
        "sure": {"type": "boolean"},
    },
    "required": ["answer", "priority"],
}
RICH_SCHEMA: Config = {
    "type": "object",
    "title": "Order",
    "properties": {
        "customer": {"$ref": "#/$defs/person"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}, "minItems": 1, "uniqueItems": True},
        "note": {"type": ["string", "null"], "maxLength": 200},
        "kind": {"const": "order"},
        "paid": {"oneOf": [{"type": "boolean"}, {"type": "string", "format": "date"}]},
        "extra": {"type": "object", "additionalProperties": {"type": "number"}},
        "any": True,
        "code": {"allOf": [{"type": "string"}, {"pattern": "^[A-Z]+$"}, {"minLength": 2}]},
        "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
        "rank": {"enum": [1, 2, "none", None]},
    },
    "required": ["customer", "kind"],
    "additionalProperties": False,
    "if": {"properties": {"kind": {"const": "order"}}},
    "then": {"required": ["lines"]},
    "$defs": {
        "person": {"type": "object", "properties": {"name": {"type": "string"}, "boss": {"$ref": "#/$defs/person"}}},
        "line": {"type": "object", "properties": {"sku": {"type": "string"}, "count": {"type": "integer"}}},
    },
}
EVERYTHING: Config = configuration(
    name="EveryThing",
    description="Has every field that there is.",
    system="You help {customer} of {firm_name}. Write {{braces}}.",
    user="{question} and {firm_name}",
    schema_definition=FLAT_SCHEMA,
    goals=["Happy callers.", "No call is lost."],
    tone="Warm and short.",
    language="de-AT",
    first_message="Guten Tag! Was kann ich tun?",
    conversation_starters=["Where is my parcel?", "I want my money back."],
    guardrails=["Never promise a date.", "No legal advice."],
    tools=[
        {"name": "search docs!", "parameters": {"type": "object", "properties": {"query": {"type": "string"}}}},
        {"name": "web_search", "parameters": {}},
        {"name": "lookup", "parameters": {"limit": 3, "index": "main"}},
        {"mcp": {"name": "Stock room", "url": "https://mcp.example.com/sse", "tools": ["count"]}},
        {"mcp": {"name": "local", "command": "npx", "args": ["thing"]}},
    ],
    memory={"architecture": "memgpt", "blocks": [{"label": "human", "value": "Likes tea."}]},
    workflow={"steps": [{"id": "a", "title": "Ask the caller", "kind": "talk", "next": ["a"]}]},
    voice={"voice_id": "JBFqnCBsd6RMkjVDRZzb", "model": "eleven_flash_v2_5", "speed": 1.1},
    model={"provider": "openai", "name": "gpt-6.1", "settings": {"temperature": 0.2, "max_tokens": 80, "top_k": 5}},
    test_cases=[{"inputs": {"question": "Where?"}, "expect": "An answer."}],
    metadata={"author": "Ada", "assumed": ["tone"], "nested": {"deep": [1, None, True]}},
)


def _names() -> dict[str, Config]:
    reserved = ("user", "None", "class", "A" * 64, "a--b__c-", "Agent-1", "model", "CON", "print", "x")
    return {f"named {name[:8]}": configuration(name=name) for name in reserved}


def _traps() -> dict[str, Config]:
    """All traps in every field at once, each in a line of its own; and by themselves in the shorter fields."""
    whole = escape("\n".join(TRAPS))
    alone = [text for text in TRAPS if text.strip()]
    holders = {"system": f"{whole}\n{{x}}", "user": f"{{x}}{whole}{{user}}", "guardrails": alone, "goals": alone}
    named = {f"t{number}": {"type": "string", "description": text} for number, text in enumerate(TRAPS)}
    schema = {"type": "object", "properties": {**named, **{text: {"type": "string"} for text in TRAPS}}}
    return {
        "traps in prompts": configuration(**holders, first_message="\n".join(TRAPS), conversation_starters=alone[:12]),
        "traps in a schema": configuration(schema_definition=schema, tone="=1+1", description="${env:HOME} user:\n---"),
        "traps in choices": configuration(
            schema_definition={"type": "object", "properties": {"a": {"type": "string", "enum": list(TRAPS)}}}
        ),
        "traps in tools": configuration(
            tools=[{"name": text, "parameters": {"query": text}} for text in alone]
            + [{"mcp": {"name": text, "url": text}} for text in alone[:9]]
        ),
        "traps elsewhere": configuration(
            metadata={text: text for text in TRAPS},
            voice={"voice_id": "=1+1", "model": "${env:HOME}", "speed": -3.5},
            model={"provider": "{{x}}", "name": "../model", "settings": {"temperature": "hot", "user:": "assistant:"}},
            memory={"architecture": "*/", "blocks": list(TRAPS)},
            test_cases=[{"inputs": {text: text}, "expect": text} for text in TRAPS],
            language="ar",
        ),
        "braces": configuration(
            system="{{{x}}}{{{{x}}}} {x}{y}{x} {{x}} \\{x} {{#if}} }}{{ {x}}} {{{{{y}", user="{{{{{{x}}}}}}{a_1}{{"
        ),
    }


def _doors() -> dict[str, Config]:
    """Tool servers of which much is said, and models behind the doors of others."""
    said = {"headers": {"X-Own": "x"}, "require_approval": "never", "server_description": "What is in stock."}
    tools = [{"name": "count", "description": "Counts."}, {"name": "drop"}, 7]
    whole = {"server_label": "Stock room", "server_url": "https://mcp.example.com/mcp", "tools": tools, **said}
    servers = [{"mcp": {**whole, "allowed_tools": ["count"]}}, {"mcp": {"url": "https://mcp.example.com/sse"}}]
    models = [("azure", "gpt-5.2"), ("mistral", "mistral-large-latest"), ("vertexai", "gemini-2.5-pro"), ("x", "")]
    named = [{key: text for key, text in (("provider", one), ("name", name)) if text} for one, name in models]
    doors = {f"behind {model['provider']}": configuration(model=model) for model in named}
    return {"servers with settings": configuration(tools=servers, model={"name": "openai:gpt-5.2"}), **doors}


def _sizes() -> dict[str, Config]:
    wide = {f"p{number}": {"type": ["string", "null"]} for number in range(400)}
    claude = {"provider": "anthropic", "name": "claude-opus-5-5"}
    return {
        "long prompts": configuration(system="Answer kindly. " * 1_400 + "{x}", user="w" * 20_000 + "{x}"),
        "long lines": configuration(description="d" * 500, tone="t" * 3_000, goals=["g" * 2_000] * 20),
        "many placeholders": configuration(system=" ".join(f"{{p{n}}}" for n in range(300)), user="{p1}"),
        "many tools": configuration(tools=[{"name": f"tool {n % 40}", "parameters": {}} for n in range(140)]),
        "deep schema": configuration(schema_definition=nested(18)),
        "wide schema": configuration(schema_definition={"type": "object", "properties": wide}),
        "reference bomb": configuration(schema_definition=bomb(25)),
        "rich schema": configuration(schema_definition=RICH_SCHEMA),
        "flat schema": configuration(schema_definition=FLAT_SCHEMA, model=claude),
        "gemini": configuration(model={"name": "gemini-2.5-pro", "settings": {"top_p": 1, "seed": 7}}),
        "only what must be": configuration(system="Be kind.", user="Hello."),
    }


@cache
def configurations() -> Mapping[str, AgentConfig]:
    """All by name; valid, each of them."""
    templates = {template.id: dict(template.config) for template in all_templates()}
    generated = {f"generated {number}": made(number) for number in range(12)}
    found = {**templates, "everything": EVERYTHING, **_names(), **_traps(), **_sizes(), **_doors(), **generated}
    wrong = {name: [problem.reason for problem in check(config)] for name, config in found.items() if check(config)}
    assert wrong == {}, "a configuration of the tests is not valid"
    return {name: AgentConfig.model_validate(config) for name, config in found.items()}


def made(number: int) -> Config:
    """A valid configuration by chance, from one number."""
    return _Making(Random(number)).whole()


class _Making:
    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def text(self) -> str:
        parts = [self.chance.choice((*TRAPS, "word", "Two words.")) for _ in range(self.chance.randint(1, 4))]
        return (self.chance.choice(["", " ", "\n"]).join(parts)).strip() or "x"

    def texts(self) -> list[str]:
        return [self.text() for _ in range(self.chance.randint(1, 3))]

    def content(self) -> str:
        parts = [self.chance.choice([escape(self.text()), "{x}", "{long_name}", "{a1}", "{{", "}}"]) for _ in range(5)]
        return self.chance.choice(["", " ", "\n"]).join(parts).strip() or "x"

    def value(self) -> Any:
        return self.chance.choice([None, True, 1, 2.5, "", self.text(), [], [1, {"a": self.text()}], {self.text(): 1}])

    def values(self) -> dict[str, Any]:
        return {self.text(): self.value() for _ in range(self.chance.randint(0, 3))}

    def tool(self) -> Config:
        schema = {"type": "object", "properties": {"query": {"type": "string"}}}
        server = {"name": self.text(), "url": "https://mcp.example.com/x", **self.values()}
        named = {"name": self.text(), "parameters": self.chance.choice([schema, self.values()])}
        return self.chance.choice([named, {"mcp": server}])

    def model(self) -> Config:
        settings = {"temperature": self.chance.choice([0, 0.5, "x", -1]), **self.values()}
        name = self.chance.choice(["gpt-6.1-terra", "claude-opus-5-5", "gemini-2.5-pro", self.text(), None])
        provider = self.chance.choice(["openai", "google", "ollama", None])
        found = {"provider": provider, "name": name, "settings": settings}
        return {key: value for key, value in found.items() if value is not None}  # what is open is left out, never null

    def workflow(self) -> Config:
        return {"steps": [{"id": "a", "title": self.text(), "kind": "talk", "next": ["a"]}]}

    def whole(self) -> Config:
        some: dict[str, Callable[[], Any]] = {
            **dict.fromkeys(("goals", "guardrails", "conversation_starters"), self.texts),
            **dict.fromkeys(("tone", "first_message"), self.text),
            "language": lambda: self.chance.choice(["en", "de-AT", "zh-Hant", "xx"]),
            "tools": lambda: [self.tool() for _ in range(self.chance.randint(1, 4))],
            "memory": lambda: {"architecture": self.text(), "blocks": [self.value()]},
            "workflow": self.workflow,
            "voice": lambda: {"voice_id": self.text(), "speed": self.chance.choice([0.1, 1, 9])},
            "model": self.model,
            "test_cases": lambda: [{"inputs": self.values(), "expect": self.value()}],
            "metadata": lambda: self.values() or {"a": 1},
        }
        chosen = {key: make() for key, make in some.items() if self.chance.random() < 0.4}
        if self.chance.random() < 0.6:
            chosen["schema_definition"] = schemas.made(self.chance.randint(0, 2**32))
        name = self.chance.choice(["user", "A", "a-b", "Customer_Service", "None", "Z" * 64])
        about = self.text()[:500].strip() or "x"
        texts = {"description": about, "system": self.content(), "user": self.content()}
        return configuration(name=name, **texts, **chosen)


def valid_configurations() -> st.SearchStrategy[AgentConfig]:
    """Any valid configuration."""
    return st.integers(0, 2**32).map(lambda number: AgentConfig.model_validate(made(number)))
