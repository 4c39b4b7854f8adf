"""Values as text of a file: JSON and YAML that hold data only, with keys in the order they came in."""

import json
import re
from typing import Any

import yaml


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


class _Dumper(yaml.SafeDumper):
    """Long texts as blocks, no aliases, and quotes around all that another version of YAML may take for no text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# A word of YAML 1.1 or 1.2 that stands for something else: numbers in any writing, yes and no, nothing, dates.
_NO_TEXT = re.compile(r"[-+.\d].*|y|n|yes|no|on|off|true|false|null|nan|inf|=|<<|~|", re.IGNORECASE | re.DOTALL)
_OTHER_BREAKS = frozenset("\x85\u2028\u2029\ufeff")


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    if _OTHER_BREAKS & set(value) or _NO_TEXT.fullmatch(value):
        style: str | None = '"'
    else:
        style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def as_yaml(value: Any) -> str:
    """YAML 1.1 that reads back as the same value, also in readers of YAML 1.2."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
