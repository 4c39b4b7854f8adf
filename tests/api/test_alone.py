"""The API by itself, mounted nowhere."""

from pathlib import Path

from starlette.testclient import TestClient

from builder import wiring
from builder.api import app as api
from builder.settings import Settings


def test_the_api_starts_answers_and_ends_without_a_server_around_it(tmp_path: Path) -> None:
    app = wiring.build(Settings(database_url=f"sqlite:///{tmp_path / 'test.db'}"))

    async def find() -> wiring.App:
        return app

    with TestClient(api.create(find, tokens_required=True), base_url="http://127.0.0.1") as client:
        assert client.get("/healthz").text == "ok"
        assert client.get("/v1/sessions").status_code == 401
    app.close()
