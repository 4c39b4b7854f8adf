"""docs/api.md is true: all that it shows is run, in order, by a reader with a shell against a real server."""

import json
import re
from pathlib import Path

import pytest

from tests.api.conftest import serving
from tests.docs.guide import GUIDE, RUN, SHOWN, Block, Reader, blocks, play
from tests.docs.matching import Drift, Names, same_answer
from tests.redis import free_port
from tests.servers import ROOT

TEXT = GUIDE.read_text("utf-8")
ID, OTHER = "73b21c3d-8ed1-49e8-be71-2678a56b216f", "ba5a4f2c-6556-4def-8040-14df7282a6b7"


def test_everything_that_it_shows_happens(tmp_path: Path) -> None:
    with Reader(tmp_path, free_port()) as reader:
        played = [block for block, _ in play(TEXT, reader)]
    found = blocks(TEXT)
    assert played == [block for block in found if not block.is_answer]
    assert {block.language for block in played} == set(RUN)
    assert len([block for block in found if block.is_answer]) >= 30


def test_the_calls_in_the_readme_work(tmp_path: Path) -> None:
    """Pasted as they stand, one after the other."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme[readme.index("## Programs") : readme.index("## Settings")]
    calls = re.findall(r"^ {4}((?:SESSION=.*)?curl(?:.*\\\n)*.*)$", section, re.MULTILINE)
    assert len(calls) == 4
    with serving(tmp_path) as client, Reader(tmp_path, free_port()) as reader:
        here = str(client.base_url).removesuffix("/api/")
        said = [reader.shell.run(call.replace("localhost:8501", here).replace("curl", "curl -s")) for call in calls]
    begun, reply, finished, made = (text for text, code in said if not code)
    assert begun == ""
    assert json.loads(reply.splitlines()[-1])["stage"] == "COLLECTING_BASICS"
    assert finished == "Not finalized yet."
    assert json.loads(made)["metadata"]["assumed"]


def test_there_is_no_block_that_is_neither_run_nor_compared() -> None:
    found = blocks(TEXT)
    assert TEXT.count("```") == 2 * len(found)
    assert {block.language for block in found} == {*RUN, *SHOWN}
    assert [one.line for one, after in pairs(found) if one.is_answer and after and after.is_answer] == []


def pairs(found: list[Block]) -> list[tuple[Block, Block | None]]:
    return list(zip(found, [*found[1:], None], strict=True))


@pytest.mark.parametrize(
    ("guide", "said"),
    [
        ("```sh\necho ok\n```\n```text\nfine\n```\n", r"line 4: text\s+shown: fine\s+real:  ok"),
        ('```sh\necho \'{"type": "/problems/not-found"}\'\n```\n', "line 1: it was refused"),
        ("```sh\nfalse\n```\n", "line 1: .* ended with 1"),
        ("```python\nraise SystemExit(3)\n```\n", "line 1: .* ended with 3"),
        ("```sh\nexit 0\n```\n", "line 1: the shell ended"),
        ("```json\n{}\n```\n", "line 1: there is nothing of which this could be the answer"),
        ("```sh server\necho serve\n```\n", "line 1: this starts no server"),
    ],
)
def test_a_drift_is_seen_with_its_line(guide: str, said: str, tmp_path: Path) -> None:
    with Reader(tmp_path, free_port()) as reader, pytest.raises(Drift, match=said):
        list(play(guide, reader))


def test_variables_and_ids_last_from_block_to_block(tmp_path: Path) -> None:
    guide = f"```sh\nNAME={OTHER}\n```\n```sh\necho $NAME\n```\n```text\n{ID}\n```\n"
    with Reader(tmp_path, free_port()) as reader:
        list(play(guide, reader))
        assert reader.shell.filled("for $NAME") == f"for {OTHER}"
        with pytest.raises(Drift, match="is shown again"):
            list(play(f"```sh\necho {ID}\n```\n```text\n{ID}\n```\n", reader))


@pytest.mark.parametrize(
    ("shown", "real"),
    [
        ({"id": ID, "again": ID}, {"id": OTHER, "again": OTHER}),
        ({"text": "Done: …"}, {"text": "Done: all of it"}),
        ({"a": 1, "…": "…"}, {"a": 1, "b": 2}),
        ({"list": [1, "…"]}, {"list": [1, 2, 3]}),
        ({"at": "2026-11-20T11:57:52.699Z"}, {"at": "2031-01-02T03:04:05.000Z"}),
        ({"milliseconds": 0.4}, {"milliseconds": 17.25}),
    ],
)
def test_what_cannot_be_the_same_twice_may_differ(shown: object, real: object) -> None:
    same_answer("json", json.dumps(shown), json.dumps(real), Names())


@pytest.mark.parametrize(
    ("shown", "real"),
    [
        ({"id": ID, "again": ID}, {"id": OTHER, "again": ID}),
        ({"id": ID, "again": OTHER}, {"id": ID, "again": ID}),
        ({"id": ID}, {"id": "nothing"}),
        ({"id": ID}, {"id": None}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 1}),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"a": True}),
        ({"a": "x"}, {"a": "y"}),
        ({"a": []}, {"a": [1]}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
        ({"a": [1, 2, "…"]}, {"a": [1]}),
        ({"at": "2026-11-20T11:57:52.699Z"}, {"at": "yesterday"}),
        ({"milliseconds": 0.4}, {"milliseconds": None}),
        ({"text": "Done: …!"}, {"text": "Done: all of it"}),
    ],
)
def test_everything_else_counts(shown: object, real: object) -> None:
    with pytest.raises(Drift):
        same_answer("json", json.dumps(shown), json.dumps(real), Names())


@pytest.mark.parametrize(
    ("shown", "real", "fits"),
    [
        ("one\n…\nfour", "one\ntwo\nthree\nfour", True),
        ("one\n…\nfour", "one\nfour", True),
        ("one\n…\nfour", "one\ntwo\nfour\nfive", False),
        ("one\nfour", "one\ntwo\nfour", False),
        ("one\n…\ntwo\n…\nfour", "one\nfour\ntwo", False),
        ("one", "one\ntwo", False),
        ('data: {"a": 1}', 'data: {"a":1}', True),
        ('data: {"a": 1}', 'data: {"a":2}', False),
        ('data: {"a": 1}', 'event: {"a":1}', False),
    ],
)
def test_lines_count_in_their_order(shown: str, real: str, fits: bool) -> None:
    if fits:
        same_answer("text", shown, real, Names())
    else:
        with pytest.raises(Drift):
            same_answer("text", shown, real, Names())


def test_a_status_a_header_and_a_body_count() -> None:
    real = 'HTTP/1.1 200 OK\r\netag: "2"\r\ncontent-length: 8\r\n\r\n{"a": 1}'
    same_answer("http", 'HTTP/1.1 200 OK\nETag: "2"\n\n{"a": 1}', real, Names())
    for wrong in ('HTTP/1.1 201 OK\n\n{"a": 1}', 'HTTP/1.1 200 OK\nETag: "3"\n\n{"a": 1}', "HTTP/1.1 200 OK\n"):
        with pytest.raises(Drift):
            same_answer("http", wrong, real, Names())
    with pytest.raises(Drift, match="header Location did not come"):
        same_answer("http", 'HTTP/1.1 200 OK\nLocation: /x\n\n{"a": 1}', real, Names())
