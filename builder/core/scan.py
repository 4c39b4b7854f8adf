"""Generated Python, looked at before it is stored. It is only read, never run.

This keeps out secrets, and what runs other programs or text in any usual way of writing it. It is no sandbox: a
language in which names can be made up while it runs cannot be judged whole by reading.
"""

import ast
import re

from builder.core.problem import Problem
from builder.core.scan_calls import forbidden
from builder.core.scan_secrets import secrets

LONGEST = 100_000
MOST_TOLD = 50
_ENCODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_SMALLER = "Split it into smaller files, and keep long data in files of their own."


def scan(source: str) -> list[Problem]:
    """What must not be stored, each with its line, in order; empty when nothing was found. Never raises.

    What cannot be read as Python, is too long, or nested too deep, is one problem.
    """
    if len(source) > LONGEST:
        reason = f"The code has {len(source):,} characters; {LONGEST:,} are allowed."
        return [Problem("code_too_long", "content", reason, _SMALLER)]
    found = _encoding(source)
    if found:
        return found
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return [_unreadable(error)]
    except ValueError as error:  # NUL and halves of characters
        reason = f"This cannot be read as Python: {error}."
        return [Problem("code_unreadable", "content", reason, "Send it as plain text.")]
    except (RecursionError, MemoryError):
        return [Problem("code_too_deep", "content", "The code is nested too deep.", "Make it flatter.")]
    told = {(one.line, one.reason): one for one in forbidden(tree)}
    for one in secrets(source, tree):
        told.setdefault((one.line, one.code), one)  # a secret by its shape and by its name is one
    return sorted(told.values(), key=lambda one: (one.line or 0, one.reason))[:MOST_TOLD]


def _encoding(source: str) -> list[Problem]:
    """A file that names another encoding is other code to Python than to whoever reads it here."""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", source, maxsplit=2)[:2], 1):
        named = _ENCODING.match(line)
        if named and named[1].lower().replace("_", "-") not in ("utf-8", "utf8", "ascii", "us-ascii"):
            reason = f"The file says that it is written in {named[1][:40]}."
            return [Problem("code_encoding", "content", reason, "Remove that line: code is UTF-8.", line=number)]
    return []


def _unreadable(error: SyntaxError) -> Problem:
    line = error.lineno or 1
    reason = f"This is not Python: {error.msg}."
    return Problem("code_unreadable", "content", reason, f"Correct line {line}.", line=line)
