import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from builder.core.errors import Conflict, Invalid, NotFound
from builder.core.operation import Operation
from builder.core.saved import Agent, Page, Sort, Version
from builder.core.session import Session
from builder.store import Store
from builder.store.agents import Renewal
from builder.store.words import indexed, sought
from tests.store import parts

MUCH_TOO_LONG = 2_000  # milliseconds for what takes 1 to 40 on a machine at rest


def names(page: Page) -> list[str]:
    return [agent.name for agent in page.agents]


def find(store: Store, text: str, **more: str) -> list[str]:
    return names(store.agents.search("local", text, more.get("kind"), "name", None, 50))


def test_a_saved_agent_is_the_next_version_and_the_same_again_is_that_version(store: Store) -> None:
    new = parts.session(store)
    first = store.agents.save("local", new, parts.config(), "first")
    again = store.agents.save("local", store.sessions.load("local", new.id), parts.config(), "again")
    kept = store.sessions.load("local", new.id)
    assert again == first and (kept.agent_id, kept.saved_version) == (first.agent_id, 1)
    second = store.agents.save("local", kept, parts.config(description="Says hello."), "")
    assert (second.agent_id, second.number) == (first.agent_id, 2)
    assert store.agents.versions("local", first.agent_id) == [second, first]
    assert store.agents.get("local", first.agent_id, 1).description == "Greets people."
    assert store.agents.get("local", first.agent_id).description == "Says hello."


def test_an_agent_is_not_saved_from_a_session_that_moved_on(store: Store) -> None:
    new = parts.session(store)
    parts.edit(store, new.id, name="Newer")
    with pytest.raises(Conflict):
        store.agents.save("local", new, parts.config(), "")
    assert find(store, "") == []


def test_the_same_configuration_is_one_agent_however_often_it_comes(store: Store) -> None:
    first = store.agents.create("local", parts.config(), "")
    other_order = dict(reversed(parts.config().items()))
    assert store.agents.create("local", other_order, "").id == first.id
    assert store.agents.create("local", parts.config(description="Other."), "").id != first.id
    assert store.agents.create("ada", parts.config(), "").id != first.id


def test_nobody_sees_or_changes_the_agent_of_another(store: Store) -> None:
    hers = store.agents.create("ada", parts.config(), "")
    for attempt in (
        lambda: store.agents.get("bob", hers.id),
        lambda: store.agents.versions("bob", hers.id),
        lambda: store.agents.renew("bob", hers.id, Renewal(lambda _: parts.config("Mine"), lambda now, *_: now)),
        lambda: store.agents.mark_deleted("bob", hers.id, True),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert store.agents.search("bob", "greeter", None, "newest", None, 10).agents == ()
    assert store.agents.names("bob", "G") == set()


@pytest.mark.parametrize("strange", ["", "\0", "\ud800", "ünïcode", "x" * 5000, "' OR 1=1"])
def test_an_id_that_cannot_be_is_not_there(store: Store, strange: str) -> None:
    with pytest.raises(NotFound):
        store.agents.get("local", strange)
    with pytest.raises(NotFound):
        store.sessions.load("local", strange)


def test_a_version_that_is_not_there_is_said_so(store: Store) -> None:
    agent = store.agents.create("local", parts.config(), "")
    for number in (0, 2, -1, 10**40):
        with pytest.raises(NotFound):
            store.agents.get("local", agent.id, number)


def test_a_deleted_agent_is_out_of_sight_until_it_is_restored(store: Store) -> None:
    new = parts.session(store)
    saved = store.agents.save("local", new, parts.config(), "")
    store.agents.mark_deleted("local", saved.agent_id, True)
    assert find(store, "") == find(store, "greeter") == []
    with pytest.raises(NotFound):
        store.agents.get("local", saved.agent_id)
    store.agents.mark_deleted("local", saved.agent_id, False)
    assert find(store, "greeter") == ["Greeter"]


def test_saving_a_deleted_agent_brings_it_back(store: Store) -> None:
    new = parts.session(store)
    saved = store.agents.save("local", new, parts.config(), "")
    for description in ("Greets people.", "Says hello."):
        store.agents.mark_deleted("local", saved.agent_id, True)
        store.agents.save("local", store.sessions.load("local", new.id), parts.config(description=description), "")
        assert find(store, "greeter") == ["Greeter"]


def test_renaming_takes_the_session_along(store: Store) -> None:
    new = parts.session(store)
    named = parts.edit(store, new.id, name="Greeter")
    saved = store.agents.save("local", named, parts.config(), "")

    def follow(session: Session, _: Agent, version: Version) -> Session:
        session, _came = session.operate(Operation("set", "name", "Host"), "person")
        return replace(session, saved_version=version.number)

    renamed = store.agents.renew("local", saved.agent_id, Renewal(lambda _: parts.config("Host"), follow))
    kept = store.sessions.load("local", new.id)
    assert (renamed.name, renamed.version, kept.draft.value("name"), kept.saved_version) == ("Host", 2, "Host", 2)
    assert (find(store, "host"), find(store, "greeter")) == (["Host"], [])


def test_an_agent_opens_in_its_session_or_in_a_new_one(store: Store) -> None:
    new = parts.session(store)
    saved = store.agents.save("local", new, parts.config(), "")
    fresh = replace(Session("b" * 36), agent_id=saved.agent_id)
    assert store.agents.session("local", saved.agent_id, fresh).id == new.id
    store.sessions.delete("local", new.id)
    assert store.agents.session("local", saved.agent_id, fresh).id == fresh.id
    assert store.agents.session("local", saved.agent_id, replace(fresh, id="c")).id == fresh.id


@pytest.mark.parametrize("sort", ["newest", "oldest", "name"])
@pytest.mark.parametrize("text", ["", "gre"])
def test_pages_follow_each_other_without_gaps_or_doubles(store: Store, sort: Sort, text: str) -> None:
    for number in range(11):
        store.agents.create("local", parts.config(f"Greeter{number % 3}", f"Number {number}."), "")
    seen: list[str] = []
    after = None
    while True:
        page = store.agents.search("local", text, None, sort, after, 3)
        seen += [agent.description for agent in page.agents]
        after = page.next
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 11
    if sort != "name":
        expected = [f"Number {number}." for number in range(11)]
        assert seen == (expected if sort == "oldest" else expected[::-1])


@pytest.mark.parametrize("key", ["", "x", "[]", "[1]", "{}", '["a", 1]', "[null, 1]", f"[{10**40}, 1]", "[1.5, 2]"])
def test_a_strange_page_key_is_refused(store: Store, key: str) -> None:
    with pytest.raises(Invalid):
        store.agents.search("local", "", None, "newest", key, 3)


def test_agents_are_found_by_name_description_prompts_and_placeholders(store: Store) -> None:
    config = parts.config("OrderDesk", "Answers questions about Straße and café orders.", "Mail: {customer_mail}")
    config["prompts"][1]["placeholders"] = {"customer_mail": "The letter as it arrived."}
    store.agents.create("local", config, "")
    store.agents.create("local", parts.config(), "")
    for text in ("order", "desk", "ORDERDESK", "cafe", "CAFÉ", "strasse", "customer_mail", "mail", "letter arr"):
        assert find(store, text) == ["OrderDesk"], text
    assert find(store, "warmly") == ["Greeter", "OrderDesk"]
    assert find(store, "kindly") == find(store, "orders greets") == []
    assert find(store, "question warm") == ["Greeter"]
    assert find(store, "warm question") == []


def test_words_of_scripts_without_spaces_are_found(store: Store) -> None:
    store.agents.create("local", parts.config("Desk", "顧客の注文を確認します"), "")
    assert find(store, "注文") == ["Desk"]
    assert find(store, "文注") == []


def test_the_kind_of_agent_narrows_the_search(store: Store) -> None:
    store.agents.create("local", parts.config(), "")
    assert find(store, "greeter", kind="unstructured") == ["Greeter"]
    assert find(store, "greeter", kind="structured") == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(), max_size=60))
