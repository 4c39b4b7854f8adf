"""The brief: everything the person has said so far, sorted by topic, each with its source. Plain JSON underneath."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from builder.core.operation import Source

Topic = Literal[
    "purpose", "return_type", "name", "rules", "tone", "inputs", "outputs", "greeting", "language", "goals", "starters"
]
Form = Literal["", "deed", "base", "main", "noun", "free"]


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the agent is there for, in the person's words.

    `noun` names the agent ("a screening assistant for applications"), `deed` says what it does, in the form that
    `form` names: "deed" as it stands behind "that" ("reads orders"), "main" as in a main clause where that differs,
    "base" infinitive, "free" a sentence that was not understood.
    `more` holds further sentences of the same kind. `relative` is the word that joins noun and deed ("that").
    """

    noun: str = ""
    deed: str = ""
    form: Form = ""
    relative: str = ""
    more: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.noun or self.deed)


@dataclass(frozen=True, slots=True)
class Input:
    """Something the agent is given each time: placeholder name and the person's phrase for it."""

    name: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Brief:
    """`schema` is the output as a JSON Schema. `texts` are draft fields taken word for word: written by hand or pasted.

    `awaited` are sentences that ask for further outputs before it is known what else there is.

    A topic is known when `sources` names it: "user" (said), "assumed" (decided for them) or "edited" (by hand).
    """

    purpose: Purpose = Purpose()
    return_type: str = ""
    voice: bool = False
    name: str = ""
    tone: str = ""
    rules: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    schema: Mapping[str, Any] = field(default_factory=dict)
    greeting: str = ""
    language: str = ""
    goals: tuple[str, ...] = ()
    starters: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    texts: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)

    def knows(self, topic: str) -> bool:
        return topic in self.sources

    def told(self, topic: Topic, source: Source = "user", **values: Any) -> "Brief":
        """The brief after one topic was told."""
        return replace(self, **values, sources={**self.sources, topic: source})

    def noted(self, **values: Any) -> "Brief":
        """The brief with values changed, sources as they were."""
        return replace(self, **values)

    def reopened(self, topic: str) -> "Brief":
        """The topic is open again; what was said of it stays until it is said anew."""
        return replace(self, sources={key: value for key, value in self.sources.items() if key != topic})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Brief":
        """Notes as they come back from the store: tuples are lists there."""
        known = {key: value for key, value in data.items() if key in Brief.__dataclass_fields__}
        purpose = dict(known.get("purpose") or {})
        purpose["more"] = tuple(purpose.get("more", ()))
        lists = {key: tuple(known.get(key, ())) for key in ("rules", "goals", "starters", "awaited")}
        inputs = tuple(Input(**entry) for entry in known.get("inputs", ()))
        return Brief(**{**known, **lists, "purpose": Purpose(**purpose), "inputs": inputs})
