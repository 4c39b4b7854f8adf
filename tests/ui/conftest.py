"""Pages run by Streamlit's own test runner, on real services and a database of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from builder import wiring
from builder.settings import Settings
from builder.templates import find
from builder.ui import bridge

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "build": "pages/1_Build.py",
    "gallery": "pages/2_Gallery.py",
    "connect": "pages/4_Connect.py",
    "settings": "pages/5_Settings.py",
}
Opener = Callable[..., AppTest]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[wiring.App]:
    built = wiring.build(Settings(database_url=f"sqlite:///{tmp_path / 'test.db'}", mock_mode=True))
    with bridge.using(built):
        yield built
    built.close()


@pytest.fixture
def open_page(app: wiring.App) -> Opener:
    """A new tab on a page: `open_page("build", session=...)`."""

    def opened(name: str = "home", **address: str) -> AppTest:
        page = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=30)
        for key, value in address.items():
            page.query_params[key] = value
        if name != "home":
            page.switch_page(PAGES[name])
        return page.run()

    return opened


@pytest.fixture
def billing(app: wiring.App) -> str:
    """A session whose draft is a whole structured agent."""
    return bridge.run(app.interviews.begin(config=find("billing_support").config)).id


@pytest.fixture
def value(app: wiring.App) -> Callable[[str, str], Any]:
    """What the draft of a session says for a field, read from the database."""

    def read(session_id: str, field: str) -> Any:
        return bridge.run(app.interviews.get(session_id)).draft.value(field)

    return read
