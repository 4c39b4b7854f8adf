"""Text that comes in over HTTP, as it can be stored."""

from typing import Annotated

from pydantic import AfterValidator

LONGEST = 200_000


def storable(text: str) -> str:
    """Half characters (lone surrogates) and NUL cannot be stored; they are replaced and left out."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("Is empty. Write what you want to say.")
    if len(text) > LONGEST:
        raise ValueError(f"Has {len(text):,} characters; {LONGEST:,} are allowed.")
    return storable(text)


Said = Annotated[str, AfterValidator(_said)]
