"""Texts without the keys in them: what has the shape of one, and what is said behind a word such as “password”.

Each search is linear: what repeats is bounded, and begins where no word runs into it.
"""

import base64
import binascii
import re
from collections.abc import Callable

from builder.core.secret_names import Tells, told_by
from builder.core.secret_shapes import (
    LONG_ENOUGH_FOR_A_PASSWORD,
    SHAPES,
    is_chosen,
    is_only_words,
    is_uuid,
    looks_random,
)

YOUR_KEY = "YOUR_KEY"
Found = re.Match[str]
_SHAPES = {what: re.compile(shape) for what, shape in SHAPES.items() if what != "a private key"}
_PRIVATE_KEY = re.compile(
    SHAPES["a private key"]
    + r"(?:(?:[^-{}]|-(?!----)){0,20000}-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    + r"|(?:(?:\\[nr]|\s){0,4}[A-Za-z0-9+/=]{40,})*)"
)
_BEARER = re.compile(r"(\bBearer )(?!YOUR_KEY)[A-Za-z0-9._~+/=-]{16,}", re.IGNORECASE)
_BASIC = re.compile(r"(\bBasic )([A-Za-z0-9+/=]{16,})", re.IGNORECASE)
_QUERY = re.compile(r"([?&]([A-Za-z][\w.-]{0,60})=)([^\s&\"'<>{}#]+)")
_SIGNATURES = frozenset(("sig", "signature", "hmac", "x-amz-signature", "x-amz-credential", "x-goog-signature"))
_CONNECTION = re.compile(
    r"((?:^|[;\"']) {0,3}(?:Password|Pwd|AccountKey|SharedAccessKey|AccessKey) {0,2}= {0,2})([^\s;\"'{}]+)(?=;|$)",
    re.IGNORECASE,
)
_SCHEME = r"(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,20}://)"
_USER = re.compile(  # a password may have odd signs; the port of a host is none
    _SCHEME + r"[^\s/@:\"'<>?#{}]{0,200}:(?!\d{1,5}(?:[/?#]|$))[^\s/@\"'<>{}]{1,200}@", re.IGNORECASE
)
_LONE_USER = re.compile(_SCHEME + r"([^\s/@:\"'<>?#{}]{8,200})@", re.IGNORECASE)
_WHOLE_USER = re.compile(_SCHEME + r"[^/?#:@]{0,200}:[^/?#]{0,200}@", re.IGNORECASE)
_ADDRESS = re.compile(r"(https?://[^\s\"'<>{}/?#]{1,300}/)([^\s\"'<>{}?#]{1,1000})", re.IGNORECASE)
_SAID = re.compile(
    r"(?:pass|pwd|kennwort|secret|token|key|auth|credential|cookie)[\w-]{0,24}[\"'`*\\]{0,4}[ \t]{0,3}(?::|=>?|\bis\b)"
    r"[ \t]{0,3}(?:(?:Bearer|Basic|Token)[ \t]{1,3})?[\"'`*\\]{0,4}",
    re.IGNORECASE,
)
_NAME_END = re.compile(r"[\w.-]*$")
_NAME = re.compile(r"[\w-]+")
_VALUE = re.compile(r"[^\s\"'`,;&<>(){}\[\]\\]{8,128}")
_REST = re.compile(r"[^\s\"'`,;&<>(){}\[\]\\]*")
_PLACE = re.compile(
    r"<[\w .-]{1,60}>|\[[\w .-]{1,60}\]|\$\{[\w.:-]{1,80}\}|\{\{?[\w .:-]{1,80}\}?\}"
    r"|your[_ -][a-z_ -]{0,60}|x{3,}|\*{3,}|\.{3}",
    re.IGNORECASE,
)


