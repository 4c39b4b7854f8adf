"""Agents that came together, each once: without those that others hold, and without the same agent again."""

import json
from collections.abc import Sequence

from builder.core.name import snake
from builder.importers.asking import Found
from builder.importers.fidelity import fullest
from builder.importers.refusals import Refused

LEAST_OF_A_NAME = 40  # characters; the shortest limit of a platform


def without_parts(found: Sequence[Found]) -> tuple[list[Found], frozenset[str]]:
    """Without those that a surer one holds; and all paths that were read beside their own."""
    held = set[str]()
    for one in sorted(found, key=lambda one: one.importer.rank):
        if one.path not in held:
            held.update(path for path in one.used if path != one.path)
    return [one for one in found if one.path not in held], frozenset(held)


def each_once(found: Sequence[Found]) -> tuple[list[Found], list[Refused]]:
    """The same agent for several platforms is offered once, from where it says the most: our own file, if it came."""
    groups = dict[str, list[Found]]()
    for one in found:
        groups.setdefault(_key(one), []).append(one)
    best = {key: fullest(group) for key, group in groups.items()}
    kept, refused, contents = list[Found](), list[Refused](), set[tuple[str, str]]()
    for one in found:
        first, content = best[_key(one)], (_key(one), _content(one) if len(groups[_key(one)]) > 1 else "")
        if one is not first and (one.importer is not first.importer or content in contents):
            told = {"name": str(first.values.get("name", "")), "path": first.path}
            refused.append(Refused(one.path, "same_agent", told))
        else:
            kept.append(one)
            contents.add(content)
    return kept, refused


def _content(one: Found) -> str:
    return json.dumps(one.values, sort_keys=True)


def _key(one: Found) -> str:
    """The name without what platforms change in it: its signs, its length, and an ending where a word is taken."""
    name = one.values.get("name")
    return snake(name).removesuffix("_agent")[:LEAST_OF_A_NAME] if isinstance(name, str) else f"#{one.path}"
