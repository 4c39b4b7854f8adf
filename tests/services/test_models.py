"""Providers as a person sets them up: what is kept, what is shown, which key goes where, and connections in order."""

import asyncio
import stat
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from builder.core.errors import EngineFailed, Invalid, StorageReadOnly
from builder.core.events import Failed, Finished, TextDelta
from builder.llm.base import Access
from builder.llm.faults import Fault, ModelFailed
from builder.llm.google import Google
from builder.llm.reach import Limits
from builder.services.models import Models, Setup
from builder.services.seal import Seal
from builder.settings import Settings
from builder.store import Store
from builder.wiring import App, build
from tests.models import anthropic, faults, gemini, openai
from tests.models.script import Answer, failing
from tests.services.providers import Local, Pretended, Second, models_on
from tests.store.test_faults import read_only

KEY, OTHER = "key-of-the-page-1234", "key-of-the-settings-9876"
SETTINGS = Access(key=OTHER, address="https://gateway.example", model="set-model")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "agents.db.key"


@pytest.fixture
def first() -> Pretended:
    return Pretended()


@pytest.fixture
def models(store: Store, first: Pretended, key_file: Path) -> Models:
    return models_on(store, [Local(), Second(), first], file=key_file)


@pytest.fixture
def over_settings(store: Store, first: Pretended, key_file: Path) -> Models:
    return models_on(store, [first], file=key_file, first=SETTINGS)


async def access_of(models: Models, provider: str = "first") -> Access:
    return (await models.reach(provider, "local")).connection.access


def bytes_of(store: Store) -> bytes:
    assert store.file is not None
    return b"".join(path.read_bytes() for path in store.file.parent.glob(f"{store.file.name}*"))


# What is shown


async def test_without_anything_nothing_is_ready(models: Models) -> None:
    assert [setup.provider for setup in await models.setups()] == ["first", "second", "local"]
    assert await models.setup("first") == Setup("first", "First", "", None, "", None, "", "flash", "low", lacks="key")
    assert await models.ready() == frozenset()


async def test_a_provider_nobody_knows_is_refused_with_those_there_are(models: Models) -> None:
    for attempt in (models.setup("nobody"), models.change("nobody", key=KEY), models.names("nobody")):
        with pytest.raises(Invalid, match="nobody") as refused:
            await attempt
        assert "first, second, local" in refused.value.advice


async def test_an_entered_key_makes_a_provider_ready_and_is_shown_by_its_end_only(models: Models) -> None:
    setup = await models.change("first", key=f"  {KEY}\n")
    assert (setup.ready, setup.key_hint, setup.key_from, setup.own) == (True, "…1234", "page", {"key"})
    assert await models.ready() == {"first"}
    assert KEY not in repr(setup) and KEY not in repr(await models.reach("first", "local"))


async def test_a_short_key_gives_no_part_of_itself_away(models: Models) -> None:
    assert (await models.change("first", key="abc12345")).key_hint == "…"


async def test_what_the_settings_say_counts_until_something_is_entered_and_again_after(over_settings: Models) -> None:
    before = await over_settings.setup("first")
    assert (before.key_from, before.address_from, before.model, before.own) == (
        "settings", "settings", "set-model", frozenset(),
    )  # fmt: skip
    entered = await over_settings.change("first", key=KEY, model="my-model", version="v1beta", thinking="high")
    assert (entered.key_from, entered.key_hint, entered.model) == ("page", "…1234", "my-model")
    assert entered.own == {"key", "model", "version", "thinking"}
    assert await over_settings.change("first", key="", model="", version=" ", thinking="") == before


async def test_what_is_not_named_stays_as_it_is(models: Models) -> None:
    await models.change("first", key=KEY, model="pro")
    setup = await models.change("first", thinking="medium")
    assert (setup.key_hint, setup.model, setup.thinking) == ("…1234", "pro", "medium")


async def test_a_local_model_needs_an_address_and_a_model_but_no_key(models: Models) -> None:
    assert not (await models.change("local", address="http://localhost:11434/v1/")).ready
    setup = await models.change("local", model="qwen3:4b")
    assert setup.ready and (setup.address, setup.key_from) == ("http://localhost:11434/v1", None)


