"""Brains for a fake model: `lead` holds a whole sensible interview, `Nonsense` says anything that fits the schema.

    with gemini.serving(lead) as fake: ...                  # every co-operative talk is COMPLETED within six turns
    fake.play(Paced(lead, pieces=16, pause=0.02))           # at the speed of a real model
    fake.play(Faulty(lead))                                 # every 7th answer is cut, every 11th 503, every 13th 429
    fake.play(Nonsense(seed=1))                             # the same nonsense for the same request

They answer the requests of the model-led interviewer: what is in the last message says all they need.
"""

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from builder.core.draft import FIELDS
from builder.core.name import snake
from builder.interviewers.expert.memory import CONFIRM
from tests.models import faults
from tests.models.script import Answer, Fault, Received

Brain = Callable[[Received], Answer]
Step = dict[str, str]

PURPOSE = "What should the agent do for you?"
KIND = "Who uses its answers: people who read them, or a program?"
OUTPUTS = "Which pieces of data should each answer have?"
RULES = "Is there anything it must never do?"
YES = "Shall I finish it like this?"
DONE = "It is ready."
LONGEST_WORD_OF_TRUST = 8  # words; who says more than "you decide" says what it is to be
_TAPS: Mapping[str, Sequence[str]] = {
    PURPOSE: ("Sort e-mails", "Answer questions"),
    KIND: ("People", "A program", "You decide"),
    OUTPUTS: ("category, urgency", "You decide"),
    RULES: ("No", "You decide"),
    YES: ("Yes", "Change something"),
    DONE: (),
}
_TOPICS = {PURPOSE: "purpose", KIND: "return_type", OUTPUTS: "outputs", RULES: "rules", YES: CONFIRM, DONE: ""}
_GREETING = re.compile(r"\W*(hi|hello|hey|good (morning|day|evening)|thanks?|thank you|please|help)\W*", re.I)
_AGREED = re.compile(r"\W*(yes|yeah|ok|okay|sure|right|exactly|perfect|fine|go ahead|finish)\b", re.I)
_NO = re.compile(r"\W*(no|nope|nothing|none|never mind)\b", re.I)
_DECIDE = re.compile(r"\b(you decide|your choice|up to you|don.t mind|whatever)\b", re.I)
_PROGRAM = re.compile(r"\b(data|json|program|system|structured|software|import|fields|api)\b", re.I)
_PEOPLE = re.compile(r"\b(people|persons?|text|prose|words|read|humans?|unstructured|colleagues?|customers?)\b", re.I)
_NAMED = re.compile(r"\b(?:call it|name it|named|called)\s+[\"“']?([A-Za-z][\w ]{1,30})", re.I)
_OUTPUT = re.compile(r"(?:an? |the )?([A-Za-z][\w -]{1,30}?)\s*(?:\(([^)]*)\))?\s*(?:,|;|$|\band\b)", re.I)


def lead(call: Received) -> Answer:
    """The next answer of an interview, or of the calls beside it: a repair, a better text."""
    said = json.loads(call.last)
    if "refused" in said:
        return Answer(json={"operations": []})
    if "person" not in said:
        better = {"reasons": ["Says what to do when unsure"], "text": f"{said['text'].rstrip()} If unsure, say so."}
        return Answer(json=better)
    return Answer(json=Turn(said, _asked(call)).answer())


def _asked(call: Received) -> str:
    """The question that the last reply ended with; "" at the beginning."""
    last = next((text for role, text in reversed(call.history) if role == "model"), "")
    return next((question for question in _TOPICS if last.rstrip().endswith(question)), "")


