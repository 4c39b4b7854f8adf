"""Which key meets which address, what is kept of an access, and what stands in the settings."""

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from builder.core.errors import Invalid, StorageMissing, StorageReadOnly
from builder.llm.base import Access, Connection
from builder.llm.faults import ModelFailed
from builder.llm.openai import OpenAI
from builder.llm.reach import Limits
from builder.services.lists import Lists
from builder.services.models import LIMITS, Models
from builder.services.seal import Seal
from builder.settings import Settings, load
from builder.store import Store
from builder.wiring import App, build
from tests.models import openai
from tests.services.providers import Local, Pretended, models_on

KEY, OTHER = "key-of-the-page-1234", "key-of-the-settings-9876"
SETTINGS = Access(key=OTHER, address="https://gateway.example", model="set-model")


@pytest.fixture
def first() -> Pretended:
    return Pretended()


@pytest.fixture
def models(store: Store, first: Pretended) -> Models:
    return models_on(store, [Local(), first], secret="secret")


# A key and its address


@pytest.mark.parametrize("address", ["https://elsewhere.example", ""])
async def test_a_key_does_not_go_along_to_another_address(models: Models, first: Pretended, address: str) -> None:
    await models.change("first", key=KEY, address="https://here.example")
    setup = await models.change("first", address=address)
    assert (setup.lacks, setup.key_from, "key" in setup.own) == ("key", None, False)
    with pytest.raises(ModelFailed):
        await models.reach("first", "local")
    await models.change("first", address="https://here.example")
    assert (await models.setup("first")).lacks == "key"
    assert first.opened == []


async def test_without_a_key_a_new_address_is_reached_without_one(models: Models) -> None:
    await models.change("local", key=KEY, address="http://one.example", model="tiny")
    await models.change("local", address="http://two.example")
    assert (await models.reach("local", "local")).connection.access.key == ""


async def test_a_key_that_comes_with_the_address_is_kept(models: Models) -> None:
    await models.change("first", key=OTHER)
    setup = await models.change("first", key=KEY, address="https://elsewhere.example")
    assert (setup.key_hint, setup.ready) == ("…1234", True)


async def test_the_same_address_again_takes_no_key_away(store: Store, first: Pretended) -> None:
    models = models_on(store, [first], secret="secret", first=SETTINGS)
    await models.change("first", key=KEY)
    for address in ("https://gateway.example/", ""):
        assert (await models.change("first", address=address, version="v1")).key_from == "page"
    await models.change("first", key=KEY, address="https://elsewhere.example")
    assert (await models.change("first", address="https://elsewhere.example/ ")).key_from == "page"


async def test_after_the_own_address_is_gone_the_key_of_the_settings_counts_again(
    store: Store, first: Pretended
) -> None:
    models = models_on(store, [first], secret="secret", first=SETTINGS)
    await models.change("first", key=KEY, address="https://elsewhere.example")
    setup = await models.change("first", address="")
    assert (setup.key_from, setup.address_from, setup.ready) == ("settings", "settings", True)


# Addresses of the settings


