"""The client's README is true: its examples run, one after the other, against a server."""

import re
from pathlib import Path

import pytest

from tests.api.conftest import serving
from tests.servers import ROOT

README = ROOT / "builder_client" / "README.md"
PLACE = "http://127.0.0.1:8501"


def test_every_example_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 6
    with serving(tmp_path) as http:
        names: dict[str, object] = {}
        for number, block in enumerate(blocks):
            code = block.replace(PLACE, str(http.base_url))
            exec(compile(code, f"README block {number + 1}", "exec"), names)
    shown = capsys.readouterr().out
    for word in ("done", "InvoiceHelp", "Started("):
        assert word in shown
