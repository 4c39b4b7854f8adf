"""Files that came together: which of them is a part of which."""

from dataclasses import replace

from builder.importers.asking import Found
from builder.importers.once import without_parts
from builder.importers.registry import all_importers

SURE, LESS_SURE = all_importers()[0], all_importers()[-1]


def found(path: str, *used: str) -> Found:
    return Found(path, SURE, {}, (), frozenset(used))


def test_a_file_that_another_one_holds_is_no_agent_of_its_own() -> None:
    whole, used = without_parts([found("part"), found("whole", "part", "text"), found("other")])
    assert [one.path for one in whole] == ["whole", "other"]
    assert used == {"part", "text"}


def test_of_two_that_hold_each_other_the_surer_one_stays() -> None:
    one, other = found("one", "other"), replace(found("other", "one"), importer=LESS_SURE)
    for both in ([one, other], [other, one]):
        assert without_parts(both)[0] == [one]


def test_a_file_that_names_itself_stays() -> None:
    assert [one.path for one in without_parts([found("a", "a")])[0]] == ["a"]
