"""Does a real answer look as the guide shows it? Everything counts but what cannot be the same twice.

In what is shown, ids, hashes and times stand for others of their kind, each always for the same one;
`…` in a text stands for any text, alone on a line for any lines, as a key for further keys, and as the last item of a
list for further items.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

REST = "…"
# What stands for another of its kind. Those of the second table have no identity: two may be the same or not.
IDS = {
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "hash": r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])",
    "hex": r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])",
    "short": r"(?<![0-9a-f-])[0-9a-f]{12}(?![0-9a-f-])",
}
TIMES = {
    "moment": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00)",
    "day": r"(?<![\d-])20\d\d-\d\d-\d\d(?![\d-])",
    "month": r"(?<![\d-])20\d\d-\d\d(?![\d-])",
}
KINDS = IDS | TIMES
VARYING = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in KINDS.items()) + f"|(?P<rest>{REST})")
# Numbers under these keys and names are other ones each time.
NUMBERS = {"timestamp", "milliseconds", "active", "used", "Retry-After"}
# Of a line, what stands before its JSON.
BEFORE_JSON = re.compile(r"(?:data: |[<>] )?(?=[{\[])")


class Drift(AssertionError):
    """The answer is not the one that is shown."""


class Names:
    """Which real ids those of the guide stand for; the same ones from its first line to its last."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self.known = dict(known or {})

    def copy(self) -> "Names":
        return Names(self.known)

    def meet(self, shown: str, real: str, place: str) -> None:
        before = self.known.get(shown)
        if before is None and real in self.known.values():
            raise Drift(f"{place}: {shown} is shown where {real} came, which was shown as another one before")
        if before not in (None, real):
            raise Drift(f"{place}: {shown} is shown again, but {real} came instead of {before}")
        self.known[shown] = real


def same_text(shown: str, real: str, names: Names, place: str = "text") -> None:
    """One text, of one or more lines."""
    pattern, ids, at = "", [], 0
    for found in VARYING.finditer(shown):
        kind = found.lastgroup or ""
        pattern += re.escape(shown[at : found.start()])
        pattern += "(?:.*?)" if kind == "rest" else f"({KINDS[kind]})"
        if kind != "rest":
            ids.append((kind, found[0]))
        at = found.end()
    met = re.fullmatch(pattern + re.escape(shown[at:]), real, re.DOTALL)
    if met is None:
        raise Drift(f"{place}\n  shown: {shown}\n  real:  {real}")
    for (kind, said), came in zip(ids, met.groups(), strict=True):
        if kind in IDS:
            names.meet(said, came, place)


def same_json(shown: Any, real: Any, names: Names, place: str = "$") -> None:
    match shown:
        case dict():
            _same_object(shown, real, names, place)
        case list():
            _same_list(shown, real, names, place)
        case str() if isinstance(real, str) or shown == REST:
            if shown != REST:
                same_text(shown, real, names, place)
        case int() | float() if place.rpartition(".")[2] in NUMBERS and isinstance(real, int | float):
            pass
        case _ if shown != real or type(shown) is not type(real):
            raise Drift(f"{place}\n  shown: {shown!r}\n  real:  {real!r}")


def _same_object(shown: Mapping[str, Any], real: Any, names: Names, place: str) -> None:
    if not isinstance(real, dict):
        raise Drift(f"{place}: an object is shown, {real!r} came")
    wanted = shown.keys() - {REST}
    if gone := wanted - real.keys():
        raise Drift(f"{place}: {sorted(gone)} did not come, but {sorted(real)}")
    if REST not in shown and (new := real.keys() - wanted):
        raise Drift(f"{place}: {sorted(new)} came, too")
    for key in shown:
        if key != REST:
            same_json(shown[key], real[key], names, f"{place}.{key}")


def _same_list(shown: Sequence[Any], real: Any, names: Names, place: str) -> None:
    if not isinstance(real, list):
        raise Drift(f"{place}: a list is shown, {real!r} came")
    more = bool(shown) and shown[-1] == REST
    wanted = shown[:-1] if more else shown
    if len(real) < len(wanted) or (len(real) > len(wanted) and not more):
        raise Drift(f"{place}: {len(wanted)} items are shown, {len(real)} came: {real!r}")
    for number, item in enumerate(wanted):
        same_json(item, real[number], names, f"{place}[{number}]")


def same_lines(shown: Sequence[str], real: Sequence[str], names: Names) -> None:
    """Line by line; a line that holds JSON is compared as JSON."""
    parts = _parted(shown)
    at = 0
    for number, part in enumerate(parts):
        first, last = number == 0, number == len(parts) - 1
        starts = [at] if first else [len(real) - len(part)] if last else range(at, len(real) - len(part) + 1)
        at = _found(part, real, [start for start in starts if start >= at], names) + len(part)
    if at != len(real):
        raise Drift(f"{len(real) - at} more lines came: {real[at:]}")


def _parted(shown: Sequence[str]) -> list[list[str]]:
    """The lines between those that stand for any others."""
    parts: list[list[str]] = [[]]
    for line in shown:
        if line.strip() == REST:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def _found(part: Sequence[str], real: Sequence[str], starts: Sequence[int], names: Names) -> int:
    """Where the lines stand."""
    drift: Drift | None = None
    for start in starts:
        trial = names.copy()
        try:
            if len(real) - start < len(part):
                raise Drift(f"these lines did not come: {part}\n  real: {list(real)}")
            for said, came in zip(part, real[start:], strict=False):
                same_line(said, came, trial)
        except Drift as error:
            drift = error
        else:
            names.known = trial.known
            return start
    raise drift or Drift(f"these lines did not come: {part}")


def same_line(shown: str, real: str, names: Names) -> None:
    told, came = _parsed(shown), _parsed(real)
    if told and came and told[0] == came[0]:
        same_json(told[1], came[1], names)
    else:
        same_text(shown.rstrip(), real.rstrip(), names)


def _parsed(line: str) -> tuple[str, Any] | None:
    """What stands before the JSON of a line, and the JSON; None for a line without any."""
    found = BEFORE_JSON.match(line)
    if found is None:
        return None
    try:
        return found[0], json.loads(line[found.end() :])
    except ValueError:
        return None


def same_answer(language: str, shown: str, real: str, names: Names) -> None:
    """A block of the guide: `json`, `http` (status, headers of which more may come, body) or `text`."""
    match language:
        case "json":
            same_json(json.loads(shown), json.loads(real), names)
        case "http":
            head, _, body = shown.partition("\n\n")
            came, _, content = real.replace("\r\n", "\n").partition("\n\n")
            _same_head(head.splitlines(), came.splitlines(), names)
            if body.strip():
                same_answer("json" if body.lstrip().startswith("{") else "text", body, content, names)
            elif content.strip():
                raise Drift(f"a body came that is not shown: {content}")
        case _:
            same_lines(shown.strip("\n").splitlines(), real.strip("\n").splitlines(), names)


def _same_head(shown: Sequence[str], real: Sequence[str], names: Names) -> None:
    same_text(shown[0], real[0].strip(), names)
    came = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in real[1:])}
    for line in shown[1:]:
        name, _, value = (part.strip() for part in line.partition(":"))
        if name.lower() not in came:
            raise Drift(f"the header {name} did not come, but {sorted(came)}")
        if name in NUMBERS and came[name.lower()].isdigit() and value.isdigit():
            continue
        same_text(value, came[name.lower()], names, name)