async def test_owners_do_not_see_each_other(models: Models) -> None:
    await models.change("first", "ada", key=KEY)
    await models.limit(Limits(turn=1), "ada")
    assert not (await models.setup("first", "bob")).ready
    assert await models.limits("bob") == Limits()


# What is refused


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel-mit-umlaut", "nul\0byte", "k" * 1001, "“k”"])
async def test_what_cannot_be_a_key_is_refused_without_repeating_it(models: Models, key: str) -> None:
    with pytest.raises(Invalid) as refused:
        await models.change("first", key=key, model="pro")
    assert key not in str(refused.value) and refused.value.problems[0].field == "key"
    assert (await models.setup("first")).own == frozenset()


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434", "ftp://host", "file:///etc/passwd", "http://", "https://:80", "http://host:99999",
        "http://ada:hush@host", "http://ada@host", "http://@host", "http://host\\@evil", "http://ho st", "http://host\n.evil",
        "http://host/\x7f", "http://host?x=1", "http://host?", "http://host/#", "http://[::1", "javascript:alert(1)",
        f"http://{'a' * 500}",
    ],
)  # fmt: skip
async def test_what_cannot_be_an_address_is_refused(models: Models, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        await models.change("local", address=address)
    assert refused.value.problems[0].field == "address" and "hush" not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8080", "http://192.168.1.5:11434/v1", "https://[::1]:9/v1", "HTTP://nas.local/v1/"]
)
async def test_addresses_at_home_are_welcome(models: Models, address: str) -> None:
    assert (await models.change("local", address=address)).address == address.rstrip("/")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model", "a model"), ("model", "../files"), ("model", "m?key=1"), ("model", "m#x"), ("model", "m" * 201),
        ("model", "m%2e"), ("version", "v1/../x"), ("version", "v 1"), ("thinking", "a lot"),
    ],
)  # fmt: skip
async def test_what_cannot_be_a_model_a_version_or_thinking_is_refused(models: Models, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        await models.change("first", **{field: value})
    assert refused.value.problems[0].field == field


@pytest.mark.parametrize("model", ["gemini-3.8-flash", "qwen3:4b", "meta/llama-4.1", "hf.co/a/b:Q4_K_M", "@cf/x/y"])
async def test_names_of_models_as_providers_write_them_are_taken(models: Models, model: str) -> None:
    assert (await models.change("first", model=model)).model == model


# How keys are kept


async def test_a_key_lies_in_the_database_only_sealed_and_is_there_after_a_restart(
    models: Models, store: Store, first: Pretended, key_file: Path
) -> None:
    await models.change("first", key=KEY)
    assert KEY.encode() not in bytes_of(store)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [path.name for path in key_file.parent.glob("*.part")] == []
    again = models_on(store, [first], file=key_file)
    assert (await access_of(again)).key == KEY


async def test_the_key_file_is_made_when_the_first_key_is_entered(models: Models, key_file: Path) -> None:
    await models.change("first", model="pro")
    await models.setups()
    assert not key_file.exists()
    await models.change("first", key=KEY)
    assert key_file.exists()


async def test_with_an_encryption_key_no_file_is_needed(store: Store, first: Pretended, key_file: Path) -> None:
    models = models_on(store, [first], secret="any text of ours", file=key_file)
    await models.change("first", key=KEY)
    assert not key_file.exists() and KEY.encode() not in bytes_of(store)
    assert (await access_of(models_on(store, [first], secret="any text of ours"))).key == KEY


async def test_an_encryption_key_that_is_set_later_does_not_lose_what_the_file_sealed(
    models: Models, store: Store, first: Pretended, key_file: Path
) -> None:
    await models.change("first", key=KEY)
    assert (await access_of(models_on(store, [first], secret="set later", file=key_file))).key == KEY


async def test_without_anything_to_seal_with_a_key_is_refused_and_the_rest_is_not(
    store: Store, first: Pretended
) -> None:
    models = models_on(store, [first])
    with pytest.raises(Invalid) as refused:
        await models.change("first", key=KEY, model="pro")
    assert "ENCRYPTION_KEY" in refused.value.advice
    assert (await models.setup("first")).model == "flash"
    assert (await models.change("first", model="pro")).model == "pro"


async def test_a_key_that_cannot_be_opened_any_more_is_asked_for_again(store: Store, first: Pretended) -> None:
    await models_on(store, [first], secret="old").change("first", key=KEY, model="pro")
    models = models_on(store, [first], secret="new", first=SETTINGS)
    setup = await models.setup("first")
    assert (setup.key_lost, setup.ready, setup.key_hint, setup.model) == (True, False, "", "pro")
    assert "key" in setup.own
    with pytest.raises(ModelFailed) as failed:
        await models.reach("first", "local")
    assert failed.value.fault.kind == "key" and first.opened == []
    assert (await models.check("first")).kind == "key"
    assert (await models.change("first", key=KEY)).ready
    back = await models.change("first", key="")
    assert (back.key_from, back.key_lost) == ("settings", False)


async def test_a_damaged_key_file_is_named_and_not_overwritten(models: Models, key_file: Path) -> None:
    await models.change("first", key=KEY)
    key_file.write_text("no key", "ascii")
    assert (await models.setup("first")).key_lost
    with pytest.raises(Invalid, match=r"agents\.db\.key"):
        await models.change("first", key=KEY)
    assert key_file.read_text("ascii") == "no key"


async def test_a_key_file_that_cannot_be_read_does_not_stop_the_rest(models: Models, key_file: Path) -> None:
    await models.change("first", key=KEY)
    key_file.unlink()
    key_file.mkdir()
    assert (await models.setup("first")).key_lost and await models.ready() == frozenset()
    with pytest.raises(StorageReadOnly, match=r"agents\.db\.key"):
        await models.change("first", key=KEY)


async def test_where_no_file_can_be_made_the_way_on_is_said(models: Models, tmp_path: Path) -> None:
    with read_only(tmp_path), pytest.raises(StorageReadOnly) as refused:
        await models.change("first", key=KEY)
    assert "ENCRYPTION_KEY" in refused.value.advice and KEY not in str(refused.value)


def test_many_that_make_the_key_file_at_once_share_one(tmp_path: Path) -> None:
    file, start = tmp_path / "a.key", threading.Barrier(8)
    sealed: list[str] = []

    def shut() -> None:
        start.wait()
        sealed.append(Seal(file=file).shut("hush"))

    threads = [threading.Thread(target=shut) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Seal(file=file).open(one) for one in sealed] == ["hush"] * 8


# Which key goes where


async def test_the_key_of_the_settings_goes_to_their_address_only(over_settings: Models, first: Pretended) -> None:
    assert (await access_of(over_settings)).key == OTHER
    setup = await over_settings.change("first", address="https://elsewhere.example")
    assert (setup.ready, setup.key_from, setup.address_from) == (False, None, "page")
    with pytest.raises(ModelFailed):
        await over_settings.reach("first", "local")
    await over_settings.change("first", key=KEY)
    assert (await access_of(over_settings)).key == KEY
    sent = {(opened.access.address, opened.access.key) for opened in first.opened}
    assert sent == {("https://gateway.example", OTHER), ("https://elsewhere.example", KEY)}


async def test_an_address_without_need_of_a_key_does_not_get_that_of_the_settings(store: Store) -> None:
    local = Local()
    models = models_on(store, [local], local=replace(SETTINGS, address="http://one.example"))
    await models.change("local", address="http://two.example")
    assert await access_of(models, "local") == Access("", "http://two.example", "", "set-model")


async def test_the_address_of_the_settings_typed_again_is_still_theirs(over_settings: Models) -> None:
    setup = await over_settings.change("first", address="https://gateway.example/")
    assert (setup.address_from, setup.key_from, setup.own) == ("settings", "settings", frozenset())


async def test_settings_that_cannot_be_used_are_a_fault_and_not_a_crash(store: Store, first: Pretended) -> None:
    for field, value in (("address", "gateway"), ("key", "two\nlines"), ("model", "no such, really")):
        models = models_on(store, [first], first=replace(SETTINGS, **{field: value}))
        with pytest.raises(ModelFailed) as failed:
            await models.reach("first", "local")
        assert failed.value.fault.kind == field and value not in str(failed.value)


# Limits


async def test_limits_are_those_of_the_settings_until_others_are_entered(store: Store, first: Pretended) -> None:
    models = models_on(store, [first], limits=Limits(10, 20, 30), first=SETTINGS)
    assert await models.limits() == Limits(10, 20, 30)
    await models.limit(Limits(0, 5, 60))
    assert (await models.reach("first", "local")).limits == Limits(0, 5, 60)
    await models.limit(None)
    assert await models.limits() == Limits(10, 20, 30)


@pytest.mark.parametrize("limits", [Limits(turn=-1), Limits(session=-1), Limits(deadline=0), Limits(deadline=1e9)])
async def test_limits_that_cannot_be_are_refused(models: Models, limits: Limits) -> None:
    with pytest.raises(Invalid):
        await models.limit(limits)


# Checks and lists


async def test_the_list_of_models_is_kept_for_a_while_and_asked_for_again_with_another_key(
    models: Models, first: Pretended
) -> None:
    await models.change("first", key=KEY)
    assert await models.names("first") == await models.names("first") == ["flash", "pro"]
    assert first.asked == 1
    await models.change("first", model="pro", thinking="high")
    await models.names("first")
    assert first.asked == 1
    await models.change("first", key=OTHER)
    await models.names("first")
    assert first.asked == 2


async def test_a_list_that_cannot_be_had_is_said_in_words(models: Models, first: Pretended) -> None:
    with pytest.raises(EngineFailed):
        await models.names("first")
    await models.change("first", key=KEY)
    first.fault = Fault("key", status=401)
    with pytest.raises(EngineFailed) as refused:
        await models.names("first", language="de")
    assert refused.value.message and refused.value.advice


# Connections


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.005)


