"""What is sent in a turn: the constant front, the talk as plain texts, and last the state with the person's words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from builder.core.draft import FIELDS, PROMPTS, Draft
from builder.core.session import CONTEXT, Message, Session
from builder.core.stages import missing
from builder.core.tend import sentence
from builder.interviewers.expert.answer import TURN
from builder.interviewers.expert.completing import open_topic
from builder.interviewers.expert.instructions import instructions
from builder.interviewers.expert.judging import TOOLS, flaws
from builder.interviewers.expert.memory import CONFIRM, Memory
from builder.interviewers.expert.outputs import shown
from builder.interviewers.expert.taking import Taken, without_paste
from builder.llm.ask import Question, Said

WHOLE_TALK = 20  # messages: up to here the talk is sent in full
RECENT = 6  # messages that are sent of a longer one
READY_TURNS = {"full": 3, "quick": 1}  # turns with nothing missing after which the plan is due
IDLE_TURNS = 3  # turns without any progress after which the model is told to decide
_MODES = {"full": "", "quick": "quick: ask only what you cannot decide"}
_LONGEST_SAID = 2_000  # characters of an earlier message
_MOST_PROBLEMS = 4
MOST_TOKENS = 8_000


def question(session: Session, memory: Memory, taken: Taken) -> Question:
    """A turn of the talk."""
    front = instructions("Interview", "Craft")
    said = tuple(talk(session.messages))
    return Question(front, compact(state(session, memory, taken)), TURN, said, MOST_TOKENS)


def specification(session: Session, taken: Taken) -> Question:
    """A whole specification at once."""
    front = instructions("Interview", "Craft", "Specification")
    return Question(front, compact(state(session, Memory(), taken)), TURN, (), MOST_TOKENS)


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# ---- the talk


def talk(messages: Sequence[Message]) -> Iterator[Said]:
    """What was said, in turns; failed and empty replies are left out, pasted JSON too."""
    kept = [message for message in messages if message.text.strip() and message.state != "failed"]
    waiting: Said | None = None
    for message in kept if len(kept) <= WHOLE_TALK else kept[-RECENT:]:
        words = without_paste(message.text) if message.role == "user" else message.text
        words = words if len(words) <= _LONGEST_SAID else f"{words[:_LONGEST_SAID]}…"
        if waiting and waiting.role == message.role:
            waiting = replace(waiting, text=f"{waiting.text}\n{words}")
            continue
        if waiting:
            yield waiting
        waiting = Said(message.role, words)
    if waiting:
        yield waiting


# ---- the state


def state(session: Session, memory: Memory, taken: Taken) -> dict[str, Any]:
    """Everything the model must know beside the talk; what is empty is left out. The person's words come last."""
    draft = session.draft
    said = {
        "draft": values(session.draft, session.language),
        "assumed": [name for name in draft.assumed if name != "placeholders"],
        "locked": [name for name in FIELDS if draft.locked(name)],
        "missing": missing(draft),
        "problems": [f"{flaw.reason} {flaw.next_step}" for flaw in flaws(draft)[:_MOST_PROBLEMS]],
        "waiting": {name: proposal.after for name, proposal in session.proposals.items()},
        "context": session.notes.get(CONTEXT),
        "notes": memory.notes,
        "next": open_topic(session) or ("" if session.agreed else CONFIRM),
        "mode": _MODES[session.mode],
        "taken": taken.note,
        "sum_up": memory.ready >= READY_TURNS[session.mode] and not missing(draft) and not session.agreed,
        "decide_now": memory.idle >= IDLE_TURNS,
    }
    kept = {name: value for name, value in said.items() if value or name == "draft"}
    return {**kept, "tools": TOOLS, "person": taken.prose}


def values(draft: Draft, language: str) -> dict[str, Any]:
    """The draft's fields; outputs one by one, explanations that code made from a name are left out."""
    found = {name: draft.value(name) for name in FIELDS if name in draft}
    if isinstance(schema := found.get("schema_definition"), Mapping):
        found["schema_definition"] = shown(schema)
    if isinstance(named := found.get("placeholders"), Mapping):
        gaps = " ".join(draft.text(name) for name in PROMPTS)
        told = {key: text for key, text in named.items() if text != sentence(key, language) and f"{{{key}}}" in gaps}
        found["placeholders"] = told
    return {name: value for name, value in found.items() if value}
