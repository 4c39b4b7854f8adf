"""Every exporter is held to the same demands: pure, never failing, safe files, and nothing lost in silence."""

import json
import re

import pytest
from hypothesis import given, settings

from builder.core.agent import AgentConfig
from builder.exporters.base import Export, Exporter, File
from builder.exporters.notes import WORDS, Note, lost
from builder.exporters.registry import all_exporters, find
from tests.exporters.configurations import configuration, configurations, valid_configurations
from tests.exporters.told import lies, mark, marked_configurations, texts
from tests.patience import at_once

EXPORTERS = pytest.mark.parametrize("exporter", all_exporters(), ids=lambda exporter: exporter.name)
MARKER = "zq7marker"
SAFE_PATH = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
FIELDS = {*AgentConfig.model_fields, "system_prompt", "user_prompt", "placeholders", ""}  # "": the whole
KEYS = {
    "openai": "sk-proj-" + "a1B2" * 8,
    "google": "AIza" + "a1B2c" * 7,
    "github": "ghp_" + "a1B2" * 9,
    "password": "correct horse",
    "header": "Bearer " + "a1B2" * 8,
}


def complaints(export: Export) -> list[str]:
    """What must not be in any export."""
    paths = [file.path for file in export.files]
    found = [f"an unsafe path: {path}" for path in paths if not SAFE_PATH.fullmatch(path) or ".." in path]
    found += [f"a long path: {path}" for path in paths if len(path) > 200]
    found += ["a path twice"] if len({path.lower() for path in paths}) < len(paths) else []
    found += ["no file"] if not paths else []
    found += [f"no UTF-8: {file.path}" for file in export.files if not _is_storable(file.content)]
    found += [f"no words: {note}" for note in export.notes if not _reads_well(note)]
    return found


def _is_storable(text: str) -> bool:
    try:
        return text.encode().decode() == text and text.endswith("\n")
    except UnicodeEncodeError:
        return False


def _reads_well(note: Note) -> bool:
    json.dumps(note.to_json()).encode()
    return bool(note.text.strip()) and note.field.split(".")[0] in FIELDS


@EXPORTERS
def test_it_says_what_it_is(exporter: Exporter) -> None:
    assert find(exporter.name) is exporter
    assert type(exporter).__module__.endswith(f".{exporter.name}")
    told = (exporter.title, exporter.purpose, exporter.place, exporter.version, exporter.shelf)
    assert all(text.strip() and "\n" not in text for text in told)


def test_ranks_differ() -> None:
    assert len({exporter.rank for exporter in all_exporters()}) == len(all_exporters())


@EXPORTERS
def test_every_configuration_is_exported(exporter: Exporter) -> None:
    with at_once():
        for name, config in configurations().items():
            export = exporter.export(config)
            assert complaints(export) == [], name
            assert exporter.export(config) == export, f"{name}: another result the second time"


@settings(max_examples=60, deadline=None)
@given(config=valid_configurations())
def test_any_valid_configuration_is_exported(config: AgentConfig) -> None:
    before, same = config.model_dump(), AgentConfig.model_validate(config.to_json())
    for exporter in all_exporters():
        export = exporter.export(config)
        assert complaints(export) == [], exporter.name
        assert exporter.export(same) == export, exporter.name
        assert config.model_dump() == before, exporter.name


@EXPORTERS
def test_what_the_notes_say_is_true(exporter: Exporter) -> None:
    """Nothing is lost in silence; nothing that is gone is told to stand there, nor what stands there to be gone."""
    asked = marked_configurations()
    found = {name: lies(exporter.export(AgentConfig.model_validate(config)), config) for name, config in asked.items()}
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize(
    ("note", "content", "lie"),
    [
        (None, "", "gone"),
        (Note("rewritten", "tone", "in_instructions", {"platform": "X"}), "", "gone"),
        (Note("rewritten", "tone", "in_instructions", {"platform": "X"}), "MARK", ""),
        (lost("tone", "X"), "", ""),
        (lost("tone", "X"), "MARK", "there"),
        (lost("goals", "X"), "", "gone"),
    ],
)
def test_a_lie_is_found(note: Note | None, content: str, lie: str) -> None:
    config = {"tone": f"Warm. {mark(0)}"}
    export = Export((File("a.txt", content.replace("MARK", mark(0))),), (note,) if note else ())
    assert [found.split(",")[0] for found in lies(export, config)] == ([lie] if lie else [])


