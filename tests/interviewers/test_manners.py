"""Questions back, going back, off-topic remarks, leaving the choice: the talk goes on kindly."""

import pytest

from tests.interviewers.talking import Talk


def begun(*answers: str) -> Talk:
    talk = Talk.begin()
    talk.say("We want something that sorts messages to our zoo.", *answers)
    return talk


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("What is a placeholder?", "gap"),
        ("what's JSON?", "programs"),
        ("What is the difference? I don't know these words.", "form"),
        ("Can you explain tone?", "sounds"),
        ("what do you mean by that", "same fields"),
    ],
)
def test_a_question_back_is_answered_and_the_open_question_comes_again(question: str, word: str) -> None:
    talk = begun()
    reply = talk.say(question)

    assert word in reply
    assert "Who will read its answers" in reply
    assert talk.value("return_type") is None


def test_questions_never_write() -> None:
    talk = begun("chat", "ZooPost")
    before = talk.config
    talk.say("Why do you need to know that?", "Do you think it will rain tomorrow?")
    assert talk.config == before


def test_an_off_topic_remark_gets_a_kind_line_and_the_question_again() -> None:
    talk = begun("chat")
    reply = talk.say("Sorry, my neighbour just fell into his pond. Anyway.")

    assert "called" in reply
    assert talk.value("name") is None


def test_the_same_words_are_not_repeated() -> None:
    talk = begun("chat")
    replies = [talk.say("My goldfish has hiccups!"), talk.say("My goldfish has hiccups!")]
    assert replies[0] != replies[1]


def test_a_question_that_is_never_answered_is_decided() -> None:
    talk = begun("chat")
    for _ in range(4):
        talk.say("My goldfish has hiccups!")
    assert talk.value("name")
    assert talk.session.draft.source("name") == "assumed"


@pytest.mark.parametrize(
    "words", ["You decide.", "I don't mind, whatever you think is best.", "no idea", "Surprise me"]
)
def test_you_decide_is_an_answer(words: str) -> None:
    talk = begun("chat")
    reply = talk.say(words)

    assert talk.session.draft.source("name") == "assumed"
    assert talk.value("name") in reply
    assert words.rstrip(".").lower() not in str(talk.config).lower()


def test_everything_left_to_the_interviewer_makes_a_whole_agent() -> None:
    talk = begun("data", "you decide the rest")

    assert talk.stage == "FINALIZING"
    assert talk.is_valid()
    assert {"name", "system_prompt", "user_prompt", "schema_definition"} <= set(talk.config["metadata"]["assumed"])
    talk.say("yes")
    assert talk.stage == "COMPLETED"


@pytest.mark.parametrize("word", ["back", "go back", "undo", "previous question"])
def test_going_back_opens_the_last_question(word: str) -> None:
    talk = begun("chat", "ZooPost")
    reply = talk.say(word)

    assert "called" in reply
    talk.say("ApePost")
    assert talk.value("name") == "ApePost"


def test_a_greeting_alone_is_greeted_and_the_purpose_asked() -> None:
    talk = Talk.begin()
    reply = talk.say("Hello!")

    assert "Hello" in reply
    assert "do for you" in reply
    assert talk.config == {}


def test_a_story_without_a_wish_is_thanked_for_and_the_task_asked() -> None:
    talk = Talk.begin()
    reply = talk.say("We run a small zoo and people write to us about all kinds of things every day.")

    assert "do for you" in reply
    assert "description" not in talk.config


@pytest.mark.parametrize(("back", "language"), [("atrás", "es"), ("zurück", "de"), ("retour", "fr")])
def test_going_back_in_other_languages(back: str, language: str) -> None:
    from tests.interviewers.test_talk import TALKS

    talk = Talk.begin()
    talk.say(*TALKS[language][:3])
    talk.say(back)
    talk.say("NeuerName")
    assert talk.value("name") == "NeuerName"


def test_after_the_end_a_question_shows_the_plan_and_thanks_get_a_word() -> None:
    from tests.interviewers.talking import finished

    talk = finished()
    assert "urgency" in talk.say("What fields do we have now?")
    assert "change" not in talk.say("Thanks!")
    assert talk.stage == "COMPLETED"


REFUSALS = ["no", "no thanks", "nope", "skip", "nein danke", "no gracias", "non merci", "not yet"]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_no_to_the_plan_finishes_nothing(refusal: str) -> None:
    talk = begun("chat", "ZooPost", "never guesses", "the message")
    assert talk.stage == "FINALIZING"
    talk.say(refusal)
    assert talk.stage == "FINALIZING"
    talk.say("No, that's all.")
    assert talk.stage == "COMPLETED"
