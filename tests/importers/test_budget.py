"""What comes is read within one budget, however it is packed; what goes beyond it is told."""

import json
import tracemalloc
from collections import Counter
from typing import Any

import pytest

from builder.importers.budget import MOST_AGENTS, Budget
from builder.importers.documents import Room, documents
from builder.importers.intake import Intake, Upload, intake
from builder.importers.parsing import parse, yaml_in
from builder.importers.prompts import prompts
from builder.importers.prompty_text import messages
from builder.importers.refusals import Unreadable
from builder.importers.rooms import agents_of
from tests.exporters.configurations import configuration
from tests.importers.hostile import packed
from tests.patience import at_once

AGENT_SPEC = {"component_type": "Agent", "agentspec_version": "25.4.1", "system_prompt": "You sort letters."}
AUTOGEN: dict[str, Any] = {"provider": "autogen_agentchat.agents.AssistantAgent", "component_type": "agent"}
TEAM = "autogen_agentchat.teams.RoundRobinGroupChat"
PERSON = {"role": "Sorter", "goal": "Letters are sorted.", "backstory": "You sort letters."}


def own(count: int, start: str = "A") -> bytes:
    return json.dumps([configuration(name=f"{start}{number}") for number in range(count)]).encode()


def read(name: str, content: bytes) -> tuple[Intake, dict[str, int]]:
    with at_once():
        result = intake([Upload(name, content)])
    return result, Counter(refused.code for refused in result.refused)


def test_lists_of_much_in_many_files_are_not_all_read() -> None:
    files = {f"{number}.json": b"[" + b'{"a":0},' * 800 + b"0]" for number in range(1_150)}
    result, codes = read("a.zip", packed(files))
    assert result.items == ()
    assert sum(codes.values()) == 1_150
    assert codes["too_much_at_once"] > 1_000


def test_agents_in_many_files_are_counted_together() -> None:
    result, codes = read("a.zip", packed({f"{number}.json": own(300, f"A{number}x") for number in range(40)}))
    assert len(result.items) == MOST_AGENTS
    assert codes == {"more_agents": 1, "too_much_at_once": 36}
    assert next(one.params for one in result.refused if one.code == "more_agents") == {"count": 100}


def test_the_budget_is_one_for_all_archives_and_files() -> None:
    zips = [Upload(f"{number}.zip", packed({"a.json": own(400, f"A{number}x")})) for number in range(3)]
    result = intake([*zips, Upload("b.json", own(1, "B"))])
    assert len(result.items) == MOST_AGENTS
    told = {one.path: one.code for one in result.refused}
    assert told == {"2.zip/a.json": "more_agents", "b.json": "too_much_at_once"}


def test_yaml_is_counted_wherever_it_stands() -> None:
    text = f"a: {'b' * 5_000}\n"
    kinds = {"x.yaml": text, "x.txt": text, "x": text, "x.md": f"---\n{text}---\nText"}
    for name, content in kinds.items():
        texts = {f"{number}{name}": content for number in range(5)}
        _, refused = documents(Room(texts), Budget(yaml=8_000))
        assert [(one.path[:1], one.code) for one in refused] == [(n, "too_much_at_once") for n in "234"], name
    assert documents(Room({f"{number}.md": text for number in range(5)}), Budget(yaml=8_000))[1] == []


def test_what_is_read_as_yaml_is_known_beforehand() -> None:
    assert yaml_in("a: b", "a.yaml") == yaml_in("a: b") == "a: b"
    assert yaml_in("---\na: b\n---\nText", "a.md") == "a: b\n"
    assert yaml_in("a: b", "a.py") == yaml_in("a: b", "a.json") == yaml_in("a: b", "a.md") == yaml_in('{"a": 1}') == ""


def test_a_list_that_is_too_long_is_never_built() -> None:
    content = b"[" + b"{}," * 330_000 + b"0]"
    tracemalloc.start()
    try:
        [refused] = intake([Upload("a.json", content)]).refused
        grown = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.code == "too_many_values"
    assert grown < 10 * len(content)


