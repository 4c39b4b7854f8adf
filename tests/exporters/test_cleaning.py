"""Files for other people hold no keys of anybody's, and nothing that no file can hold."""

import time
from typing import Any

import pytest
from hypothesis import given, settings

from builder.core.agent import AgentConfig
from builder.exporters.cleaning import YOUR_KEY, cleaned
from tests.exporters.configurations import EVERYTHING, configuration, configurations, valid_configurations
from tests.patience import AT_ONCE

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF"


def agent(**changes: Any) -> AgentConfig:
    return AgentConfig.model_validate(configuration(**changes))


def test_what_holds_no_key_stays_as_it_is() -> None:
    for name, config in configurations().items():
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


def test_entries_that_are_called_keys_lose_their_values_and_words_about_keys_stay() -> None:
    schema = {"type": "object", "properties": {"token": {"type": "string", "default": "none"}}}
    config = agent(
        system="{api_token} {password}",
        schema_definition=schema,
        metadata={"apiKey": "a", "client_secret": ["b", {"x": "c"}], "max_tokens": "800", "tokens": 3, "password": ""},
        tools=[{"mcp": {"headers": {"x-a": "b"}, "name": "n"}}],
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


def test_hostile_texts_are_looked_through_in_time() -> None:
    parts = ("-eyJ", "sk-", "https://a:", "-----BEGIN ", "Bearer ", "&key=", "AIza", "a:b@", "eyJaaaaaaaaaaa.")
    began = time.process_time()
    for part in parts:
        cleaned(agent(system=part * (400_000 // len(part))))
    assert time.process_time() - began < 2 * AT_ONCE


def test_everything_else_of_a_configuration_with_a_key_stays() -> None:
    config = AgentConfig.model_validate({**EVERYTHING, "metadata": {"token": "abc", "a": 1}})
    clean, _ = cleaned(config)
    assert clean.to_json() == {**config.to_json(), "metadata": {"token": YOUR_KEY, "a": 1}}
