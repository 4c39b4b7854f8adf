"""What an interview produces, and content that is packed and opened again."""

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core.artifact import LARGEST, Product, checked, configuration, packed, unpacked, written
from builder.core.convert import as_draft
from builder.core.errors import Invalid, StorageError
from builder.core.operation import Operation
from builder.core.session import Session
from builder.core.stages import Stage
from tests.store.parts import config


def completed() -> Session:
    return Session("s", draft=as_draft(config()), planned=True, agreed=True).staged()


def test_a_completed_interview_produces_its_configuration_as_a_file() -> None:
    product = configuration(completed())
    assert product is not None
    assert (product.type, product.name, product.media_type) == ("agent_config", "Greeter.json", "application/json")
    assert json.loads(product.content) == config()
    assert len(product.hash) == 64


def test_nothing_is_produced_before_the_yes() -> None:
    waiting = Session("s", draft=as_draft(config()), planned=True).staged()
    assert waiting.stage is Stage.FINALIZING and configuration(waiting) is None


def test_nothing_is_produced_while_the_draft_is_not_valid() -> None:
    session, _ = completed().operate(Operation("set", "user_prompt", "{question} {"), "person")
    assert session.stage is Stage.COMPLETED and configuration(session) is None
    assert session.staged().stage is Stage.FINALIZING and configuration(session.staged()) is None


def test_the_same_content_has_the_same_hash_and_another_has_not() -> None:
    one, again = configuration(completed()), configuration(completed())
    changed, _ = completed().operate(Operation("set", "tone", "warm"), "person")
    other = configuration(changed)
    assert one is not None and again is not None and other is not None
    assert one.hash == again.hash != other.hash


@given(st.binary(max_size=5000))
def test_what_is_packed_opens_to_the_same(content: bytes) -> None:
    assert unpacked(packed(content), len(content)) == content


@given(st.binary(max_size=200), st.integers(0, 300))
def test_damaged_content_is_refused_and_never_half_given(kept: bytes, size: int) -> None:
    try:
        content = unpacked(kept, size)
    except StorageError as error:
        assert "damaged" in error.message
    else:
        assert len(content) == size


def test_a_small_packet_does_not_open_to_more_than_it_says() -> None:
    bomb = zlib.compress(b"\0" * 200_000_000, 9)
    for size in (10, LARGEST, 200_000_000):
        with pytest.raises(StorageError):
            unpacked(bomb, size)


def test_a_packet_that_is_cut_short_is_refused() -> None:
    content = written(config())
    with pytest.raises(StorageError):
        unpacked(packed(content)[:-4], len(content))


HOSTILE_NAMES = ["", ".", "..", "../x.py", "a/b.py", "a\\b.py", 'a".py', "a\nb.py", ".env", "ä.py", "x" * 101]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_only_plain_names_of_files_are_taken(name: str) -> None:
    with pytest.raises(Invalid):
        checked(Product("code", name, "text/x-python", b""))


def test_too_much_content_is_refused() -> None:
    assert checked(Product("bundle", "x.zip", "application/zip", b"0" * LARGEST))
    with pytest.raises(Invalid):
        checked(Product("bundle", "x.zip", "application/zip", b"0" * (LARGEST + 1)))