async def another_is_closed(models: Models, first: Pretended) -> None:
    """A connection that was let go only now has been closed: one that was let go before would be, too."""
    await models.change("first", "eve", key="key-of-eve-for-a-moment")
    await asyncio.create_task(models.reach("first", "eve"))
    await models.change("first", "eve", key="")
    await until(lambda: first.opened[-1].closed_on != [])


async def test_a_connection_is_shared_and_its_libraries_are_loaded_before(models: Models, first: Pretended) -> None:
    await models.change("first", key=KEY)
    reached = await asyncio.gather(*(models.reach("first", "local") for _ in range(50)))
    assert len({id(one.connection) for one in reached}) == 1 == len(first.opened)
    assert first.warmed >= 1
    await models.rest()
    assert len(first.opened[0].closed_on) == 1


async def test_connections_are_opened_ahead_to_those_that_are_ready(models: Models, first: Pretended) -> None:
    await models.warm()
    assert (first.warmed, first.opened) == (0, [])
    await models.change("first", key=KEY)
    await models.warm()
    assert first.warmed == 1
    assert [len(one.opened) for one in models.providers if isinstance(one, Pretended)] == [1, 0, 0]
    await models.rest()


async def test_opening_ahead_passes_over_what_cannot_be_reached(store: Store, first: Pretended) -> None:
    await models_on(store, [first], first=replace(SETTINGS, address="gateway")).warm()
    assert first.opened == []


