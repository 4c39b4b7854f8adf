"""The last net under the pages: what a person sees of a fault, and what the log keeps."""

import logging
import re

import pytest
from streamlit.testing.v1 import AppTest

SECRET = "nobody may see this"


def failing() -> None:
    from builder.ui import fault

    assert fault.shown(RuntimeError("nobody may see this"))


def refused() -> None:
    from builder.core.errors import StorageMissing
    from builder.ui import fault

    assert fault.shown(StorageMissing("/data/agents.db is gone."))


def test_a_fault_gives_words_and_a_number_that_leads_to_its_cause(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="builder.ui"):
        page = AppTest.from_function(failing).run()
    assert len(page.error) == 1 and not page.exception
    number = re.search(r"[0-9a-f]{8}", page.caption[0].value)
    assert number and number[0] in caplog.text
    assert SECRET in caplog.text and "RuntimeError" in caplog.text
    assert SECRET not in page.error[0].value + page.caption[0].value


def test_a_refusal_is_told_in_its_own_words_without_a_number(caplog: pytest.LogCaptureFixture) -> None:
    page = AppTest.from_function(refused).run()
    assert len(page.error) == 1 and not page.exception and not page.caption
    assert "agents.db" in caplog.text
