"""How well a configuration fits the person it was made for; the score is explained in bench/people/README.md."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bench.interviews import contract_check
from bench.interviews.cues import finder, source, words_of
from bench.interviews.fields import allowed_values, input_measures, mean, output_measures, same
from bench.interviews.invented import invented
from bench.people import Person

Config = Mapping[str, Any]
CONTENT = {
    "return_type": 12, "name": 8, "description": 8, "tone": 4, "must_mention": 18, "inputs": 12, "input_texts": 2,
    "outputs": 20, "types": 6, "enums": 6, "constraints": 4, "prompt_form": 4, "correction": 10, "language": 4,
}  # fmt: skip
CONDUCT = {"not_redundant": 5, "one_question": 4, "effort": 6, "no_errors": 5}
COST_OF_AN_INVENTION, INVENTIONS_COST_AT_MOST = 4, 16
TOGETHER = 200


@dataclass(frozen=True)
class Verdict:
    """`measures` are shares from 0 to 1; None where a measure does not apply to the person."""

    finished: bool
    problems: Sequence[str]
    invented: Sequence[str]
    measures: Mapping[str, float | None]


def judge(person: Person, config: Config | None, said: Sequence[str], published: Mapping[str, Any] | None) -> Verdict:
    """No configuration is an unfinished interview: every measure that applies is 0."""
    known = config or {}
    prose = "\n".join([str(known.get("description", "")), told(known)])
    wrong = contract_check.problems(known, published) if known else ["not finished"]
    made_up = invented(person, known, prose, said, matches) if known else []
    return Verdict(bool(known), wrong, made_up, _measures(person, known))


def score(verdict: Verdict, conduct: Mapping[str, float]) -> float:
    """0 to 100. Conduct counts in proportion to content: politeness without a result is worth nothing."""
    content = _weighted(CONTENT, verdict.measures)
    behaviour = _weighted(CONDUCT, {key: min(1.0, max(0.0, share)) for key, share in conduct.items()})
    points = 100 * content * (0.8 + 0.2 * behaviour) * (0.5 if verdict.problems else 1)
    return max(0.0, points - min(INVENTIONS_COST_AT_MOST, COST_OF_AN_INVENTION * len(verdict.invented)))


def matches(pattern: str, text: str) -> bool:
    return bool(_rule(pattern).search(text))


def told(config: Config) -> str:
    """What the built agent will know: prompts, guardrails, goals, tone and first message."""
    prompts = [prompt["content"] for prompt in config.get("prompts", ())]
    lists = [*config.get("guardrails", ()), *config.get("goals", ())]
    return "\n".join([*prompts, *lists, str(config.get("tone", "")), str(config.get("first_message", ""))])


@cache
def _rule(pattern: str) -> re.Pattern[str]:
    """The word rules of people: a regular expression in which NEG is any negation and HUMAN any person."""
    words = words_of("judging")
    for macro, key in (("NEG", "negation"), ("HUMAN", "human")):
        pattern = re.sub(rf"\b{macro}\b", lambda _, key=key: source(words[key]), pattern)  # type: ignore[misc]
    return re.compile(pattern, re.I)


def _weighted(weights: Mapping[str, int], shares: Mapping[str, float | None]) -> float:
    known = {key: share for key, share in shares.items() if key in weights and share is not None}
    return sum(weights[key] * share for key, share in known.items()) / sum(weights[key] for key in known)


def _measures(person: Person, config: Config) -> dict[str, float | None]:
    facts, text = person["facts"], told(config)
    rules = [*facts["rules"], *([facts["greeting"]] if "greeting" in facts else [])]
    mentioned = mean(_together(rule["words"], text) for rule in rules)
    measures: dict[str, float | None] = {
        "return_type": float(config.get("return_type") == facts["return_type"]["value"])
        if "return_type" in facts
        else None,
        "name": _name(facts["name"], str(config.get("name", ""))),
        "description": _description(facts["description"]["words"], str(config.get("description", ""))),
        "tone": mean(matches(word, text) for word in facts["tone"]["words"]) if "tone" in facts else None,
        "must_mention": mentioned,
        "prompt_form": _prompt_form(text) if mentioned != 0 else 0.0,
        "correction": _correction(person, config),
        "language": float(bool(config) and _language(text) == person["language"])
        if person["language"] != "en"
        else None,
    }
    measures |= input_measures(facts["inputs"], config) if facts["inputs"] else {}
    return measures | (
        output_measures(facts["outputs"], config.get("schema_definition") or {}) if facts["outputs"] else {}
    )


def _together(words: Sequence[str], text: str) -> bool:
    """All words of one rule within about two sentences; the rarer ones lead, a negation is everywhere."""
    first, *others = sorted(words, key=lambda word: "NEG" in word)
    for spot in _rule(first).finditer(text):
        around = text[max(0, spot.start() - TOGETHER) : spot.end() + TOGETHER]
        if all(matches(word, around) for word in others):
            return True
    return False


def _name(fact: Mapping[str, Any], name: str) -> float:
    """Without a wish any valid name will do, best one that says what the agent is for."""
    if same(name) in words_of("judging")["dull_names"] or not re.fullmatch(r"[A-Za-z][\w-]{0,63}", name, re.A):
        return 0.0
    wishes = [same(wish) for wish in fact.get("accept", ())]
    if not wishes:
        return 1.0 if matches(fact.get("hints", "."), name) else 0.5
    return 1.0 if same(name) in wishes else 0.5 if any(wish in same(name) for wish in wishes) else 0.0


def _description(words: Sequence[str], text: str) -> float:
    one_sentence = not re.search(r"[.!?]\s+\S", text.strip())
    return (mean(matches(word, text) for word in words) or 0.0) * (1 if one_sentence else 0.5)


def _prompt_form(text: str) -> float:
    """A prompt speaks to the agent; it is not the person's wish copied."""
    words = words_of("judging")
    return (bool(finder(words["role"]).search(text)) + (not finder(words["wish"]).search(text))) / 2


def _language(text: str) -> str:
    spoken = re.findall(r"[^\W\d_]+", text.lower())
    counts: dict[str, int] = {
        code: sum(map(spoken.count, words)) for code, words in words_of("judging")["function_words"].items()
    }
    return max(counts, key=lambda code: counts[code])


def _correction(person: Person, config: Config) -> float | None:
    if "change" not in person:
        return None
    if not config:
        return 0.0
    return float(
        all(_obeys(kind, value, config) for demand in person["change"]["expect"] for kind, value in demand.items())
    )


def _obeys(kind: str, value: Any, config: Config) -> bool:
    fields = (config.get("schema_definition") or {}).get("properties", {})
    if kind in ("name", "return_type"):
        return same(config.get(kind)) == same(value)
    if kind == "absent":
        return not matches(
            value, json.dumps({key: part for key, part in config.items() if key != "metadata"}, ensure_ascii=False)
        )
    if kind == "says":
        return all(matches(word, told(config)) for word in value)
    if kind == "enum":
        there = [set(map(same, allowed_values(field))) for field in fields.values() if isinstance(field, Mapping)]
        return all(set(map(same, values)) in there for values in value.values())
    return any(value in same(name) for name in fields) == (kind == "output")
