"""The door to files on other servers: nothing private is reached, nothing secret goes out, and all has an end.

A name is resolved once for each connection; every address that it has must be allowed, and the connection goes to one
of these very addresses. So neither a redirect nor a name that is answered otherwise the next moment leads elsewhere.
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builder.core.errors import Crowded
from builder.services.addresses import Address, of_file, parsed, refused
from builder.services.lookups import Lookups
from builder.services.places import is_public

if TYPE_CHECKING:
    from httpcore2 import Response

    from builder.services.reaching import Allowed, Resolve

LARGEST = 5_000_000  # bytes
MOST_HOPS = 5
MOST_AT_ONCE = 8
MOST_PIECES = 20_000  # of one file
_BREATH = 100  # pieces after which others have their turn
_HEAD = 1_000  # bytes in which a page says that it is one, behind comments too
_MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Fetched:
    """`name`: of the file, as its address has it; "" where it has none."""

    name: str
    content: bytes


class Door:
    """`patience`: seconds for one file, with all its hops. `allowed`: which IP addresses may be reached."""

    def __init__(self, patience: float, allowed: "Allowed" = is_public, resolve: "Resolve | None" = None) -> None:
        self._patience = patience
        self._allowed = allowed
        self._resolve = resolve or Lookups()
        self._under_way = 0

    async def fetch(self, typed: str) -> Fetched:
        """The file at an address. Invalid, saying why it was not got; Crowded when too many are under way."""
        address = parsed(of_file(typed))
        if self._under_way >= MOST_AT_ONCE:
            raise Crowded("Too many files are fetched just now.")
        self._under_way += 1
        try:
            async with asyncio.timeout(self._patience):
                return await self._followed(address)
        except TimeoutError:
            raise refused("address_slow", seconds=f"{self._patience:g}") from None
        finally:
            self._under_way -= 1

    async def _followed(self, address: Address) -> Fetched:
        for _ in range(MOST_HOPS + 1):
            found = await self._hop(address)
            if isinstance(found, bytes):
                return Fetched(address.file, found)
            address = found
        raise refused("address_in_circles", most=MOST_HOPS)

    async def _hop(self, address: Address) -> Address | bytes:
        """Where it leads on to, or what is there."""
        from builder.services.reaching import answered  # brings the HTTP library along

        async with answered(address, self._allowed, self._resolve) as response:
            where = _header(response, b"location")
            if response.status in _MOVED and where:
                return parsed(where, address)
            if response.status != 200:
                raise refused("address_answered", host=address.host, status=response.status)
            if _header(response, b"content-encoding").lower() not in ("", "identity"):
                raise refused("address_garbled", host=address.host)  # nobody asked for it packed
            return _file(await _read(response, address.host))


async def _read(response: "Response", host: str) -> bytes:
    """The body; a server that sends it in crumbs neither holds up others nor goes on for ever."""
    announced = _header(response, b"content-length")
    content, pieces = bytearray(), 0
    if not (announced.isdecimal() and int(announced) > LARGEST):
        async for piece in response.aiter_stream():
            content += piece
            pieces += 1
            if pieces > MOST_PIECES:
                raise refused("address_garbled", host=host)
            if not pieces % _BREATH:
                await asyncio.sleep(0)
            if len(content) > LARGEST:
                break
        else:
            return bytes(content)
    raise refused("address_too_large", most=f"{LARGEST:,}")


def _file(content: bytes) -> bytes:
    """The content, unless it is a page about the file."""
    head = content[:_HEAD].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe \t\r\n").lower()
    if head.startswith(b"<") and (b"<html" in head or b"<!doctype html" in head):
        raise refused("address_page")
    return content


def _header(response: "Response", name: bytes) -> str:
    return next((value.decode("latin-1").strip() for key, value in response.headers if key.lower() == name), "")
