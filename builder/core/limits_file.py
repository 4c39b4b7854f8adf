"""The limits file: YAML that says which tiers there are and who has which. Whatever is wrong is named with its line."""

import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

import yaml
from yaml import MappingNode, Node, ScalarNode

from builder.core.errors import Invalid
from builder.core.problem import Problem
from builder.core.quota import KINDS, UNLIMITED, Limits, Tier
from builder.core.rate import OFF, is_rate

LARGEST = 100_000  # characters
_PARTS = ("default", "tiers", "owners")
_KEYS = (*KINDS, "rate")
_COUNT = re.compile(r"0|[1-9]\d{0,8}")
_NUMBER = "Write a whole number such as 200, or unlimited."


def read(text: str, name: str) -> Limits:
    """Raises Invalid, naming the file by `name`, the line, the key and what to write instead."""
    return _File(name).limits(text)


class _File:
    def __init__(self, name: str) -> None:
        self._name = name

    def limits(self, text: str) -> Limits:
        root = self._root(text)
        parts = self._mapping(root, "the file", _PARTS)
        for part in ("default", "tiers"):
            if part not in parts:
                self._refuse(root, part, f"there is no “{part}”", "See deploy/limits.example.yaml for the whole form.")
        tiers = {key: self._tier(key, node) for key, node in self._mapping(parts["tiers"], "tiers").items()}
        if not tiers:
            self._refuse(parts["tiers"], "tiers", "there are no tiers", "Write at least one tier below “tiers”.")
        owners = self._mapping(parts["owners"], "owners") if "owners" in parts else {}
        default = self._known(parts["default"], "default", tiers)
        return Limits(default, tiers, {owner: self._known(node, owner, tiers) for owner, node in owners.items()})

    def _root(self, text: str) -> Node:
        if len(text) > LARGEST:
            step = "Keep only tiers and owners in it."
            raise Invalid(f"{self._name} has more than {LARGEST:,} characters.", next_step=step)
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except (yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            where = f", line {mark.line + 1}" if mark else ""
            said = getattr(error, "problem", None) or "the text cannot be read"
            raise Invalid(f"{self._name}{where} is not YAML: {said}.", next_step="Correct that line.") from None
        if root is None:
            step = "See deploy/limits.example.yaml for the whole form."
            raise Invalid(f"{self._name} is empty.", next_step=step)
        return root

    def _tier(self, name: str, node: Node) -> Tier:
        found = self._mapping(node, name, _KEYS)
        counts = {kind: self._count(found[kind], kind) for kind in KINDS if kind in found}
        return Tier(name, **counts, rate=self._rate(found["rate"]) if "rate" in found else None)

    def _count(self, node: Node, key: str) -> int | None:
        given = self._text(node, key, _NUMBER)
        if given == UNLIMITED:
            return None
        if not _COUNT.fullmatch(given) or not node.tag.endswith(":int"):
            self._refuse(node, key, f"“{key}” cannot be “{given[:40]}”", _NUMBER)
        return int(given)

    def _rate(self, node: Node) -> str:
        step = "Write for example 10/minute, or unlimited."
        given = self._text(node, "rate", step)
        given = OFF if given == UNLIMITED else given
        if not is_rate(given):
            self._refuse(node, "rate", f"“rate” cannot be “{given[:40]}”", step)
        return given

    def _known(self, node: Node, key: str, tiers: Iterable[str]) -> str:
        step = f"Tiers are: {', '.join(tiers)}."
        given = self._text(node, key, step)
        if given not in tiers:
            self._refuse(node, key, f"“{key}” names the tier “{given[:40]}”, which is not there", step)
        return given

    def _text(self, node: Node, key: str, step: str) -> str:
        if not isinstance(node, ScalarNode):
            self._refuse(node, key, f"“{key}” has more than one value", step)
        return str(node.value).strip()

    def _mapping(self, node: Node, place: str, allowed: tuple[str, ...] | None = None) -> dict[str, Node]:
        """Its keys with their values; keys come once, and are allowed ones where these are given."""
        step = f"Keys are: {', '.join(allowed)}." if allowed else "Write one “name: value” a line."
        if not isinstance(node, MappingNode):
            self._refuse(node, place, f"“{place}” does not hold keys with values", step)
        found: dict[str, Node] = {}
        for key, at, value in self._pairs(node, place, step):
            if key in found:
                self._refuse(at, key, f"“{key[:40]}” is there twice", "Keep one of them.")
            if allowed and key not in allowed:
                self._refuse(at, key, f"“{key[:40]}” is not known in {place}", step)
            found[key] = value
        return found

    def _pairs(self, node: MappingNode, place: str, step: str) -> Iterator[tuple[str, Node, Node]]:
        for at, value in node.value:
            key = self._text(at, place, step)
            if not key:
                self._refuse(at, place, f"a name in {place} is empty", step)
            yield key, at, value

    def _refuse(self, node: Node, key: str, reason: str, step: str) -> NoReturn:
        line = node.start_mark.line + 1
        whole = f"{self._name}, line {line}: {reason}."
        raise Invalid(whole, [Problem("bad_limits", key[:64], whole, step, line=line)], step)
