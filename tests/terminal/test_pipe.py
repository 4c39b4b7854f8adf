"""The talk without a terminal: one message a line in, plain words out, and an exit code; `piped` is a real process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from builder.terminal.words import words as words_in
from builder_client import Client
from tests.api.conftest import serving
from tests.api.test_quotas import limited
from tests.client.fake import answering, problem
from tests.servers import ROOT
from tests.terminal.inside import called

SECRET = "builder_0123456789ab_aVerySecretTokenThatNobodyMaySee"
COMMAND = [sys.executable, "-m", "builder", "chat"]


def piped(
    lines: Sequence[str | bytes], environment: dict[str, str], *options: str
) -> "subprocess.CompletedProcess[bytes]":
    said = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines) + b"\n"
    command = [*COMMAND, "--language", "en", *options]
    return subprocess.run(command, cwd=ROOT, env=environment, input=said, capture_output=True, timeout=60, check=False)


def talked(
    lines: Sequence[str], environment: dict[str, str], *options: str, language: str = "en"
) -> "subprocess.CompletedProcess[str]":
    """The same talk inside this process."""
    said = "".join(f"{line}\n" for line in lines).encode()
    return called("chat", "--language", language, *options, given=said, environment=environment)


@pytest.fixture(scope="module")
def guided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that the offline guide leads."""
    with serving(tmp_path_factory.mktemp("guided")) as http:
        yield str(http.base_url)


def test_an_interview_by_lines_ends_in_a_saved_agent_and_a_file(alone: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "made.json"
    lines = ["Sort our support e-mails by topic and urgency, so that the ticket system can route them."]
    lines += ["Data for a program", "priority (low, medium or high), topic, and a confidence between 0 and 1"]
    lines += ["You decide"] * 3 + ["1", "/save", f"/file {file}", "/config"]
    done = piped(lines, alone)
    shown = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Saved as SupportMailSorter, version 1." in shown
    assert json.loads(file.read_text("utf-8"))["name"] == "SupportMailSorter"
    assert "this talk uses the database directly" in shown
    assert "\x1b" not in shown
    again = piped(["/sessions", "/open 2", "/config"], alone)
    assert "SupportMailSorter  (100 %)" in again.stdout.decode()
    assert '"name": "SupportMailSorter"' in again.stdout.decode()


def test_every_command_does_what_it_says(server: str, alone: dict[str, str], tmp_path: Path) -> None:
    lines = ["/help", "/undo", "name Sorter", "name Other", "/undo", "/redo", "/config", "/new", "/sessions", "/again"]
    done = piped([*lines, "/quit", "never said"], alone, "--server", server)
    shown = done.stdout.decode()
    assert done.returncode == 0, shown
    for words in ("/undo, /redo", "Changed: Name.", "Taken back.", "Done again.", '"name": "Other"', "Still missing:"):
        assert words in shown
    assert "There is nothing to send again." in shown
    assert shown.count("There is nothing to take back.") == 1
    assert "never said" not in shown


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/nonsense", "There is no command /nonsense. /help shows all of them."),
        ("/open 77", "There is no number 77 in the list. /sessions shows the list."),
        ("/open nothing", "There is no such session."),
        ("/open", "/open needs a word more: /open ID"),
        ("/accept", "/accept needs a word more: /accept NAME"),
        ("/accept colour", "There is no field “colour”."),
        ("/save", "description is empty"),
        ("/file out.json", "It is not complete yet. Still missing:"),
        ("fail", "The model did not answer. Try again in a moment."),
    ],
)
def test_what_does_not_work_says_why_and_what_to_do(server: str, alone: dict[str, str], line: str, words: str) -> None:
    done = talked([line, "say still alive"], alone, "--server", server)
    assert words in done.stdout
    assert "still alive" in done.stdout
    assert done.returncode == 1


def test_a_message_that_failed_is_kept_and_sent_again_as_the_same(server: str, alone: dict[str, str]) -> None:
    shown = talked(["fail", "/again"], alone, "--server", server).stdout
    assert "Your message is kept: /again sends it once more." in shown
    assert "This time it worked." in shown
    session = shown.rpartition("--session ")[2].strip()
    with Client(server) as client:
        assert [message.role for message in client.sessions.talk(session)].count("user") == 1


def test_a_file_is_never_written_over_another_nor_anywhere_it_cannot_be(
    guided: str, alone: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "there.json").write_text("mine")
    spec = "An agent called Helper that answers questions of guests in a chat, friendly, about the menu."
    lines = [spec, *["You decide"] * 5, "Yes", f"/file {tmp_path}/there.json", f"/file {tmp_path}/no/such/x.json"]
    shown = talked([*lines, "/file a\0b"], alone, "--server", guided, "--mode", "quick").stdout
    assert "there.json already. Give another name." in shown
    assert shown.count("could not be written") == 2
    assert (tmp_path / "there.json").read_text() == "mine"


