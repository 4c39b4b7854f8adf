"""Bytes as text: UTF-8, or UTF-16 and UTF-32 that say so by their first bytes."""

import codecs

from builder.importers.refusals import Unreadable

LARGEST_TEXT = 1_000_000  # bytes of one text
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, which begins alike
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_PACKED = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"MZ\x90", b"SQLite format 3")


def decode(content: bytes) -> str:
    """The text, with line ends as `\\n`. Raises Unreadable."""
    if content.startswith(_PACKED) or content[257:262] == b"ustar":
        raise Unreadable("other_archive")
    if content.startswith(_BINARY):
        raise Unreadable("not_text")
    if len(content) > LARGEST_TEXT:
        raise Unreadable("too_large", longest="1 MB")
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("not_text" if b"\0" in content[:4096] else "not_utf8") from None
    if "\0" in text:
        raise Unreadable("not_text")
    if not text.strip():
        raise Unreadable("empty")
    return text.replace("\r\n", "\n").replace("\r", "\n")