@pytest.mark.parametrize("name", ["GOOGLE_GEMINI_BASE_URL", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"])
@pytest.mark.parametrize(
    "address", ["https://ada:hush@gw.example/v1", "https://hush@gw.example", "https://gw.example/?key=hush",
                "ada:hush@gw.example", "https://gw.example/#hush"]
)  # fmt: skip
def test_an_address_that_may_hold_a_secret_is_refused_at_the_start_without_repeating_it(
    name: str, address: str, tmp_path: Path
) -> None:
    with pytest.raises(Invalid) as refused:
        load({name: address}, tmp_path)
    assert name in refused.value.message and "hush" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_plain_addresses_and_none_are_taken(tmp_path: Path) -> None:
    assert load({"OPENAI_BASE_URL": "http://localhost:11434/v1/"}, tmp_path).openai_base_url
    assert load({"OPENAI_BASE_URL": ""}, tmp_path).openai_base_url is None


@pytest.fixture
def app_at(tmp_path: Path) -> Iterator[list[App]]:
    made: list[App] = []
    yield made
    for app in made:
        app.close()


def built(made: list[App], tmp_path: Path, **given: str) -> Models:
    made.append(build(Settings.model_validate({"database_url": f"sqlite:///{tmp_path}/agents.db", **given})))
    return made[-1].models


@pytest.mark.parametrize(
    ("address", "model", "ready"),
    [
        ("http://localhost:11434/v1", "qwen3:8b", {"compatible"}),
        ("http://localhost:11434/v1", "", {"openai"}),  # a gateway: the usual model of OpenAI
        ("https://api.openai.com/v1", "gpt-x", {"openai", "compatible"}),
        ("https://eu.api.openai.com/v1", "", {"openai"}),
        ("https://api.openai.com.evil.example/v1", "gpt-x", {"compatible"}),
        ("", "gpt-x", {"openai"}),
    ],
)
async def test_with_a_model_at_a_foreign_address_openai_steps_back(
    app_at: list[App], tmp_path: Path, address: str, model: str, ready: set[str]
) -> None:
    models = built(app_at, tmp_path, openai_api_key=OTHER, openai_base_url=address, openai_model=model)
    assert await models.ready() == ready


async def test_a_gateway_typed_on_the_card_of_openai_stays_possible(app_at: list[App], tmp_path: Path) -> None:
    with openai.serving() as fake:
        models = built(app_at, tmp_path, openai_api_key=OTHER, openai_base_url="http://own.example", openai_model="m")
        setup = await models.change("openai", key=fake.key, address=fake.base_url)
        assert (setup.ready, setup.address, setup.model) == (True, fake.base_url, OpenAI.default_model)
        assert (await models.check("openai")).ok
        await models.rest()


# Limits that another program wrote


@pytest.mark.parametrize(
    ("kept", "limits"),
    [
        ({"turn": 5, "session": 6, "deadline": 7.5, "cents": 8}, Limits(5, 6, 7.5)),
        ({"turn": "many", "session": True, "deadline": None}, Limits()),
        ({"turn": -1, "session": 9, "deadline": 1e9}, replace(Limits(), session=9)),
        ({"deadline": 30}, Limits(deadline=30.0)),
        ([1, 2, 3], Limits()),
        ("none", Limits()),
    ],
)
async def test_of_limits_that_are_kept_counts_what_is_understood(
    models: Models, store: Store, kept: object, limits: Limits
) -> None:
    store.preferences.put("local", LIMITS, kept)
    assert await models.limits() == limits


# What seals keys


def no_links(source: Path, target: Path) -> None:
    raise OSError(95, os.strerror(95))


def test_where_there_are_no_hard_links_the_file_is_written_in_place(tmp_path: Path) -> None:
    file = tmp_path / "a.key"
    sealed = Seal(file=file, link=no_links).shut("hush")
    assert Seal(file=file).open(sealed) == "hush"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a.key"]


def test_many_without_hard_links_share_one_file(tmp_path: Path) -> None:
    file, start, sealed = tmp_path / "a.key", threading.Barrier(8), list[str]()

    def shut() -> None:
        start.wait()
        sealed.append(Seal(file=file, link=no_links).shut("hush"))

    threads = [threading.Thread(target=shut) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Seal(file=file).open(one) for one in sealed] == ["hush"] * 8


async def test_a_seal_that_is_damaged_or_shut_has_a_code_for_the_words_of_the_page(
    store: Store, first: Pretended, tmp_path: Path
) -> None:
    file = tmp_path / "a.key"
    models = models_on(store, [first], file=file)
    file.write_text("no key")
    with pytest.raises(Invalid) as damaged:
        await models.change("first", key=KEY)
    file.unlink()
    file.mkdir()
    with pytest.raises(StorageReadOnly) as shut:
        await models.change("first", key=KEY)
    assert [one.code for one in (*damaged.value.problems, *shut.value.problems)] == ["damaged_seal", "closed_seal"]


async def test_a_check_that_the_database_does_not_allow_hands_on_why(tmp_path: Path, first: Pretended) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/gone.db")
    models = models_on(store, [first], secret="secret")
    store.close()
    for path in tmp_path.glob("gone.db*"):
        path.unlink()
    verdict = await models.check("first", language="de")
    assert not verdict.ok and verdict.kind == "" and isinstance(verdict.error, StorageMissing)


# Lists of models


async def test_two_owners_do_not_push_out_each_other_s_list(models: Models, first: Pretended) -> None:
    for owner, key in (("ada", KEY), ("bob", OTHER)) * 3:
        await models.change("first", owner, key=key)
        await models.names("first", owner)
    assert first.asked == 2


def test_the_lists_are_few_and_hold_no_key() -> None:
    lists = Lists(most=3)
    for number in range(5):
        lists.keep("first", Access(key=f"{KEY}-{number}"), ["flash"])
    left = [number for number in range(5) if lists.of("first", Access(key=f"{KEY}-{number}"))]
    assert left == [2, 3, 4]
    assert KEY not in repr(vars(lists))


def test_a_list_is_for_one_access_and_some_time() -> None:
    lists, access = Lists(), Access(key=KEY, address="http://one.example")
    lists.keep("first", access, ["flash"])
    assert lists.of("first", replace(access, model="pro", thinking="high")) == ["flash"]
    others = (replace(access, key=OTHER), replace(access, address=""), replace(access, version="v1"))
    assert [lists.of("first", other) for other in others] == [[]] * 3 and lists.of("second", access) == []
    short = Lists(kept=0.0)
    short.keep("first", access, ["flash"])
    assert short.of("first", access) == []


# Building connections


class Slow(Pretended):
    """Building takes a while, and tells in which thread it was done."""

    threads: list[int]

    def connect(self, access: Access) -> Connection:
        self.threads = [*getattr(self, "threads", []), threading.get_ident()]
        time.sleep(0.2)
        return super().connect(access)


@pytest.fixture
def slow(store: Store) -> tuple[Slow, Models]:
    provider = Slow()
    return provider, models_on(store, [provider], secret="secret", first=SETTINGS)


async def test_a_connection_is_built_beside_the_loop_and_once(slow: tuple[Slow, Models]) -> None:
    provider, models = slow
    reaching = [asyncio.create_task(models.reach("first", owner)) for owner in ("ada", "bob", "eve") * 10]
    while not provider.opened:
        await asyncio.sleep(0)
    reached = await asyncio.gather(*reaching)
    assert len(provider.threads) == 1 and threading.get_ident() not in provider.threads
    assert {one.connection for one in reached} == set(provider.opened)
    await models.rest()
    assert len(provider.opened[0].closed_on) == 1


async def test_who_gives_up_while_a_connection_is_built_leaves_it_to_the_others(slow: tuple[Slow, Models]) -> None:
    provider, models = slow
    hasty, patient = (asyncio.create_task(models.reach("first", owner)) for owner in ("ada", "bob"))
    while not getattr(provider, "threads", []):
        await asyncio.sleep(0.001)
    hasty.cancel()
    assert (await patient).connection is provider.opened[0] and hasty.cancelled()
    await models.rest()
    assert len(provider.opened[0].closed_on) == 1


async def test_at_rest_what_is_just_being_built_is_closed_too(slow: tuple[Slow, Models]) -> None:
    provider, models = slow
    hasty = asyncio.create_task(models.reach("first", "ada"))
    while not getattr(provider, "threads", []):
        await asyncio.sleep(0.001)
    hasty.cancel()
    await models.rest()
    assert [len(opened.closed_on) for opened in provider.opened] == [1]


async def test_settings_that_cannot_be_used_fail_for_all_who_wait(store: Store, first: Pretended) -> None:
    models = models_on(store, [first], first=replace(SETTINGS, address="gateway"))
    found = await asyncio.gather(*(models.reach("first", "ada") for _ in range(3)), return_exceptions=True)
    assert [isinstance(one, ModelFailed) and one.fault.kind for one in found] == ["address"] * 3
