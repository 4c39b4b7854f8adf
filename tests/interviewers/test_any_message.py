"""Whatever is said: nothing raises, the state loads again, and the draft is valid or its gaps are named."""


import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.core.check import check
from builder.core.convert import as_config
from tests.interviewers.talking import Talk
from tests.patience import at_once

PASTED = ("{", "}", "{}", '{"a": 1}', '{"type": "object", "properties": {"a": {}}}', "```{", "}}")
SHORT = ("yes", "no", "back", "You decide.", "structured", "chat", "?", ";", "name:", "\n- ", "🙂", "\x00", "“", "I")
WISHES = (
    "We want something that sorts mail.",
    "Quiero un asistente que clasifique correos",
    "Ich brauche einen Assistenten, der Mails sortiert",
    "the message",
    "priority (low, medium or high)",
    "list of items, each with name and price",
    "It must never promise anything.",
    "{customer_name}",
)
CHANGES = (
    "call it Bob",
    "make reason optional",
    "remove the summary",
    "14 days, not 30",
    "rename a to b",
    "add urgent as a third priority",
    "what is a placeholder?",
    "from 5 to 1",
)
SCRAPS = st.sampled_from((*PASTED, *SHORT, *WISHES, *CHANGES))
MESSAGES = st.one_of(st.text(max_size=200), st.lists(SCRAPS, min_size=1, max_size=5).map(" ".join))


def holds(talk: Talk) -> None:
    problems = check(as_config(talk.session.draft))
    assert all(problem.code.startswith("missing") for problem in problems), problems
    assert talk.stage != "COMPLETED" or not problems


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(MESSAGES, min_size=1, max_size=8), st.sampled_from(["en", "es", "de", "fr"]))
def test_any_talk_leaves_a_valid_draft_or_one_with_named_gaps(messages: list[str], language: str) -> None:
    talk = Talk.begin(language=language)
    for message in messages:
        assert talk.say(message).strip()
        holds(talk)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=400))
def test_any_specification_makes_a_whole_agent_or_says_why_not(text: str) -> None:
    talk = Talk.begin()
    talk.specify(text)
    assert talk.failed or talk.is_valid()


FACTS = (
    "It should be called DepotEar.",
    "It gets the driver's message and the tour number.",
    "It must never promise a time.",
    "Tone: brief and calm.",
)


@settings(max_examples=24, deadline=None)
@given(st.permutations(FACTS))
def test_the_order_of_the_facts_is_free(facts: list[str]) -> None:
    talk = Talk.begin()
    talk.say("We need something that sorts messages from our drivers. " + " ".join(facts))

    assert talk.value("name") == "DepotEar"
    assert set(talk.config["prompts"][-1]["placeholders"]) == {"driver_message", "tour_number"}
    assert talk.value("tone") == "brief and calm"
    assert "Never promise a time." in talk.value("system_prompt")


HOSTILE = {
    "one word": "a" * 200_000,
    "braces": "{" * 200_000,
    "open json": '{"a":' * 40_000,
    "quotes": '"' * 200_000,
    "commas": "," * 200_000,
    "or": "a or " * 40_000,
    "and": "x and " * 33_000,
    "wishes": "I want something that " * 9_000,
    "swaps": "x not y, " * 22_000,
    "fences": "```" * 66_000,
    "owners": "the date of " * 16_000,
    "lines": "- a\n" * 50_000,
    "spaces": " " * 200_000,
    "unicode": "🙂" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_very_long_message_is_answered_quickly(name: str) -> None:
    talk = Talk.begin()
    for message in ("Something that sorts mail.", HOSTILE[name], "data", HOSTILE[name], "Sorter", HOSTILE[name]):
        with at_once():
            talk.say(message)
        holds(talk)
