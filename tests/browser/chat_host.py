"""The real server and pages with scripted interviewers (see `tests/scripts.py`). A program.

One leads, one with a hostile name may take over, one has no key.

`python -m tests.browser.chat_host PORT`; the address is printed as the real command prints it.
"""

import sys

from builder import server, settings, wiring
from builder.interviewers.scripted import Scripted
from builder.ui import bridge
from tests.browser import hostile
from tests.scripts import script


class Second(Scripted):
    name = "second"
    title = f"Second <img src=https://{hostile.TARGET}/e.png onerror=window.pwned=1>"


class Locked(Scripted):
    name = "locked"
    title = "Locked model"
    provider = "nobody"


def main(port: int) -> None:
    speakers = [kind(script) for kind in (Scripted, Second, Locked)]
    app = wiring.build(settings.load(), {speaker.name: speaker for speaker in speakers})
    with bridge.using(app):
        server.serve("127.0.0.1", port)


if __name__ == "__main__":
    main(int(sys.argv[1]))
