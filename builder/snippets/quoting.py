"""Values as literals of a language, whatever they hold: quotes, line ends, `$(...)`, `</script>`."""

import re
from collections.abc import Callable, Iterable, Mapping

Value = str | int | bool | tuple[str, ...] | Mapping[str, str]
Quote = Callable[[Value], str]
_MARK = re.compile(r'"<([a-z_]+)>"')


def filled(text: str, values: Mapping[str, Value], quote: Quote) -> str:
    """The text with each mark `"<name>"` as the literal of its value. KeyError for a mark that has none."""
    return _MARK.sub(lambda mark: quote(values[mark[1]]), text)


def marks(text: str) -> set[str]:
    return set(_MARK.findall(text))


def shell(value: Value) -> str:
    """One word of a POSIX shell. A NUL, which no word can hold, is left out."""
    return "'" + str(value).replace("\0", "").replace("'", "'\\''") + "'"


def python(value: Value) -> str:
    if isinstance(value, Mapping):
        return _lines("{}", [f"{python(name)}: {python(text)}" for name, text in value.items()], indent=4)
    if isinstance(value, tuple):
        return _lines("[]", map(python, value), indent=4)
    if isinstance(value, bool | int):
        return repr(value)
    return '"' + "".join(map(_python_sign, value)) + '"'


def javascript(value: Value) -> str:
    """Also good inside of a page's <script>."""
    if isinstance(value, Mapping):
        return _lines("{}", [f"{_key(name)}: {javascript(text)}" for name, text in value.items()], indent=2)
    if isinstance(value, tuple):
        return _lines("[]", map(javascript, value), indent=2)
    if isinstance(value, bool | int):
        return str(value).lower()
    return '"' + "".join(map(_javascript_sign, value)) + '"'


def _key(name: str) -> str:
    """`"__proto__": ...` would be more than a name."""
    return f"[{javascript(name)}]" if name == "__proto__" else javascript(name)


def _lines(brackets: str, items: Iterable[str], indent: int) -> str:
    """One line an item."""
    listed = "".join(f"{' ' * indent}{item},\n" for item in items)
    return f"{brackets[0]}\n{listed}{brackets[1]}" if listed else brackets


def _python_sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")


def _javascript_sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign.isprintable() and sign != "<":
        return sign
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
