"""The rounds: what llmock is told to do wrong, and what our client owes the person then."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.llm.ask import Patience

Behavior = Mapping[str, Any]
ANSWER = {
    "reply": "That sounds like a fine idea for an agent. What shall it be called, and who is going to use it?",
    "suggestions": ["Helper", "Guide", "Something else entirely"],
    "operations": [],
}
SAID = json.dumps(ANSWER)
ALL_WORDS = len(SAID.split())
PATIENT = Patience(tries=3, first_wait=0.2, longest_wait=5.0, deadline=30.0)
# Two waits of our own choice must be seen to grow, also on a machine that is busy with other things.
GROWING = Patience(tries=3, first_wait=1.0, longest_wait=5.0, deadline=30.0)
HURRIED = Patience(tries=3, first_wait=0.2, longest_wait=5.0, deadline=1.5)
BRIEF = Patience(tries=3, first_wait=0.2, longest_wait=1.0, deadline=30.0)
WHOLE = frozenset({"whole"})
# Trying again before the time is up would be an error, and llmock cannot see that the person is told instead.
GAVE_UP = frozenset({"gave_up"})
EVERY_TIME: dict[str, Any] = {"times": None}


def status(code: int, **more: Any) -> Behavior:
    return {"type": "fail", "status": code, **more}


def stream(kind: str, after: int = 6, **more: Any) -> Behavior:
    return {"type": "stream_fault", "kind": kind, "after_chunks": after, **more}


@dataclass(frozen=True)
class Round:
    """`ends` are the endings that are right: "whole" or a kind of failure. `attempts` is what llmock counts.

    `known` are codes of warnings that llmock gives although the client is right.
    """

    name: str
    behaviors: Sequence[Behavior]
    attempts: int
    ends: frozenset[str] = WHOLE
    patience: Patience = PATIENT
    askers: int = 1
    known: frozenset[str] = frozenset()


BUSY_AND_DOWN = (
    Round("no fault", [], 1),
    Round("429, wait 0.4 s, twice", [status(429, retry_after=0.4, times=2)], 3),
    Round("429, wait 1.5 s", [status(429, retry_after=1.5)], 2),
    Round("429, wait longer than we are ready to", [status(429, retry_after=3)], 1, frozenset({"busy"}), BRIEF,
          known=GAVE_UP),
    Round("503, wait 0.4 s, twice", [status(503, retry_after=0.4, times=2)], 3),
    Round("500 twice", [status(500, times=2)], 3, patience=GROWING),
    Round("502", [status(502)], 2),
    Round("503 for ever", [status(503, retry_after=0.2, **EVERY_TIME)], 3, frozenset({"server"})),
    Round("twenty at once, half of them refused", [status(503, retry_after=0.3, times=10)], 30, askers=20),
)
# No truncating for ever: llmock judges by the last attempt alone, so to it a client that gives up has accepted half an
# answer. That it gives up visibly is for the tests with our own fakes.
BROKEN_STREAMS = (
    Round("disconnect", [stream("disconnect")], 2),
    Round("disconnect before the first chunk", [stream("disconnect", after=0)], 2),
    Round("disconnect for ever", [stream("disconnect", **EVERY_TIME)], 3, frozenset({"connection"}),
          GROWING),
    Round("truncate", [stream("truncate")], 2),
    Round("truncate before the first chunk", [stream("truncate", after=0)], 2),
    Round("truncate twice", [stream("truncate", times=2)], 3, patience=GROWING),
    Round("malformed", [stream("malformed")], 2),
    Round("malformed twice", [stream("malformed", times=2)], 3, patience=GROWING),
    Round("503, then truncate", [status(503, retry_after=0.2), stream("truncate")], 3),
)
SLOW = (
    Round("stall of 0.5 s", [stream("stall", stall_seconds=0.5)], 1),
    Round("stall without end", [stream("stall", stall_seconds=60)], 1, frozenset({"slow"}), HURRIED),
    Round("first chunk after 1 s", [{"type": "slow_first_token", "seconds": 1}], 1),
    # llmock does not count a request that was left before its answer began.
    Round("nothing for 5 s", [{"type": "delay", "seconds": 5}], 0, frozenset({"slow"}), HURRIED),
)
REFUSED = (
    Round("400", [status(400, **EVERY_TIME)], 1, frozenset({"request"})),
    Round("401", [status(401, **EVERY_TIME)], 1, frozenset({"key"})),
    Round("403", [status(403, **EVERY_TIME)], 1, frozenset({"key"})),
    Round("404", [status(404, **EVERY_TIME)], 1, frozenset({"model"})),
    Round("answer too long", [{"type": "reply", "text": SAID, "finish_reason": "length"}], 1, frozenset({"length"})),
    Round("held back by a filter", [{"type": "reply", "text": "", "finish_reason": "content_filter"}], 1,
          frozenset({"blocked"})),
)
ROUNDS = (*BUSY_AND_DOWN, *BROKEN_STREAMS, *SLOW, *REFUSED)
# Gemini's last words come with the finish reason; elsewhere all words may come and only the reason be missing.
REASON_MISSING = Round("all words, no finish reason", [stream("truncate", after=ALL_WORDS + 1)], 2)
