"""What changed in one field other than the outputs: texts, lists, placeholders, tools, steps, settings."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from builder.core import placeholders
from builder.core.difference import texts
from builder.core.difference.facts import Fact
from builder.core.difference.outputs import output_facts

LONGEST_SHORT = 90  # characters of a text that is shown whole
_PROSE = ("system_prompt", "user_prompt", "description", "first_message")
_LINES = ("goals", "conversation_starters", "guardrails")
_SETTINGS = ("memory", "voice", "model", "metadata")
Facts = Iterator[Fact]


def facts_of(field: str, before: Any, after: Any, prompts: tuple[str, str] = ("", "")) -> list[Fact]:
    """At least one for two values that differ. `prompts`: the texts of both prompts before and after."""
    match field:
        case "schema_definition":
            return output_facts(before, after) if before and after else list(_schema_as_whole(before, after))
        case "placeholders":
            return list(_gaps(before or {}, after or {}, prompts)) or [Fact("moved", field, "changed")]
        case "return_type":
            return [Fact(f"now_{after}", field, "changed")]
    named: Mapping[str, Callable[[str, Any, Any], Facts]] = {
        **dict.fromkeys(_PROSE, _prose),
        **dict.fromkeys(_LINES, _items),
        **dict.fromkeys(_SETTINGS, _settings),
        "tools": _tools,
        "test_cases": _cases,
        "workflow": _steps,
    }
    found = list(named.get(field, _short)(field, before, after))
    return found or [Fact("spacing" if field in _PROSE else "moved", field, "changed")]


def _schema_as_whole(before: Any, after: Any) -> Facts:
    empty = {"type": "object", "properties": {}}
    whole = {key: value for key, value in (after or before).items() if key in ("properties", "required", "$defs")}
    yield from output_facts(empty | (whole if before else {}), empty | (whole if after else {}))


def _short(field: str, before: Any, after: Any) -> Facts:
    if before is None:
        yield Fact("text_set", field, "added", {"new": after})
    elif after is None:
        yield Fact("text_gone", field, "removed", {"old": before})
    else:
        yield Fact("text_changed", field, "changed", {"old": before, "new": after})


def _prose(field: str, before: str | None, after: str | None) -> Facts:
    if max(len(before or ""), len(after or "")) <= LONGEST_SHORT and field not in ("system_prompt", "user_prompt"):
        yield from _short(field, before, after)
        return
    rows = texts.aligned(texts.passages(before or ""), texts.passages(after or ""))
    added = sum(row.kind == "new" and not row.paired for row in rows)
    removed = sum(row.kind == "gone" and not row.paired for row in rows)
    changed = sum(row.kind == "new" and row.paired for row in rows)
    if added:
        yield Fact("sentences_added", field, "added", {"n": added})
    if removed:
        yield Fact("sentences_removed", field, "removed", {"n": removed})
    if changed:
        yield Fact("sentences_changed", field, "changed", {"n": changed})


def _items(field: str, before: Sequence[str] | None, after: Sequence[str] | None) -> Facts:
    for row_old, row_new in _paired(texts.aligned(before or [], after or [])):
        if row_old is None:
            yield Fact("item_added", field, "added", {"item": row_new})
        elif row_new is None:
            yield Fact("item_removed", field, "removed", {"item": row_old})
        else:
            yield Fact("text_changed", field, "changed", {"old": row_old, "new": row_new})


def _paired(rows: Sequence[texts.Row]) -> Iterator[tuple[str | None, str | None]]:
    """What went and what came; an entry that only moved is neither."""
    gone = [row.text for row in rows if row.kind == "gone" and not row.paired]
    moved = {row.text for row in rows if row.kind == "new" and not row.paired and row.text in gone}
    for place, row in enumerate(rows):
        if row.kind == "gone":
            if row.paired:
                yield row.text, rows[place + 1].text
            elif row.text not in moved:
                yield row.text, None
        elif row.kind == "new" and not row.paired and row.text not in moved:
            yield None, row.text


def _gaps(before: Mapping[str, str], after: Mapping[str, str], prompts: tuple[str, str]) -> Facts:
    gone = [name for name in before if name not in after]
    come = [name for name in after if name not in before]
    renamed = _renamed(gone, come, before, after, prompts)
    for name in come:
        if name in renamed:
            yield Fact("gap_renamed", "placeholders", "changed", {"old": renamed[name], "new": name})
        else:
            yield Fact("gap_added", "placeholders", "added", {"name": name})
    for name in gone:
        if name not in renamed.values():
            yield Fact("gap_removed", "placeholders", "removed", {"name": name})
    for name in after:
        if before.get(renamed.get(name, name), after[name]) != after[name]:
            yield Fact("gap_explained", "placeholders", "changed", {"name": name})


def _renamed(
    gone: Sequence[str],
    come: Sequence[str],
    before: Mapping[str, str],
    after: Mapping[str, str],
    prompts: tuple[str, str],
) -> dict[str, str]:
    """New name -> old name: one that went and one that came have the same sentence, or stand where the other stood."""
    pairs: dict[str, str] = {}
    for new in come:
        same = [old for old in gone if before[old] == after[new]]
        own = [other for other in come if after[other] == after[new]]
        if len(same) == len(own) == 1:
            pairs[new] = same[0]
    if len(gone) == len(come) == 1 and placeholders.rename(prompts[0], gone[0], come[0]) == prompts[1]:
        pairs[come[0]] = gone[0]
    return pairs


def _tools(field: str, before: Any, after: Any) -> Facts:
    was, now = ({_tool_name(tool): tool for tool in side or []} for side in (before, after))
    yield from (Fact("item_added", field, "added", {"item": name}) for name in now if name not in was)
    yield from (Fact("item_removed", field, "removed", {"item": name}) for name in was if name not in now)
    for name in now:
        if name in was and _written(was[name]) != _written(now[name]):
            yield Fact("item_settings", field, "changed", {"item": name})


def _tool_name(tool: Any) -> str:
    if "name" in tool:
        return str(tool["name"])
    server = tool.get("mcp") or {}
    named = [str(server[key]) for key in ("name", "server_label", "url", "command") if key in server]
    return " ".join(["MCP", *named[:1]])


def _cases(field: str, before: Any, after: Any) -> Facts:
    was, now = ([_written(case) for case in side or []] for side in (before, after))
    added, removed = _beyond(now, was), _beyond(was, now)
    if added:
        yield Fact("cases_added", field, "added", {"n": added})
    if removed:
        yield Fact("cases_removed", field, "removed", {"n": removed})


def _beyond(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(max(0, one.count(item) - other.count(item)) for item in dict.fromkeys(one))


def _settings(field: str, before: Any, after: Any) -> Facts:
    was, now = (dict(_leaves(side or {}, "")) for side in (before, after))
    for key in {**was, **now}:
        if key not in was:
            yield Fact("entry_set", field, "added", {"key": key, "new": now[key]})
        elif key not in now:
            yield Fact("entry_gone", field, "removed", {"key": key, "old": was[key]})
        elif _written(was[key]) != _written(now[key]):
            yield Fact("entry_changed", field, "changed", {"key": key, "old": was[key], "new": now[key]})


def _leaves(value: Mapping[str, Any], path: str, level: int = 0) -> Iterator[tuple[str, Any]]:
    for key, own in value.items():
        at = f"{path}.{key}" if path else str(key)
        if isinstance(own, Mapping) and own and level < 3:
            yield from _leaves(own, at, level + 1)
        else:
            yield at, own


def _steps(field: str, before: Any, after: Any) -> Facts:
    was, now = ({step["id"]: step for step in (side or {}).get("steps", [])} for side in (before, after))
    for key, step in now.items():
        if key not in was:
            yield Fact("item_added", field, "added", {"item": step["title"]})
            continue
        old = was[key]
        if old["title"] != step["title"]:
            yield Fact("step_renamed", field, "changed", {"old": old["title"], "new": step["title"]})
        if old["kind"] != step["kind"]:
            kinds = {"old": old["kind"], "new": step["kind"]}
            yield Fact("step_kind", field, "changed", {"item": step["title"], **kinds})
        if old["next"] != step["next"]:
            yield Fact("step_next", field, "changed", {"item": step["title"]})
    for key, step in was.items():
        if key not in now:
            yield Fact("item_removed", field, "removed", {"item": step["title"]})


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
