"""What the guides list is what the code has: calls, events, actions, problems, metrics, settings, numbers."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import get_args

import pytest

from builder.__main__ import _parser
from builder.api import actions, envelopes, event_schemas, guard, idempotency, problems, sockets, streams
from builder.api.app import description_of
from builder.api.routes import agents, chat, live
from builder.api.text import LONGEST
from builder.core.operation import Action
from builder.core.quota import KINDS
from builder.core.stages import Stage
from builder.core.token import SCOPES
from builder.metrics import Metrics
from builder.services import fetching, updates
from builder.settings import Settings
from tests.docs.guide import GUIDE
from tests.servers import ROOT

TEXT = GUIDE.read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
_ROW = re.compile(r"^\|(.*)\|$", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")
# What is not a field of the update itself: how the event in it travels, and what is said with it.
TRAVELS_AS = {"turn": ["message_id", "event", "data"], "missed": ["count", "next_step"]}
NOT_TOLD = {kind.name for kind in get_args(updates.Word)}  # between servers
ROOMS = "builder|bench|docs|tests|deploy|clients|pages|builder_client"
OF_THE_PLACE = {"DATABASE_URL"}  # its default is told in words
# Names of settings that are read as another one's, or say where settings are.
OTHER_NAMES = {"GEMINI_API_KEY", "DB_PATH", "CONFIG_FILE"}


def rows(head: str, text: str = TEXT) -> list[list[str]]:
    """The cells of the rows of all tables with this head."""
    found = []
    for table in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        first, _, *rest = _ROW.findall(table)
        if first.split("|")[0].strip() == head:
            found += [[cell.strip() for cell in row.replace(r"\|", "&").split("|")] for row in rest]
    assert found, f"there is no table with the head “{head}”"
    return found


def names(cell: str) -> list[str]:
    return _CODE.findall(cell)


def table(head: str, keys: int = 1) -> dict[str, list[str]]:
    """First name of a row -> the names in the cell after it."""
    listed = [(names(row[0])[0], names(row[keys])) for row in rows(head)]
    assert len(dict(listed)) == len(listed), "a row is there twice"
    return dict(listed)


def test_it_names_every_call_once() -> None:
    named = [name for row in rows("call") for name in names(row[0])]
    paths = description_of()["paths"]
    real = [f"{method.upper()} {path}" for path, calls in paths.items() for method in calls]
    assert sorted(named) == sorted(real)


def test_it_names_the_addresses_of_the_websockets() -> None:
    assert [names(row[0])[0] for row in rows("address")] == [f"/api{route.path}" for route in live.router.routes]


def test_events_are_those_of_the_code_with_their_keys() -> None:
    real = {kind.kind: [field.name for field in fields(kind)] for kind in event_schemas.kinds()}
    assert table("event") == real


def test_a_last_line_has_the_keys_that_are_named() -> None:
    last = ", ".join(f"`{key}`" for key in streams.Reply().last_keys("INITIAL"))
    assert last.replace(", `problems`", " and `problems`") in TEXT


def test_actions_are_those_of_the_code_with_their_keys() -> None:
    assert table("action", keys=1) == {
        **{name: own_keys(kind) for name, kind in zip(actions.NAMES, actions.KINDS, strict=True)},
    }


def own_keys(kind: type[actions.Action]) -> list[str]:
    common = {"id", "session_id", "action"}
    return [
        name if field.is_required() else f"{name}?" for name, field in kind.model_fields.items() if name not in common
    ]


def test_operations_are_those_of_the_code() -> None:
    assert [name for row in rows("operation") for name in names(row[0])] == list(get_args(Action))


def test_updates_are_those_of_the_code_with_their_keys() -> None:
    base = {field.name for field in fields(updates.Update)}
    kinds = [kind for kind in updates.Update.__subclasses__() if kind.name not in NOT_TOLD]
    real = {kind.name: [one.name for one in fields(kind) if one.name not in base] for kind in kinds}
    told = table("`update`")
    assert told.pop("snapshot") == ["running", "visitors", "you"]
    assert told == real | TRAVELS_AS


def test_frames_are_those_of_the_code() -> None:
    assert tuple(table("type")) == envelopes.TYPES


def test_problems_are_those_of_the_code() -> None:
    told = {(names(row[0])[0], int(row[1])) for row in rows("type, after `/problems/`")}
    assert told == set(problem_types())


def problem_types() -> Iterator[tuple[str, int]]:
    """All that are made anywhere, with their status."""
    yield from ((slug, status) for status, slug in problems.TABLE.values())
    yield from ((slug, status) for status, (slug, _) in problems._HTTP.items())
    for file in sorted((ROOT / "builder" / "api").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield from _made(node)


def _made(call: ast.Call) -> Iterator[tuple[str, int]]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    said = [argument.value if isinstance(argument, ast.Constant) else None for argument in call.args]
    match name, said:
        case "document", [int(status), str(slug), *_]:
            yield slug, status
        case "BadFrame", [str(slug), *rest]:
            yield slug, rest[2] if len(rest) > 2 and isinstance(rest[2], int) else 400


def test_a_problem_type_that_nobody_lists_is_found() -> None:
    made = list(_made(ast.parse('problems.document(418, "teapot", "It is.", "Wait.")', mode="eval").body))  # type: ignore[arg-type]
    assert made == [("teapot", 418)]


def test_metrics_are_those_of_the_code_with_kind_and_labels() -> None:
    real = {}
    for collector in Metrics().registry._collector_to_names:
        kind = collector._type
        name = collector._name + ("_total" if kind == "counter" else "")
        real[name] = (kind, list(collector._labelnames))
    assert {names(row[0])[0]: (row[1], names(row[2])) for row in rows("metric")} == real


def test_stages_and_scopes_are_those_of_the_code() -> None:
    stages = next(row for row in rows("word") if row[0] == "stage")
    assert names(stages[1]) == [stage.value for stage in Stage]
    assert list(table("scope")) == list(SCOPES)


@pytest.mark.parametrize(
    "said",
    [
        f"{guard.LARGEST_BODY:,} bytes, {envelopes.LARGEST:,} characters",
        f"more than {guard.LARGEST_BODY:,} bytes",
        f"| a file to bring in | {guard.LARGEST_FILE:,} bytes |",
        f"the file itself, up to {guard.LARGEST_FILE:,} bytes",
        f"| one message | {LONGEST:,} characters |",
        f"| replies at once on one WebSocket | {sockets.MOST_TURNS} |",
        f"Closes with {sockets.GONE} when",
        f"sends one every {sockets.Pace().beat:.0f} seconds",
        f"takes nothing for {sockets.Pace().patience:.0f} seconds is let go",
        f"after {chat.LINGER:.0f} seconds for Server-Sent Events and WebSockets",
        f"a list of up to {agents.MOST_IMPORTED}",
        f"1 to {idempotency.LONGEST_KEY} visible ASCII characters",
        f"nested more than {envelopes.DEEPEST} levels",
        f"in one session | {Settings().max_conversation_length} |",
        f"`ARTIFACT_RETENTION_DAYS` ({Settings().artifact_retention_days})",
        f"up to {fetching.LARGEST:,} bytes in `WEB_BROWSE_TIMEOUT`",
    ],
)
def test_a_number_is_that_of_the_code(said: str) -> None:
    assert said in " ".join(TEXT.split())


def test_other_numbers_hang_together() -> None:
    assert sockets.Pace().linger == chat.LINGER
    assert idempotency.KEPT_FOR.total_seconds() == 86_400 == Settings().session_expiry_seconds
    assert Settings().chat_rate_limit == "10/minute" and "| 10 a minute |" in TEXT
    assert set(KINDS) == {"messages", "pages", "agents"}


def test_the_readme_lists_every_setting_and_no_other() -> None:
    listed = [name for row in rows("setting", README) for name in names(row[0])]
    known = {name.upper() for name in Settings.model_fields} | OTHER_NAMES
    also = set(re.findall(r"`([A-Z_]{6,})`", README)) & known
    assert sorted(set(listed) | (also & OTHER_NAMES)) == sorted(known)
    assert len(listed) == len(set(listed))


def test_the_defaults_in_the_readme_are_those_of_the_code() -> None:
    told = [pair for row in rows("setting", README) for pair in zip(names(row[0]), names(row[1]), strict=False)]
    real = {name.upper(): written(value) for name, value in Settings() if value is not None}
    compared = {name: default for name, default in told if name in real and name not in OF_THE_PLACE}
    assert len(compared) >= 15
    assert compared == {name: real[name] for name in compared}


def written(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def test_the_example_of_settings_names_only_settings() -> None:
    named = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    assert set(named) <= {name.upper() for name in Settings.model_fields} | OTHER_NAMES
    assert named


@pytest.mark.parametrize("file", ["README.md", "docs/api.md", "docs/architecture.md"])
def test_links_lead_somewhere(file: str) -> None:
    path = ROOT / file
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        target, _, anchor = link.partition("#")
        there = path.parent / target if target else path
        assert there.exists(), link
        if anchor:
            assert anchor in anchors(there.read_text("utf-8")), link


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("file", ["README.md", "docs/api.md"])
def test_commands_are_there(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    known = commands()
    named = re.findall(r"python -m builder ([a-z-]+)(?: (create|list|revoke)\b)?", text)
    assert named
    for name, second in named:
        assert name in known and (not second or second in known[name]), (name, second)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", text, re.MULTILINE)) <= targets


def commands() -> Mapping[str, list[str]]:
    def below(parser: object) -> dict[str, object]:
        found = [action.choices for action in parser._actions if isinstance(action.choices, dict)]  # type: ignore[attr-defined]
        return dict(found[0]) if found else {}

    return {name: list(below(parser)) for name, parser in below(_parser()).items()}


def test_places_that_are_named_are_there() -> None:
    for text in (README, TEXT):
        for place in re.findall(rf"`((?:{ROOMS})/[\w./*-]*)`", text):
            assert list(ROOT.glob(place.rstrip("/"))), place
