"""What every kind of snippet keeps to."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from builder.snippets import all_snippets
from builder.snippets.base import AgentHere, Place, SessionHere, Snippet
from builder.ui.words import LANGUAGES
from tests.snippets.conftest import NOBODY

PLACES = [
    Place("http://127.0.0.1:8501/api", here, tokens)
    for here in (SessionHere(NOBODY), AgentHere(NOBODY, "Greeter", 2, "unstructured", {"name": "Who comes in."}))
    for tokens in (False, True)
]
each = pytest.mark.parametrize("snippet", all_snippets(), ids=lambda snippet: snippet.name)


def test_they_are_found_in_their_order() -> None:
    ranks = [snippet.rank for snippet in all_snippets()]
    assert ranks == sorted(set(ranks))
    assert {"curl", "python", "javascript", "react", "express"} <= {snippet.name for snippet in all_snippets()}


@each
@pytest.mark.parametrize("place", PLACES, ids=lambda place: type(place.here).__name__)
def test_each_has_files_with_names_fit_for_every_disk(snippet: Snippet, place: Place) -> None:
    written = snippet.files(place)
    names = [file.name for file in written]
    assert names and len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_]+(\.[a-z]+){1,2}", name) for name in names)
    assert all(file.text.endswith("\n") and max(map(len, file.text.splitlines())) <= 115 for file in written)


@each
def test_each_says_in_one_line_what_it_is_good_for(snippet: Snippet) -> None:
    said = [snippet.about.said(language) for language in LANGUAGES]
    assert len(set(said)) == len(LANGUAGES)
    assert all("\n" not in line and line.endswith(".") and len(line) <= 120 for line in said)
    assert snippet.about.said("xx") == snippet.about.en and snippet.about.said("de-AT") == snippet.about.de


@each
def test_each_says_where_the_call_of_the_model_goes_or_who_makes_it(snippet: Snippet) -> None:
    agent = next(place for place in PLACES if isinstance(place.here, AgentHere))
    text = "".join(file.text for file in snippet.files(agent))
    assert snippet.name in ("curl", "express") or "language model" in text


def test_every_text_is_used_by_a_kind() -> None:
    shown = {file.name for snippet in all_snippets() for place in PLACES for file in snippet.files(place)}
    room = Path(str(files("builder.snippets").joinpath("texts")))
    assert {file.name.removesuffix(".txt") for file in room.rglob("*") if file.is_file()} == shown


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{type(place.here).__name__} {place.tokens_required}")
def test_a_page_of_react_calls_its_own_server_where_a_token_is_needed(place: Place) -> None:
    react = next(snippet for snippet in all_snippets() if snippet.name == "react")
    text = "".join(file.text for file in react.files(place))
    assert ('BASE_URL = "/api"' in text) == place.tokens_required
    assert (f'BASE_URL = "{place.base_url}"' in text) != place.tokens_required
