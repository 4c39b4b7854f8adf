"""What is used of what, on the settings page."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from builder import wiring
from builder.settings import Settings
from builder.templates import find
from builder.ui import bridge
from builder.ui.words import LANGUAGES, words
from tests.ui.test_settings import opened, said


@contextmanager
def made(folder: Path, **tier: int) -> Iterator[wiring.App]:
    file = folder / "limits.yaml"
    file.write_text(json.dumps({"default": "only", "tiers": {"only": tier}}), "utf-8")
    database = f"sqlite:///{folder / 'own.db'}"
    app = wiring.build(Settings(database_url=database, limits_file=str(file) if tier else None, mock_mode=True))
    with bridge.using(app):
        yield app
    bridge.run(app.rest())
    app.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_line_says_what_is_used_of_each_kind(tmp_path: Path, language: str) -> None:
    with made(tmp_path, messages=7, agents=3) as app:
        bridge.run(app.preferences.put("language", language))
        bridge.run(app.gallery.create(find("billing_support").config))
        found, say = said(opened()), words(language)
        figures = say("settings.usage.of", used=0, limit=7)
        assert say("settings.usage.messages", figures=figures) in found
        assert say("settings.usage.agents", figures=say("settings.usage.of", used=1, limit=3)) in found
        assert say("settings.usage.pages", figures=say("settings.usage.unlimited", used=0)) not in found
        bridge.run(app.quotas.count("local", "pages", "a page"))
        assert say("settings.usage.pages", figures=say("settings.usage.unlimited", used=1)) in said(opened())
        resets = f"{bridge.run(app.quotas.use()).resets:%Y-%m-%d}"
        assert say("settings.usage.resets", date=resets) in found


def test_without_a_limits_file_nothing_is_said_of_it(tmp_path: Path) -> None:
    with made(tmp_path):
        assert words("en")("settings.usage.messages", figures="") not in said(opened())
        assert words("en")("settings.usage") not in [head.value for head in opened().subheader]
