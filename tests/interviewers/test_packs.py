"""Every language pack meets the same demands: adding a language is adding one file."""

import re

import pytest

from builder.interviewers.offline.pack import Pack, codes, pack_for

FREE = {"verbs", "doers", "numbers", "languages", "macros", "broken"}  # tables whose names are words of the language
ENGLISH = pack_for("en")
OTHERS = [code for code in codes() if code != "en"]


def test_four_languages_ship() -> None:
    assert {"en", "es", "de", "fr"} <= set(codes())


@pytest.mark.parametrize("code", OTHERS)
def test_a_pack_has_the_names_that_english_has(code: str) -> None:
    pack = pack_for(code)
    assert set(pack.tables) == set(ENGLISH.tables)
    for table, entries in ENGLISH.tables.items():
        if isinstance(entries, dict) and table not in FREE:
            assert set(pack.table(table)) == set(entries), table


@pytest.mark.parametrize("code", codes())
def test_every_expression_compiles_and_has_the_groups_of_the_english_one(code: str) -> None:
    pack = pack_for(code)
    for name in pack.table("words"):
        assert pack.words(name)
    for name in pack.table("rewrites"):
        pack.rewrite(name, "some words to try")
    for name in pack.table("frames"):
        assert all(frame.pattern for frame in pack.frames(name))
        english = {group for frame in ENGLISH.frames(name) for group in frame.groupindex}
        extra = {group for frame in pack.frames(name) for group in frame.groupindex} - english
        assert extra <= {"relative", "main", "that"}, name


@pytest.mark.parametrize("code", codes())
def test_every_sentence_has_the_gaps_of_the_english_one(code: str) -> None:
    pack = pack_for(code)
    for table in ("say", "ask", "changed", "plan", "inputs", "wrong"):
        for name, sentence in ENGLISH.table(table).items():
            assert gaps(pack.text(f"{table}.{name}")) == gaps(sentence), f"{table}.{name}"


def gaps(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


@pytest.mark.parametrize("code", codes())
def test_one_question_at_a_time(code: str) -> None:
    for name, sentence in pack_for(code).table("ask").items():
        assert sentence.count("?") == 1, name


@pytest.mark.parametrize("code", codes())
def test_only_questions_have_question_marks(code: str) -> None:
    pack = pack_for(code)
    for table in ("ack", "changed", "decided", "plan", "explain", "broken"):
        for name, sentence in pack.table(table).items():
            said = " ".join(answer for _, answer in sentence) if isinstance(sentence, list) else str(sentence)
            assert "?" not in said, f"{table}.{name}"


@pytest.mark.parametrize("code", codes())
def test_every_answer_to_tap_is_understood(code: str) -> None:
    from tests.interviewers.talking import Talk

    opening = {
        "es": "Quiero un asistente que ordene cartas.",
        "de": "Ich brauche einen Assistenten, der Briefe sortiert.",
        "fr": "Je voudrais un assistant qui trie des lettres.",
    }
    for tap in pack_for(code).list("tap.return_type"):
        talk = Talk.begin(language=code)
        talk.say(opening.get(code, "I need something that sorts letters."), tap)
        assert talk.value("return_type"), tap


def steps_of(pack: Pack) -> set[str]:
    return {kind for kinds in pack.table("kinds").values() for _, kind in kinds}


@pytest.mark.parametrize("code", codes())
def test_every_kind_of_task_has_its_steps(code: str) -> None:
    pack = pack_for(code)
    assert steps_of(pack) <= set(pack.table("steps"))
    assert steps_of(pack) == steps_of(ENGLISH)
