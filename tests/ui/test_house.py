"""Rules of the pages' room."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "Home.py", *sorted((ROOT / "pages").glob("*.py"))]
ROOM = [file for file in (ROOT / "builder" / "ui").rglob("*.py") if "chat" not in file.parts]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_draws_inside_open_page_and_is_short(page: Path) -> None:
    lines = page.read_text("utf-8").splitlines()
    code = [line for line in lines if line and not line.startswith(("import ", "from ", '"""', "#"))]
    assert re.match(r"with open_page\(.*\) as page:", code[0]), "the first thing a page does"
    assert all(line.startswith("    ") for line in code[1:])
    assert len(lines) <= 80


@pytest.mark.parametrize("file", [*ROOM, *PAGES], ids=lambda file: file.name)
def test_only_state_names_keys_of_the_session_state(file: Path) -> None:
    if file.name != "state.py":
        assert not re.search(
            r"session_state\s*(\[\s*f?[\"']|\.(?!get\b)[a-z_]+|\.get\(\s*f?[\"'])", file.read_text("utf-8")
        )


@pytest.mark.parametrize("file", [*ROOM, *PAGES], ids=lambda file: file.name)
def test_no_element_is_allowed_to_run_html_or_scripts(file: Path) -> None:
    code = file.read_text("utf-8")
    assert "unsafe_allow" not in code
    assert "components.v1" not in code
    if file.name != "style.py":
        assert "st.html" not in code


@pytest.mark.parametrize("file", [*ROOM, *PAGES], ids=lambda file: file.name)
def test_no_exception_is_swallowed(file: Path) -> None:
    assert not re.search(r"except(\s+Exception|\s*:)", file.read_text("utf-8"))
