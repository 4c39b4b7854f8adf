"""A line between client and server that breaks when it is told to."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

NEVER = 10**12


@dataclass
class Line:
    """`url`: where to call. `connections`: how many there were."""

    url: str
    connections: int = 0
    errors: list[Exception] = field(default_factory=list)


@contextmanager
def breaking(server: str, cuts: Sequence[int | str]) -> Iterator[Line]:
    """Each connection is cut (reset) after so many bytes of the server, or when it has said that text; those after the
    last one of `cuts` live."""
    where = urlsplit(server)
    plan = iter(cuts)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = Line(f"http://127.0.0.1:{listener.getsockname()[1]}")

        def accept() -> None:
            with suppress(OSError):  # closed: the end
                while True:
                    near, _ = listener.accept()
                    line.connections += 1
                    far = socket.create_connection((str(where.hostname), int(where.port or 80)))
                    _joined(near, far, next(plan, NEVER))

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield line
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _joined(near: socket.socket, far: socket.socket, cut: int | str) -> None:
    _in_thread(lambda: _carry(near, far, NEVER))
    _in_thread(lambda: _carry(far, near, cut))


def _in_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


def _carry(start: socket.socket, end: socket.socket, cut: int | str) -> None:
    carried = b""
    with suppress(OSError):  # the other direction ended
        while found := start.recv(65536):
            carried += found
            over = len(carried) - cut if isinstance(cut, int) else 0
            reached = over >= 0 if isinstance(cut, int) else cut.encode() in carried
            end.sendall(found[: len(found) - over] if reached else found)
            if reached:
                break
    for one in (start, end):
        with suppress(OSError):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.shutdown(socket.SHUT_RDWR)
        one.close()
