"""The one repair call of a turn: only what was refused is sent, and why."""

from collections.abc import Sequence
from typing import Any

from builder.core.session import Session
from builder.interviewers.expert.answer import REPAIR
from builder.interviewers.expert.instructions import instructions
from builder.interviewers.expert.sending import MOST_TOKENS, compact, values
from builder.interviewers.expert.turn import Bad
from builder.llm.ask import Question

_MOST = 12


def repair(bad: Sequence[Bad], session: Session) -> Question:
    """Asks for corrected operations in the place of these."""
    fields = {one.operation.field for one in bad}
    draft = values(session.draft, session.language)
    sent: dict[str, Any] = {
        "draft": {name: value for name, value in draft.items() if name in fields or name == "return_type"},
        "refused": [_entry(one) for one in bad[:_MOST]],
    }
    return Question(instructions("Repair"), compact(sent), REPAIR, (), MOST_TOKENS)


def _entry(bad: Bad) -> dict[str, Any]:
    return {"operation": bad.raw, "problem": f"{bad.problem.reason} {bad.problem.next_step}"}
