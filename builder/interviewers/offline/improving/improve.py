"""The checklist for each field, run until nothing more is found."""

from dataclasses import dataclass

from builder.core import placeholders
from builder.core.check import check as problems_of
from builder.core.convert import as_config
from builder.core.draft import PROMPTS, Draft, Entry
from builder.core.tend import tend
from builder.interviewers.offline.improving import answers, description, system_prompt, user_prompt, wording
from builder.interviewers.offline.improving.finding import Check, Finding, Known
from builder.interviewers.offline.pack import pack_for
from builder.interviewers.offline.reading.language import detect
from builder.interviewers.offline.reading.text import word_count

_ROUNDS = 6
_TOLD = 20  # words from which on a text must be in a language that a pack reads
_READABLE = 0.1  # share of its words that are function words of the language
NEUTRAL: tuple[Check, ...] = (wording.twice, wording.braces)
CHECKS: dict[str, tuple[Check, ...]] = {
    "system_prompt": (
        wording.filler,
        *NEUTRAL,
        wording.paragraphs,
        system_prompt.role,
        system_prompt.task,
        system_prompt.inputs,
        system_prompt.rules,
        answers.outputs,
        answers.tone,
        answers.form,
        answers.unknown,
        answers.outside,
        answers.material,
        answers.language,
        system_prompt.no_rules,
        answers.rule_clash,
        wording.long_sentence,
    ),
    "user_prompt": (wording.filler, *NEUTRAL, user_prompt.gap, user_prompt.fence, user_prompt.labels),
    "description": (
        wording.filler,
        wording.twice,
        description.lead,
        description.one_sentence,
        description.edges,
        description.short,
        description.long,
    ),
}


@dataclass(frozen=True, slots=True)
class Better:
    """`text` is None when nothing can be mended by rule; `reasons` is never empty."""

    text: str | None
    reasons: tuple[str, ...]


def improved(draft: Draft, field: str, language: str) -> Better:
    """A better text for the field. `language` counts when the texts of the draft do not show theirs."""
    before = text = draft.text(field)
    reasons: list[str] = []
    for _ in range(_ROUNDS):
        known, checks = _known(draft.with_entry(field, Entry(text)), field, language)
        text, found = _round(text, field, known, checks)
        reasons += [finding.reason for finding in found if finding.text is not None]
        if not any(finding.text is not None for finding in found):
            reasons += [finding.reason for finding in found]
            break
    once = tuple(dict.fromkeys(reasons)) or (known.pack.text("improve.good"),)
    return Better(text if text != before else None, once)


def _round(text: str, field: str, known: Known, checks: tuple[Check, ...]) -> tuple[str, list[Finding]]:
    """All checks, one after another, each on what the one before has made of the text."""
    found = []
    for check in checks:
        finding = check(text, known)
        if finding is None:
            continue
        if finding.text is not None:
            if not _sound(known.draft, field, text, finding.text):
                continue
            text = finding.text
        found.append(finding)
    return text, found


def _sound(draft: Draft, field: str, before: str, after: str) -> bool:
    """Every placeholder is still there, and nothing is wrong that was not wrong before."""
    if after == before:
        return False
    if field in PROMPTS and not set(placeholders.used(before)) <= set(placeholders.used(after)):
        return False
    return _wrong(draft, field, after) <= _wrong(draft, field, before)


def _wrong(draft: Draft, field: str, text: str) -> set[tuple[str, str]]:
    with_text = tend(draft.with_entry(field, Entry(text)), "en")
    return {(problem.code, problem.field) for problem in problems_of(as_config(with_text))}


def _known(draft: Draft, field: str, language: str) -> tuple[Known, tuple[Check, ...]]:
    """The pack of the language that the texts are written in. A text in another language gets no words added."""
    texts = "\n".join(draft.text(name) for name in (field, "system_prompt", "description"))
    pack = pack_for(detect(texts, language[:2].lower()))
    words = word_count(texts)
    readable = words < _TOLD or len(pack.words("detect").findall(texts)) >= _READABLE * words
    return Known(draft, pack), CHECKS[field] if readable else NEUTRAL
