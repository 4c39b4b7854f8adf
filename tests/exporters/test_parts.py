"""Names, braces, files, instructions, models and tools: what exporters share."""

import json
import keyword
import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import llm
from builder.core.agent import AgentConfig
from builder.core.placeholders import escape, pieces, used
from builder.core.plugins import kinds
from builder.exporters import braces
from builder.exporters.instructions import instructions
from builder.exporters.models_named import DEFAULTS, chosen
from builder.exporters.models_named import settings as model_settings
from builder.exporters.naming import identifier, kebab
from builder.exporters.toolbox import toolbox
from builder.exporters.writing import as_json, as_yaml
from builder.llm.base import Provider
from tests.exporters.configurations import EVERYTHING, configuration
from tests.exporters.traps import TRAPS

texts = st.text(max_size=20) | st.sampled_from(TRAPS) | st.lists(st.sampled_from(TRAPS), max_size=3).map("".join)
contents = st.lists(texts.map(escape) | st.sampled_from(["{x}", "{name_2}"]), max_size=6).map("".join)


def agent(**changes: Any) -> AgentConfig:
    return AgentConfig.model_validate(configuration(**changes))


@given(st.text(max_size=90) | st.sampled_from(["class", "None", "user", "match", "9lives", "", "日本"]))
def test_identifiers_are_identifiers(name: str) -> None:
    made = identifier(name, frozenset({"user"}))
    assert made.isidentifier() and made.isascii() and made == made.lower()
    assert not keyword.iskeyword(made) and made != "user" and len(made) <= 70
    assert identifier(made, frozenset({"user"})) == made


@given(st.text(max_size=90))
def test_kebab_names_are_words_with_hyphens(name: str) -> None:
    made = kebab(name)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made) and len(made) <= 64
    assert kebab(made) == made


def test_names_keep_their_words() -> None:
    assert (identifier("CustomerServiceAgent"), kebab("CustomerServiceAgent")) == (
        "customer_service_agent",
        "customer-service-agent",
    )


@given(contents)
def test_converted_prompts_read_back(content: str) -> None:
    parsed = list(map(tuple, pieces(content)))
    doubled = braces.convert(content, braces.single, braces.doubled_braces)
    assert list(map(tuple, pieces(doubled))) == parsed
    assert "".join(text for _, text in braces.runs(content)) == "".join(text for _, text in parsed)


@given(contents)
def test_braces_kept_apart_open_no_gap_but_the_placeholders(content: str) -> None:
    made = braces.convert(content, braces.double, braces.apart)
    found = re.findall(r"\{\{(.*?)\}\}", made, re.DOTALL)
    assert found == [name for is_placeholder, name in pieces(content) if is_placeholder]
    assert "{{{" not in made and "}}}" not in made
    assert set(found) == set(used(content))


class _Yaml12(yaml.SafeLoader):
    """Plain words as YAML 1.2 takes them (core schema)."""


_Yaml12.yaml_implicit_resolvers = {}
for _tag, _pattern in {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}.items():
    _Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), None)

data = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200)
@given(data)
def test_yaml_and_json_read_back_as_they_were(value: Any) -> None:
    written = as_yaml(value)
    assert yaml.safe_load(written) == value
    assert yaml.load(written, _Yaml12) == value
    assert json.loads(as_json(value)) == value
    assert not {"\x85", "\u2028", "\u2029", "\ufeff"} & set(written), "a break that readers disagree on"


def test_yaml_of_long_texts_is_for_people() -> None:
    assert as_yaml({"a": "one\ntwo\n", "b": "y"}) == 'a: |\n  one\n  two\nb: "y"\n'


def test_instructions_say_what_the_system_prompt_does_not() -> None:
    told = instructions(agent(system="Be kind. Never lie.", tone="Be kind", guardrails=["never lie", "No {x}"]), "X")
    assert told.content == "Be kind. Never lie.\n\nRules: No {{x}}"
    assert [note.field for note in told.notes] == ["tone", "guardrails"]
    assert {note.code for note in told.notes} == {"in_instructions"}


def test_instructions_speak_the_language_of_the_agent() -> None:
    told = instructions(agent(system="Hallo.", goals=["a", "b"], language="de"), "X", elsewhere=("language",))
    assert told.content == "Hallo.\n\nZiele\n- a\n- b"


