"""What the checks of all targets share. It runs in the environments of the targets: nothing but the standard library.

A check is a module `tests/exports/checks/<environment>/<exporter>.py` with two functions, and `frame.main` at its end:
`check(case)` loads (and where it can, runs) the files with the platform's own library and raises when they are refused
or do not do what the configuration says; `mutants(case)` gives broken copies of the files, each to be refused.
"""

import json
import socket
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Files = dict[str, str]
Mutant = tuple[str, Files]


@dataclass(frozen=True)
class Case:
    """One export. `values` fill the placeholders; `system` and `user` are the two texts filled with them, `system` with
    the sections of `builder.exporters.instructions`; `folder` is an empty one of its own."""

    name: str
    files: Files
    config: Mapping[str, Any]
    values: Mapping[str, str]
    system: str
    user: str
    notes: list[str]
    folder: Path

    def written(self) -> Path:
        """The folder, with the files in it."""
        for path, content in self.files.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode())
        return self.folder

    @property
    def main(self) -> str:
        """The content of the main file."""
        return next(iter(self.files.values()))


def main(check: Callable[[Case], None], mutants: Callable[[Case], Iterable[Mutant]]) -> None:
    """Reads cases from the file named on the command line; writes a JSON verdict a line to the other one."""
    stay_at_home()
    source, target = map(Path, sys.argv[1:3])
    with target.open("w") as out:
        for number, told in enumerate(json.loads(source.read_text())):
            folder = source.parent / f"case{number}"
            is_mutated = told.pop("mutate")
            case = Case(folder=folder / "whole", **told)
            out.write(json.dumps({"name": case.name, "error": _error_of(check, case)}) + "\n")
            for place, (label, files) in enumerate(mutants(case) if is_mutated else ()):
                broken = Case(folder=folder / f"mutant{place}", **{**told, "files": files})
                error = _error_of(check, broken)
                out.write(json.dumps({"name": case.name, "mutant": label, "error": error}) + "\n")


def _error_of(check: Callable[[Case], None], case: Case) -> str:
    """"" when the files are fine; whatever else it is, an error of the library is the verdict."""
    case.folder.mkdir(parents=True, exist_ok=True)
    try:
        check(case)
    except Exception as error:  # noqa: BLE001 - the verdict on files, by whatever error the library has
        return f"{type(error).__name__}: {error}"[:600] + f" ({_line_of(error)})"
    return ""


def _line_of(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "exports" in frame.filename] or frames
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}"


def stay_at_home() -> None:
    """From here on no connection leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host not in ("", "127.0.0.1", "::1", "localhost"):
            raise ConnectionRefusedError(f"a check wanted to reach {host}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]


def demand(is_so: object, what: str) -> None:
    """Raises AssertionError, also where Python leaves out asserts."""
    if not is_so:
        raise AssertionError(what)


def with_json(files: Files, change: Callable[[Any], None], path: str | None = None) -> Files:
    """The files with a changed copy of the JSON value in one of them (the main one when no path is given)."""
    path = path or next(iter(files))
    value = json.loads(files[path])
    change(value)
    return {**files, path: json.dumps(value)}


def json_mutants(
    files: Files, needed: Iterable[str], wrong: Mapping[str, Any], path: str | None = None
) -> Iterator[Mutant]:
    """An unknown key; each needed key missing; each key of `wrong` with its wrong value. Keys are dotted ways."""
    yield "unknown key", with_json(files, lambda value: value.update(an_unknown_key=1), path)
    for way in needed:
        yield f"no {way}", with_json(files, lambda value, way=way: _remove(value, way), path)
    for way, broken in wrong.items():
        yield f"wrong {way}", with_json(files, lambda value, way=way, broken=broken: _put(value, way, broken), path)
    yield "not JSON", {**files, (path or next(iter(files))): "{"}


def _holder(value: Any, way: str) -> tuple[Any, Any]:
    *above, last = way.split(".")
    for key in above:
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value, int(last) if isinstance(value, list) else last


def _remove(value: Any, way: str) -> None:
    holder, key = _holder(value, way)
    del holder[key]


def _put(value: Any, way: str, broken: Any) -> None:
    holder, key = _holder(value, way)
    holder[key] = broken
