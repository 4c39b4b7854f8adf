"""Several files as one to download."""

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_UNIX = 3  # what ZipInfo would take from the machine it runs on


def zipped(files: Iterable[tuple[str, str | bytes]]) -> bytes:
    """A zip of (path, content). The same files in the same order give the same bytes: their time is always 1980."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for path, content in files:
            entry = ZipInfo(path)
            entry.create_system = _UNIX
            archive.writestr(entry, content, ZIP_DEFLATED)
    return packed.getvalue()
