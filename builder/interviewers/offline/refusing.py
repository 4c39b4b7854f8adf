"""What keeps an agent from being finished, in the language of the talk."""

from builder.core.check import check
from builder.core.convert import as_config
from builder.core.draft import Draft
from builder.core.problem import Problem
from builder.interviewers.offline.pack import Pack

_MOST_NAMED = 3


def not_right(draft: Draft, pack: Pack) -> str:
    """Which fields are not right, and what to do; "" when the draft is a whole configuration."""
    lines = dict.fromkeys(_line(found, pack) for found in check(as_config(draft)))
    if not lines:
        return ""
    return "\n".join([pack.text("say.not_right"), *list(lines)[:_MOST_NAMED], "", pack.text("say.put_right")])


def _line(found: Problem, pack: Pack) -> str:
    is_open = found.code.startswith("missing_") or found.code == "empty"
    words = found.code if found.code in pack.table("wrong") else "missing" if is_open else "other"
    names = pack.table("field_names")
    root = found.field.split(".")[0]
    return "- " + pack.text(f"wrong.{words}", **{**found.params, "field": names.get(root, root)})
