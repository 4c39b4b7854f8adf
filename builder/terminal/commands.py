"""What can be typed beside messages: lines that begin with a slash."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from builder.terminal.conversation import Conversation
from builder.terminal.drawing import COMPLETED, title
from builder.terminal.screen import ALARM, FAINT
from builder_client import SessionStatus

LISTED = 20


class Quit(Exception):
    """The person is done."""


def is_command(line: str) -> bool:
    return line.startswith("/")


def run(talk: Conversation, line: str) -> None:
    """Does what the line asks for. Raises Quit, and what the server refuses."""
    name, _, rest = line.partition(" ")
    does = COMMANDS.get(name.lower())
    if does is None:
        _refused(talk, "no_command", name=name)
    else:
        does(talk, rest.strip())
    talk.screen.blank()


def _help(talk: Conversation, _: str) -> None:
    talk.screen.say(talk.words("help").strip("\n"))


def _undo(talk: Conversation, _: str) -> None:
    if talk.client.sessions.talk_page(talk.session_id, limit=1).can_undo:
        _stepped(talk, talk.client.sessions.undo(talk.session_id), "undone")
    else:
        talk.screen.say(talk.words("nothing_undone"))


def _redo(talk: Conversation, _: str) -> None:
    if talk.client.sessions.talk_page(talk.session_id, limit=1).can_redo:
        _stepped(talk, talk.client.sessions.redo(talk.session_id), "redone")
    else:
        talk.screen.say(talk.words("nothing_redone"))


def _stepped(talk: Conversation, status: SessionStatus, done: str) -> None:
    talk.unsaved = status.stage == COMPLETED
    talk.screen.say(f"{talk.words(done)} {talk.words('progress', n=status.progress)} {_open(talk, status)}", FAINT)
    talk.show_latest()


def _open(talk: Conversation, status: SessionStatus) -> str:
    """What keeps the configuration from being complete."""
    if status.missing:
        return talk.words("incomplete", fields=", ".join(title(talk.words, name) for name in status.missing))
    return talk.words("nothing_missing" if status.stage == COMPLETED else "to_agree")


def _config(talk: Conversation, _: str) -> None:
    found: Any = talk.client.sessions.configuration(talk.session_id)
    if found is not None:
        talk.screen.say(_json(found))
        return
    session = talk.client.sessions.get(talk.session_id)
    talk.screen.say(_json({name: entry.value for name, entry in session.draft.items()}))
    talk.screen.say(_open(talk, session), FAINT)


def _accept(talk: Conversation, name: str) -> None:
    if _has(talk, name, "/accept NAME"):
        talk.client.sessions.accept(talk.session_id, name)
        talk.screen.say(talk.words("accepted", field=title(talk.words, name)))


def _refuse(talk: Conversation, name: str) -> None:
    if _has(talk, name, "/refuse NAME"):
        talk.client.sessions.refuse(talk.session_id, name)
        talk.screen.say(talk.words("refused", field=title(talk.words, name)))


def _save(talk: Conversation, note: str) -> None:
    saved = talk.client.sessions.save(talk.session_id, note=note)
    talk.unsaved = False
    name = talk.client.agents.get(saved.agent_id).name
    talk.screen.say(talk.words("saved", name=name, version=saved.version))


def _file(talk: Conversation, name: str) -> None:
    """Never over another file."""
    if not _has(talk, name, "/file NAME.json"):
        return
    found = talk.client.sessions.configuration(talk.session_id)
    if found is None:
        talk.troubled = True
        talk.screen.say(_open(talk, talk.client.sessions.status(talk.session_id)), ALARM)
        return
    path = Path(name).expanduser()
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_json(found) + "\n")
    except FileExistsError:
        _refused(talk, "exists", file=path)
    except (OSError, ValueError, RuntimeError) as error:
        _refused(talk, "unwritable", file=path, reason=getattr(error, "strerror", None) or error)
    else:
        talk.screen.say(talk.words("written", file=path))


def _again(talk: Conversation, _: str) -> None:
    if not talk.tell_again():
        talk.screen.say(talk.words("nothing_again"))


def _sessions(talk: Conversation, _: str) -> None:
    cards = [card for card, _ in zip(talk.client.sessions.list(), range(LISTED), strict=False)]
    talk.listed = tuple(card.session_id for card in cards)
    for number, card in enumerate(cards, 1):
        here = "*" if card.session_id == talk.session_id else " "
        title = " ".join((card.title or talk.words("untitled")).split())
        talk.screen.say(f"{here}{number:>2}  {title}  ({card.progress} %)")
    if not cards:
        talk.screen.say(talk.words("no_sessions"))


def _open_talk(talk: Conversation, which: str) -> None:
    if not _has(talk, which, "/open ID"):
        return
    if which.isascii() and which.isdigit() and len(which) < 4:
        if not 1 <= int(which) <= len(talk.listed):
            _refused(talk, "no_number", n=which)
            return
        which = talk.listed[int(which) - 1]
    talk.open(which)


def _new(talk: Conversation, _: str) -> None:
    talk.begin()


def _quit(_: Conversation, __: str) -> None:
    raise Quit


def _has(talk: Conversation, word: str, usage: str) -> bool:
    if not word:
        talk.troubled = True
        talk.screen.say(talk.words("needs", name=usage.split()[0], usage=usage), ALARM)
    return bool(word)


def _refused(talk: Conversation, word: str, **gaps: object) -> None:
    talk.troubled = True
    talk.screen.say(f"{talk.words(word, **gaps)} {talk.words(f'{word}_step')}", ALARM)


def _json(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2)


COMMANDS: Mapping[str, Callable[[Conversation, str], None]] = {
    "/help": _help,
    "/undo": _undo,
    "/redo": _redo,
    "/config": _config,
    "/accept": _accept,
    "/refuse": _refuse,
    "/save": _save,
    "/file": _file,
    "/again": _again,
    "/sessions": _sessions,
    "/open": _open_talk,
    "/new": _new,
    "/quit": _quit,
}
