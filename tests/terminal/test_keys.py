"""The talk at a real terminal: words come as they are made, Ctrl-C stops them, an interview ends in a saved agent."""

import json
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from builder.core.agent import contract_schema
from builder_client import Client
from tests.terminal.keys import CTRL_C, CTRL_D, at_keys


def test_an_interview_by_typed_lines_ends_in_a_saved_agent_and_a_file(alone: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "MailSorter.json"
    with at_keys("--language", "en", environment=alone) as keys:
        keys.wait_for("> ")
        keys.say("Sort our support e-mails by topic and urgency, so that the ticket system can route them.")
        assert "Outputs. 45 % done." in keys.say("priority (low, medium or high), topic, and a confidence from 0 to 1")
        answers = iter(["You decide"] * 6)
        while "Yes, finish it" not in (shown := keys.say(next(answers))):
            assert "% done" in shown
        assert "The configuration is complete." in keys.say("1")
        assert "Saved as" in keys.say("/save first")
        assert "Written to" in keys.say(f"/file {file}")
        keys.type("/quit")
        keys.wait_for("python -m builder chat --session")
        assert keys.end() == 0
    Draft202012Validator(contract_schema()).validate(json.loads(file.read_text("utf-8")))


def test_a_finished_agent_is_offered_to_be_saved_before_leaving(alone: dict[str, str]) -> None:
    with at_keys("--mode", "quick", "--language", "de", environment=alone) as keys:
        keys.wait_for("> ")
        shown = keys.say("Ein Agent, der unsere Support-Mails für ein Programm nach Dringlichkeit ordnet.")
        for answer in ["Daten für ein Programm", "dringlichkeit (hoch oder niedrig)", *["Entscheide du"] * 6, "Ja"]:
            if "Die Konfiguration ist fertig." in shown:
                break
            shown = keys.say(answer)
        assert "Die Konfiguration ist fertig." in shown
        keys.press(CTRL_D)
        keys.wait_for("Den Agenten vorher speichern?")
        keys.type("j")
        assert "Gespeichert als" in keys.wait_for("Version 1.")
        assert keys.end() == 0


def test_words_are_on_the_screen_long_before_the_reply_is_whole(server: str, alone: dict[str, str]) -> None:
    with at_keys("--server", server, environment=alone) as keys:
        keys.wait_for("> ")
        keys.type("slow 100")
        keys.wait_for("word0")
        began = time.monotonic()
        keys.wait_for("word99")
        assert time.monotonic() - began > 1.0


def test_ctrl_c_stops_the_reply_and_keeps_what_was_said(server: str, alone: dict[str, str]) -> None:
    with at_keys("--server", server, environment=alone) as keys, Client(server) as client:
        keys.wait_for("> ")
        keys.type("slow 2000")
        keys.wait_for("word5 ")
        keys.press(CTRL_C)
        keys.wait_for("Stopped. What was said is kept.")
        keys.wait_for("> ")
        assert "You said: hello" in keys.say("hello")
        newest = next(client.sessions.list()).session_id
        states = [message.state for message in client.sessions.talk(newest) if message.role == "model"]
        assert states == ["done", "stopped"]


def test_a_second_ctrl_c_leaves(server: str, alone: dict[str, str]) -> None:
    with at_keys("--server", server, environment=alone) as keys:
        keys.wait_for("> ")
        keys.type("hang")
        keys.wait_for("One moment")
        keys.press(CTRL_C)
        keys.wait_for("Stopped.")
        keys.wait_for("> ")
        keys.listens()
        keys.press(CTRL_C)
        keys.wait_for("--session")
        assert keys.end() == 130


def test_ctrl_c_at_an_empty_line_asks_before_it_leaves(server: str, alone: dict[str, str]) -> None:
    with at_keys("--server", server, environment=alone) as keys:
        keys.wait_for("> ")
        keys.listens()
        keys.press(CTRL_C)
        keys.wait_for("or go on typing.\n> ")
        assert "You said: still here" in keys.say("still here")
        keys.listens()
        keys.press(CTRL_C)
        keys.wait_for("Press Ctrl-C again to leave")
        keys.listens()
        keys.press(CTRL_C)
        assert keys.end() == 130


def test_what_a_model_writes_cannot_steer_the_terminal(server: str, alone: dict[str, str]) -> None:
    with at_keys("--server", server, environment={**alone, "NO_COLOR": "1"}) as keys, Client(server) as client:
        evil = "\x1b[2J\x1b]0;title\x07\x9b31m \u202egnp.exe \x08\x08 red"
        session = client.sessions.create(message=f"say {evil}").session_id
        assert session
        keys.wait_for("> ")
        keys.say(f"/open {session}")
        after = keys.seen[keys.seen.index("/open") :]
    for steering in ("\x1b[2J", "\x1b]0;", "\x07", "\x9b", "\u202e", "\x08"):
        assert steering not in after
    assert "gnp.exe" in after


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_lines_break_between_words_at_any_width(server: str, alone: dict[str, str], columns: int) -> None:
    with at_keys("--server", server, environment=alone, columns=columns) as keys:
        keys.wait_for("> ")
        shown = keys.say("slow 30")
    lines = [line for line in shown.splitlines() if line.startswith("word")]
    assert lines and all(len(line) <= columns for line in lines)
    assert " ".join(" ".join(lines).split()) == " ".join(f"word{number}" for number in range(30))


def test_colours_are_for_those_who_want_them(server: str, alone: dict[str, str]) -> None:
    def shown(**more: str) -> str:
        with at_keys("--server", server, environment={**alone, **more}) as keys:
            keys.wait_for("> ")
            keys.type("/quit")
            keys.end()
            return keys.seen

    assert "\x1b[2m" in shown()
    assert "\x1b[2m" not in shown(TERM="dumb")
