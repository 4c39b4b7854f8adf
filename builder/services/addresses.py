"""Addresses that people type: taken apart, and that of a page about a file made that of the file."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit

from builder.core.errors import Invalid
from builder.core.problem import problem

LONGEST = 2_000
_PORTS = {"http": 80, "https": 443}
_OTHER_SERVICES = 1024  # below it other protocols live, which may take a request for one of theirs
_KEPT = "%/:=&?~#+!$,;'@()*[]-._"
# Addresses of pages, and where the same site has the file: only what these sites promise.
_PAGES = (
    (r"https?://(?:www\.)?github\.com/([^/]+/[^/]+)/(?:blob|raw)/(.+)", r"https://raw.githubusercontent.com/\1/\2"),
    (r"https?://gist\.github\.com/([^/?#]+/[0-9a-f]{20,40})/?(?:[?#].*)?", r"https://gist.githubusercontent.com/\1/raw"),
    (r"https?://gitlab\.com/([^?#]+)/-/blob/(.+)", r"https://gitlab.com/\1/-/raw/\2"),
)


@dataclass(frozen=True, slots=True)
class Address:
    """One hop. `target`: path and query. `text`: the whole."""

    scheme: str
    host: str
    port: int
    target: str
    text: str

    @property
    def authority(self) -> str:
        """Host and port as a request names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def file(self) -> str:
        """The name of the file that it leads to; "" when it says none."""
        return unquote(self.target.partition("?")[0].rpartition("/")[2])[:200]


def of_file(typed: str) -> str:
    """The address of the file, where the one that was typed is that of a page which shows it."""
    for page, file in _PAGES:
        if (found := re.fullmatch(page, typed.strip())) is not None:
            return found.expand(file)
    return typed.strip()


def parsed(text: str, base: Address | None = None) -> Address:
    """An address of http or https; relative to `base` where it is a redirect. Raises Invalid."""
    try:
        whole = quote(urljoin(base.text, text) if base else text, safe=_KEPT).partition("#")[0]
        parts = urlsplit(whole)
        host = _host(parts.hostname or "")
        usual = _PORTS[parts.scheme]
        port = parts.port or usual
    except (ValueError, KeyError):
        raise refused("address_unusable") from None
    if "@" in parts.netloc:
        raise refused("address_password")
    if not host or len(whole) > LONGEST:
        raise refused("address_unusable")
    if port not in _PORTS.values() and port < _OTHER_SERVICES:
        raise refused("address_port", port=port)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(parts.scheme, host, port, target, whole)


def _host(name: str) -> str:
    """As names are looked up: letters of other alphabets are spelled out. ValueError for what is no name."""
    host = name if ":" in name else unquote(name).encode("idna").decode("ascii")
    if not re.fullmatch(r"[A-Za-z0-9._:-]*", host):
        raise ValueError(name)
    return host


def refused(code: str, **params: object) -> Invalid:
    """The refusal with this code."""
    found = problem(code, "address", None, **params)
    return Invalid(found.reason, [found], found.next_step)
