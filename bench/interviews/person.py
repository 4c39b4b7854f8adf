"""One simulated person: hears what is asked, and says only that, each in a manner of their own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.interviews import telling
from bench.interviews.listening import FACTS, SOCIAL, Question, ear
from bench.people import Person

OF_FEW_WORDS = ("terse", "you_decide")
CLICKING = ("terse", "typos", "you_decide")
SAYING_IT_ONCE = ("terse", "all_at_once")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


@dataclass
class Tally:
    """What is counted while they talk."""

    turns: int = 0
    questions: int = 0
    redundant: int = 0
    several: int = 0
    jargon: int = 0


class Visitor:
    """Remembers what was said. `hear` and `reply` take turns; `second_thoughts` comes after the end."""

    def __init__(self, person: Person) -> None:
        self.person, self.facts, self.style = person, person["facts"], str(person["style"])
        gives = person["opening_gives"]
        self.told = set(FACTS) if gives == "all" else set(FACTS) & set(gives)
        self.undecided = frozenset(person.get("undecided", ()))
        self.detours = dict(person.get("detours", {}))
        self.change: Mapping[str, Any] | None = person.get("change")
        self.changed_mind, self.change_is_due = self.change is None, False
        self.tally, self.said, self.names_told = Tally(), list[str](), 0
        self.heard, self.same_again, self.buttons, self.asked = "", 0, list[str](), list[Question]()
        self.ear = ear(person["language"])
        self.expected = len(self.open_facts())

    # What is heard

    def hear(self, text: str, buttons: Sequence[str] = ()) -> None:
        self.same_again = self.same_again + 1 if text == self.heard else 0
        self.heard, self.buttons, self.asked = text, list(buttons), []
        for question in self.ear.questions(self._without_my_words(text)):
            topic = self._about_one_entry(question) or self._meant(question)
            if topic not in self.topics():
                self.asked.append(Question(topic, question.about, question.words))
        self._count()

    def topics(self) -> list[str]:
        return [question.topic for question in self.asked]

    def is_really_asked(self) -> bool:
        return any(topic not in SOCIAL for topic in self.topics())

    def is_asked_something_new(self) -> bool:
        return any(topic in self.open_facts() for topic in self.topics())

    def open_facts(self) -> list[str]:
        return [
            topic for topic in FACTS if topic not in self.told and (topic in self.undecided or self.facts.get(topic))
        ]

    def _without_my_words(self, text: str) -> str:
        """A summary quotes the person; a question in the quotation is not the interviewer's."""
        for sentence in re.split(r"(?<=[.?!])\s+", " ".join(self.said)):
            text = text.replace(sentence, " ") if len(sentence) > 15 else text
        return text

    def _meant(self, question: Question) -> str:
        """ "It is structured, right?" asks for the fact, when the person has not said it yet."""
        unsaid = question.about in self.open_facts() and question.about not in self.undecided
        return str(question.about) if question.topic == "confirm" and unsaid else question.topic

    def _about_one_entry(self, question: Question) -> str | None:
        """`outputs:priority`, when one known field (or placeholder) is asked about by name."""
        for topic, cues in (("outputs", ("detail", "values", "required")), ("inputs", ("explain",))):
            for entry in self.facts[topic] if any(self._says(cue, question.words) for cue in cues) else ():
                marked = "|".join(map(re.escape, [entry["name"], *entry["synonyms"]]))
                spoken = re.escape(entry["name"].replace("_", " "))
                if re.search(
                    rf"[`\"“'{{](?:{marked})[`\"”'}}]|\b(?:field|for|can|may|is|should) (?:the )?{spoken}\b",
                    question.words,
                    re.I,
                ):
                    return f"{topic}:{entry['name']}"
        return None

    def _says(self, cue: str, words: str) -> bool:
        return self.ear.says("value" if cue == "values" else cue, words)

    def _count(self) -> None:
        tally, kinds = self.tally, {"social" if topic in SOCIAL else topic for topic in self.topics()}
        tally.turns += 1
        tally.questions += len(self.asked)
        tally.redundant += sum(map(self._is_redundant, self.asked))
        tally.several += len(kinds) > 1
        tally.jargon += self.ear.says("jargon", " ".join(question.words for question in self.asked))

    def _is_redundant(self, question: Question) -> bool:
        if question.topic.startswith("outputs:"):
            return (
                "outputs" in self.told
                and "enum" in self._entry(question.topic)
                and self._says("values", question.words)
            )
        return question.topic in self.told and not (question.topic == "name" and self._needs_another_name())

    def _needs_another_name(self) -> bool:
        return self.names_told > 0 and not NAME.fullmatch(self.facts["name"]["say"] or "none")

    def _entry(self, topic: str) -> Mapping[str, Any]:
        kind, name = topic.split(":", 1)
        return next(entry for entry in self.facts[kind] if entry["name"] == name)

    # What is said

    def open(self) -> str:
        return self._say(self.person["opening"])

    def reply(self) -> str:
        """People of few words answer the first question, the others at most two."""
        correction, wordy = self._correction_now(), self.style == "chatty"
        real = [question for question in self.asked if question.topic not in SOCIAL] or self.asked[:1]
        parts = []
        for question in real[: 1 if self.style == "terse" else 2]:
            if question.topic in self.detours and question.topic not in self.told:
                return self._say(correction + self.detours.pop(question.topic))
            parts.append(self._answer(question, wordy or bool(correction)))
        text = " ".join(dict.fromkeys(filter(None, parts))) or self._pick("nod")
        if wordy and any(question.topic in FACTS for question in real):
            text = f"{self._pick('before')} {text} {self._pick('after')}"
        return self._say(correction + text)

    def second_thoughts(self) -> str | None:
        """The change of mind as a message of its own, when it was not said on the way."""
        if (
            self.change is None
            or self.changed_mind
            or (self.change["when"] == "during" and self.change["topic"] not in self.told)
        ):
            return None
        self.changed_mind = True
        return self._say(self.change["say"])

    def _correction_now(self) -> str:
        if self.change is None or self.changed_mind or not self.change_is_due:
            return ""
        self.changed_mind = True
        return str(self.change["say"]) + "\n"

    def _answer(self, question: Question, wordy: bool) -> str:
        topic, words = question.topic, question.words
        if topic == "confirm":
            return self._button("yes") or self._pick("yes")
        if topic == "offer":
            return self._pick("draft" if self.ear.says("draft", words) else "decline")
        if topic in ("more", "other"):
            return self._volunteer(wordy) or self._pick("no_more" if topic == "more" else "none")
        if ":" in topic:
            asks = (
                next((cue for cue in ("required", "values") if self._says(cue, words)), "")
                if topic.startswith("outputs")
                else ""
            )
            return telling.detail(self.person, self._entry(topic), asks, self.tally.turns)
        if topic == "name" and (accepted := self._name_after_talk()):
            return accepted
        if topic not in FACTS or (topic == "greeting" and topic not in self.facts):
            return self._pick(self._nothing_to_say(topic))
        again = topic in self.told and topic not in self.undecided and self.style not in SAYING_IT_ONCE
        return (self._pick("again") + " " if again else "") + self._tell(topic, wordy)

    def _name_after_talk(self) -> str | None:
        """A mended name is welcome when it is still the person's own; one without a name takes any."""
        wanted = self.facts["name"]
        if self._needs_another_name():
            shown = re.sub(r"[\W_]", "", self.heard.lower())
            kept = any(re.sub(r"[\W_]", "", name.lower()) in shown for name in wanted["accept"])
            return self._pick("accept") if kept else str(wanted["accept"][0])
        if not wanted["say"] and self.ear.says("proposal", self.heard):
            self.told.add("name")
            return self._pick("accept")
        return None

    def _nothing_to_say(self, topic: str) -> str:
        spoken = "any_voice" if self.style == "wants_voice_agent" else "no"
        return {"tools": "no", "memory": "no", "language": "language", "voice": spoken}.get(topic, "none")

    def _tell(self, topic: str, wordy: bool) -> str:
        """From now on the topic counts as told. Who is asked for behaviour adds the tone."""
        first = (
            self.change["first"] if self.change and not self.changed_mind and self.change["topic"] == topic else None
        )
        if self.change and first and topic not in self.told:
            self.change_is_due = self.change["when"] == "during"
        tone = (
            self.facts["tone"]["say"] if topic == "rules" and "tone" in self.facts and "tone" not in self.told else ""
        )
        self.told |= {topic, "tone"} if topic == "rules" else {topic}
        self.names_told += topic == "name" and not first
        if topic in self.undecided:
            return self._button("decide") or self._pick("decide")
        chosen = self._button(self.facts[topic]["value"]) if topic == "return_type" and not first else None
        told = chosen or first or telling.fact(self.person, topic, wordy=wordy, turn=self.tally.turns)
        return f"{told} {tone}".strip()

    def _volunteer(self, wordy: bool) -> str | None:
        """An open question brings out one thing that was never asked, except from people of few words."""
        left = [topic for topic in self.open_facts() if topic not in self.undecided]
        return self._tell(left[0], wordy) if left and self.style not in OF_FEW_WORDS else None

    def _button(self, meaning: str) -> str | None:
        """The quick reply that says this and not the opposite too."""
        opposite = {"structured": "unstructured", "unstructured": "structured"}.get(meaning)
        shown = self.buttons if self.style in CLICKING else []
        fits = (text for text in shown if self.ear.says(meaning, text))
        return next((text for text in fits if not opposite or not self.ear.says(opposite, text)), None)

    def _pick(self, key: str) -> str:
        return telling.pick(self.person, key, self.tally.turns)

    def _say(self, text: str) -> str:
        self.said.append(telling.misspelt(self.person, text) if self.style == "typos" else text)
        return self.said[-1]