def without_keys(text: str, *, is_alone: bool = False, opens_paths: bool = False) -> str:
    """`is_alone`: the text may be nothing but one address. `opens_paths`: who knows an address may come in."""
    bare = _PRIVATE_KEY.sub(YOUR_KEY, text)
    for what, shape in _SHAPES.items():
        bare = shape.sub(_unless_words(what), bare)
    bare = _BEARER.sub(rf"\1{YOUR_KEY}", bare)
    bare = _BASIC.sub(_without_basic, bare)
    if "://" in bare:
        bare = _without_users(bare, is_alone)
        bare = _ADDRESS.sub(lambda found: _without_path(found, opens_paths), bare)
    bare = _QUERY.sub(_without_value, bare)
    bare = _CONNECTION.sub(rf"\1{YOUR_KEY}", bare)
    return _without_said(bare)


def shows_a_place(text: str) -> bool:
    """Only where a key would stand: YOUR_KEY, ${API_KEY}, {{key}}."""
    return _PLACE.fullmatch(text.strip()) is not None


def looks_like_key(text: str, tells: Tells) -> bool:
    """By its look alone, with as much suspicion as a name gives rise to."""
    if shows_a_place(text) or tells is Tells.NOTHING:
        return False
    parts = text.split(maxsplit=50)[:50]
    if tells is Tells.MAYBE_RANDOM:
        return any(looks_random(part) and not is_uuid(part) for part in parts)
    is_number = len(parts) == 1 and parts[0].isdecimal() and len(parts[0]) >= LONG_ENOUGH_FOR_A_PASSWORD
    return is_number or is_chosen(text) or any(map(looks_random, parts))


def _unless_words(what: str) -> Callable[[Found], str]:
    def replaced(found: Found) -> str:
        text, start, end = found.string, found.start(), found.end()
        is_placeholder = text[start - 1 : start] == "{" and text[end : end + 1] == "}"
        return found[0] if is_placeholder or is_only_words(what, found[0]) else YOUR_KEY

    return replaced


def _without_basic(found: Found) -> str:
    return found[1] + YOUR_KEY if looks_random(found[2]) or _is_user_and_password(found[2]) else found[0]


def _is_user_and_password(code: str) -> bool:
    try:
        told = base64.b64decode(code[:1000], validate=True)
    except binascii.Error:
        return False
    return b":" in told and all(32 <= sign < 127 for sign in told)


def _without_users(text: str, is_alone: bool) -> str:
    bare = _LONE_USER.sub(lambda found: found[1] if _is_user_a_key(found[2]) else found[0], _USER.sub(r"\1", text))
    return _WHOLE_USER.sub(r"\1", bare, count=1) if is_alone and _WHOLE_USER.match(bare) else bare


def _is_user_a_key(user: str) -> bool:
    return YOUR_KEY in user or looks_random(user)


def _without_path(found: Found, opens: bool) -> str:
    if not (opens or "hook" in found[0].lower()):
        return found[0]
    return found[1] + "/".join(YOUR_KEY if looks_random(part) else part for part in found[2].split("/"))


def _without_value(found: Found) -> str:
    before, name, value = found.groups()
    tells = told_by(name)
    is_sure = tells is Tells.SURELY or name.lower() in _SIGNATURES
    if name.lower() == "code":
        tells = Tells.MAYBE_RANDOM
    if shows_a_place(value) or not (is_sure or looks_like_key(value, tells)):
        return found[0]
    return before + YOUR_KEY


def _without_said(text: str) -> str:
    kept, at = list[str](), 0
    for found in _SAID.finditer(text):
        value = _VALUE.match(text, found.end())
        if value is None or found.start() < at:
            continue
        before = _NAME_END.search(text[max(0, found.start() - 40) : found.start()])
        name = (before[0] if before else "") + (_NAME.match(found[0]) or found)[0]
        tells = told_by(name)
        if looks_like_key(value[0].rstrip(".:!?*"), tells if tells is Tells.SURELY else min(tells, Tells.MAYBE_RANDOM)):
            kept += (text[at : found.end()], YOUR_KEY)
            at = (_REST.match(text, found.end()) or value).end()
            at -= len(value[0]) - len(value[0].rstrip(".:!?*")) if at == value.end() else 0
    return "".join((*kept, text[at:])) if kept else text
