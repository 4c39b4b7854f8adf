"""Files for other people hold no keys of anybody's, and nothing that no file can hold."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from builder.core.agent import AgentConfig
from builder.exporters.cleaning import cleaned
from builder.exporters.keyless import YOUR_KEY
from tests.exporters.configurations import EVERYTHING, configuration, configurations, valid_configurations
from tests.patience import at_once

R = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF"


def agent(**changes: Any) -> AgentConfig:
    return AgentConfig.model_validate(configuration(**changes))


def test_what_holds_no_key_stays_as_it_is() -> None:
    for name, config in configurations().items():
        if name == "servers with settings":  # among them a header
            continue
        assert cleaned(config)[0] is config, name


@settings(max_examples=60, deadline=None)
@given(valid_configurations())
def test_what_is_clean_needs_no_cleaning(config: AgentConfig) -> None:
    once = cleaned(config)[0]
    assert cleaned(once)[0] == once


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Use sk-proj-abcdefghij0123456789 here.", f"Use {YOUR_KEY} here."),
        (f"Token {JWT}!", f"Token {YOUR_KEY}!"),
        ("Authorization: Bearer abcdefghij0123456789", f"Authorization: Bearer {YOUR_KEY}"),
        ("https://a:b@example.com/x", "https://example.com/x"),
        ("https://example.com/?q=1&api_key=abc&b=2", f"https://example.com/?q=1&api_key={YOUR_KEY}&b=2"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- end", f"{YOUR_KEY} end"),
        (f"Telegram 123456789:AAE{R}.", f"Telegram {YOUR_KEY}."),
        (f"gsk_{R} xai-{R} npm_{R} hf_{R}", " ".join([YOUR_KEY] * 4)),
        (f"sk_{R} and sk_live_{R}", f"{YOUR_KEY} and {YOUR_KEY}"),
        (f"SG.{R[:22]}.{R} and builder_0123456789ab_{R}", f"{YOUR_KEY} and {YOUR_KEY}"),
        (f"Authorization: Basic {R}", f"Authorization: Basic {YOUR_KEY}"),
        ("Basic bWU6cGFzc3dvcmQ=", f"Basic {YOUR_KEY}"),
        (f"password: {R}.", f"password: {YOUR_KEY}."),
        (f"api_key={R}, then", f"api_key={YOUR_KEY}, then"),
        (f"The token is {R}", f"The token is {YOUR_KEY}"),
        ("Passwort: Sommer2024!", f"Passwort: {YOUR_KEY}!"),
        ("My password: 123456789012", f"My password: {YOUR_KEY}"),
        (f"Server=x;User=u;Password={R};", f"Server=x;User=u;Password={YOUR_KEY};"),
        ("Server=x;Password=short;", f"Server=x;Password={YOUR_KEY};"),
        (json.dumps({"api_key": R}), json.dumps({"api_key": YOUR_KEY})),
        (json.dumps(json.dumps({"api_key": R})), json.dumps(json.dumps({"api_key": YOUR_KEY}))),
        (f"https://h.example/mcp?code={R}", f"https://h.example/mcp?code={YOUR_KEY}"),
        (f"https://h.example/?subscription-key={R}&a=1", f"https://h.example/?subscription-key={YOUR_KEY}&a=1"),
        (f"https://h.example/?X-Amz-Signature={R}", f"https://h.example/?X-Amz-Signature={YOUR_KEY}"),
        (f"https://hooks.slack.com/services/T0/B0/{R}", f"https://hooks.slack.com/services/T0/B0/{YOUR_KEY}"),
        (f"https://{R}@h.example/x", "https://h.example/x"),
        ("-----BEGIN EC PRIVATE KEY-----\nDEK-Info: A-1\n\na+/\n-----END EC PRIVATE KEY-----.", f"{YOUR_KEY}."),
        *(
            (harmless, harmless)
            for harmless in (
                "Never ask for a -----BEGIN ",
                "password: ask the customer",
                "Your password: at least 8 signs. The key is C minor; the token is 3 words.",
                "token: {{api_token}} password={{password_1}} https://example.com/?api_key={{key}}&key=YOUR_API_KEY",
                "https://example.com/?code=DE&key=home&token=what",
                "https://mcp.example.com?user=me@corp.example",
                "https://mcp.example.com:8443?user=me@corp.example or http://h.example#a:b@c",
                f"https://docs.example.com/d/{R}/edit",
                "ssh://git@example.com/x Basic understanding, Basic internationalization",
                "The sk-learn-tutorial-chapter-12 and gsk_names_of_all_the_people_who_write_to_us",
                "The author: Somebody2024 and the monkey=Somebody2024",
            )
        ),
        ("The sketch of task-force-alpha-and-beta-teams.", "The sketch of task-force-alpha-and-beta-teams."),
        ("Bearer of good news", "Bearer of good news"),
        ("mail a@b.com or http://x.com:80/@me", "mail a@b.com or http://x.com:80/@me"),
    ],
)
def test_keys_in_texts_are_taken_out(said: str, left: str) -> None:
    config, notes = cleaned(agent(tone=said))
    assert config.tone == left
    assert [(note.field, note.code) for note in notes] == ([] if said == left else [("tone", "key_left_out")])


def test_a_password_with_a_blank_is_taken_out_of_an_address() -> None:
    said = {"home": "https://me:two words@example.com/x", "prose": "See http://a.com: mail x y@b.com"}
    config, _ = cleaned(agent(metadata=said))
    assert config.metadata == {**said, "home": "https://example.com/x"}


def test_a_placeholder_is_no_key_whatever_its_name() -> None:
    name = f"hf_{'a' * 34}"
    config = agent(system=f"Say {{{name}}} and https://x:{{{name}}}@h.example/?api_key={{{name}}}.")
    config.prompts[0].placeholders[name] = "What to say."
    assert cleaned(config) == (config, ())


@pytest.mark.parametrize(
    "url", ["https://mcp.example.com?user=me@corp.example", "https://mcp.example.com:1#a@b", "https://h/?a=b:c@d"]
)
def test_an_address_keeps_its_host(url: str) -> None:
    config = agent(tools=[{"mcp": {"name": "n", "url": url}}], metadata={"home": url})
    assert cleaned(config) == (config, ())


def test_who_knows_the_address_of_a_server_gets_no_key_with_it() -> None:
    clean, _ = cleaned(agent(tools=[{"mcp": {"name": "n", "url": f"https://h.example/s/{R}/mcp?x=1"}}]))
    assert clean.to_json()["tools"][0]["mcp"]["url"] == f"https://h.example/s/{YOUR_KEY}/mcp?x=1"


def test_entries_that_are_called_keys_lose_their_values_and_words_about_keys_stay() -> None:
    schema = {"type": "object", "properties": {"token": {"type": "string", "default": "none"}}}
    config = agent(
        system="{api_token} {password}",
        schema_definition=schema,
        metadata={"apiKey": "a", "client_secret": ["b", {"x": "c"}], "max_tokens": "800", "tokens": 3, "password": ""},
        tools=[{"mcp": {"headers": {"x-a": "b", "Accept": "text/html"}, "name": "n"}}],
    )
    clean, notes = cleaned(config)
    assert clean.metadata == {
        "apiKey": YOUR_KEY,
        "client_secret": [YOUR_KEY, {"x": YOUR_KEY}],
        "max_tokens": "800",
        "tokens": 3,
        "password": "",
    }
    assert clean.prompts == config.prompts and clean.schema_definition == schema
    assert {note.field for note in notes} == {
        "metadata.apiKey",
        "metadata.client_secret.0",
        "metadata.client_secret.1.x",
        "tools.0.mcp.headers.x-a",
    }


PLAIN_NAMES = ("secretKey", "pwd", "pass", "passphrase", "token_value", "client_secret_value", "apiKeyOpenAI", "tokens")
NAMES = (*PLAIN_NAMES, "OPENAI_API_KEY_2", "Authorization ", "Ocp-Apim-Subscription-Key", "api_keys", "github_token")


@pytest.mark.parametrize("name", [*NAMES, "key", "auth", "cookie", "secret"])
@pytest.mark.parametrize("form", [R, [R], {"a": R}, [{"a": [R]}]])
def test_a_key_under_a_telling_name_is_left_out(name: str, form: Any) -> None:
    clean, notes = cleaned(agent(metadata={name: form}, test_cases=[{"inputs": {name: form}, "expect": "x"}]))
    assert R not in str(clean) and len(notes) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"metadata": {"password": "123456789012"}},
        {"metadata": {"password": 123456789012}},
        {"metadata": {"settings": [["api_key", "123456789012"]]}},
        {"metadata": {"all": [{"name": "API_PASSWORD", "value": "hunter22222"}]}},
        {"memory": {"architecture": "m", "blocks": [{"label": "api_key", "value": R}]}},
        {"tools": [{"mcp": {"command": "npx", "args": ["--api-key", "123456789012"]}}]},
        {"tools": [{"mcp": {"command": "npx", "args": ["--api-key=123456789012"]}}]},
        {"tools": [{"mcp": {"command": "npx", "args": ["-y", "--db-password=correct horse"]}}]},
        {"tools": [{"mcp": {"name": "n", "request_headers": {"X": "hunter22222"}}}]},
        {"tools": [{"mcp": {"name": "n", "headers": [{"name": "X", "value": "hunter22222"}]}}]},
        {"tools": [{"mcp": {"name": "n", "env_vars": ["X=hunter22222"]}}]},
        {"tools": [{"mcp": {"name": "n", "authorization": {"type": "bearer", "value": R}}}]},
        {"model": {"settings": {"extra_headers": {"X-Key": "hunter22222"}}}},
    ],
)
def test_a_key_in_another_form_is_left_out(changes: dict[str, Any]) -> None:
    clean, notes = cleaned(agent(**changes))
    assert not any(key in str(clean) for key in (R, "123456789012", "hunter22222", "correct horse"))
    assert [note.code for note in notes] == ["key_left_out"] and YOUR_KEY in str(clean)


def test_a_key_that_is_a_name_is_left_out_also_of_the_note() -> None:
    said = {f"sk-proj-{R}": "x", f"ghp_{R}": {"password": "correct horse"}}
    clean, notes = cleaned(agent(metadata={"all": said}))
    assert clean.metadata == {"all": {YOUR_KEY: "x", f"{YOUR_KEY}_2": {"password": YOUR_KEY}}}
    assert [note.field for note in notes] == ["metadata.all", "metadata.all", f"metadata.all.{YOUR_KEY}_2.password"]


PARAMETERS = {
    "type": "object",
    "properties": {
        name: {"type": "string", "description": f"Which {name} to read", "enum": ["C minor", "none"], "default": "none"}
        for name in ("key", "token", "auth", "password", "cookie", "secret", "api_key", "headers", "env")
    },
    "required": ["key", "password"],
    "$defs": {"api_key": {"type": "object", "properties": {"secret": {"type": "array", "items": {"type": "string"}}}}},
}


def test_parameters_may_be_called_as_keys_are() -> None:
    tools = [
        {"name": "get_value", "parameters": PARAMETERS},
        {"mcp": {"name": "n", "tools": [{"name": "a", "inputSchema": PARAMETERS}]}},
        {"name": "loose", "parameters": {"password": {"type": "string", "description": "Ask for it"}, "key": "string"}},
    ]
    config = agent(tools=tools, schema_definition=PARAMETERS)
    assert cleaned(config) == (config, ())


@pytest.mark.parametrize("rule", ["default", "const", "enum", "examples"])
def test_examples_in_a_schema_that_look_like_keys_are_left_out(rule: str) -> None:
    value: Any = R if rule in ("default", "const") else [R, "none"]
    schema = {"type": "object", "properties": {"api_key": {"type": "string", "description": "Mine", rule: value}}}
    clean, notes = cleaned(agent(tools=[{"name": "t", "parameters": schema}], schema_definition=schema))
    kept = YOUR_KEY if isinstance(value, str) else [YOUR_KEY, "none"]
    wanted = {"type": "object", "properties": {"api_key": {"type": "string", "description": "Mine", rule: kept}}}
    assert clean.schema_definition == wanted and clean.to_json()["tools"][0]["parameters"] == wanted
    assert {note.field.split(".")[0] for note in notes} == {"tools", "schema_definition"}


def test_harmless_values_under_telling_names_stay() -> None:
    config = agent(
        metadata={
            "key": "C minor",
            "auth": "none",
            "cookie": "chocolate chip",
            "secret": "of the garden",
            "api_keys": 3,
            "key_id": "0b5e0e8c-6d2f-4a53-9a0e-0f7f1f6d3c55",
            "api_key": "${OPENAI_API_KEY}",
            "token": "YOUR_TOKEN",
            "password": "Ask the customer for it.",
            "fields": ["password", "email"],
            "environment": "production",
        },
        test_cases=[{"inputs": {"token": "what is a token?", "password": "What is my password?"}, "expect": "x"}],
        memory={"architecture": "m", "blocks": [{"label": "password", "value": "Customers forget it 3 times a day"}]},
        tools=[{"mcp": {"command": "npx", "args": ["--key", "--verbose", "--key", "id"]}}],
    )
    assert cleaned(config) == (config, ())


def test_a_description_of_full_length_stays_one() -> None:
    said = ("https://a.example/?" + "sig=a&" * 100)[:500]
    assert len(cleaned(agent(description=said))[0].description) == 500


def test_hostile_texts_are_looked_through_in_time() -> None:
    parts = ("-eyJ", "sk-", "https://a:", "-----BEGIN ", "Bearer ", "&key=", "AIza", "a:b@", "eyJaaaaaaaaaaa.")
    parts += ("password", "password=", "key: password: ", "https://a/hook/", "?a", "&a=", "; pwd=", "Basic ")
    parts += ("123456789:", f"password={R}=", "-----BEGIN PRIVATE KEY-----", "a://", "--key=")
    with at_once():
        for part in parts:
            cleaned(agent(system=part * (400_000 // len(part))))


def test_everything_else_of_a_configuration_with_a_key_stays() -> None:
    config = AgentConfig.model_validate({**EVERYTHING, "metadata": {"api_token": "abc", "a": 1}})
    clean, _ = cleaned(config)
    assert clean.to_json() == {**config.to_json(), "metadata": {"api_token": YOUR_KEY, "a": 1}}
