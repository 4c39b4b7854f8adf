"""Our own file: a configuration as people download it and as the API gives it; what is nearly one is mended."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from builder.core.agent import KEYS, ReturnType
from builder.core.json_text import parse
from builder.importers.base import Document, Importer, Reading
from builder.importers.own_prompts import own_prompts
from builder.importers.prompts import described, named
from builder.importers.remarks import Remark

_HOLDERS = ("config", "configuration", "content", "agent")  # of one
_LISTS = ("agents", "artifacts", "templates", "items")  # of several, each of which may be held in turn
_PROMPT_FIELDS = ("system_prompt", "user_prompt", "placeholders")  # as a draft has them
_SIGNS = frozenset(("return_type", "schema_definition", "user_prompt"))
_TEXT_LISTS = ("goals", "conversation_starters", "guardrails")
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_NEAR = 0.75
MOST_COMPARED = 40


class Own(Importer):
    name = "own"
    title = "Agent Builder"
    rank = 1

    def recognises(self, document: Document) -> bool:
        data = document.data
        return all(_held(one, "") for one in data) if isinstance(data, list) and data else bool(_held(data, ""))

    def each(self, document: Document) -> tuple[Document, ...]:
        held = _held(document.data, "")
        if len(held) == 1:
            return (replace(document, data=_Held(*held[0])),)
        return tuple(
            replace(document, path=f"{document.path}#{number}", data=_Held(*one)) for number, one in enumerate(held, 1)
        )

    def read(self, document: Document) -> Reading:
        held = document.data if isinstance(document.data, _Held) else _first(document.data)
        return _Reader(held.config, document.path).read(held.around)


class _Held:
    """A configuration, and the remarks on what stood around it."""

    def __init__(self, config: Mapping[str, Any], around: tuple[Remark, ...] = ()) -> None:
        self.config, self.around = config, around


def _first(data: Any) -> _Held:
    held = _held(data, "")
    return _Held(*held[0]) if held else _Held({})


def _held(data: Any, where: str, depth: int = 0) -> list[tuple[Mapping[str, Any], tuple[Remark, ...]]]:
    """The configurations in it: itself, the one it holds, or those of a list."""
    if isinstance(data, list) and depth < 3:
        return [one for place, item in enumerate(data) for one in _held(item, f"{where}{place}.", depth + 1)]
    if not isinstance(data, Mapping):
        return []
    if _is_config(data):
        return [(data, ())]
    for key in (*_HOLDERS, *_LISTS) if depth < 3 else ():
        held = _held(data.get(key), f"{where}{key}.", depth + 1) if key in data else []
        if held:
            around = tuple(
                Remark("left_out", f"{where}{other}"[:200], "unknown_part") for other in data if other != key
            )
            return [(config, (*around, *told)) if key in _HOLDERS else (config, told) for config, told in held]
    return []


def _is_config(data: Mapping[Any, Any]) -> bool:
    prompts = data.get("prompts")
    if isinstance(prompts, list) and any(isinstance(one, Mapping) and "prompt_type" in one for one in prompts):
        return True
    if "component_type" in data:
        return False
    names = [str(key) for key in [*data][:MOST_COMPARED]]
    # Two comparisons for each key; all of them only where it may be one of ours.
    if not any(_nearest(_bare(name), ("prompts", "system_prompt")) for name in names):
        return False
    keys = {_meant(name) for name in names}
    return ("prompts" in keys and len(keys & set(KEYS)) > 2) or ("system_prompt" in keys and bool(keys & _SIGNS))


def _meant(key: str) -> str:
    """The key of a configuration that this one is, or nearly is; else the key itself."""
    bare = _bare(key)
    return bare if bare in KEYS else _nearest(bare, (*KEYS, *_PROMPT_FIELDS)) or bare


def _nearest(bare: str, names: Sequence[str]) -> str:
    """The name that is most like it; "" where none is."""
    return next(iter(difflib.get_close_matches(bare, names, 1, _NEAR)), "")


class _Reader:
    def __init__(self, data: Mapping[Any, Any], path: str) -> None:
        self.path = path
        self.remarks: list[Remark] = []
        self.data = self._renamed(data)

    def _renamed(self, data: Mapping[Any, Any]) -> dict[str, Any]:
        """The parts under their right keys; a key that is nearly one of ours is taken for it."""
        known = (*KEYS, *_PROMPT_FIELDS)
        found = {str(key): value for key, value in data.items() if key in known}
        for place, (key, value) in enumerate((key, value) for key, value in data.items() if key not in known):
            free = [name for name in known if name not in found] if place < MOST_COMPARED else []
            if near := _nearest(_bare(str(key)), free):
                found[near] = value
                self._remark("rewritten", str(key), "key_renamed", old=str(key)[:80], new=near)
            else:
                self._remark("left_out", str(key), "unknown_part")
        return found

    def read(self, around: Sequence[Remark]) -> Reading:
        values = {key: self._mended(key, value) for key, value in self.data.items() if self._says(key, value)}
        aside = {key: values.pop(key) for key in ("prompts", *_PROMPT_FIELDS) if key in values}
        prompts, told = own_prompts(aside)
        values |= {"prompts": prompts} if prompts else {}
        self.remarks += told
        self._name(values, prompts)
        self._return_type(values)
        return Reading(values, (*around, *self.remarks))

    def _says(self, key: str, value: Any) -> bool:
        if value in _NOTHING:
            self._remark("left_out", key, "empty_left_out")
        return value not in _NOTHING

    def _mended(self, key: str, value: Any) -> Any:
        if key in _TEXT_LISTS and isinstance(value, str):
            self._remark("rewritten", key, "made_list")
            return [value]
        if key in ("voice", "model") and isinstance(value, Mapping):
            for part in [part for part, held in value.items() if held is None]:
                self._remark("left_out", f"{key}.{part}", "empty_left_out")
            return {part: held for part, held in value.items() if held is not None}
        if key == "schema_definition" and isinstance(value, str) and isinstance(parse(value).value, dict):
            return parse(value).value
        if key == "return_type" and isinstance(value, str) and value not in get_args(ReturnType):
            near = difflib.get_close_matches(value.strip().lower(), get_args(ReturnType), 1, 0.9)
            return near[0] if near else value
        return value

    def _name(self, values: dict[str, Any], prompts: Sequence[Mapping[str, Any]]) -> None:
        """A name that fits, and a description that is not too long; neither is made up here but from what there is."""
        system = next((one["content"] for one in prompts if one["prompt_type"] == "system"), "")
        for found, told in (named(values.get("name"), self.path), described(values.get("description"), system)):
            values |= found
            self.remarks += told

    def _return_type(self, values: dict[str, Any]) -> None:
        if values.get("return_type") not in get_args(ReturnType):
            kind = "structured" if values.get("schema_definition") else "unstructured"
            self._remark("added", "return_type", "return_type_made", value=kind)
            values["return_type"] = kind

    def _remark(self, kind: Any, where: str, code: str, **params: str) -> None:
        self.remarks.append(Remark(kind, where[:200], code, params))


def _bare(key: str) -> str:
    """`returnType`, `Return-Type` and `return_type` are the same key."""
    spaced = "".join(f"_{sign}" if sign.isupper() else sign for sign in key[:80])
    return "_".join(part for part in spaced.lower().replace("-", "_").replace(" ", "_").split("_") if part)