def test_two_notes_that_cannot_both_be_true_are_a_lie() -> None:
    notes = (Note("rewritten", "language", "in_instructions", {"platform": "X"}), lost("language", "X"))
    assert lies(Export((File("a.txt", ""),), notes), {}) == ["told both: language ['in_instructions', 'no_slot']"]


def test_nearly_every_text_carries_a_mark() -> None:
    assert set(configurations()) <= set(marked_configurations())
    assert sum(len(list(texts(config))) for config in marked_configurations().values()) > 2_000


@EXPORTERS
def test_keys_stay_at_home(exporter: Exporter) -> None:
    mcp = {"name": "a", "url": f"https://me:{KEYS['password']}@mcp.example.com/?api_key={KEYS['google']}"}
    held = {"headers": {"Authorization": KEYS["header"], "X-Own": "own-secret-value"}, "env": {"A": "hidden-value"}}
    config = configuration(
        system=f"Use {KEYS['openai']} for {{x}}.",
        user=f"Never {KEYS['github']}",
        tools=[{"mcp": {**mcp, **held}}, {"name": "b", "parameters": {"api_key": KEYS["password"]}}],
        model={"provider": "openai", "name": "gpt-6.1", "settings": {"apiKey": KEYS["password"], "seed": 1}},
        metadata={"password": KEYS["password"], "all": [{"client_secret": KEYS["password"]}], "note": KEYS["openai"]},
    )
    export = exporter.export(AgentConfig.model_validate(config))
    written = json.dumps([[file.path, file.content] for file in export.files]) + json.dumps(
        [note.to_json() for note in export.notes]
    )
    assert [key for key in (*KEYS.values(), "own-secret-value", "hidden-value") if key in written] == []
    assert "key_left_out" in [note.code for note in export.notes]


@EXPORTERS
def test_a_character_or_number_that_no_file_can_hold_is_replaced_and_told(exporter: Exporter) -> None:
    odd = {"half": "a\ud800b", "none": float("nan"), "\udfff": 1}
    export = exporter.export(AgentConfig.model_validate(configuration(metadata=odd, voice={"speed": float("inf")})))
    assert complaints(export) == []
    assert "character_replaced" in [note.code for note in export.notes]


@EXPORTERS
def test_the_instructions_reach_the_platform(exporter: Exporter) -> None:
    """A marker in the middle of 20,000 characters stands in a file, or the cut is told."""
    config = configuration(system=f"{'a ' * 5_000}{MARKER}{' b' * 5_000}{{x}}")
    export = exporter.export(AgentConfig.model_validate(config))
    stands = any(MARKER in file.content for file in export.files)
    if exporter.name == "a2a":  # a public card
        assert not stands and lost("system_prompt", exporter.title) in export.notes
    else:
        assert stands or any(note.code == "text_cut" for note in export.notes)


def test_every_note_has_words_that_name_their_gaps_only() -> None:
    gaps = {code: set(re.findall(r"\{(\w+)\}", words)) for code, words in WORDS.items()}
    assert all(re.fullmatch(r"[a-z_]+", code) and words.endswith(".") for code, words in WORDS.items())
    known = {"platform", "key", "name", "old", "new", "length", "longest", "form", "model", "chosen", "tool"}
    assert set().union(*gaps.values()) <= known | {"type", "reference", "keyword"}