@example("\0")
@example("'\"*()^:-+ AND OR NOT NEAR(")
@example('"')
@example("a" * 10_000)
@example("wort " * 2_000)
@example("🙂 👩‍👩‍👧 ")
@example("\ud800")
@example("name : x")
@example("x' & 'y:*")
@example("\\' | !")
def test_no_text_breaks_the_search(store: Store, text: str) -> None:
    store.agents.search("local", text, None, "newest", None, 5)


def test_what_can_be_indexed_can_be_found() -> None:
    assert indexed(["CustomerServiceBot HTTPServer"]).split() == [
        *["customerservicebot", "httpserver"],
        *["customer", "service", "bot", "http", "server"],
    ]
    assert sought("Grüß-Gott 注文") == [("gruss",), ("gott",), ("注", "文")]
    assert sought(" ... 🙂") == []


def test_ten_thousand_agents_are_listed_and_searched_at_once(store: Store) -> None:
    trades = ["billing", "travel", "school", "garden", "music"]
    with_agents(store, [(f"Agent{n}", f"Helps with {trades[n % 5]} number{n}.") for n in range(10_000)])
    common: list[tuple[str, Sort]] = [("", "newest"), ("", "name"), ("helps", "newest"), ("h", "oldest")]
    for text, sort in (*common, ("billing", "name"), ("number77", "oldest")):
        store.agents.search("local", text, None, sort, None, 24)
        started = time.perf_counter()
        page = store.agents.search("local", text, None, sort, None, 24)
        took = (time.perf_counter() - started) * 1000
        print(f"{store.place[:8]} {text!r} {sort}: {took:.1f} ms")
        assert len(page.agents) == 24
        assert took < MUCH_TOO_LONG, (text, sort)


def with_agents(store: Store, agents: list[tuple[str, str]]) -> None:
    """Many agents in one transaction."""
    with store.database.write() as connection:
        for name, description in agents:
            store.agents._add(connection, "local", None, parts.config(name, description), "")


@pytest.mark.parametrize("text", ["%%%", "\\", "'", "🙂"])
def test_signs_that_are_no_word_find_nothing(store: Store, text: str) -> None:
    store.agents.create("local", parts.config(), "")
    assert find(store, text) == []
    assert find(store, "  ") == ["Greeter"]
