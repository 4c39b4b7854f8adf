"""Zip files from elsewhere: looked through in memory and within limits; nothing is unpacked to a disk."""

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass

from builder.core.name import is_reserved
from builder.importers.decoding import LARGEST_TEXT, decode
from builder.importers.refusals import Refused, Unreadable

LARGEST_ARCHIVE = 8_000_000  # bytes, packed
LARGEST_SUM = 8_000_000  # bytes of all texts in it
MOST_MEMBERS = 1_200  # our own archives have up to 1,000 agents
WORST_RATIO = 100  # of what is larger than LARGEST_HARMLESS
LARGEST_HARMLESS = 200_000
LONGEST_NAME, DEEPEST_FOLDER = 240, 12
_DATA = (".json", ".jsonc", ".json5", ".yaml", ".yml", ".toml")
_WRITTEN = (".md", ".mdx", ".mdc", ".markdown", ".txt", ".prompty", ".prompt", ".py", ".ts", ".tsx", ".js", ".mjs")
_BESIDE = (".example", ".gitignore", ".dockerignore")  # of our own project
_TEXTS = frozenset((*_DATA, *_WRITTEN, *_BESIDE))
_PACKED = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst", ".whl", ".jar")
_KNOWN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGES: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, OSError)
_DAMAGES += (OverflowError, LookupError, RuntimeError)  # NotImplementedError is one
_SIGNS = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')
_MARK = b"PK\x01\x02"  # begins each entry of the list of members


@dataclass(frozen=True, slots=True)
class Opened:
    """`texts` by path, and which members were not opened."""

    texts: dict[str, str]
    refused: tuple[Refused, ...]


def is_archive(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def open_archive(content: bytes) -> Opened:
    """Raises Unreadable for an archive that is hostile or damaged: then nothing of it is read."""
    if len(content) > LARGEST_ARCHIVE:
        raise Unreadable("too_large", longest="8 MB")
    if content.count(_MARK) > MOST_MEMBERS:
        raise Unreadable("too_many_members", most=MOST_MEMBERS)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            opened = _opened(archive)
    except _DAMAGES as error:
        raise Unreadable("broken_zip") from error
    if not opened.texts and not opened.refused:
        raise Unreadable("empty")
    return opened


def _opened(archive: zipfile.ZipFile) -> Opened:
    members = _safe_members(archive)
    texts, refused, left = dict[str, str](), list[Refused](), LARGEST_SUM
    for path, member in members.items():
        ending = path[path.rfind(".") :].lower() if "." in path.rsplit("/")[-1] else ""
        if ending in _PACKED:
            refused.append(Refused(path, "nested_archive"))
        elif ending and ending not in _TEXTS:
            refused.append(Refused(path, "not_text"))
        else:
            content = _content(archive, member, min(left, LARGEST_TEXT))
            left -= len(content)
            try:
                texts[path] = decode(content)
            except Unreadable as error:
                refused.append(Refused(path, error.code, error.params))
    return Opened(texts, tuple(refused))


def _safe_members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files by path. All are looked at before one is read."""
    found, seen = dict[str, zipfile.ZipInfo](), set[str]()
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise Unreadable("too_many_members", most=MOST_MEMBERS)
    for member in members:
        path = safe_path(member.orig_filename)
        _is_plain_file(member, path)
        alike = unicodedata.normalize("NFKC", path).casefold()
        if alike in seen:
            raise Unreadable("double_member", name=path)
        seen.add(alike)
        if not member.orig_filename.endswith("/") and not _is_of_the_system(path):
            found[path] = member
    return found


def _is_of_the_system(path: str) -> bool:
    return path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")


def _is_plain_file(member: zipfile.ZipInfo, path: str) -> None:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Unreadable("no_file", name=path)
    if member.flag_bits & 0x41:  # a password, or a hidden list of members
        raise Unreadable("encrypted")
    if member.compress_type not in _KNOWN or member.flag_bits & 0x20:
        raise Unreadable("odd_packing", name=path)
    if member.file_size > LARGEST_HARMLESS and member.file_size > WORST_RATIO * max(1, member.compress_size):
        raise Unreadable("bomb", name=path, ratio=member.file_size // max(1, member.compress_size))


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """What the member says, whatever size it claims to have."""
    with archive.open(member) as packed:
        content = packed.read(most + 1)
    if len(content) > most:
        raise Unreadable("too_large_inside", longest="8 MB (1 MB for each file)")
    return content


def safe_path(name: str) -> str:
    """The name of a member as a relative path, without the `/` at the end of a folder's. Raises Unreadable.

    Nothing is ever written under it; but it is shown, and it is compared with what other files name."""
    shown = "".join(sign if sign.isprintable() else "�" for sign in name[:80])
    path = name.removesuffix("/")
    plain = unicodedata.normalize("NFKC", path)
    if _leads_out(path) or _leads_out(plain):
        raise Unreadable("leads_out", name=shown)
    if _SIGNS.search(path) or not path.isprintable() or len(path) > LONGEST_NAME or path.count("/") > DEEPEST_FOLDER:
        raise Unreadable("odd_name", name=shown)
    for part in (*path.split("/"), *plain.split("/")):
        if part != part.strip() or part.endswith("."):
            raise Unreadable("odd_name", name=shown)
        if is_reserved(part):
            raise Unreadable("reserved_name", name=shown)
    return path


def _leads_out(path: str) -> bool:
    parts = re.split(r"[/\\∕⁄⧸⧵﹨＼／]", path)
    is_upwards = any(part.strip(" .․‥…。．｡") == "" for part in parts)
    return is_upwards or re.match(r"~|[A-Za-z]:", path) is not None