@dataclass
class Turn:
    """One turn: what is known (as it was sent), what was asked, and what the person says now."""

    said: Mapping[str, Any]
    asked: str
    steps: list[Step] = field(default_factory=list)
    draft: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.draft = dict(self.said["draft"])
        if "description" not in self.draft:  # never known, or undone: it begins anew
            self.asked = ""
        self.person: str = self.said["person"].strip()
        short = len(self.person.split()) <= LONGEST_WORD_OF_TRUST
        self.decides = (short and bool(_DECIDE.search(self.person))) or "decide_now" in self.said

    def answer(self) -> dict[str, Any]:
        if "?" in self.person:
            again = self.asked or self._next()
            return self._told("question", "That is up to you; both ways work well.", again)
        if self.asked == YES and _AGREED.match(self.person):
            return self._told("agree", "Good.", DONE)
        if self.asked == YES and _NO.match(self.person):
            return self._told("refuse", "Tell me what to change.", RULES)
        self._take()
        if "description" in self.draft:
            self._complete()
        told = "Thank you, that is in." if self.steps else "All right."
        return self._told("decide" if self.decides else "told", told, self._next())

    def _take(self) -> None:
        """Puts the person's words where they belong."""
        if found := _NAMED.search(self.person):
            self._set("name", "".join(word.capitalize() for word in found[1].split()))
        if "description" not in self.draft:
            if self.person and not _GREETING.fullmatch(self.person) and not self.decides:
                self._set("description", f"{self.person.splitlines()[0][:200].rstrip('. ')}.")
        elif self.decides:
            return
        elif self.asked == KIND:
            is_data = _PROGRAM.search(self.person) and not _PEOPLE.search(self.person)
            self._set("return_type", "structured" if is_data else "unstructured")
        elif self.asked == OUTPUTS:
            self._put_outputs()
        elif (self.asked == RULES and not _NO.match(self.person)) or self.asked in (YES, DONE):
            self._step("add", "guardrails", self.person[:200])

    def _complete(self) -> None:
        """What an expert writes without asking; when it shall decide, also what would be asked."""
        if self.decides or self.asked == OUTPUTS:
            self._suppose("return_type", "unstructured")
            if self.draft["return_type"] == "structured" and "schema_definition" not in self.draft:
                self._put("summary", {"type": "string", "required": True}, "assumed")
        self._suppose("name", "HelpfulAgent")
        task = self.draft["description"]
        self._suppose(
            "system_prompt",
            f"You are an assistant. Your task: {task} Read {{request}} with care and keep to what it says. "
            "Say so when something is missing or out of scope. Be brief and polite.",
        )
        self._suppose("user_prompt", "Request:\n{request}")

    def _put_outputs(self) -> None:
        for name, choices in _OUTPUT.findall(self.person):
            options: list[str] = [one.strip() for one in re.split(r",|/|\bor\b", choices)]
            options = [one for one in dict.fromkeys(options) if one]
            shape = {"type": "string", **({"enum": options} if len(options) > 1 else {}), "required": True}
            if key := snake(name):
                self._put(key, shape, "user")

    def _next(self) -> str:
        """What is asked next."""
        if self.asked == DONE:
            return DONE
        if "description" not in self.draft:
            return PURPOSE
        if "return_type" not in self.draft:
            return KIND
        if self.draft["return_type"] == "structured" and "schema_definition" not in self.draft:
            return OUTPUTS
        return YES if self.decides or not self.said.get("missing") else RULES

    def _told(self, heard: str, words: str, question: str) -> dict[str, Any]:
        summary = f" In short: {self.draft['description']}" if question == YES else ""
        return {
            "reply": f"{words}{summary} {question}",
            "suggestions": list(_TAPS[question]),
            "heard": heard,
            "operations": self.steps,
            "topic": _TOPICS[question],
            "note": "",
        }

    def _suppose(self, name: str, value: str) -> None:
        if name not in self.draft:
            self._set(name, value, "assumed")

    def _set(self, name: str, value: str, source: str = "user") -> None:
        self.draft[name] = value
        self._step("set", name, value, source=source)

    def _put(self, key: str, shape: Mapping[str, Any], source: str) -> None:
        self.draft["schema_definition"] = {**self.draft.get("schema_definition", {}), key: shape}
        self._step("put", "schema_definition", shape, key, source)

    def _step(self, action: str, name: str, value: Any, key: str = "", source: str = "user") -> None:
        written = json.dumps(value, ensure_ascii=False)
        self.steps.append({"action": action, "field": name, "key": key, "value_json": written, "source": source})


@dataclass(frozen=True)
class Paced:
    """The brain's answers in pieces of so many characters, `pause` seconds apart."""

    brain: Brain
    pieces: int = 16
    pause: float = 0.0
    first_after: float = 0.0

    def __call__(self, call: Received) -> Answer:
        return replace(self.brain(call), pieces=self.pieces, pause=self.pause, first_after=self.first_after)


BAD_DAYS: Sequence[tuple[int, Fault]] = (
    (7, faults.cut(after=3)),
    (11, faults.OVERLOADED),
    (13, faults.rate_limited(header=0.05)),
)


@dataclass
class Faulty:
    """Every so many-th answer goes wrong, counted over all requests."""

    brain: Brain
    every: Sequence[tuple[int, Fault]] = BAD_DAYS
    asked: int = 0
    failed: int = 0

    def __call__(self, call: Received) -> Answer:
        self.asked += 1
        fault = next((fault for nth, fault in self.every if self.asked % nth == 0), None)
        self.failed += fault is not None
        return replace(self.brain(call), fault=fault)


@dataclass(frozen=True)
class Nonsense:
    """JSON of the schema that is asked for, with anything in it."""

    seed: int = 0

    def __call__(self, call: Received) -> Answer:
        dice = random.Random(f"{self.seed} {call.last}")
        return Answer(json=_anything(call.schema or {}, dice), pieces=dice.choice((5, 16, 64, 4_000)))


_PLACES = (*FIELDS, "placeholders.order", "", "unknown", "schema_definition.a")
_KEYS = ("", "order", "Order number", "a", "{b}", "__proto__")
_WORDS = (
    "", "Yes", "Größe 名前", "\N{GRINNING FACE}", "{order}", "{{a}}", "{", "<b>x</b>", "```json", "null", "NaN",
    "\u202e", "![a](https://example.invalid/x.png)", "structured", "unstructured", "SortMail", "long " * 300,
    "a\nb", '"', "\\",
)
_VALUES: Sequence[Any] = (
    None, True, 0, -1.5, 10**30, [], {}, [None], {"type": "object"}, {"type": "string", "required": True},
    {"type": "text"}, {"type": "object", "properties": {"a": {"type": "string"}}}, {"a": {"$ref": "#"}},
    {"name": "send_fax"}, [["a"], {"b": 1}],
)  # fmt: skip


def _anything(schema: Mapping[str, Any], dice: random.Random, name: str = "") -> Any:
    match schema.get("type"):
        case "object":
            return {key: _anything(part, dice, key) for key, part in schema["properties"].items()}
        case "array":
            return [_anything(schema["items"], dice) for _ in range(dice.choice((0, 1, 2, 5)))]
    if "enum" in schema:
        return dice.choice(schema["enum"])
    return _some_text(name, dice)


def _some_text(name: str, dice: random.Random) -> str:
    match name:
        case "field":
            return dice.choice(_PLACES)
        case "key":
            return dice.choice(_KEYS)
        case "topic":
            return dice.choice((CONFIRM, "", "name", "rules"))
        case "value_json" if dice.random() < 0.8:
            return json.dumps(dice.choice((*_VALUES, *_WORDS)))
    return " ".join(dice.choice(_WORDS) for _ in range(dice.choice((1, 1, 2, 6))))
