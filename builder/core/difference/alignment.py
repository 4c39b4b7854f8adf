"""What two sequences have in common, in bounded time: what stands once on both sides, then the shortest way between.

difflib takes seconds for texts that repeat themselves; here a stretch that costs too much counts as replaced.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

Step = tuple[bool, int, int, int, int]  # same?, from and to in the one, from and to in the other
Pairs = list[tuple[int, int]]
EFFORT = 40_000  # comparisons for one pair of sequences: about 30 ms


def steps(one: Sequence[Hashable], other: Sequence[Hashable], effort: int = EFFORT) -> Iterator[Step]:
    """Stretches in order, equal ones and replaced ones by turns; together they are both sequences."""
    at, to = 0, 0
    for a, c, length in _stretches(_matched(one, other, effort)):
        if (at, to) != (a, c):
            yield False, at, a, to, c
        yield True, a, a + length, c, c + length
        at, to = a + length, c + length
    if (at, to) != (len(one), len(other)):
        yield False, at, len(one), to, len(other)


def _stretches(pairs: Pairs) -> Iterator[tuple[int, int, int]]:
    start = 0
    for place in range(1, len(pairs) + 1):
        if place == len(pairs) or pairs[place] != (pairs[place - 1][0] + 1, pairs[place - 1][1] + 1):
            yield (*pairs[start], place - start)
            start = place


def _matched(one: Sequence[Hashable], other: Sequence[Hashable], effort: int) -> Pairs:
    """Places that are equal, in ascending order on both sides."""
    pairs: Pairs = []
    at, to = 0, 0
    for a, c in [*_anchors(one, other), (len(one), len(other))]:
        found, effort = _between(one[at:a], other[to:c], effort)
        pairs += [(at + x, to + y) for x, y in found]
        if a < len(one):
            pairs.append((a, c))
        at, to = a + 1, c + 1
    return pairs


def _anchors(one: Sequence[Hashable], other: Sequence[Hashable]) -> Pairs:
    """The longest ascending run of what stands exactly once on each side."""
    first, second = Counter(one), Counter(other)
    places = {item: place for place, item in enumerate(other) if second[item] == 1}
    common = [(a, places[item]) for a, item in enumerate(one) if first[item] == 1 and item in places]
    ends: list[int] = []
    last: list[int] = []  # of each length, the pair that ends its run
    before: list[int] = []
    for index, (_, place) in enumerate(common):
        length = bisect_left(ends, place)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [index]
        before.append(last[length - 1] if length else -1)
    run: Pairs = []
    index = last[-1] if last else -1
    while index >= 0:
        run.append(common[index])
        index = before[index]
    return run[::-1]


def _between(one: Sequence[Hashable], other: Sequence[Hashable], effort: int) -> tuple[Pairs, int]:
    """Equal places of a stretch, and what is left of the effort."""
    shorter = min(len(one), len(other))
    front = 0
    while front < shorter and one[front] == other[front]:
        front += 1
    back = 0
    while back < shorter - front and one[-1 - back] == other[-1 - back]:
        back += 1
    inner = one[front : len(one) - back], other[front : len(other) - back]
    middle, effort = _shortest(*inner, effort) if all(inner) else ([], effort)
    pairs = [(place, place) for place in range(front)] + [(front + x, front + y) for x, y in middle]
    return pairs + [(len(one) - n, len(other) - n) for n in range(back, 0, -1)], effort


def _shortest(one: Sequence[Hashable], other: Sequence[Hashable], effort: int) -> tuple[Pairs, int]:
    """Myers' shortest edit; no pairs when it costs more than the effort."""
    reached = {1: 0}  # on each diagonal
    trail: list[dict[int, int]] = []
    for distance in range(len(one) + len(other) + 1):
        trail.append(dict(reached))
        for diagonal in range(-distance, distance + 1, 2):
            x = start = _entered(reached, diagonal, distance)
            while x < len(one) and x - diagonal < len(other) and one[x] == other[x - diagonal]:
                x += 1
            reached[diagonal] = x
            effort -= 1 + x - start
            if x >= len(one) and x - diagonal >= len(other):
                return _traced(trail, len(one), len(other)), effort
            if effort <= 0:
                return [], 0
    raise AssertionError("unreachable")


def _entered(reached: dict[int, int], diagonal: int, distance: int) -> int:
    """Where a diagonal is entered: from the one above by a step down, or from the one below by a step to the right."""
    down = diagonal == -distance or (diagonal != distance and reached[diagonal - 1] < reached[diagonal + 1])
    return reached[diagonal + 1] if down else reached[diagonal - 1] + 1


def _traced(trail: list[dict[int, int]], x: int, y: int) -> Pairs:
    pairs: Pairs = []
    for distance in range(len(trail) - 1, -1, -1):
        reached, diagonal = trail[distance], x - y
        start = _entered(reached, diagonal, distance)
        while x > start:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        down = diagonal == -distance or (diagonal != distance and reached[diagonal - 1] < reached[diagonal + 1])
        x, y = (x, y - 1) if down else (x - 1, y)
    return pairs[::-1]