async def test_a_new_key_opens_a_new_connection_and_closes_the_old_one(models: Models, first: Pretended) -> None:
    await models.change("first", key=KEY)
    await asyncio.create_task(models.reach("first", "local"))
    await models.change("first", key=OTHER)
    await until(lambda: len(first.opened[0].closed_on) == 1)
    assert (await access_of(models)).key == OTHER
    assert [opened.closed_on for opened in first.opened[1:]] == [[]]
    await models.rest()


async def test_a_turn_that_runs_keeps_its_connection_when_the_key_is_removed(models: Models, first: Pretended) -> None:
    await models.change("first", key=KEY)
    end, begun = asyncio.Event(), asyncio.Event()

    async def turn() -> list[asyncio.AbstractEventLoop]:
        reached = await models.reach("first", "local")
        begun.set()
        await end.wait()
        return list(first.opened[0].closed_on) if reached.connection is first.opened[0] else []

    running = asyncio.create_task(turn())
    await begun.wait()
    assert not (await models.change("first", key="")).ready
    await another_is_closed(models, first)
    assert first.opened[0].closed_on == []
    end.set()
    assert await running == []
    await until(lambda: len(first.opened[0].closed_on) == 1)


async def test_owners_with_the_same_access_share_a_connection_until_the_last_one_leaves(
    store: Store, first: Pretended
) -> None:
    models = models_on(store, [first], secret="secret", first=SETTINGS)
    for owner in ("ada", "bob"):
        await asyncio.create_task(models.reach("first", owner))
    assert len(first.opened) == 1
    await models.change("first", "ada", key=KEY)
    await another_is_closed(models, first)
    assert first.opened[0].closed_on == []
    await models.change("first", "bob", key=KEY)
    await until(lambda: len(first.opened[0].closed_on) == 1)


