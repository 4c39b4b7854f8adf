"""One database for everything, queried by owner. Values of `core` go in and out; no table leaves the room."""

from builder.store.store import Store

__all__ = ["Store"]
