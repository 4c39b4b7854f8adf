"""What secrets look like: keys of known providers, private keys, passwords in addresses, and long random texts.

One source for the log, which hides them, the scan of generated code, which refuses them, and files for other people,
from which they are left out.
"""

import math
import re
from collections import Counter

from builder.core.secret_names import LONGEST_JUDGED, PASSWORDS, SECRETS, words_of

# A shape begins where no word runs into it: what is long stays quick to search.
SHAPES: dict[str, str] = {
    "a token of this product": r"(?<![\w-])builder_[0-9a-f]{12}_[\w-]{20,}",
    "a provider's key": r"(?<!\w)(?:sk|pk|rk)-[\w-]{16,}",
    "a Google key": r"(?<![\w-])AIza[\w-]{20,}",
    "an AWS key": r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    "a GitHub token": r"(?<![\w-])(?:gh[opsur]_[A-Za-z0-9]{30,}|github_pat_\w{30,})",
    "a GitLab token": r"(?<![\w-])glpat-[\w-]{20,}",
    "a Slack token": r"(?<![\w-])xox[abeoprs]-[\w-]{10,}",
    "a Stripe key": r"(?<![\w-])(?:sk|pk|rk)_(?:live|test)_\w{16,}",
    "a voice provider's key": r"(?<![\w-])[prs]k_[A-Za-z0-9]{24,}",
    "a Telegram token": r"(?<![\w-])(?:bot)?\d{8,10}:AA[\w-]{33}(?![\w-])",
    "a Hugging Face token": r"(?<![\w-])hf_[A-Za-z0-9]{30,}",
    "a Groq key": r"(?<![\w-])gsk_\w{30,}",
    "an xAI key": r"(?<![\w-])xai-[\w-]{20,}",
    "an npm token": r"(?<![\w-])npm_[A-Za-z0-9]{30,}",
    "a SendGrid key": r"(?<![\w-])SG\.[\w-]{16,}\.[\w-]{16,}",
    "a signed token": r"(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*",
    "a private key": r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----",
}
_MAYBE_WORDS = frozenset(("a provider's key", "a Groq key", "an xAI key"))
PASSWORD_IN_ADDRESS = r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
_OPENS = SECRETS - {"key", "keys"} | {"api", "access", "private"}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_STAND_IN = re.compile(
    r"your|example|change.?me|placeholder|dummy|xxx|\.\.\.|\*\*\*|[<>{}$]|password|insert|here", re.IGNORECASE
)
_SCHEME = re.compile(r"(?:bearer|basic|token)\s+", re.IGNORECASE)
LONG_ENOUGH = 20
LONG_ENOUGH_FOR_A_PASSWORD = 8
RANDOM_ENOUGH = 3.0  # bits a character; a random text in hexadecimal has about 3.6


def is_secret(name: str, text: str) -> bool:
    """Does this text under this name look like a secret? By whole words of the name: a tokenizer holds none."""
    words = words_of(name)
    if SECRETS.isdisjoint(words):
        return False
    if words[-1] in PASSWORDS and is_chosen(text):
        return True
    if is_uuid(text) and _OPENS.isdisjoint(words):  # the key of a row, of a session
        return False
    return looks_random(text)


def is_only_words(what: str, found: str) -> bool:
    """Has what was found by the shape `what` its look by chance, as sk-learn-something has?"""
    return what in _MAYBE_WORDS and (_is_wordy(found) or not any(letter.isdigit() for letter in found))


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text.strip()) is not None


def is_chosen(text: str) -> bool:
    """A short text with letters and digits that is not made of words, as passwords are."""
    bare = text.strip()[:LONGEST_JUDGED]
    if len(bare) < LONG_ENOUGH_FOR_A_PASSWORD or any(letter.isspace() for letter in bare) or is_stand_in(bare):
        return False
    mixed = any(letter.isdigit() for letter in bare) and any(letter.isalpha() for letter in bare)
    return mixed and not _is_wordy(bare)


def is_stand_in(text: str) -> bool:
    """A text that only shows where a secret would stand."""
    return _STAND_IN.search(text) is not None


def looks_random(text: str) -> bool:
    """A long text without spaces that nobody would choose for its meaning."""
    bare = _SCHEME.sub("", text.strip()[:LONGEST_JUDGED], count=1)
    if len(bare) < LONG_ENOUGH or any(letter.isspace() for letter in bare):
        return False
    if is_stand_in(bare) or _is_wordy(bare) or not any(letter.isdigit() for letter in bare):
        return False
    return _entropy(bare) >= RANDOM_ENOUGH


def _entropy(text: str) -> float:
    """Shannon's, in bits a character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def _is_wordy(text: str) -> bool:
    """Words and numbers with signs between them, as in a path, an identifier or the name of a model."""
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", text) if part]
    return len(parts) > 1 and all(re.fullmatch(r"[A-Za-z]{1,14}\d{0,2}|\d{1,8}", part) for part in parts)
