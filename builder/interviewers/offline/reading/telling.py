"""Putting a fact into the brief: one function for each topic, whoever found it."""

from dataclasses import replace

from builder.interviewers.offline.brief import Input
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading import behaviour
from builder.interviewers.offline.reading.corrections import renamed_everywhere
from builder.interviewers.offline.reading.heard import Heard
from builder.interviewers.offline.reading.names import usable

MOST_RULES = 40


def tone_told(heard: Heard, tone: str) -> Heard:
    return heard.told("tone", heard.brief.told("tone", tone=behaviour.as_tone(tone)))


def name_told(heard: Heard, given: str, pack: Pack) -> Heard:
    """The brief with this name, mended where the contract does not allow it as it is."""
    name = usable(given)
    if not name:
        return heard
    brief = renamed_everywhere(heard.brief, heard.brief.name, name).told("name", name=name)
    told = heard.told("name", brief)
    return told if name == given else _mended(told, given)


def _mended(heard: Heard, given: str) -> Heard:
    return replace(heard, mended_name=given)


def outputs_told(heard: Heard, schema: dict[str, object]) -> Heard:
    """Outputs make the agent structured."""
    told = heard.told("outputs", heard.brief.told("outputs", schema=schema))
    if told.brief.return_type == "structured":
        return told
    return told.told("return_type", told.brief.told("return_type", return_type="structured"))


def inputs_told(heard: Heard, found: list[Input]) -> Heard:
    """The inputs, after those that were named before in the same message."""
    before = heard.brief.inputs if "inputs" in heard.learned else ()
    new = [entry for entry in found if entry.name not in {known.name for known in before}]
    return heard.told("inputs", heard.brief.told("inputs", inputs=(*before, *new)))


def rules_told(heard: Heard, text: str, pack: Pack, *, settles: bool = True) -> Heard | None:
    """The rules of a sentence, after those there are; one said again stands once.

    A remark that only sounds like a rule does not settle the topic: the question about behaviour stays open.
    """
    tone, rest = behaviour.without_tone(text, pack)
    new = [rule for rule in behaviour.rules_of(rest, pack) if rule not in heard.brief.rules]
    if not new:
        return None
    if tone and not heard.brief.tone:
        heard = heard.told("tone", heard.brief.told("tone", tone=behaviour.as_tone(tone)))
    rules = (*heard.brief.rules, *new)[:MOST_RULES]
    brief = heard.brief.told("rules", rules=rules) if settles else heard.brief.noted(rules=rules)
    return heard.told("rules", brief)
