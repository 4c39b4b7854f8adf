"""YAML from elsewhere as plain values: nothing is built, and what aliases repeat is counted before it grows.

Read event by event without recursion, so that a text takes little more memory than its values.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from builder.importers.json_strict import DEEPEST, LONGEST_NUMBER, MOST_VALUES
from builder.importers.refusals import Unreadable

MOST_WEIGHT = 2 * MOST_VALUES  # one for each value, and one for each 20 characters, with all repetitions
_STANDARD = "tag:yaml.org,2002:"
_MERGE = f"{_STANDARD}merge"
_PLAIN = {f"{_STANDARD}{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp", "value", "merge")}
_CONTAINERS = {f"{_STANDARD}{kind}" for kind in ("map", "seq")} | {"!"}


def read_yaml(text: str) -> Any:
    """The value; of several documents a list. Raises Unreadable."""
    return _Reader().read(text)


@dataclass(slots=True)
class _Value:
    """`weight` and `depth` are those of all that is in it."""

    value: Any
    weight: int = 1
    depth: int = 0


@dataclass(slots=True)
class _Open:
    """A list or object that is being read. `key`: the one whose value comes next; `merged`: what `<<` brought."""

    held: _Value
    anchor: str | None
    key: str | None = None
    is_merge: bool = False
    merged: list[dict[str, Any]] | None = None


class _Reader:
    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.anchors: dict[str, _Value | None] = {}  # None: still open
        self.documents: list[Any] = []
        self.events = 0
        self.words = yaml.SafeLoader("")  # what a bare word means

    def read(self, text: str) -> Any:
        try:
            for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
                self._event(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = min(mark.line + 1, text.count("\n") + 1) if mark else 1
            raise Unreadable("broken_yaml", line=line) from None
        except yaml.YAMLError:
            raise Unreadable("broken_yaml", line=1) from None
        except RecursionError:
            raise Unreadable("too_deep", deepest=DEEPEST) from None
        return self.documents[0] if len(self.documents) == 1 else self.documents or None

    def _event(self, event: yaml.Event) -> None:
        self.events += 1
        if self.events > 2 * MOST_VALUES:
            raise Unreadable("too_many_values", most=MOST_VALUES)
        match event:
            case yaml.DocumentStartEvent():
                self.anchors = {}
            case yaml.AliasEvent():
                self._alias(str(event.anchor))
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._start(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._end()

    def _alias(self, anchor: str) -> None:
        if anchor not in self.anchors:
            raise Unreadable("broken_yaml", line=1)
        known = self.anchors[anchor]
        if known is None:
            raise Unreadable("yaml_loop")
        self._put(known, None)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        tag, is_key = self._tag(event), self._awaits_key()
        if is_key and self.open[-1].key is None:
            self._key(event.value, is_merge=tag == _MERGE and event.implicit[0])
        else:
            weight = 1 + len(event.value) // 20
            self._put(_Value(self._word(tag, event.value), weight), event.anchor)

    def _tag(self, event: yaml.ScalarEvent) -> str:
        if event.tag is None:
            return str(self.words.resolve(yaml.ScalarNode, event.value, event.implicit))  # type: ignore[no-untyped-call]
        if event.tag not in _PLAIN and event.tag != "!":
            raise Unreadable("yaml_tag", tag=event.tag[:80])
        return event.tag

    def _word(self, tag: str, written: str) -> Any:
        """What a bare word stands for: numbers, yes and no, nothing; days and times stay text."""
        node = yaml.ScalarNode(tag, written)
        try:
            match tag.removeprefix(_STANDARD):
                case "null":
                    return None
                case "bool":
                    return self.words.construct_yaml_bool(node)
                case "int" if ":" not in written:
                    return _whole(self.words, node)
                case "float" if ":" not in written:
                    return _finite(self.words.construct_yaml_float(node))
        except (ValueError, KeyError, IndexError):
            pass  # a tag that the word does not fit: it is text
        return written

    def _key(self, name: str, *, is_merge: bool) -> None:
        top = self.open[-1]
        if not is_merge and name in top.held.value:
            raise Unreadable("double_key", key=name[:80])
        top.key, top.is_merge = name, is_merge
        self._weigh(top.held, 1 + len(name) // 20)

    def _awaits_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1].held.value, dict)

    def _start(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent) -> None:
        if event.tag is not None and event.tag not in _CONTAINERS:
            raise Unreadable("yaml_tag", tag=event.tag[:80])
        if self._awaits_key() and self.open[-1].key is None:
            raise Unreadable("yaml_key")
        if len(self.open) >= DEEPEST:
            raise Unreadable("too_deep", deepest=DEEPEST)
        if event.anchor:
            self.anchors[event.anchor] = None
        held = _Value([] if isinstance(event, yaml.SequenceStartEvent) else {})
        self.open.append(_Open(held, event.anchor))

    def _end(self) -> None:
        closed = self.open.pop()
        for more in closed.merged or ():
            for key, value in more.items():
                closed.held.value.setdefault(key, value)
        self._put(closed.held, closed.anchor)

    def _put(self, item: _Value, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = item
        if not self.open:
            self.documents.append(item.value)
            return
        top = self.open[-1]
        if len(self.open) + item.depth >= DEEPEST:
            raise Unreadable("too_deep", deepest=DEEPEST)
        top.held.depth = max(top.held.depth, item.depth + 1)
        self._weigh(top.held, item.weight)
        if isinstance(top.held.value, list):
            top.held.value.append(item.value)
        elif top.key is None:
            self._alias_key(item)
        else:
            self._entry(top, item)

    def _alias_key(self, item: _Value) -> None:
        if not isinstance(item.value, str):
            raise Unreadable("yaml_key")
        self._key(item.value, is_merge=False)

    def _entry(self, top: _Open, item: _Value) -> None:
        key, top.key = str(top.key), None
        if top.is_merge:
            top.is_merge, top.merged = False, [*(top.merged or []), *_mergeable(item.value)]
        else:
            top.held.value[key] = item.value

    def _weigh(self, held: _Value, weight: int) -> None:
        """What stands in the text is counted once as it comes; what an alias repeats, each time."""
        held.weight += weight
        if held.weight > MOST_WEIGHT:
            raise Unreadable("yaml_aliases")


def _mergeable(value: Any) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            raise Unreadable("yaml_key")
        yield item


def _whole(words: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    if len(node.value) > LONGEST_NUMBER:
        raise Unreadable("big_number")
    return int(words.construct_yaml_int(node))


def _finite(value: float) -> float:
    if value != value or value in (float("inf"), float("-inf")):
        raise Unreadable("not_a_number")
    return value
