"""By which names the server may be called, for pages, API and WebSockets alike: else a foreign page is one of ours."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.api.test_refusals import assert_problem
from tests.servers import Server, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server")) as started:
        yield started


def client_of(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.api, trust_env=False, timeout=60)


def test_names_of_others_are_refused_on_the_loopback_for_pages_and_api(server: Server) -> None:
    port = server.url.rsplit(":", 1)[1]
    with client_of(server) as client:
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "localhost.evil.example", "[::"):
            for path in ("/api/healthz", "/", "/_stcore/health", "/Build"):
                refused = client.get(f"{server.url}{path}", headers={"Host": host})
                assert_problem(refused, 421, "unknown-host")
            rebound = {"Host": host, "Origin": f"http://{host}"}
            assert client.post("/session/", headers=rebound).status_code == 421
        for host in ("localhost", "localhost:1", "LOCALHOST.", "127.0.0.1", "[::1]:80", "a.localhost", "10.0.0.7"):
            assert client.get("/healthz", headers={"Host": host}).status_code == 200, host


def test_a_call_by_an_unknown_name_has_its_request_id(server: Server) -> None:
    with client_of(server) as client:
        for path in ("/", "/api/healthz"):
            headers = {"Host": "evil.example", "X-Request-ID": "trial-1"}
            refused = client.get(f"{server.url}{path}", headers=headers)
            assert refused.headers["x-request-id"] == refused.json()["request_id"] == "trial-1", path
        own = client.get("/healthz", headers={"Host": "evil.example"})
        assert len(own.json()["request_id"]) == 32 and own.headers["x-request-id"] == own.json()["request_id"]


def test_a_name_that_the_settings_have_is_welcome(tmp_path: Path) -> None:
    with running(tmp_path, ALLOWED_HOSTS="agents.example.com, Other.example") as server, client_of(server) as client:
        for host, status in (
            ("agents.example.com", 200), ("AGENTS.example.com:80", 200), ("other.example", 200),
            ("example.com", 421), ("x.agents.example.com", 421),
        ):  # fmt: skip
            assert client.get("/healthz", headers={"Host": host}).status_code == status, host


@pytest.mark.parametrize("path", ["/api/ws/agent", "/_stcore/stream"])
def test_a_websocket_by_a_foreign_name_or_of_a_foreign_page_is_refused(server: Server, path: str) -> None:
    address, host = f"{server.url.replace('http', 'ws', 1)}{path}", server.url.removeprefix("http://")
    for given in ({"Host": "evil.example", "Origin": "http://evil.example"}, {"Origin": "http://evil.example"}):
        with pytest.raises(InvalidStatus) as refused, connect(address, additional_headers=given, proxy=None):
            pass
        assert refused.value.response.status_code in (403, 421)
    with connect(address, additional_headers={"Origin": f"http://{host}"}, proxy=None):
        pass


def test_the_pages_keep_their_headers_when_a_name_is_refused(server: Server) -> None:
    with client_of(server) as client:
        headers = client.get(f"{server.url}/", headers={"Host": "evil.example"}).headers
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "SAMEORIGIN"
