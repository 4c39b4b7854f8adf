"""The graph of a Dify flow: its nodes in the order in which they run, and the same as steps of a workflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.importers.remarks import Remark
from builder.importers.taking import Taking

SPEAKING = ("llm", "agent")
_ENDS = ("end", "answer")
_RUNS = frozenset(("code", "tool", "http-request"))
_NOTES = ("custom-note",)


@dataclass(frozen=True, slots=True)
class Node:
    """`where` is its place in the document."""

    id: str
    kind: str
    title: str
    data: Mapping[Any, Any]
    where: str


@dataclass(frozen=True, slots=True)
class Graph:
    """`nodes` begin with those that start; `next`: node -> those behind it."""

    nodes: tuple[Node, ...]
    next: Mapping[str, tuple[str, ...]]

    def speaking(self) -> list[Node]:
        return [node for node in self.nodes if node.kind in SPEAKING]

    def is_plain(self) -> bool:
        """Whether there is nothing but a start, a model and an end."""
        kinds = sorted(node.kind for node in self.nodes)
        return len(kinds) == 3 and "start" in kinds and any(kind in kinds for kind in _ENDS) and bool(self.speaking())


def graph(told: Taking) -> Graph:
    nodes = dict[str, Node]()
    for place, one in enumerate(told.items("nodes")):
        where = f"{told.place('nodes')}.{place}"
        held = one if isinstance(one, Mapping) else {}
        data, name = held.get("data"), held.get("id")
        kind = data.get("type") if isinstance(data, Mapping) else None
        if isinstance(data, Mapping) and isinstance(kind, str) and kind and isinstance(name, str | int):
            title = data.get("title")
            shown = title if isinstance(title, str) and title.strip() else kind
            nodes[str(name)] = Node(str(name), kind, shown, data, f"{where}.data")
        elif held.get("type") not in _NOTES:
            told.remarks.append(Remark("left_out", where, "wrong_kind"))
    following = _following(told.items("edges"), nodes)
    told.passed("viewport")
    return Graph(tuple(_in_order(nodes, following)), following)


def _following(edges: list[Any], nodes: Mapping[str, Node]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {name: {} for name in nodes}
    for edge in edges:
        ends = [str(edge.get(key)) for key in ("source", "target")] if isinstance(edge, Mapping) else ["", ""]
        if all(end in nodes for end in ends):
            found[ends[0]][ends[1]] = None
    return {name: tuple(targets) for name, targets in found.items()}


def _in_order(nodes: Mapping[str, Node], following: Mapping[str, tuple[str, ...]]) -> list[Node]:
    """By their way from the start; those that no way leads to come last."""
    ways = [name for name, node in nodes.items() if node.kind == "start"]
    known = set(ways)
    for name in ways:
        new = [target for target in following[name] if target not in known]
        known.update(new)
        ways += new
    return [nodes[name] for name in dict.fromkeys((*ways, *nodes))]


def steps(told: Graph) -> dict[str, Any]:
    """The value `workflow`; {} where there is nothing to say."""
    if told.is_plain() or len(told.nodes) < 2:
        return {}
    found = [
        {"id": node.id, "title": node.title, "kind": node.kind, "next": list(told.next[node.id])}
        for node in told.nodes
        if node.id.strip()
    ]
    return {"workflow": {"steps": found}}


def left_out(told: Graph, taken: Node | None) -> list[Remark]:
    """A remark for each node whose inside is not taken over."""
    found = list[Remark]()
    others = [node for node in told.speaking() if node is not taken]
    if others and taken:
        found.append(Remark("left_out", "workflow.graph.nodes", "only_first"))
    for node in told.nodes:
        if node.kind in _RUNS:
            found.append(Remark("refused", node.where, "runs_code"))
        elif node.kind not in ("start", *_ENDS) and node is not taken:
            found.append(Remark("left_out", node.where, "unknown_part"))
    return found
