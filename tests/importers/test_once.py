"""The same agent from two platforms: the one that is offered says no less than the other one."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import permutations
from typing import Any

import pytest

from builder.core.agent import AgentConfig
from builder.core.convert import fields_of
from builder.core.name import snake
from builder.exporters.braces import plain
from builder.exporters.registry import all_exporters
from builder.importers.asking import Found
from builder.importers.documents import Room
from builder.importers.intake import Upload, intake
from builder.importers.once import each_once
from builder.importers.registry import all_importers
from builder.importers.rooms import agents_of
from builder.importers.settling import settled
from tests.exporters.configurations import configurations
from tests.importers.hostile import packed

READ_BACK = {importer.name for importer in all_importers()}
SAID = ("everything", "flat schema", "rich schema", "gemini")


@cache
def original(name: str) -> AgentConfig:
    return AgentConfig.model_validate(settled(configurations()[name].to_json())[0])


@cache
def readings(name: str) -> Mapping[str, Found]:
    """What each platform's file says, by exporter."""
    each = {one.name: one.export(original(name)).files for one in all_exporters() if one.name in READ_BACK}
    found = {target: agents_of(Room({file.path: file.content for file in files}))[0] for target, files in each.items()}
    return {target: agents[0] for target, agents in found.items()}


def kept(one: Found, name: str) -> dict[str, float]:
    """How much of each part that every agent has is as it was."""
    before, after = fields_of(original(name).to_json()), fields_of(one.values)
    told = before.get("placeholders", {})
    hints = [gap for gap, text in after.get("placeholders", {}).items() if told.get(gap) == text]
    system = [plain(values.get("system_prompt", "")).replace(" ", "") for values in (before, after)]
    return {
        **{field: float(before[field] == after.get(field)) for field in ("name", "description", "user_prompt")},
        "system_prompt": float(system[1].startswith(system[0])),  # behind it stands what the platform has no place for
        "placeholders": len(hints),
        **kept_of_schema(before.get("schema_definition", {}), after),
    }


def kept_of_schema(before: dict[str, Any], values: dict[str, Any]) -> dict[str, float]:
    """A title that only says the agent's name is no part of it."""
    after = values.get("schema_definition", {})
    if snake(str(after.get("title"))) == snake(str(values["name"])):
        after = {key: value for key, value in after.items() if key != "title"}
    has_all = set(before.get("properties", ())) <= set(after.get("properties", ()))
    return {
        "schema": float(before == after),
        "properties": float(has_all),
        "required": float(has_all and before.get("required") == after.get("required")),
        "unadded": -float(len(described(after) - described(before))),
        "rules": float(len(rules(before) & rules(after)) if has_all else 0),
    }


def described(schema: dict[str, Any]) -> set[str]:
    parts = schema.get("properties", {}).items()
    return {name for name, part in parts if isinstance(part, dict) and "description" in part}


def rules(schema: dict[str, Any]) -> set[str]:
    return set(re.findall(r'"(?:m[ai][xn]\w+|enum|format|pattern)": (?:\[[^]]*\]|[^,}]+)', json.dumps(schema)))


def pairs(name: str) -> Iterator[tuple[Found, Found]]:
    """Winner and loser of every two platforms, in both orders."""
    for one, other in permutations(readings(name).values(), 2):
        [won], [refused] = each_once([one, other])
        assert refused.code == "same_agent"
        yield won, other if won is one else one


@pytest.mark.parametrize("name", SAID)
def test_what_is_offered_is_never_the_poorer_one_of_two(name: str) -> None:
    """Each may have a part that the other one lacks; but none wins with less in one part and more in none."""
    wrong = list[str]()
    for won, lost in pairs(name):
        of_won, of_lost = kept(won, name), kept(lost, name)
        less = [part for part in of_won if of_won[part] < of_lost[part]]
        if less and all(of_won[part] <= of_lost[part] for part in of_won):
            wrong.append(f"{won.importer.name} before {lost.importer.name}, with less of {less}")
    assert wrong == []


def uploads(name: str, *targets: str) -> dict[str, Any]:
    files = {one.name: one.export(original(name)).files for one in all_exporters() if one.name in targets}
    return {f"{target}/{file.path}": file.content for target in targets for file in files[target]}


@pytest.mark.parametrize("targets", [("dify", "elevenlabs"), ("elevenlabs", "dify"), ("elevenlabs", "vapi", "gemini")])
def test_what_is_made_for_calls_does_not_win(targets: tuple[str, ...]) -> None:
    result = intake([Upload("all.zip", packed(uploads("everything", *targets)))])
    assert [item.importer for item in result.items] != ["elevenlabs"]
    assert [refused.code for refused in result.refused].count("same_agent") == len(targets) - 1


def test_a_zip_of_dify_elevenlabs_and_langchain_offers_the_one_with_all_that_was_said() -> None:
    [item] = intake([Upload("all.zip", packed(uploads("everything", "dify", "elevenlabs", "langchain")))]).items
    assert item.importer == "langchain"
    files = uploads("everything", "dify", "elevenlabs")
    loose = [Upload(path.split("/")[-1], text.encode()) for path, text in files.items()]
    assert [one.importer for one in intake(loose).items] == ["dify"]
