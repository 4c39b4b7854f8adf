"""What an importer understood, made fit for a configuration: plain values of the right kinds, leading nowhere else."""

import math
from collections.abc import Mapping
from typing import Any, get_args

from builder.core.agent import BASE_KEYS, KEYS, ReturnType
from builder.core.readable import readable
from builder.importers.outputs import at_home
from builder.importers.remarks import Remark
from builder.importers.taking import fits

_NOTHING: tuple[Any, ...] = (None, "", [], {})
Remarks = tuple[Remark, ...]


def settled(values: Mapping[str, Any]) -> tuple[dict[str, Any], Remarks]:
    """The values in the order of a configuration; what is of the wrong kind is left out with a remark.

    A name, description or schema that breaks a rule stays: the check of a configuration says how to mend it."""
    remarks = list[Remark]()
    found = dict[str, Any]()
    for key in [key for key in KEYS if values.get(key) not in _NOTHING]:
        value = _stored(values[key], key, remarks)
        value = _at_home(key, value, remarks)
        if _belongs(key, value):
            found[key] = value
        else:
            remarks.append(Remark("left_out", key, "wrong_kind"))
    remarks += [Remark("left_out", str(key)[:200], "unknown_part") for key in values if key not in KEYS]
    return found, tuple(remarks)


def _belongs(key: str, value: Any) -> bool:
    match key:
        case "name" | "description":
            return isinstance(value, str) and bool(value.strip())
        case "return_type":
            return value in get_args(ReturnType)
        case "schema_definition":
            return isinstance(value, dict)
        case "prompts":
            return isinstance(value, list) and all(map(_is_prompt, value))
    return key not in BASE_KEYS and fits(key, value)


def _is_prompt(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"prompt_type", "content", "placeholders"}:
        return False
    texts, hints = (value["prompt_type"], value["content"]), value["placeholders"]
    return all(isinstance(text, str) for text in texts) and isinstance(hints, dict)


def _stored(value: Any, where: str, remarks: list[Remark]) -> Any:
    """The value as JSON has it; signs that no file can hold are replaced, with one remark for each text."""
    if isinstance(value, str):
        return _text(value, where, remarks)
    if isinstance(value, Mapping):
        return {
            _text(str(key), where, remarks): _stored(part, f"{where}.{key}"[:200], remarks)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_stored(part, f"{where}.{place}"[:200], remarks) for place, part in enumerate(value)]
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    remarks.append(Remark("left_out", where, "wrong_kind"))
    return None


def _text(text: str, where: str, remarks: list[Remark]) -> str:
    bare = readable(text)
    if bare != text:
        remarks.append(Remark("rewritten", readable(where), "character_replaced"))
    return bare


def _at_home(key: str, value: Any, remarks: list[Remark]) -> Any:
    """Schemas without references to elsewhere: those of the output and of what tools take."""
    if key == "schema_definition" and isinstance(value, dict):
        bare, told = at_home(value, key)
        remarks.extend(told)
        return bare
    if key == "tools" and isinstance(value, list):
        return [_tool_at_home(tool, f"tools.{place}", remarks) for place, tool in enumerate(value)]
    return value


def _tool_at_home(tool: Any, where: str, remarks: list[Remark]) -> Any:
    if not isinstance(tool, dict) or not isinstance(tool.get("parameters"), dict):
        return tool
    bare, told = at_home(tool["parameters"], f"{where}.parameters")
    remarks.extend(told)
    return {**tool, "parameters": bare}
