"""The rules of the house that a linter does not know: sizes, names, one face a room, nothing of this machine."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_PAGE, LONGEST_MODULE, LONGEST_FUNCTION = 80, 300, 40
SHIPPED = [*ROOT.glob("builder*/**/*.py"), *ROOT.glob("bench/**/*.py"), *ROOT.glob("*.py"), *ROOT.glob("pages/*.py")]
VAGUE = {"utils", "helpers", "manager", "common", "misc"}


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_module_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SHIPPED
        if (lines := path.read_text(encoding="utf-8").count("\n"))
        > (LONGEST_PAGE if path.parent.name == "pages" or path.name == "Home.py" else LONGEST_MODULE)
    }
    assert long == {}


def test_no_function_is_too_long() -> None:
    long = [(path.name, name, n) for path in SHIPPED for name, n in functions(path) if n > LONGEST_FUNCTION]
    assert long == []


def test_every_module_says_what_it_is_for_and_has_a_name_of_its_own() -> None:
    modules = [path for path in ROOT.glob("builder*/**/*.py") if "versions" not in path.parts]
    assert [path for path in modules if ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None] == []
    assert [path for path in modules if path.stem in VAGUE] == []


def test_no_broad_except_hides_a_cause() -> None:
    broad = re.compile(r"except\s*(?:Base)?Exception\s*:\s*\n\s*(?:pass|return|continue)\b|except\s*:")
    assert [path.name for path in SHIPPED if broad.search(path.read_text(encoding="utf-8"))] == []


def test_no_file_names_a_registry_or_a_place_on_this_machine() -> None:
    # Written in two parts, so that this file does not name what it looks for.
    named = re.compile("|".join(["pypi" + r"\.org", "npmjs" + r"\.", "/work" + "/", "/ro" + "ot/", "/home/" + r"\w"]))
    assert [name for name, text in tracked_texts() if named.search(text)] == []


def tracked_texts() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in {".png", ".db", ".woff2", ".ico"}:
            yield name, path.read_text(encoding="utf-8", errors="replace")
