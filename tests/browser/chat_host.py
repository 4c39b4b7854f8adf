"""The real server and pages with a scripted interviewer (see `tests/scripts.py`). A program.

`python -m tests.browser.chat_host PORT`; the address is printed as the real command prints it.
"""

import sys

from builder import server, settings, wiring
from builder.interviewers.scripted import Scripted
from builder.ui import bridge
from tests.scripts import script


def main(port: int) -> None:
    app = wiring.build(settings.load(), {"scripted": Scripted(script)})
    with bridge.using(app):
        server.serve("127.0.0.1", port)


if __name__ == "__main__":
    main(int(sys.argv[1]))
