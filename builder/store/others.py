"""Whether other processes have a SQLite database open: each holds a lock that the system lets go when it dies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks: there nobody is ever known to be alone
    fcntl = None  # type: ignore[assignment]


class Others:
    """`beside`: the file of the locks; None where the database has no file of its own. Locks of SQLite itself lie in
    the database, and who opens and closes that file a second time loses them: hence another file."""

    def __init__(self, beside: Path | None) -> None:
        self._held: int | None = None
        if beside is None or fcntl is None:
            return
        with suppress(OSError):  # a folder where nothing may be written, or a file system without locks
            opened = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(opened, fcntl.LOCK_SH)
            except OSError:
                os.close(opened)
                raise
            self._held = opened

    @contextmanager
    def kept_out(self) -> Iterator[bool]:
        """Until the block ends nobody else opens the database; False when others have it open, or when nobody knows."""
        if self._held is None or fcntl is None:
            yield False
            return
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        except OSError:
            alone = False
        try:
            yield alone
        finally:
            with suppress(OSError):
                fcntl.flock(self._held, fcntl.LOCK_SH)  # also when the other was refused: that let go of this one

    def close(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            os.close(held)
