"""What sessions produced, on both databases: versions, owners, ends of their time, and the write that completes."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from builder.core.artifact import Artifact, Product
from builder.core.convert import as_draft
from builder.core.errors import Conflict, Invalid, NotFound
from builder.core.operation import Operation
from builder.core.session import Session
from builder.store import Store
from builder.store import artifacts as shelf
from builder.store.tables import ARTIFACTS
from tests.store import parts

MONTH = timedelta(days=30)


def now() -> datetime:
    return datetime.now(UTC)


def code(text: str = "x = 1\n", name: str = "x.py") -> Product:
    return Product("code", name, "text/x-python", text.encode())


def completed(store: Store, session_id: str = "s", owner: str = "local") -> Session:
    """A session that begins with a finished configuration, as the gallery opens one."""
    fresh = Session(session_id, owner, draft=as_draft(parts.config()), planned=True, agreed=True)
    return store.sessions.add(fresh.staged())


def edit(store: Store, session_id: str, *operations: Operation) -> Session:
    def step(session: Session) -> Session:
        for operation in operations:
            session, _ = session.operate(operation, "person")
        return session.staged()

    return store.sessions.change("local", session_id, step)


def versions(store: Store, session_id: str = "s") -> list[tuple[str, int]]:
    return [(one.type, one.version) for one in store.artifacts.page("local", session_id, None, 200, now()).artifacts]


def listened(store: Store) -> list[Artifact]:
    heard: list[Artifact] = []
    store.database.listener = heard.append
    return heard


def test_the_write_that_completes_a_session_keeps_its_configuration(store: Store) -> None:
    heard = listened(store)
    store.sessions.add(Session("s", draft=as_draft(parts.config()), planned=True).staged())
    assert store.artifacts.latest("local", "s", now()) == [] and heard == []
    store.sessions.change("local", "s", lambda session: _agreed(session))
    [kept] = store.artifacts.latest("local", "s", now())
    assert (kept.type, kept.version, kept.name, kept.expires) == ("agent_config", 1, "Greeter.json", None)
    assert kept.content is not None and b'"Greeter"' in kept.content and kept.size == len(kept.content)
    assert [one.id for one in heard] == [kept.id]


def _agreed(session: Session) -> Session:
    return Session(
        session.id, draft=session.draft, planned=True, agreed=True, created=session.created, updated=session.updated
    ).staged()


def test_the_same_again_is_no_new_version_and_a_correction_is_one(store: Store) -> None:
    heard = listened(store)
    completed(store)
    store.sessions.archive("local", "s")
    store.sessions.resume("local", "s")
    edit(store, "s", Operation("set", "tone", "warm"), Operation("unset", "tone"))
    assert versions(store) == [("agent_config", 1)]
    edit(store, "s", Operation("unset", "name"))  # reopened
    assert versions(store) == [("agent_config", 1)]
    edit(store, "s", Operation("set", "name", "Greeter"))  # as before
    assert versions(store) == [("agent_config", 1)]
    edit(store, "s", Operation("set", "name", "Welcomer"))
    assert versions(store) == [("agent_config", 2), ("agent_config", 1)]
    [latest] = store.artifacts.latest("local", "s", now())
    assert latest.name == "Welcomer.json" and [one.version for one in heard] == [1, 2]


def test_steps_back_and_forth_keep_what_they_lead_to(store: Store) -> None:
    completed(store)
    edit(store, "s", Operation("set", "tone", "warm"))
    store.sessions.move("local", "s", "undo", lambda session: "back")
    kept = store.artifacts.latest("local", "s", now())[0]
    assert kept.version == 3 and kept.content is not None and b'"tone"' not in kept.content


def test_a_turn_that_completes_keeps_the_configuration_with_its_end(store: Store) -> None:
    store.sessions.add(Session("s", planned=True, agreed=True))
    asked = parts.ask(store, "s")
    after = Session("s", draft=as_draft(parts.config()), planned=True, agreed=True, revision=asked.session.revision)
    answer = parts.Answer(after.staged(), asked.reply)
    store.turns.conclude("local", "s", asked.session.revision, answer, lambda session: answer)
    assert versions(store) == [("agent_config", 1)]


def test_a_write_that_is_undone_keeps_nothing_and_tells_nobody(store: Store) -> None:
    heard = listened(store)
    store.sessions.add(Session("s", draft=as_draft(parts.config()), planned=True).staged())
    with pytest.raises(Conflict), store.database.write() as connection:
        shelf.deposit(connection, _agreed(store.sessions.load("local", "s")))
        raise Conflict("something came in between")
    assert versions(store) == [] and heard == []
    completed(store, "t")
    assert len(heard) == 1


def test_who_is_told_of_an_artifact_finds_it(store: Store) -> None:
    found: list[Artifact] = []
    store.database.listener = lambda one: found.append(store.artifacts.get("local", one.session_id, one.id, now()))
    completed(store)
    assert [one.type for one in found] == ["agent_config"]


def test_versions_count_for_each_session_and_type(store: Store) -> None:
    completed(store, "s")
    completed(store, "t")
    for text in ("x = 1\n", "x = 2\n", "x = 2\n"):
        store.artifacts.add("local", "s", code(text), MONTH)
    store.artifacts.add("local", "t", code(), MONTH)
    assert versions(store, "s") == [("code", 2), ("code", 1), ("agent_config", 1)]
    assert versions(store, "t") == [("code", 1), ("agent_config", 1)]
    assert [one.type for one in store.artifacts.latest("local", "s", now())] == ["code", "agent_config"]


def test_the_same_code_again_is_the_same_artifact_with_its_time_begun_anew(store: Store) -> None:
    parts.session(store)
    session = parts.session(store)
    first, is_new = store.artifacts.add("local", session.id, code(), timedelta(days=1))
    again, is_newer = store.artifacts.add("local", session.id, code(), MONTH)
    assert (is_new, is_newer) == (True, False) and again.id == first.id
    assert first.expires is not None and again.expires is not None and again.expires > first.expires
    other, renamed = store.artifacts.add("local", session.id, code(name="y.py"), MONTH)
    assert renamed and other.version == 2


def test_code_is_gone_when_its_time_is_over_and_configurations_stay(store: Store) -> None:
    completed(store)
    made, _ = store.artifacts.add("local", "s", code(), MONTH)
    before, after = now() + MONTH - timedelta(minutes=1), now() + MONTH + timedelta(minutes=1)
    assert store.artifacts.expire(before) == 0
    assert store.artifacts.get("local", "s", made.id, before).content == b"x = 1\n"
    with pytest.raises(NotFound):  # also while nobody tidied up
        store.artifacts.get("local", "s", made.id, after)
    assert [one.type for one in store.artifacts.latest("local", "s", after)] == ["agent_config"]
    assert store.artifacts.expire(after) == 1
    assert store.artifacts.expire(after) == 0
    assert versions(store) == [("agent_config", 1)]


def test_of_what_is_removed_no_content_is_left_and_its_number_is_not_given_again(store: Store) -> None:
    session = parts.session(store)
    first, _ = store.artifacts.add("local", session.id, code("secret = 1\n"), MONTH)
    store.artifacts.remove("local", session.id, first.id, now())
    with store.database.read() as connection:
        assert [bytes(row.packed) for row in connection.execute(ARTIFACTS.select())] == [b""]
    with pytest.raises(NotFound):
        store.artifacts.remove("local", session.id, first.id, now())
    again, is_new = store.artifacts.add("local", session.id, code("secret = 1\n"), MONTH)
    assert is_new and again.version == 2


def test_a_configuration_that_was_removed_does_not_come_back_by_itself(store: Store) -> None:
    completed(store)
    [kept] = store.artifacts.latest("local", "s", now())
    store.artifacts.remove("local", "s", kept.id, now())
    assert not store.artifacts.is_unsettled("local", "s")
    store.artifacts.settle("local", "s")
    edit(store, "s", Operation("set", "tone", "warm"), Operation("unset", "tone"))
    assert versions(store) == []
    edit(store, "s", Operation("set", "tone", "warm"))
    assert versions(store) == [("agent_config", 2)]


def test_what_was_completed_before_artifacts_were_kept_is_made_good(store: Store) -> None:
    completed(store)
    with store.database.write() as connection:
        connection.execute(ARTIFACTS.delete())
    assert store.artifacts.is_unsettled("local", "s")
    store.artifacts.settle("local", "s")
    assert versions(store) == [("agent_config", 1)] and not store.artifacts.is_unsettled("local", "s")


def test_artifacts_go_with_their_session_and_outlive_its_reset(store: Store) -> None:
    completed(store)
    store.artifacts.add("local", "s", code(), MONTH)
    store.sessions.reset("local", "s")
    assert versions(store) == [("code", 1), ("agent_config", 1)]
    store.sessions.delete("local", "s")
    with store.database.read() as connection:
        assert connection.execute(ARTIFACTS.select()).all() == []
    with pytest.raises(NotFound):
        store.artifacts.latest("local", "s", now())


def test_another_owners_artifacts_are_not_found(store: Store) -> None:
    completed(store, "theirs", "somebody")
    completed(store, "mine")
    [theirs] = store.artifacts.latest("somebody", "theirs", now())
    for session_id in ("theirs", "mine", "nobody's", "\0"):
        with pytest.raises(NotFound):
            store.artifacts.get("local", session_id, theirs.id, now())
        with pytest.raises(NotFound):
            store.artifacts.remove("local", session_id, theirs.id, now())
    for call in (
        lambda: store.artifacts.latest("local", "theirs", now()),
        lambda: store.artifacts.page("local", "theirs", None, 10, now()),
        lambda: store.artifacts.add("local", "theirs", code(), MONTH),
        lambda: store.artifacts.settle("local", "theirs"),
        lambda: store.artifacts.is_unsettled("local", "theirs"),
    ):
        with pytest.raises(NotFound):
            call()
    assert store.artifacts.get("somebody", "theirs", theirs.id, now()).id == theirs.id


def test_all_versions_are_listed_a_page_at_a_time_without_contents(store: Store) -> None:
    session = parts.session(store)
    for number in range(7):
        store.artifacts.add("local", session.id, code(f"x = {number}\n"), MONTH)
    seen: list[int] = []
    after = None
    while True:
        page = store.artifacts.page("local", session.id, after, 3, now())
        seen.extend(one.version for one in page.artifacts)
        assert all(one.content is None and one.size for one in page.artifacts)
        after = page.next
        if after is None:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_a_session_does_not_hold_any_number_of_artifacts(store: Store) -> None:
    session = parts.session(store)
    first, _ = store.artifacts.add("local", session.id, code(), MONTH)
    with store.database.write() as connection:
        row = dict(connection.execute(ARTIFACTS.select()).mappings().one())
        numbers = range(2, shelf.MOST_A_SESSION + 1)
        connection.execute(ARTIFACTS.insert(), [{**row, "id": str(number), "version": number} for number in numbers])
    with pytest.raises(Invalid):
        store.artifacts.add("local", session.id, code("x = 2\n"), MONTH)
    assert store.artifacts.add("local", session.id, code(), MONTH)[1] is False
    store.artifacts.remove("local", session.id, first.id, now())
    assert store.artifacts.add("local", session.id, code("x = 2\n"), MONTH)[0].version == shelf.MOST_A_SESSION + 1


def test_writers_at_once_get_numbers_of_their_own(store: Store) -> None:
    session = parts.session(store)
    made: list[int] = []

    def write(number: int) -> None:
        made.append(store.artifacts.add("local", session.id, code(f"x = {number}\n"), MONTH)[0].version)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == list(range(1, 13))


def test_a_session_of_which_only_code_is_kept_is_no_empty_one(store: Store) -> None:
    empty, used, gone = (parts.session(store) for _ in range(3))
    store.artifacts.add("local", used.id, code(), MONTH)
    made, _ = store.artifacts.add("local", gone.id, code(), MONTH)
    store.artifacts.remove("local", gone.id, made.id, now())
    store.sessions.expire(now() + timedelta(days=2))
    assert store.sessions.load("local", used.id).archived and versions(store, used.id) == [("code", 1)]
    for session in (empty, gone):
        with pytest.raises(NotFound):
            store.sessions.load("local", session.id)


def test_a_session_whose_reply_is_being_written_is_not_idle(store: Store) -> None:
    session = parts.session(store)
    asked = parts.ask(store, session.id)
    assert store.sessions.expire(now() + timedelta(days=2)) == 0
    parts.answer(store, asked)
    assert store.sessions.expire(now() + timedelta(days=2)) == 1
