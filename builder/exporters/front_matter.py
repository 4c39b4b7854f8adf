"""The head of a Markdown file between `---` lines: YAML that strict readers take, whatever the texts in it say."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

_BARE = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z][A-Za-z0-9_-]*", re.IGNORECASE)
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]|(?<=-)-(?=-)|(?<=\+)\+(?=\+)')


def with_head(values: Mapping[str, Any], body: str) -> str:
    """The file: `values` in its head, in which neither `---` nor `+++` stands anywhere."""
    lines = "\n".join(_lines(values, ""))
    return f"---\n{lines}\n---\n\n{body}\n"


def _lines(value: Any, indent: str) -> list[str]:
    found = list[str]()
    for key, part in value.items():
        name = f"{indent}{scalar(key)}:"
        if isinstance(part, Mapping) and part:
            found += [name, *_lines(part, f"{indent}  ")]
        elif isinstance(part, list) and part:
            found += [name, *(line for item in part for line in _item(item, f"{indent}  "))]
        else:
            found.append(f"{name} {scalar(part)}")
    return found


def _item(value: Any, indent: str) -> list[str]:
    if not isinstance(value, Mapping):
        return [f"{indent}- {scalar(value)}"]
    first, *rest = _lines(value, f"{indent}  ")
    return [f"{indent}- {first.strip()}", *rest]


def scalar(text: Any) -> str:
    """A value as YAML on one line: a text bare where it is one plain word, else in double quotes."""
    if not isinstance(text, str):
        return yaml.safe_dump(text, default_flow_style=True, width=10**9).split("\n")[0]
    return text if _BARE.fullmatch(text) else f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    sign = match[0]
    return _SHORT.get(sign) or (f"\\x{ord(sign):02x}" if ord(sign) < 256 else f"\\u{ord(sign):04x}")
