"""What a program copies to talk to a session: it streams, reads where the talk stands, fetches what came out."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from builder.snippets.base import Place, SessionHere
from tests.node.modules import node
from tests.snippets.conftest import (
    BILLING,
    NOBODY,
    PYTHON,
    Served,
    read_until,
    run,
    started,
    with_packages,
    written,
)

Program = Callable[[Path, Place, str], list[str | Path]]


def curl(folder: Path, place: Place, message: str) -> list[str | Path]:
    program = written(folder, "curl", place)
    said = program.read_text("utf-8")
    assert said.count("What is still open?") == 1
    program.write_text(said.replace("What is still open?", message), "utf-8")
    return ["sh", program]


def python(folder: Path, place: Place, message: str) -> list[str | Path]:
    return [PYTHON, written(folder, "python", place), message]


def python_client(folder: Path, place: Place, message: str) -> list[str | Path]:
    return [PYTHON, written(folder, "python_client", place), message]


def javascript(folder: Path, place: Place, message: str) -> list[str | Path]:
    written(folder, "javascript", place)
    return [node(), folder / "example.mjs", message]


PROGRAMS = (curl, python, python_client, javascript)
each = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)


@each
def test_the_first_words_are_seen_while_the_reply_is_still_made(
    served: Served, program: Program, tmp_path: Path
) -> None:
    session = served.session()
    with started(program(tmp_path, served.place(session), "hang"), served.token) as process:
        assert "One moment" in read_until(process, "One moment")
        assert served.is_answering(session)
        served.stop(session)
        said = read_until(process, "no end")
    assert process.returncode == 0
    assert "COLLECTING_BASICS" in said, "where the talk stands"
    assert "null" in said or "None" in said or "Not finalized yet." in said, "there is no configuration yet"


@each
def test_it_fetches_the_configuration_of_a_finished_session(served: Served, program: Program, tmp_path: Path) -> None:
    session = served.finished_session()
    done = run(program(tmp_path, served.place(session), "say well done"), served.token)
    assert done.returncode == 0, done.stderr
    assert "well done" in done.stdout
    assert BILLING["description"] in done.stdout
    assert json.dumps(BILLING["return_type"]) in done.stdout


@each
def test_a_refusal_is_told_and_ends_the_program(served: Served, program: Program, tmp_path: Path) -> None:
    done = run(program(tmp_path, served.place(SessionHere(NOBODY)), "hello"), served.token)
    assert done.returncode != 0
    assert "This session is not there." in done.stdout + done.stderr


@each
def test_without_the_token_the_server_says_how_to_get_one(served: Served, program: Program, tmp_path: Path) -> None:
    if not served.token:
        return
    done = run(program(tmp_path, served.place(served.session()), "hello"))
    assert done.returncode != 0
    assert "builder token create" in done.stdout + done.stderr


@each
def test_no_program_shows_the_token(served: Served, program: Program, tmp_path: Path) -> None:
    session = served.session()
    command = program(tmp_path, served.place(session), "hang")
    with started(command, served.token or "builder_secret") as process:
        said = read_until(process, "One moment")
        shown = "".join(command_lines())
        served.stop(session)
        said += read_until(process, "no end")
    assert str(session.id) in shown or program is not curl, "the list of processes was really read"
    for text in (said, shown):
        assert (served.token or "builder_secret") not in text


@pytest.mark.parametrize("program", [python, javascript], ids=lambda program: program.__name__)
def test_half_an_answer_is_taken_back_and_a_failed_one_is_told(
    served: Served, program: Program, tmp_path: Path
) -> None:
    again = run(program(tmp_path, served.place(served.session()), "back"), served.token)
    assert "Only half\n(again)\nThe whole answer." in again.stdout
    failed = run(program(tmp_path, served.place(served.session()), "down"), served.token)
    assert failed.returncode != 0
    assert "The model cannot be reached. Try again later." in failed.stdout + failed.stderr


@pytest.mark.parametrize("program", [python, python_client, javascript], ids=lambda program: program.__name__)
def test_words_with_odd_line_ends_come_whole(served: Served, program: Program, tmp_path: Path) -> None:
    odd = "one\u2028two\x85three\u2029 é 😀 data: x"
    done = run(program(tmp_path, served.place(served.session()), f"say {odd}"), served.token)
    assert done.returncode == 0, done.stderr
    assert odd in done.stdout


def command_lines() -> Iterator[str]:
    """Of all processes, as everybody on the machine may see them."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it ended meanwhile
            yield file.read_text("utf-8", "replace")


def test_the_types_fit_the_module(served: Served, tmp_path: Path) -> None:
    written(tmp_path, "javascript", served.place(served.session()))
    (tmp_path / "use.mts").write_text(
        """
        import { send, status, talk, configuration, stop, Refused, BASE_URL, type Happening } from "./interview.mjs";
        for await (const one of send("hello", { baseUrl: BASE_URL, signal: AbortSignal.timeout(9) })) {
          const seen: Happening = one; seen.text.trim();
        }
        (await status()).missing.join(); (await talk()).opening.suggestions.join(); await stop();
        const whole: Record<string, unknown> | null = await configuration();
        new Refused().status.toFixed();
        // @ts-expect-error a message is a text
        send(1);
        """,
        "utf-8",
    )
    assert_types(tmp_path, "use.mts")


def assert_types(folder: Path, *files: str) -> None:
    with_packages(folder)
    config = folder / "tsconfig.snippets.json"
    config.write_text(json.dumps({"extends": "./tsconfig.json", "include": files}), "utf-8")
    done = run([node(), folder / "node_modules" / "typescript" / "bin" / "tsc", "-p", str(config)])
    assert done.returncode == 0, done.stdout