def test_commas_and_brackets_in_texts_are_no_values() -> None:
    assert parse(json.dumps({"a": ",]}" * 60_000}), "a.json") == {"a": ",]}" * 60_000}


def slow(seconds: float) -> Budget:
    """Of a clock on which so many seconds go by between two looks."""
    looks = iter(range(99_000))
    return Budget(clock=lambda: next(looks) * seconds)


def test_time_ends_the_reading_of_documents() -> None:
    found, refused = documents(Room({f"{number}.json": "{}" for number in range(9)}), slow(3))
    assert [one.path for one in found] == ["0.json", "1.json", "2.json"]
    assert {one.code for one in refused} == {"too_much_at_once"}


def test_time_ends_the_asking_of_documents() -> None:
    texts = {f"{number}.json": json.dumps(configuration(name=f"A{number}")) for number in range(9)}
    found, refused = agents_of(Room(texts), slow(0.9))
    assert len(found) == 1
    assert [one.code for one in refused] == ["too_much_at_once"] * 8


def test_time_ends_the_reading_of_a_list() -> None:
    found, refused = agents_of(Room({"a.json": own(100).decode()}), slow(1))
    assert 0 < len(found) < 10
    assert [(one.path, one.code) for one in refused] == [("a.json", "too_much_at_once")]


@pytest.mark.parametrize("take", ["take_values", "take_yaml"])
def test_what_is_spent_stays_spent(take: str) -> None:
    budget = Budget(values=5, yaml=0)
    for count in (6, 1):
        with pytest.raises(Unreadable):
            getattr(budget, take)(count)


def of_agent_spec(count: int) -> Any:
    agents = [{**AGENT_SPEC, "id": str(n), "name": f"sorter_{n}", "llm_config": {}} for n in range(count)]
    return {"component_type": "Swarm", "agentspec_version": "25.4.1", "name": "all", "members": agents}


def of_autogen(count: int) -> Any:
    about = [{"name": f"sorter_{n}", "system_message": f"You sort letters {n}."} for n in range(count)]
    participants = [{**AUTOGEN, "config": one} for one in about]
    return {"provider": TEAM, "component_type": "team", "config": {"participants": participants}}


def of_crewai(count: int) -> Any:
    return {f"sorter_{n}": PERSON for n in range(count)}


@pytest.mark.parametrize(
    ("document", "most"),
    [(of_agent_spec, 50), (of_autogen, 100), (of_crewai, 100), (lambda count: json.loads(own(count)), 1_000)],
)
def test_more_agents_than_are_read_are_told(document: Any, most: int) -> None:
    whole = intake([Upload("a.json", json.dumps(document(most)).encode())])
    assert [len(whole.items), whole.refused] == [most, ()]
    cut = intake([Upload("a.json", json.dumps(document(most + 9)).encode())])
    assert [(one.path, one.code, one.params) for one in cut.refused] == [("a.json", "more_agents", {"count": most})]
    assert cut.refused[0].reason == f"Only its first {most} agents were read."
    assert len(cut.items) == most


def test_blanks_after_a_comment_take_no_time() -> None:
    read("", b"//" + b" " * 60_000 + b"x")
    assert parse('// who\n/* it\nis */ {"a": 1}') == {"a": 1}


def test_a_line_of_blanks_is_no_role() -> None:
    read("a.prompty", b"---\nname: x\nmodel:\n  api: chat\n---\nsystem:\n" + b" " * 60_000 + b"x")
    assert messages("  # System[name='x'] :\nBe kind.") == [("system", "Be kind.")]
    assert messages(f"user{' ' * 300}:\nBe kind.") == [("system", f"user{' ' * 300}:\nBe kind.")]


def test_many_gaps_of_like_names_are_told_apart_at_once() -> None:
    signs = str.maketrans("01", "!?")
    text = [(True, f"A{number:015b}".translate(signs)) for number in range(20_000)]
    with at_once():
        found = prompts(text)
    assert len(set(found.names.values())) == 20_001
    assert list(found.names.values())[:3] == ["a", "a_2", "a_3"]
