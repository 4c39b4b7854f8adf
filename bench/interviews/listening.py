"""What a person understands of the interviewer's words: which topics are asked, in one of four languages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bench.interviews.cues import finder, plain, source, words_of

FACTS = ("return_type", "name", "description", "tone", "rules", "inputs", "outputs", "greeting")
SOCIAL = frozenset({"confirm", "more", "offer", "other"})
STRONG, WEAK = 3, 1
ASIDES_IN_TEXT = r"\([^)]*\)|\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|`[^`]*`"
AUXILIARIES = ("should|does|do|is|are|will|must|soll|darf|debe|doit",)

Rules = Sequence[tuple[int, re.Pattern[str]]]


@dataclass(frozen=True)
class Question:
    """`about` is the fact that a confirmation, offer or open question mentions."""

    topic: str
    about: str | None
    words: str


@dataclass(frozen=True)
class Ear:
    """Word lists of English and, where it differs, the person's own language, ready for use."""

    tables: Sequence[dict[str, Rules]]
    asks: re.Pattern[str]
    question_word: re.Pattern[str]
    aside: re.Pattern[str]
    without: re.Pattern[str]
    seam: re.Pattern[str]
    cues: dict[str, re.Pattern[str]]

    def says(self, key: str, text: str) -> bool:
        return bool(self.cues[key].search(plain(text)))

    def questions(self, text: str) -> list[Question]:
        """Everything that is asked; hints like "you can also say skip" count only when nothing else is asked."""
        asked: list[Question] = []
        hints: list[Question] = []
        before = ""
        for sentence in sentences(text):
            for part in self.seam.split(sentence):
                if self._is_question(part, sentence):
                    is_hint = self.aside.search(part) and "?" not in part
                    (hints if is_hint else asked).append(self._understood(part, before))
            before = sentence
        if any(question.topic == "confirm" for question in asked):  # what stands above it is a summary, not a request
            asked = [question for question in asked if question.topic == "confirm" or "?" in question.words]
        return [question for question in asked or hints if question.topic != "other"] or asked or hints

    def _is_question(self, part: str, sentence: str) -> bool:
        return "?" in part or bool(self.asks.match(part) or ("?" in sentence and self.question_word.search(part)))

    def _understood(self, part: str, before: str) -> Question:
        points = self._points(self.without.sub(" ", part)) or self._points(part) or self._points(before)
        ranked = sorted((topic for topic in points if topic not in SOCIAL), key=lambda topic: -points[topic])
        fact = ranked[0] if ranked else None
        if points.get("more", 0) >= max(1, points.get(fact or "", 0)):
            return Question("more", fact, part)
        if "offer" in points:
            return Question("offer", fact, part)
        if "confirm" in points and not self.question_word.search(part) and (fact is None or fact in FACTS):
            return Question("confirm", fact, part)
        return Question(fact or ("confirm" if "confirm" in points else "other"), None, part)

    def _points(self, text: str) -> dict[str, int]:
        best: dict[str, int] = {}
        for table in self.tables:
            for topic, rules in table.items():
                got = sum(weight for weight, rule in rules if rule.search(text))
                if got > best.get(topic, 0):
                    best[topic] = got
        return {topic: best[topic] for topic in self.tables[0] if topic in best}


def sentences(text: str) -> list[str]:
    """The sentences that a person reads, without code, list marks and lines of JSON."""
    shown = re.sub(r"```.*?(?:```|$)", "\n", text, flags=re.S)
    lines = (re.sub(r"^\s*(?:[-•]|\d+[.)])\s+", "", line) for line in plain(shown).splitlines())
    found = [sentence for line in lines for sentence in re.split(r"(?<=[.?!])[\"”»)]*\s+", line.strip())]
    return [sentence for sentence in found if re.search(r"\w", sentence) and sentence[0] not in '{}["']


@cache
def ear(language: str) -> Ear:
    words = words_of("listening")
    spoken = ["en"] if language == "en" else ["en", language]
    lists = {
        key: [cue for one in spoken for cue in words[one][key]]
        for key in words["en"]
        if key not in ("strong", "weak", "button")
    }
    buttons = {key: [cue for one in spoken for cue in words[one]["button"][key]] for key in words["en"]["button"]}
    return Ear(
        tables=[_table(words[one]["strong"], words[one]["weak"]) for one in spoken],
        asks=re.compile(rf"\W*(?:{source(lists['softener'])}[\s,;:!.]+)*{source(lists['request'])}(?!\s*:)", re.I),
        question_word=finder(lists["question_word"]),
        aside=finder(lists["aside"]),
        without=re.compile(rf"{ASIDES_IN_TEXT}|[,:;–-]?\s*{source(lists['example'])}[^?]*", re.I),
        seam=re.compile(
            rf"[,;]?\s+{source(lists['and'])}\s+(?={source([*lists['question_word'], *AUXILIARIES])})", re.I
        ),
        cues={key: finder(cues) for key, cues in {**lists, **buttons}.items()},
    )


def _table(strong: dict[str, list[str]], weak: dict[str, list[str]]) -> dict[str, Rules]:
    cues = {
        topic: [(STRONG, cue) for cue in strong[topic]] + [(WEAK, cue) for cue in weak.get(topic, ())]
        for topic in strong
    }
    return {topic: [(weight, finder([cue])) for weight, cue in found] for topic, found in cues.items()}
