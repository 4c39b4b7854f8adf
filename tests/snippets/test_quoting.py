"""Whatever a value holds, it stays a value: in the languages themselves, and in every text of the room."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.snippets import all_snippets
from builder.snippets.base import AgentHere, Place, SessionHere
from builder.snippets.quoting import filled, javascript, python, shell
from tests.node.modules import node
from tests.snippets.conftest import PYTHON, run, written

HOSTILE = (
    "plain", "", "it's", 'say "no"', "back\\slash\\", "\\", "'\\''", "a\nb\r\nc\td", "$(touch pwned)", "`touch pwned`",
    "${HOME}", "$HOME", "!!", "*/ bad() /*", "// bad()", "# bad", "</script><script>bad()</script>", "<!-- x",
    "\u2028bad()\u2029", "\x85", "\x00", "\x1b[31m", "\u202egnp.exe", "é ß 漢字 😀", "${process.exit(1)}", "%s {0}",
    '"<base_url>"', "<id>", "__proto__", "'; touch pwned; '", '"; throw 1; "', '""" + bad() + """', "-o /tmp/x", "~",
)  # fmt: skip
PLACES = (
    *(Place(f"http://127.0.0.1:1/{text}", SessionHere(f"id {text}"), True) for text in HOSTILE),
    *(
        Place(f"http://127.0.0.1:1/{text}", AgentHere(text, text, 3, "structured", {text: text, "__proto__": text}))
        for text in HOSTILE
    ),
)  # fmt: skip
texts = st.text(st.characters(codec=None, exclude_categories=())) | st.sampled_from(HOSTILE)


@given(texts)
def test_python_reads_back_what_was_quoted_on_one_line_of_visible_signs(text: str) -> None:
    literal = python(text)
    assert ast.literal_eval(literal) == text
    assert literal.isprintable()


@given(st.dictionaries(texts, texts))
def test_python_reads_back_names_and_values(values: dict[str, str]) -> None:
    assert ast.literal_eval(python(values)) == values
    assert ast.literal_eval(python(tuple(values))) == list(values)


@given(texts)
def test_a_javascript_literal_is_visible_and_ends_no_script_element(text: str) -> None:
    literal = javascript(text)
    assert literal.isprintable() and "<" not in literal
    assert json.loads(literal) == json.loads(json.dumps(text)), "all escapes are those of JSON, too"


def test_node_reads_back_what_was_quoted() -> None:
    values = {text: text for text in HOSTILE}
    program = f"const a = {javascript(HOSTILE)}, b = {javascript(values)}; console.log(JSON.stringify([a, b]))"
    done = subprocess.run([node(), "-e", program.replace("\0", "")], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [list(HOSTILE), values]


def test_a_shell_reads_back_what_was_quoted(tmp_path: Path) -> None:
    program = "\n".join(f"printf '%s\\0' {shell(text)}" for text in HOSTILE)
    done = subprocess.run(["sh"], input=program.encode(), cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.decode().split("\0")[:-1] == [text.replace("\0", "") for text in HOSTILE]
    assert list(tmp_path.iterdir()) == []


def test_truth_and_numbers_are_those_of_the_language() -> None:
    assert [python(True), python(3), javascript(False), javascript(3), shell(3)] == ["True", "3", "false", "3", "'3'"]
    assert [python({}), javascript(())] == ["{}", "[]"]


def test_a_value_that_looks_like_a_mark_is_not_filled_again_and_a_mark_without_value_is_a_fault() -> None:
    assert filled('a = "<one>"', {"one": '"<two>"', "two": "bad"}, python) == r'a = "\"<two>\""'
    with pytest.raises(KeyError):
        filled('a = "<three>"', {"one": "x"}, python)


def all_texts() -> Iterator[tuple[str, str, Place]]:
    for place in PLACES:
        for snippet in all_snippets():
            for file in snippet.files(place):
                yield file.name, file.text, place


def test_every_text_of_python_is_read_and_holds_the_address_as_it_is() -> None:
    seen = 0
    for name, text, place in all_texts():
        if name.endswith(".py"):
            given = {
                node.targets[0].id: ast.literal_eval(node.value)  # type: ignore[attr-defined]
                for node in ast.parse(text).body
                if isinstance(node, ast.Assign)
            }
            assert given["BASE_URL"] == place.base_url
            if isinstance(place.here, AgentHere):
                assert given["VALUES"] == place.here.placeholders
            seen += 1
    assert seen >= len(PLACES)


def test_every_module_is_read_by_node_and_holds_the_address_as_it_is(tmp_path: Path) -> None:
    """All modules that have no packages, in one go: each is imported and says its address."""
    wanted, lines = [], []
    for number, (name, text, place) in enumerate(all_texts()):
        if name in ("interview.mjs", "agent.mjs"):
            (tmp_path / f"{number}.mjs").write_text(text, "utf-8", "surrogatepass")
            lines.append(f'import * as m{number} from "./{number}.mjs";')
            lines.append(f"said.push([m{number}.BASE_URL, m{number}.VALUES ?? {{}}]);")
            values = place.here.placeholders if isinstance(place.here, AgentHere) else {}
            through = text.count('BASE_URL = "/api"')
            wanted.append(["/api" if through else place.base_url, dict(values)])
    lines = ["const said = globalThis.said = [];", *lines, "console.log(JSON.stringify(said));"]
    (tmp_path / "all.mjs").write_text("\n".join(lines), "utf-8")
    done = run([node(), tmp_path / "all.mjs"])
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == wanted


def test_every_other_text_of_javascript_is_read(tmp_path: Path) -> None:
    files = []
    for number, (name, text, _) in enumerate(all_texts()):
        if name.endswith(".mjs") and name not in ("interview.mjs", "agent.mjs"):
            files.append(tmp_path / f"{number}.mjs")
            files[-1].write_text(text, "utf-8")
    checker = tmp_path / "checker.mjs"
    checker.write_text(
        "import vm from 'node:vm'; import fs from 'node:fs';"
        "for (const file of process.argv.slice(2)) new vm.SourceTextModule(fs.readFileSync(file, 'utf8'));",
        "utf-8",
    )
    done = run([node(), checker, *files], NODE_OPTIONS="--experimental-vm-modules --no-warnings")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("place", PLACES, ids=lambda place: repr(place.base_url[19:] + type(place.here).__name__))
def test_a_shell_program_runs_nothing_that_a_value_says(place: Place, tmp_path: Path) -> None:
    program = written(tmp_path, "curl", place)
    before = sorted(tmp_path.iterdir())
    done = run(["sh", program])
    assert done.returncode != 0, "nobody listens there"
    assert re.search(r"curl: \((3|7|22|52|56)\)", done.stderr), done.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_a_python_program_runs_nothing_that_a_value_says(tmp_path: Path) -> None:
    for number, place in enumerate(PLACES):
        folder = tmp_path / str(number)
        folder.mkdir()
        program = written(folder, "python", place)
        if "\0" not in place.base_url and number % 5 == 0:  # a process each: a sample, all are read above
            assert run([PYTHON, program]).returncode != 0
        assert sorted(folder.iterdir()) == [program]


def test_no_mark_is_left_and_no_text_holds_a_token_or_ends_a_script_element() -> None:
    for name, text, place in all_texts():
        looks_like_a_mark = any(mark in place.base_url for mark in ("<base_url>", "<id>"))
        assert looks_like_a_mark or not re.search(r'"<[a-z_]+>"', text), name
        assert "builder_" not in text.replace("builder_client", ""), name
        assert not name.endswith(".mjs") or "</script" not in text, name