def test_every_event_loop_has_a_connection_of_its_own_closed_where_it_was_made(store: Store, first: Pretended) -> None:
    models = models_on(store, [first], first=SETTINGS)
    other = asyncio.new_event_loop()
    thread = threading.Thread(target=other.run_forever)
    thread.start()

    async def here() -> None:
        await models.reach("first", "local")
        asyncio.run_coroutine_threadsafe(models.reach("first", "local"), other).result(5)
        await models.rest()

    for _ in range(3):
        asyncio.run(here())
    other.call_soon_threadsafe(other.stop)
    thread.join()
    other.close()
    asyncio.run(access_of(models))
    assert all(len(opened.closed_on) == 1 for opened in first.opened[:-1])
    assert [opened.closed_on[0] is other for opened in first.opened[:-1]] == [False, True] * 3


async def test_two_tabs_that_change_things_at_once_both_count(models: Models) -> None:
    changes = [{"key": KEY}, {"model": "pro"}, {"version": "v1"}, {"thinking": "high"}]
    await asyncio.gather(*(models.change("first", **change) for change in changes))
    setup = await models.setup("first")
    assert setup.own == {"key", "model", "version", "thinking"}


# With a real client library and a server on loopback


@pytest.fixture
async def app_at(tmp_path: Path) -> AsyncIterator[Callable[..., App]]:
    made: list[App] = []

    def at(**given: object) -> App:
        settings = Settings.model_validate({"database_url": f"sqlite:///{tmp_path}/agents.db", **given})
        made.append(build(settings))
        return made[-1]

    yield at
    for app in made:
        await app.rest()
        app.close()


async def test_a_check_says_that_a_key_is_good(app_at: Callable[..., App]) -> None:
    with gemini.serving() as fake:
        app = app_at()
        await app.models.change("google", key=fake.key, address=fake.url)
        verdict = await app.models.check("google")
        assert (verdict.ok, verdict.kind, verdict.reason) == (True, "", "") and verdict.seconds > 0
        assert [call.key for call in fake.calls] == [fake.key]
        assert await app.models.names("google") == ["gemini-3.8-flash", "gemini-3.8-pro"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (faults.WRONG_KEY, "key"),
        (faults.NO_SUCH_MODEL, "model"),
        (faults.OVERLOADED, "server"),
        (faults.REFUSED_CONNECTION, "connection"),
        (faults.rate_limited(header=5), "busy"),
    ],
)
async def test_a_check_says_what_is_wrong_in_words(app_at: Callable[..., App], fault: faults.Fault, kind: str) -> None:
    with gemini.serving(failing(fault)) as fake:
        app = app_at(google_api_key=fake.key, google_gemini_base_url=fake.url)
        verdict = await app.models.check("google", language="de")
        assert (verdict.ok, verdict.kind) == (False, kind)
        assert "Gemini" in verdict.reason and verdict.next_step and fake.key not in repr(verdict)
        assert len(fake.calls) == 1


async def test_a_check_without_a_key_reaches_nobody(app_at: Callable[..., App]) -> None:
    verdict = await app_at().models.check("google", language="fr")
    assert (verdict.ok, verdict.kind) == (False, "key") and "Gemini" in verdict.reason


async def test_a_check_of_a_server_that_is_silent_ends_in_time(store: Store) -> None:
    with gemini.serving(failing(faults.NO_ANSWER)) as fake:
        access = Access(key=fake.key, address=fake.url)
        models = models_on(store, [Google()], longest_check=0.3, google=access)
        verdict = await models.check("google")
        assert verdict.kind == "slow" and verdict.seconds < 5
        await models.rest()


