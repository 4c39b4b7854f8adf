"""Parts of the terminal talk by themselves: harmless words, lines between words, four packs of words, a locked port."""

import string
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.settings import Settings
from builder.terminal import within
from builder.terminal.flow import Flow
from builder.terminal.safe import columns, harmless, writable
from builder.terminal.start import address_of
from builder.terminal.words import spoken_here, words
from builder_client import Client

STEERING = {chr(code) for code in (*range(32), 127, *range(128, 160))} - {"\n", "\t"}


@given(st.text())
def test_no_text_can_steer_a_terminal(text: str) -> None:
    shown = harmless(text)
    assert not STEERING & set(shown)
    assert harmless(shown) == shown
    shown.encode()


@given(st.text(), st.sampled_from(["ascii", "latin-1", "cp1252", "utf-8", "shift_jis"]))
def test_every_text_can_be_written_in_every_encoding(text: str, encoding: str) -> None:
    writable(harmless(text), encoding).encode(encoding)


@given(st.lists(st.text(string.ascii_lowercase + " \n漢", max_size=30)), st.integers(16, 60))
def test_lines_break_only_between_words_and_keep_all_of_them(pieces: list[str], width: int) -> None:
    out: list[str] = []
    flow = Flow(out.append, width)
    for piece in pieces:
        flow.feed(piece)
    flow.end()
    shown = "".join(out)
    assert "".join(shown.split()) == "".join("".join(pieces).split())
    if len(pieces) == 1:
        assert all(columns(line) <= width or " " not in line.strip() for line in shown.splitlines())


def test_a_pipe_gets_lines_as_they_are() -> None:
    out: list[str] = []
    flow = Flow(out.append, 0)
    flow.feed("word " * 50)
    flow.end()
    assert "".join(out).count("\n") == 1


def test_all_languages_have_the_same_words_with_the_same_gaps() -> None:
    def gaps(language: str) -> dict[str, set[str]]:
        table = words(language).table
        found = {key: {name for _, name, _, _ in string.Formatter().parse(text) if name} for key, text in table.items()}
        return {key: names for key, names in found.items() if not key.startswith("field.")}

    assert gaps("de") == gaps("es") == gaps("fr") == gaps("en")


def test_every_word_is_used() -> None:
    room = Path(within.__file__).parent
    code = "".join(path.read_text("utf-8") for path in room.glob("*.py"))
    steps = ("_step",)
    unused = [key for key in words("en").table if f'"{key}"' not in code and not key.startswith("field.")]
    assert [key for key in unused if not (key.endswith(steps) and f'"{key.removesuffix("_step")}"' in code)] == []


@pytest.mark.parametrize(
    ("environment", "language"),
    [({}, "en"), ({"LANG": "de_AT.UTF-8"}, "de"), ({"LC_ALL": "C", "LANG": "de_DE"}, "en"), ({"LANG": "pt_BR"}, "en")],
)
def test_the_language_is_that_of_the_environment(environment: dict[str, str], language: str) -> None:
    assert spoken_here(environment) == language


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "http://127.0.0.1:8501"),
        ("::", "http://[::1]:8501"),
        ("::1", "http://[::1]:8501"),
        ("agents.example", "http://agents.example:8501"),
    ],
)
def test_the_usual_server_is_that_of_the_settings(host: str, address: str) -> None:
    assert address_of(Settings(host=host)) == address


def test_the_port_of_a_talk_opens_to_nobody_else(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'talk.db'}")
    with within.served(settings) as (address, key):
        with httpx.Client(base_url=address, trust_env=False) as other:
            for path in ("/api/v1/sessions", "/api/healthz", "/api/openapi.json", "/"):
                found = other.get(path, headers={"Authorization": "Bearer guess"})
                assert found.status_code in (401, 404)
                assert "session" not in found.text
            assert other.get("/api/v1/sessions").status_code == 401
        with Client(address, key) as mine:
            assert list(mine.sessions.list()) == []
