"""A person at a real pseudo terminal: types, presses Ctrl-C, and reads what is on the screen."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.servers import ROOT

PATIENCE = 30.0  # seconds
CTRL_C, CTRL_D = "\x03", "\x04"
_STYLES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Keys:
    """`seen` is everything that was written to the terminal, `plain` without colours and cursor steps."""

    def __init__(self, process: "subprocess.Popen[bytes]", terminal: int) -> None:
        self.process = process
        self._terminal = terminal
        self._bytes = b""
        self._read_to = 0

    @property
    def seen(self) -> str:
        return self._bytes.decode("utf-8", "replace")

    @property
    def plain(self) -> str:
        return _STYLES.sub("", self.seen).replace("\r\n", "\n")

    def type(self, text: str) -> None:
        """A line and Enter."""
        self.press(f"{text}\r")

    def press(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def wait_for(self, text: str) -> str:
        """Everything new up to this text."""
        deadline = time.monotonic() + PATIENCE
        while (place := self.plain.find(text, self._read_to)) < 0:
            if time.monotonic() > deadline or not self._more(deadline):
                raise AssertionError(f"{text!r} did not come; the screen:\n{self.plain[-3000:]}")
        new = self.plain[self._read_to : place + len(text)]
        self._read_to = place + len(text)
        return new

    def say(self, text: str) -> str:
        """Types a message when the prompt is there; gives what was written up to the next prompt."""
        self.type(text)
        return self.wait_for("\n> ")

    def end(self) -> int:
        """The exit code, when it has ended by itself."""
        deadline = time.monotonic() + PATIENCE
        while self._more(deadline):
            pass
        return self.process.wait(PATIENCE)

    def listens(self) -> None:
        """Waits until the program sleeps over its prompt: a Ctrl-C between the two is lost on every readline."""
        asleep, deadline = 0, time.monotonic() + PATIENCE
        while asleep < 3 and time.monotonic() < deadline:
            state = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0]
            asleep = asleep + 1 if state == "S" else 0
            time.sleep(0.03)

    def _more(self, deadline: float) -> bool:
        if not select.select([self._terminal], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return False
        try:
            found = os.read(self._terminal, 65536)
        except OSError:  # the other end is closed
            return False
        self._bytes += found
        return bool(found)


def _sit_down() -> None:
    """As a shell starts a program: the terminal is its own, and Ctrl-C is heard even where the tests are deaf to it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def at_keys(
    *options: str, environment: Mapping[str, str], columns: int = 80, program: str = "builder"
) -> Iterator[Keys]:
    """`python -m builder chat` with these options in a terminal of that width."""
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}
    command = [sys.executable, "-m", program, "chat", *options]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={"TERM": "xterm", **env},
        stdin=far,
        stdout=far,
        stderr=far,
        start_new_session=True,
        preexec_fn=_sit_down,
    )
    os.close(far)
    try:
        yield Keys(process, near)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        with suppress(OSError):
            os.close(near)
