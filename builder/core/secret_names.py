"""What the name of a value tells of it: that it is a secret, that it may be one, or nothing.

By whole words of the name: a tokenizer holds no token.
"""

import re
from enum import IntEnum


class Tells(IntEnum):
    """How much a name says. `MAYBE_RANDOM`: only a long random text is a secret under it, as under “key”."""

    NOTHING = 0
    MAYBE_RANDOM = 1
    MAYBE = 2
    SURELY = 3


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
LONGEST_JUDGED = 1000
PASSWORDS = frozenset(("password", "passwords", "passwd", "passphrase", "pwd", "passwort", "kennwort", "contrasena"))
_JOINED = frozenset(("apikey", "apikeys", "secretkey", "accesskey", "privatekey", "authtoken", "accesstoken"))
_JOINED |= {"apitoken", "clientsecret"}
_KEYS = frozenset(("key", "keys"))
SECRETS = PASSWORDS | _JOINED | _KEYS | {"token", "tokens", "secret", "secrets", "credential", "credentials", "auth"}
SECRETS |= {"authorization", "bearer", "cookie", "cookies", "pass"}
_BEFORE_KEY = frozenset(("api", "access", "private", "secret", "subscription", "signing", "encryption", "account"))
_BEFORE_TOKENS = frozenset(("api", "access", "auth", "bearer", "bot", "refresh", "secret", "session"))
_OF_TEXTS = frozenset(("max", "min", "total", "input", "output", "prompt", "completion", "stop", "start", "end", "eos"))
_OF_TEXTS |= {"bos", "pad", "unk", "sep", "special", "page", "next", "per", "new", "first", "last", "thinking"}


def words_of(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name[:LONGEST_JUDGED])]


def told_by(name: str) -> Tells:
    words = words_of(name)
    found = SECRETS.intersection(words)
    if not found:
        return Tells.NOTHING
    if _ends_as_secret(words) and "/" not in name:  # etc/passwd is a file
        return Tells.SURELY
    is_key_of_anything = found <= _KEYS and _BEFORE_KEY.isdisjoint(words)
    return Tells.MAYBE_RANDOM if is_key_of_anything else Tells.MAYBE


def _ends_as_secret(words: list[str]) -> bool:
    before, last = (["", *words])[-2:]
    if last in _KEYS:
        return before in _BEFORE_KEY
    if last in ("tokens", "secrets"):
        return before in _BEFORE_TOKENS
    if last in ("token", "secret"):
        return bool(before) and before not in _OF_TEXTS
    return last in _JOINED or last in PASSWORDS - {"pwd"}  # a shell calls a folder so
