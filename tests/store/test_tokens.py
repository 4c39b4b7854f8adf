"""Tokens and the count of active sessions, on both databases."""

from datetime import UTC, datetime, timedelta

from builder.core.session import Session
from builder.store import Store


def test_a_token_is_found_by_its_id_with_the_hash_of_its_secret(store: Store) -> None:
    made = store.tokens.add("a1", "local", "nightly", "read", "hash of it")
    assert store.tokens.find("a1") == (made, "hash of it")
    assert (made.name, made.scope, made.owner, made.revoked) == ("nightly", "read", "local", None)
    assert abs(datetime.now(UTC) - made.created) < timedelta(minutes=1)
    assert store.tokens.find("a2") is None


def test_tokens_are_listed_by_owner_latest_first(store: Store) -> None:
    for token_id in ("a", "b", "c"):
        store.tokens.add(token_id, "local", token_id, "write", "hash")
    store.tokens.add("d", "somebody", "d", "write", "hash")
    assert [token.id for token in store.tokens.all("local")] == ["c", "b", "a"]


def test_a_token_is_revoked_once_by_its_owner_only(store: Store) -> None:
    store.tokens.add("a", "local", "a", "write", "hash")
    assert not store.tokens.revoke("somebody", "a") and not store.tokens.revoke("local", "b")
    assert store.tokens.all("local")[0].revoked is None
    assert store.tokens.revoke("local", "a")
    first = store.tokens.all("local")[0].revoked
    assert first is not None
    assert store.tokens.revoke("local", "a") and store.tokens.all("local")[0].revoked == first


def test_sessions_in_use_since_a_moment_are_counted_without_archived_ones(store: Store) -> None:
    now = datetime.now(UTC)
    for name in ("one", "two", "three"):
        store.sessions.add(Session(name, "somebody" if name == "two" else "local", updated=now))
    store.sessions.archive("local", "three")
    assert store.sessions.active(now - timedelta(minutes=1)) == 2
    assert store.sessions.active(now + timedelta(minutes=1)) == 0
    store.answers_now()