async def test_what_lies_in_the_environment_of_a_server_is_not_sent_to_an_address_of_the_page(
    app_at: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = (
        "GOOGLE_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY",
        "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN",
    )  # fmt: skip
    for name in names:
        monkeypatch.setenv(name, "hush-of-the-environment")
    keys = dict.fromkeys(("google_api_key", "openai_api_key", "anthropic_api_key"), "hush-of-the-settings")
    app = app_at(**keys)
    with gemini.serving() as google, openai.serving() as other, anthropic.serving() as third:
        for name, fake in (("google", google), ("openai", other), ("anthropic", third), ("compatible", other)):
            own = {} if name == "compatible" else {"key": fake.key}
            await app.models.change(name, address=fake.base_url, model="any-model", **own)
            await app.models.check(name)
        heard = [*google.received, *other.received, *third.received]
        assert len(heard) >= 4 and {call.key for call in heard} & {google.key}
        assert [call.path for call in heard if "hush" in f"{call.headers} {call.body} {call.key}"] == []


async def test_an_address_of_the_page_gets_nothing_while_there_is_only_a_key_of_the_settings(
    app_at: Callable[..., App],
) -> None:
    with gemini.serving() as fake:
        app = app_at(google_api_key="hush-of-the-settings")
        await app.models.change("google", address=fake.url)
        assert (await app.models.check("google")).kind == "key"
        with pytest.raises(EngineFailed):
            await app.models.names("google")
        assert fake.received == []


async def test_after_a_restart_the_entered_key_is_used_and_after_its_removal_that_of_the_settings(
    app_at: Callable[..., App],
) -> None:
    with gemini.serving(key=None) as fake:
        given = {"google_api_key": "key-of-the-settings", "google_gemini_base_url": fake.url}
        await app_at(**given).models.change("google", key="key-of-the-page")
        again = app_at(**given)
        await again.models.check("google")
        await again.models.change("google", key="")
        await again.models.check("google")
        assert [call.key for call in fake.calls] == ["key-of-the-page", "key-of-the-settings"]


async def test_a_key_that_is_removed_while_an_answer_comes_lets_it_come_to_its_end(app_at: Callable[..., App]) -> None:
    turn = {"reply": "word " * 40, "suggestions": [], "heard": "told", "operations": [], "topic": "", "note": ""}
    with gemini.serving([Answer(json=turn, pause=0.02)]) as fake:
        app = app_at()
        await app.models.change("google", key=fake.key, address=fake.url)
        session = await app.interviews.begin()
        events = app.interviews.send(session.id, "An agent that sorts letters")
        assert session.engine == "google"
        while not isinstance(await anext(events), TextDelta):
            pass
        await app.models.change("google", key="")
        rest = [event async for event in events]
        assert isinstance(rest[-1], Finished) and rest[-1].outcome == "done"
        refused = [event async for event in app.interviews.send(session.id, "Go on")]
        assert [event.next_step for event in refused if isinstance(event, Failed)] == ["Enter one in Settings."]
        assert (await app.interviews.talk(session.id)).messages[-1].state == "failed"


async def test_a_server_of_ones_own_needs_only_address_and_model_in_the_settings(app_at: Callable[..., App]) -> None:
    with openai.serving(key=None, models=["qwen3:8b"]) as fake:
        app = app_at(openai_base_url=fake.base_url, openai_model="qwen3:8b")
        assert await app.models.ready() == {"compatible"}
        assert (await app.interviews.begin()).engine == "compatible"
        assert (await app.models.check("compatible")).ok and (await app.models.names("compatible")) == ["qwen3:8b"]
        assert {call.model for call in fake.calls} == {"qwen3:8b"}


async def test_of_many_talks_at_once_with_one_key_none_fails(app_at: Callable[..., App]) -> None:
    turn = {"reply": "Noted.", "suggestions": [], "heard": "told", "operations": [], "topic": "", "note": ""}
    with gemini.serving([Answer(json=turn)]) as fake:
        app = app_at(google_api_key=fake.key, google_gemini_base_url=fake.url)

        async def talk() -> str:
            session = await app.interviews.begin()
            events = [event async for event in app.interviews.send(session.id, "An agent that sorts letters")]
            return events[-1].outcome if isinstance(events[-1], Finished) else ""

        assert await asyncio.gather(*(talk() for _ in range(40))) == ["done"] * 40
        assert len(fake.calls) == 40
