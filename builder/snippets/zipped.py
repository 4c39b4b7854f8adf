"""Several files as one to download."""

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from builder.snippets.base import File


def zipped(files: Iterable[File]) -> bytes:
    """The same files give the same bytes."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for file in files:
            archive.writestr(ZipInfo(file.name), file.text, ZIP_DEFLATED)
    return packed.getvalue()