def test_numbers_pick_answers_and_a_backslash_says_it_as_it_is(server: str, alone: dict[str, str]) -> None:
    shown = talked(["hello", "2", r"\2", r"\/help", "9", "one\\", "two"], alone, "--server", server).stdout
    said = [line for line in shown.splitlines() if line.startswith("You said:")]
    assert said == [f"You said: {words}" for words in ("hello", "You decide", "2", "/help", "9", "one")]
    assert "You said: one\ntwo" in shown


def test_a_used_up_month_is_told_as_such_and_not_as_haste(alone: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    with limited(folder, messages=1) as http:
        done = talked(["hello", "hello again"], alone, "--server", str(http.base_url))
    assert "This month's messages are used up: 1 of 1." in done.stdout
    assert "in a short time" not in done.stdout
    assert done.returncode == 1


def test_a_session_is_gone_on_with(server: str, alone: dict[str, str]) -> None:
    with Client(server) as client:
        session = client.sessions.create(message="say We were here").session_id
        shown = talked(["say and go on"], alone, "--server", server, "--session", session).stdout
        assert shown.index("We were here") < shown.index("and go on")
        assert len(list(client.sessions.talk(session))) == 4


def test_an_output_without_letters_for_it_gets_the_nearest(server: str, alone: dict[str, str]) -> None:
    with Client(server) as client:
        session = client.sessions.create(message="say “Crème brûlée” – 漢 …").session_id
    ascii_only = {**alone, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    shown = piped(["/quit"], ascii_only, "--server", server, "--session", session).stdout
    assert b'"Creme brulee" - ? ...' in shown


def test_bytes_that_are_no_text_do_not_stop_the_talk(server: str, alone: dict[str, str]) -> None:
    done = piped([b"say \xff\xfe odd", "", "   ", "say fine"], alone, "--server", server)
    assert "fine" in done.stdout.decode()
    assert done.returncode == 0


@pytest.mark.parametrize(("language", "hello"), [("en", "Type what"), ("de", "Schreib, was"), ("es", "Escribe qué")])
def test_it_speaks_the_language_that_is_asked_for(
    server: str, alone: dict[str, str], language: str, hello: str
) -> None:
    assert hello in talked(["/help"], alone, "--server", server, language=language).stdout


def test_without_being_asked_it_speaks_the_language_of_the_machine(server: str, alone: dict[str, str]) -> None:
    french = {**alone, "LC_ALL": "fr_FR.UTF-8", "PYTHONUTF8": "1"}
    command = [*COMMAND, "--server", server]
    done = subprocess.run(command, cwd=ROOT, env=french, input=b"/help\n", capture_output=True, timeout=60, check=True)
    assert "Écrivez ce" in done.stdout.decode()


def test_a_server_that_is_not_there_is_told_and_nothing_else_happens(alone: dict[str, str], tmp_path: Path) -> None:
    done = piped(["hello"], alone, "--server", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "Nobody answers at 127.0.0.1:9." in done.stderr.decode()
    assert not (tmp_path / "talk.db").exists()


def test_a_token_comes_from_the_environment_and_shows_nowhere(alone: dict[str, str], tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True, api_tokens="required") as http:
        for token in ("", SECRET):
            done = piped(["hello"], {**alone, "AGENT_BUILDER_TOKEN": token}, "--server", str(http.base_url))
            assert done.returncode == 1
            assert b"AGENT_BUILDER_TOKEN" in done.stderr and b"Bearer" not in done.stderr
            assert words_in("en")("hello") not in done.stdout.decode()
            assert SECRET.encode() not in done.stdout + done.stderr
    with answering(lambda *_: problem(404, "not-found")) as fake:
        talked(["hello"], {**alone, "AGENT_BUILDER_TOKEN": SECRET}, "--server", fake.url)
        assert fake.heard[0].headers["authorization"] == f"Bearer {SECRET}"


def test_too_many_messages_are_told_with_the_time_to_wait(alone: dict[str, str], tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True, chat_limit="1/hour") as http:
        shown = talked(["say one", "say two"], alone, "--server", str(http.base_url)).stdout
    assert "too many messages in a short time" in shown
    assert "then type /again." in shown


def test_a_database_that_cannot_be_used_is_told_in_words(alone: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"This is no database at all. " * 50)
    done = piped(["hello"], {**alone, "DATABASE_URL": f"sqlite:///{tmp_path / 'broken.db'}"})
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"database" in done.stderr


def test_who_reads_may_stop_reading(server: str, alone: dict[str, str]) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [*COMMAND, "--server", server]
    with os.fdopen(write, "wb") as nobody:
        process = subprocess.Popen(
            command, cwd=ROOT, env=alone, stdin=subprocess.PIPE, stdout=nobody, stderr=subprocess.PIPE
        )
        _, said = process.communicate(b"hello\n", timeout=60)
    assert (process.returncode, said) == (1, b"")
