"""Texts in the body of a Prompty file: Jinja, cut into messages by lines that are nothing but a role."""

import keyword
import re
from collections.abc import Iterable, Mapping

from builder.core.agent import AgentConfig
from builder.exporters.braces import names, runs

SYSTEM, USER = "system:\n", "\n\nuser:\n"
_COMMAND = re.compile(r"\{(?=[{%#])")
BRACE = "{{ '{' }}"
JOINER = "\u2060"  # nobody sees it; behind a role it makes the line a text
_ROLE = re.compile(r"\s*#?\s*(?:system|user|assistant|developer)(?:\[.*\])?\s*:\s*", re.IGNORECASE | re.DOTALL)
_OTHER_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_TAKEN = frozenset(word.lower() for word in keyword.kwlist) | {"self", "loop", "caller", "super", "varargs", "kwargs"}


def names_there(config: AgentConfig) -> dict[str, str]:
    """Our placeholders -> theirs: words of Jinja and of Python get an ending."""
    found = {name: name for name in names(config) if name not in _TAKEN}
    for name in names(config):
        if name not in found:
            new = f"{name}_value"
            while new in found.values():
                new += "_"
            found[name] = new
    return found


def template(content: str, there: Mapping[str, str]) -> str:
    """A prompt as one message."""
    written, parts = "", runs(content)
    for place, (is_placeholder, piece) in enumerate(parts):
        if is_placeholder:
            written += gap(there[piece])
            continue
        bare = _COMMAND.sub(lambda _: BRACE, piece)
        is_before_gap = place + 1 < len(parts)
        written += bare[:-1] + BRACE if is_before_gap and bare.endswith("{") else bare
    return "".join(_lines(one_kind_of_breaks(written)))


def one_kind_of_breaks(text: str) -> str:
    """As Prompty cuts a text into lines, which come out with plain breaks between them."""
    return _OTHER_BREAKS.sub("\n", text)


def gap(name: str) -> str:
    return f"{{{{{name}}}}}"


def _lines(text: str) -> Iterable[str]:
    for line in text.splitlines(keepends=True):
        bare = line.rstrip()
        yield f"{bare}{JOINER}{line[len(bare):]}" if _ROLE.fullmatch(line) else line
