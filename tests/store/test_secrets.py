"""What is entered about providers: kept by owner, key and fields as one, two changes at once both counted."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builder.core.errors import StorageReadOnly
from builder.store import Store
from builder.store.secrets import Kept, Step
from tests.store.test_faults import read_only


def entering(sealed: str | None = None, **fields: str) -> Step:
    def step(kept: Kept) -> Kept:
        return Kept({**kept.fields, **fields}, kept.sealed if sealed is None else sealed)

    return step


def test_what_is_entered_is_kept_apart_by_owner_and_provider(store: Store) -> None:
    assert store.secrets.all("ada") == {}
    store.secrets.change("ada", "google", entering("sealed", model="flash"))
    store.secrets.change("ada", "openai", entering(address="http://localhost:1"))
    store.secrets.change("bob", "google", entering("other"))
    assert store.secrets.all("ada") == {
        "google": Kept({"model": "flash"}, "sealed"),
        "openai": Kept({"address": "http://localhost:1"}),
    }
    assert store.secrets.all("bob") == {"google": Kept({}, "other")}


def test_the_step_sees_what_is_kept_and_what_it_leaves_out_is_gone(store: Store) -> None:
    store.secrets.change("ada", "google", entering("sealed", model="flash"))
    seen: list[Kept] = []

    def forget(kept: Kept) -> Kept:
        seen.append(kept)
        return Kept()

    assert store.secrets.change("ada", "google", forget) == Kept()
    assert seen == [Kept({"model": "flash"}, "sealed")]
    assert store.secrets.all("ada") == {} and store.preferences.all("ada") == {}


def test_a_step_that_fails_changes_nothing(store: Store) -> None:
    store.secrets.change("ada", "google", entering("old", address="http://old"))

    def fail(kept: Kept) -> Kept:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.secrets.change("ada", "google", fail)
    assert store.secrets.all("ada")["google"] == Kept({"address": "http://old"}, "old")


def test_changes_at_the_same_time_all_count(store: Store) -> None:
    names = [f"field{number}" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: store.secrets.change("ada", "google", entering(**{name: name})), names))
    assert store.secrets.all("ada")["google"].fields == {name: name for name in names}


def test_a_preference_put_by_two_pages_at_once_is_that_of_one_of_them(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: store.preferences.put("ada", "limits", {"turn": number}), range(24)))
    assert store.preferences.all("ada")["limits"]["turn"] in range(24)


def test_a_sealed_key_does_not_show_when_what_is_kept_is_printed() -> None:
    assert "sealed-key" not in repr(Kept({"model": "flash"}, "sealed-key"))


def test_only_a_database_in_a_file_has_a_place_for_a_file_beside_it(store: Store, url: str) -> None:
    assert (store.file is not None) == url.startswith("sqlite")
    assert store.file is None or store.file.is_file()


def test_a_database_that_may_not_be_written_says_so_and_is_still_read(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/agents.db")
    store.secrets.change("ada", "google", entering("sealed"))
    store.close()
    with read_only(tmp_path):
        reader = Store.open(f"sqlite:///{tmp_path}/agents.db")
        assert reader.secrets.all("ada") == {"google": Kept({}, "sealed")}
        with pytest.raises(StorageReadOnly):
            reader.secrets.change("ada", "google", entering("other"))
        reader.close()
