"""What secrets look like: keys of known providers, private keys, passwords in addresses, and long random texts.

One source for the log, which hides them, and for the scan of generated code, which refuses them.
"""

import math
import re
from collections import Counter

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
    "a Hugging Face token": r"(?<![\w-])hf_[A-Za-z0-9]{30,}",
    "a Groq key": r"(?<![\w-])gsk_\w{30,}",
    "an xAI key": r"(?<![\w-])xai-[\w-]{20,}",
    "an npm token": r"(?<![\w-])npm_[A-Za-z0-9]{30,}",
    "a SendGrid key": r"(?<![\w-])SG\.[\w-]{16,}\.[\w-]{16,}",
    "a signed token": r"(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a private key": r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----",
}
PASSWORD_IN_ADDRESS = r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
_NAMED = re.compile(r"key|token|secret|passw|pwd|credential|auth", re.IGNORECASE)
_STAND_IN = re.compile(
    r"your|example|change.?me|placeholder|dummy|xxx|\.\.\.|\*\*\*|[<>{}$]|password|insert|here", re.IGNORECASE
)
_SCHEME = re.compile(r"(?:bearer|basic|token)\s+", re.IGNORECASE)
LONG_ENOUGH = 20
RANDOM_ENOUGH = 3.0  # bits a character; a random text in hexadecimal has about 3.6


def names_a_secret(name: str) -> bool:
    """Is this the name of something that holds a secret?"""
    return _NAMED.search(name) is not None


def is_stand_in(text: str) -> bool:
    """A text that only shows where a secret would stand."""
    return _STAND_IN.search(text) is not None


def looks_random(text: str) -> bool:
    """A long text without spaces that nobody would choose for its meaning."""
    bare = _SCHEME.sub("", text.strip(), count=1)
    if len(bare) < LONG_ENOUGH or any(letter.isspace() for letter in bare):
        return False
    if is_stand_in(bare) or _is_wordy(bare) or not any(letter.isdigit() for letter in bare):
        return False
    return _entropy(bare[:1000]) >= RANDOM_ENOUGH


def _entropy(text: str) -> float:
    """Shannon's, in bits a character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def _is_wordy(text: str) -> bool:
    """Words and short numbers with signs between them, as in a path or an identifier."""
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", text) if part]
    return len(parts) > 1 and all(re.fullmatch(r"[A-Za-z]?[a-z]{1,14}|[A-Z]{1,14}|\d{1,4}", part) for part in parts)
