"""`python -m builder chat`: finds a server, or is one itself, and leads the talk to its end."""

import os
import sys
from argparse import Namespace
from contextlib import ExitStack, suppress

from builder import settings
from builder.settings import Settings
from builder.terminal import commands
from builder.terminal.conversation import Conversation
from builder.terminal.screen import FAINT, Screen
from builder.terminal.typed import Left, Typed, of_the_process
from builder.terminal.words import spoken_here, words
from builder.ui.words import Words
from builder_client import BuilderError as ClientError
from builder_client import Client, Patience, Unauthorized

TOKEN = "AGENT_BUILDER_TOKEN"
LEFT = 130  # as shells say that Ctrl-C ended it
PATIENCE = Patience(longest_pause=5.0)  # whoever waits longer should know for what
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}


def run(options: Namespace) -> int:
    """0: all went well; 1: something did not; 130: Ctrl-C was pressed twice."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        with ExitStack() as stack:
            return _run(options, stack)
    except (ClientError, Left) as ended:
        if isinstance(ended, ClientError):
            Screen(sys.stderr).say(_told(ended, words(options.language or spoken_here())))
        return LEFT if isinstance(ended, Left) else 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python writes once more at its end
        return 1


def _run(options: Namespace, stack: ExitStack) -> int:
    language = options.language or spoken_here()
    screen, said = Screen(sys.stdout), words(language)
    typed = of_the_process(screen, said("press_again"))
    client = _client(options.server, screen, said, stack)
    talk = Conversation(client, screen, said, mode=options.mode, language=language)
    if options.session:
        talk.open(options.session)
    else:
        talk.begin(said("hello"))
    screen.blank()
    try:
        with suppress(commands.Quit):
            for line in typed.lines():
                _take(talk, typed, line)
        _offer_to_save(talk, typed)
    finally:
        screen.say(said("bye", id=talk.session_id), FAINT)
    return 1 if talk.troubled and not typed.by_hand else 0


def _told(error: ClientError, said: Words) -> str:
    """A program sends a token as a header; whoever sits here puts it into the environment."""
    if isinstance(error, Unauthorized) and error.status == 401:
        return f"{error.reason} {said('unauthorized_step')}"
    return str(error)


def _take(talk: Conversation, typed: Typed, line: str) -> None:
    """One typed line: a command or a message."""
    try:
        if commands.is_command(line.strip()):
            commands.run(talk, line.strip())
        elif answer := talk.answer_of(line):
            talk.tell(answer)
    except ClientError as error:
        talk.tell_trouble(error)
        talk.screen.blank()
    except KeyboardInterrupt:
        typed.interrupt()


def _offer_to_save(talk: Conversation, typed: Typed) -> None:
    said = talk.words
    if typed.by_hand and talk.unsaved:
        answer = typed.line(said("save_first"))
        if answer is not None and answer.strip().lower() in said("yes").split():
            _take(talk, typed, "/save")


def _client(server: str | None, screen: Screen, said: Words, stack: ExitStack) -> Client:
    """Of the server that was named; else of the one of the settings; else of one inside this process."""
    token = os.environ.get(TOKEN) or None
    if server:
        named = stack.enter_context(Client(server, token, patience=PATIENCE))
        named.health()
        screen.say(said("at_server", server=server), FAINT)
        return named
    chosen = settings.load()
    usual = address_of(chosen)
    there = Client(usual, token, patience=Patience(retries=0))
    if _answers(there):
        there.close()
        screen.say(said("at_server", server=usual), FAINT)
        return stack.enter_context(Client(usual, token, patience=PATIENCE))
    there.close()
    from builder.terminal import within  # the API takes a second to load; beside a server nothing needs it

    screen.say(said("within", server=usual), FAINT)
    address, key = stack.enter_context(within.served(chosen))
    return stack.enter_context(Client(address, key, patience=PATIENCE))


def _answers(client: Client) -> bool:
    try:
        client.health()
    except ClientError:
        return False
    return True


def address_of(chosen: Settings) -> str:
    """Where a server with these settings is to be reached from here."""
    host = _EVERYWHERE.get(chosen.host, chosen.host)
    return f"http://{host if ':' not in host or host.startswith('[') else f'[{host}]'}:{chosen.port}"
