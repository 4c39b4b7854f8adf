"""Where a part of a schema stands while it is rewritten."""

from dataclasses import dataclass, replace

LONGEST_PATH = 200


@dataclass(frozen=True, slots=True)
class Place:
    """`inside`: the references that led here; `level`: objects and arrays around it; `depth`: schemas of any kind."""

    path: str = ""
    inside: frozenset[str] = frozenset()
    level: int = 0
    depth: int = 0

    def below(self, name: str, levels: int = 1) -> "Place":
        path = name if name == "[]" or not self.path else f".{name}"
        return replace(self, path=(self.path + path)[:LONGEST_PATH], level=self.level + levels)

    def within(self, inside: frozenset[str]) -> "Place":
        return replace(self, inside=inside, depth=self.depth + 1)
