"""HTTP/1.1 as far as the loads need it: a message in bytes, and where it ends. Nothing is copied that need not be."""

import re

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.I)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.I)
LAST_CHUNK = b"\r\n0\r\n\r\n"


def head_end(read: bytearray) -> int:
    """Where the body begins; 0 while the head is not all there."""
    found = read.find(b"\r\n\r\n")
    return found + 4 if found >= 0 else 0


def body_length(read: bytearray, end: int) -> int:
    """The length that the head announces."""
    found = _LENGTH.search(read, 0, end)
    return int(found[1]) if found else 0


def is_chunked(read: bytearray, end: int) -> bool:
    return _CHUNKED.search(read, 0, end) is not None


def status(read: bytearray) -> int:
    return int(read[9:12])


def post(path: str, host: str, body: bytes, kind: str = "application/json") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body