@pytest.mark.parametrize(
    ("model", "expected", "code"),
    [
        (None, "gpt-6.1-terra", "model_chosen"),
        ({"provider": "openai", "name": "gpt-x"}, "gpt-x", None),
        ({"name": "gpt-x"}, "gpt-x", "provider_named"),
        ({"provider": "OpenAI"}, "gpt-6.1-terra", "model_chosen"),
        ({"name": "openai:gpt-x"}, "gpt-x", "provider_named"),
        ({"name": "openai/gpt-x"}, "gpt-x", "provider_named"),
        ({"provider": "azure", "name": "gpt-x"}, "gpt-x", "provider_other"),
        ({"provider": "azure", "name": "ours"}, "gpt-6.1-terra", "model_unwritten"),
        ({"provider": "mistral", "name": "mistral-large-latest"}, "gpt-6.1-terra", "model_unwritten"),
        ({"provider": "mistral"}, "gpt-6.1-terra", "model_unwritten"),
        ({"name": "mistral-large-latest"}, "gpt-6.1-terra", "model_unwritten"),
        ({"provider": "openrouter", "name": "openai/gpt-x"}, "gpt-6.1-terra", "model_unwritten"),
        ({"name": "own-model"}, "gpt-6.1-terra", "model_unknown"),
        ({"provider": "google", "name": "gemini-2.5-pro"}, "gpt-6.1-terra", "model_other"),
        ({"provider": "openai", "name": "../x y"}, "gpt-6.1-terra", "model_other"),
    ],
)
def test_a_model_is_taken_over_where_the_platform_runs_it(model: Any, expected: str, code: str | None) -> None:
    found = chosen(agent(**({"model": model} if model else {})), "X", "openai")
    assert (found.name, [note.code for note in found.notes]) == (expected, [code] if code else [])


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ({"provider": "vertexai", "name": "gemini-2.5-pro"}, ("google", "gemini-2.5-pro")),
        ({"provider": "google", "name": "models/gemini-2.5-pro"}, ("google", "gemini-2.5-pro")),
        ({"name": "models/gemini-2.5-pro"}, ("google", "gemini-2.5-pro")),
        ({"provider": "bedrock", "name": "us.anthropic.claude-x-5-v1:0"}, ("anthropic", "claude-x-5")),
        ({"provider": "azure", "name": "gpt-x"}, ("azure", "gpt-x")),
        ({"provider": "groq", "name": "llama-3.3-70b"}, ("groq", "llama-3.3-70b")),
        ({"provider": "google", "name": "bad name"}, ("google", DEFAULTS["google"])),
    ],
)
def test_a_provider_is_kept_where_the_platform_knows_it(model: Any, expected: tuple[str, str]) -> None:
    found = chosen(agent(model=model), "X", "openai", "google", "anthropic", "azure", "groq")
    assert (found.provider, found.name) == expected


def test_the_models_that_files_name_are_those_that_the_product_itself_begins_with() -> None:
    own = {name: provider.default_model for name, provider in kinds(llm, Provider).items()}
    assert {name: own[name] for name in DEFAULTS} == DEFAULTS


def test_settings_are_numbers_within_their_limits() -> None:
    settings = {"temperature": 0.2, "top_p": 7, "max_tokens": True, "logit": 1, "seed": 1.5}
    found = model_settings(agent(model={"settings": settings}), "X", {"temperature": "heat", "top_p": "p", "seed": "s"})
    assert found.values == {"heat": 0.2}
    assert [note.field.rsplit(".")[-1] for note in found.notes] == ["top_p", "max_tokens", "logit", "seed"]


def test_tools_are_sorted_and_get_names_that_every_platform_takes() -> None:
    found = toolbox(AgentConfig.model_validate(EVERYTHING), "X", {"web_search": "search"})
    assert [(tool.name, tool.is_schema) for tool in found.functions] == [("search_docs", True), ("lookup", False)]
    assert found.built_in == (("tools.1", "search"),)
    assert [(server.label, server.url) for server in found.servers] == [
        ("Stock_room", "https://mcp.example.com/sse"),
        ("local", ""),
    ]
    twice = toolbox(agent(tools=[{"name": "日本", "parameters": {}}, {"name": "tool", "parameters": {}}] * 2), "X")
    assert [tool.name for tool in twice.functions] == ["tool", "tool_2", "tool_3", "tool_4"]
