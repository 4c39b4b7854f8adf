"""A long interview stays small on the wire; the figures of `bench.model_tokens`."""

from bench.model_tokens import BUDGET, run
from bench.talk_of_forty import ANSWERS, MESSAGES


def test_forty_turns_stay_under_the_budget_and_end_with_a_finished_agent() -> None:
    ours, whole, session = run()
    assert len(ours) == 40 and sum(ours) < BUDGET < sum(whole) / 5
    assert session.stage == "COMPLETED" and 145 <= len(session.draft.text("system_prompt").split()) <= 160


def test_the_talk_has_the_usual_lengths() -> None:
    replies = sum(len(answer["reply"].split()) for answer in ANSWERS) / len(ANSWERS)
    answers = sum(len(message.split()) for message in MESSAGES) / len(MESSAGES)
    assert 44 <= replies <= 48 and 14 <= answers <= 17
