"""The chat's scripts and styles as files of the server, under an address that changes when they do."""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "browser"


@cache
def address() -> str:
    whole = hashlib.sha256()
    for file in sorted(FOLDER.iterdir()):
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return f"/parts/chat/{whole.hexdigest()[:12]}"
