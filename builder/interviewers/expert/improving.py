""" "Improve this text": what is sent, and what of the answer counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.core import placeholders
from builder.core.draft import PROMPTS, Draft
from builder.core.operation import Operation
from builder.core.session import Session
from builder.interviewers.expert.answer import IMPROVEMENT, line, text
from builder.interviewers.expert.instructions import instructions
from builder.interviewers.expert.mending import mended
from builder.interviewers.expert.sending import MOST_TOKENS, compact, values
from builder.llm.ask import Question

_AGENT = ("name", "description", "return_type", "schema_definition", "placeholders", "tone", "guardrails")
_MOST_REASONS, _LONGEST_REASON = 4, 200


@dataclass(frozen=True, slots=True)
class Improvement:
    """`text` is "" when nothing came back; `lost` names the placeholders of only one of the two texts."""

    text: str
    reasons: tuple[str, ...]
    lost: tuple[str, ...] = ()


def improvement(session: Session, field: str, lost: tuple[str, ...] = ()) -> Question:
    """Asks for a better text; a second time with the placeholders that got lost the first time."""
    draft = values(session.draft, session.language)
    agent = {name: draft[name] for name in (*_AGENT, *PROMPTS) if name in draft and name != field}
    sent: dict[str, Any] = {"field": field, "text": session.draft.text(field), "agent": agent}
    if lost:
        sent["problem"] = f"These placeholders were lost or added; keep the ones of the text: {', '.join(lost)}"
    return Question(instructions("Craft", "Improve"), compact(sent), IMPROVEMENT, (), MOST_TOKENS)


def improved(field: str, draft: Draft, answer: Mapping[str, Any]) -> Improvement:
    before = draft.text(field)
    after = str(mended(Operation("set", field, text(answer.get("text"))), draft)[0].value).strip()
    given = answer.get("reasons")
    reasons = [line(item, _LONGEST_REASON) for item in given[:_MOST_REASONS]] if isinstance(given, list) else []
    lost = _lost(before, after) if field in PROMPTS and after else ()
    return Improvement(after, tuple(filter(None, reasons)), lost)


def _lost(before: str, after: str) -> tuple[str, ...]:
    """Placeholders of only one of the two texts."""
    have, wanted = placeholders.used(before), placeholders.used(after)
    return tuple(name for name in dict.fromkeys([*have, *wanted]) if (name in have) != (name in wanted))

