from builder.store import Store


def test_what_an_owner_prefers_is_kept_apart_from_others(store: Store) -> None:
    store.preferences.put("ada", "language", "de")
    store.preferences.put("ada", "look", {"dark": True})
    store.preferences.put("bob", "language", "fr")
    store.preferences.put("ada", "language", "es")
    assert store.preferences.all("ada") == {"language": "es", "look": {"dark": True}}
    store.preferences.put("ada", "look", None)
    assert store.preferences.all("ada") == {"language": "es"}
    assert store.preferences.all("nobody") == {}
