"""One specification, no questions: everything open is decided and marked."""

import json

import pytest

from tests.interviewers.talking import Talk


def test_what_is_said_is_taken_and_the_rest_is_assumed() -> None:
    talk = Talk.begin()
    talk.specify("An assistant that sorts letters to our library.\nIt must never open private mail.")

    assert talk.stage == "COMPLETED"
    assert talk.is_valid()
    assert "private mail" in talk.value("system_prompt")
    assert "name" in talk.config["metadata"]["assumed"]
    assert "description" not in talk.config["metadata"]["assumed"]


def test_a_specification_by_lines() -> None:
    talk = Talk.begin()
    talk.specify(
        "We want something that reads repair requests.\n"
        "Data for the workshop program.\n"
        'Call it "FixList".\n'
        "Tone: plain.\n"
        "Requests about brakes come first.\n"
        "It is given the request of the customer.\n"
        "I need the part; urgency: low or high, always; and whether a tow is needed."
    )

    assert talk.value("name") == "FixList"
    assert talk.value("return_type") == "structured"
    assert list(talk.outputs) == ["part", "urgency", "tow_needed"]
    assert "brakes" in talk.value("system_prompt")
    assert "assumed" not in talk.config.get("metadata", {})


def test_headings_and_bullets() -> None:
    talk = Talk.begin()
    talk.specify(
        "A helper that judges cake recipes.\n\nName: CakeJury\n\nInputs:\n- the recipe\n- the occasion\n\n"
        "Outputs:\n- verdict: good, fair or poor\n- comment (optional)\n\n"
        "Rules:\n- Never suggest nuts.\n- Prefer seasonal fruit."
    )

    assert talk.value("name") == "CakeJury"
    assert set(talk.config["prompts"][1]["placeholders"]) == {"recipe", "occasion"}
    assert list(talk.outputs) == ["verdict", "comment"]
    assert "seasonal fruit" in talk.value("system_prompt")


def test_a_pasted_configuration_as_specification() -> None:
    from tests.core.examples import structured

    talk = Talk.begin()
    talk.specify(json.dumps(structured()))
    assert talk.config == structured()


@pytest.mark.parametrize(
    ("text", "language"),
    [("?", "en"), ("hello", "en"), ("\U0001f337\U0001f337", "en"), ("Hallo!", "de"), ("¡Buenos días!", "es")],
)
def test_a_text_without_a_task_is_refused_with_an_example(text: str, language: str) -> None:
    talk = Talk.begin(language=language)
    talk.specify(text)

    assert talk.failed is not None
    assert talk.failed.cause == "text"
    assert ":" in talk.failed.next_step
    assert not talk.session.draft.entries
