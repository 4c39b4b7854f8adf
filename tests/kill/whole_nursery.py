"""A process that has imported the whole server and forks servers from itself, so that a start costs a moment.

It reads one JSON line a server ({"database", "log"}) and answers with its process id. A server is all that
`python -m builder serve` starts, pages and API; it prints its address into its log.
"""

import importlib
import json
import os
import signal
import sys

from builder import server, wiring
from builder.interviewers.scripted import Scripted
from builder.settings import load
from builder.ui import bridge
from tests.kill.nursery import script


def serve(database: str, log: str) -> None:
    _speak_into(log)
    settings = load({"DATABASE_URL": f"sqlite:///{database}", "MAX_CONVERSATION_LENGTH": "0"})
    with bridge.using(wiring.build(settings, {"scripted": Scripted(script)})):
        server.serve("127.0.0.1", 0)


def _speak_into(log: str) -> None:
    """Nothing of the nursery's pipes stays open in a server that outlives it."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number, file in ((0, nothing), (1, said), (2, said)):
        os.dup2(file, number)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burial
    importlib.import_module("app")
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            serve(**order)
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
