"""The door to other servers, with real ones on loopback. `allowed` stands in for "public": here that is 127.0.0.1."""

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from builder.core.errors import Crowded, Invalid
from builder.services.addresses import of_file, parsed
from builder.services.fetching import LARGEST, MOST_AT_ONCE, MOST_HOPS, MOST_PIECES, Door
from builder.services.lookups import Lookups
from builder.services.places import is_public
from tests.redis import free_port

FILE = b'{"name": "Sorter"}'


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    written = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{written}Content-Length: {len(body)}\r\n\r\n".encode() + body


@dataclass
class Site:
    """Answers each path with bytes of its own; `heard` are the heads of all requests."""

    answers: dict[str, bytes]
    port: int = 0
    drip: float = 0.0
    heard: list[str] = field(default_factory=list)

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heard.append(head)
            content = self.answers.get(head.split()[1], answer(b"no", "404 Not Found"))
            for piece in [content[at : at + 10] for at in range(0, len(content), 10)] if self.drip else [content]:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(self.drip)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def site(host: str = "127.0.0.1", drip: float = 0.0, **answers: bytes) -> AsyncIterator[Site]:
    made = Site({f"/{path}": content for path, content in answers.items()}, drip=drip)
    server = await asyncio.start_server(made.serve, host, 0)
    made.port = server.sockets[0].getsockname()[1]
    async with server:
        yield made


def names(**known: Sequence[str]) -> Callable[[str, int], object]:
    """Resolves hosts of these names (`_` stands for a dot); numbers are themselves."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        if host.replace(".", "_") in known:
            return known[host.replace(".", "_")]
        if host.replace(".", "").isdecimal():
            return [host]
        raise OSError("no such name")

    return resolve


def door(patience: float = 5.0, **known: Sequence[str]) -> Door:
    return Door(patience, lambda address: address == "127.0.0.1", names(**known))  # type: ignore[arg-type]


def certified(name: str, folder: Path) -> ssl.SSLContext:
    """What a server of this name needs; `certificate.pem` is what its callers trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(whose).issuer_name(whose).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    certificate = made.sign(key, hashes.SHA256())
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    kept = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*kept))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


async def code(door: Door, address: str) -> str:
    """Why it was refused; both sentences are there."""
    with pytest.raises(Invalid) as refused:
        await door.fetch(address)
    assert str(refused.value) and "{" not in str(refused.value)
    return refused.value.problems[0].code


async def test_a_file_comes_with_its_name_and_nothing_secret_went_out() -> None:
    async with site(**{"my%20agent.json?x=1": answer(FILE, Set_Cookie="a=b")}) as there:
        fetched = await door().fetch(there.at("/my agent.json?x=1#part"))
        await door().fetch(there.at("/my%20agent.json?x=1"))
    assert (fetched.name, fetched.content) == ("my agent.json", FILE)
    heads = {line.partition(":")[0].lower() for head in there.heard for line in head.splitlines()[1:-1]}
    assert heads == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert f"Host: 127.0.0.1:{there.port}" in there.heard[0]


async def test_redirects_are_followed_and_each_hop_is_looked_at() -> None:
    async with site(file=answer(FILE)) as there:
        there.answers |= {
            "/near": answer(status="302 Found", Location="/file"),
            "/far": answer(status="301 Moved", Location=f"http://good.example:{there.port}/near"),
            "/home": answer(status="307 Moved", Location="http://127.0.0.2/"),
            "/inner": answer(status="302 Found", Location=f"http://inner.example:{there.port}/file"),
            "/file_of_disk": answer(status="302 Found", Location="file:///etc/passwd"),
            "/gopher": answer(status="302 Found", Location="gopher://127.0.0.1:70/"),
            "/with_key": answer(status="302 Found", Location=f"http://me:secret@127.0.0.1:{there.port}/file"),
        }
        known = {"good_example": ["127.0.0.1"], "inner_example": ["10.0.0.1"]}
        assert (await door(**known).fetch(there.at("/far"))).content == FILE
        assert f"Host: good.example:{there.port}" in there.heard[1]
        assert [await code(door(**known), there.at(path)) for path in ("/home", "/inner")] == ["address_private"] * 2
        assert await code(door(), there.at("/file_of_disk")) == "address_unusable"
        assert await code(door(), there.at("/gopher")) == "address_unusable"
        assert await code(door(), there.at("/with_key")) == "address_password"


async def test_circles_have_an_end() -> None:
    async with site(round=answer(status="302 Found", Location="/round")) as there:
        assert await code(door(), there.at("/round")) == "address_in_circles"
    assert len(there.heard) == MOST_HOPS + 1


async def test_a_name_with_a_private_address_among_others_is_not_used_at_all() -> None:
    async with site(file=answer(FILE)) as there:
        two_faces = door(two_example=["127.0.0.1", "127.0.0.2"])
        assert await code(two_faces, f"http://two.example:{there.port}/file") == "address_private"
    assert there.heard == []


async def test_a_name_that_is_answered_otherwise_the_next_moment_leads_nowhere_else() -> None:
    """DNS rebinding: the address that was looked at is the one that is connected to."""
    asked: list[str] = []

    async def turning(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    async with site(file=answer(FILE)) as there, site("127.0.0.2", file=answer(b"secret")) as inner:
        assert inner.port
        turned = Door(5.0, lambda address: address == "127.0.0.1", turning)
        assert (await turned.fetch(f"http://turning.example:{there.port}/file")).content == FILE
        assert asked == ["turning.example"]
        there.answers["/again"] = answer(status="302 Found", Location=f"http://turning.example:{inner.port}/file")
        assert await code(turned, f"http://turning.example:{there.port}/again") == "address_private"
    assert inner.heard == []


async def test_the_next_address_of_a_name_is_tried_when_one_is_silent() -> None:
    async with site(file=answer(FILE)) as there:
        both = Door(5.0, lambda address: True, names(both_example=["127.0.0.9", "127.0.0.1"]))  # type: ignore[arg-type]
        assert (await both.fetch(f"http://both.example:{there.port}/file")).content == FILE


@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.1/", "http://localhost/", "http://0.0.0.0/", "http://[::1]/", "http://[::]/"),
        *("http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/", "http://[fd00::1]/"),
        *("http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://[fd00:ec2::254]/"),
        *("http://[::ffff:127.0.0.1]/", "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::7f00:1]/"),
        *("http://[2002:7f00:1::]/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/"),
        *("http://224.0.0.1/", "http://255.255.255.255/", "http://240.0.0.1/", "http://192.0.2.1/", "http://[ff02::1]/"),
        *("http://①②⑦.⓪.⓪.①/", "http://127.0.0.1./", "http://LOCALHOST/", "http://%31%32%37.0.0.1/"),
    ],
)
async def test_this_machine_and_its_network_are_no_places_to_fetch_from(address: str) -> None:
    assert await code(Door(5.0), address) in ("address_private", "address_unknown")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "address_unusable"),
        ("agent.json", "address_unusable"),
        ("file:///etc/passwd", "address_unusable"),
        ("ftp://example.com/a", "address_unusable"),
        ("http://", "address_unusable"),
        ("http://127.0.0.1:99999/", "address_unusable"),
        ("http://127.0.0.1:25/", "address_port"),
        ("http://localhost:22/x.json", "address_port"),
        ("gopher://127.0.0.1:7070/", "address_unusable"),
        ("http://a b.example/", "address_unusable"),
        ("http://evil.example\\@127.0.0.1/", "address_password"),
        ("http://[::1", "address_unusable"),
        ("http://[fe80::1%25eth0]/", "address_unusable"),
        ("http://127.0.0.1/\r\nX-Evil: 1", "address_silent"),
        ("http://user:pw@127.0.0.1/", "address_password"),
        ("https://key@127.0.0.1/", "address_password"),
        ("http://nobody.example/", "address_unknown"),
        (f"http://{'a' * 300}.example/", "address_unusable"),
        (f"http://127.0.0.1/{'a' * 3000}", "address_unusable"),
        ("http://\ud800.example/", "address_unusable"),
    ],
)
async def test_what_is_no_address_is_refused_with_words(address: str, why: str) -> None:
    free = free_port()
    assert await code(door(), address.replace("/\r", f":{free}/\r")) == why


async def test_what_is_too_large_is_not_read_to_its_end() -> None:
    endless = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"186a0\r\n%b\r\n" % (b"a" * 100_000) * 60
    announced = f"HTTP/1.1 200 OK\r\nContent-Length: {LARGEST + 1}\r\n\r\n".encode()
    async with site(endless=endless, announced=announced, full=answer(b"a" * LARGEST)) as there:
        assert await code(door(), there.at("/endless")) == "address_too_large"
        assert await code(door(), there.at("/announced")) == "address_too_large"
        assert len((await door(10).fetch(there.at("/full"))).content) == LARGEST


async def test_a_server_that_trickles_does_not_hold_anybody() -> None:
    async with site(drip=0.2, file=answer(FILE, X_Long="a" * 1000)) as there:
        began = asyncio.get_running_loop().time()
        assert await code(door(0.5), there.at("/file")) == "address_slow"
        assert asyncio.get_running_loop().time() - began < 2


async def test_answers_that_are_no_file_are_refused_with_words() -> None:
    async with site(
        page=answer(b"\n <!DOCTYPE html><html>", Content_Type="text/html"),
        packed=answer(b"\x1f\x8b", Content_Encoding="gzip"),
        broken=b"nonsense\r\n\r\n",
        cut=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        nothing=b"",
        locked=answer(status="401 Unauthorized"),
        nowhere=answer(status="302 Found"),
        heads=b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 200_000,
    ) as there:
        found = {path.strip("/"): await code(door(), there.at(path)) for path in there.answers}
    assert found == {
        "page": "address_page",
        "packed": "address_garbled",
        "broken": "address_garbled",
        "cut": "address_garbled",
        "nothing": "address_garbled",
        "locked": "address_answered",
        "nowhere": "address_answered",
        "heads": "address_garbled",
    }
    assert await code(door(), f"http://127.0.0.1:{free_port()}/") == "address_silent"


async def test_the_certificate_is_that_of_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = Site({"/file": answer(FILE)})
    server = await asyncio.start_server(there.serve, "127.0.0.1", 0, ssl=certified("good.example", tmp_path))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    known = {"good_example": ["127.0.0.1"], "other_example": ["127.0.0.1"]}
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert (await door(**known).fetch(f"https://good.example:{port}/file")).content == FILE
        assert await code(door(**known), f"https://other.example:{port}/file") == "address_silent"
        monkeypatch.delenv("SSL_CERT_FILE")
        assert await code(door(**known), f"https://good.example:{port}/file") == "address_silent"
    assert len(there.heard) == 1


async def test_only_some_at_a_time() -> None:
    async with site(drip=0.2, file=answer(FILE)) as there:
        one = door(2)
        running = [asyncio.ensure_future(one.fetch(there.at("/file"))) for _ in range(MOST_AT_ONCE)]
        await asyncio.sleep(0)
        with pytest.raises(Crowded):
            await one.fetch(there.at("/file"))
        assert {(await each).content for each in running} == {FILE}
        assert (await one.fetch(there.at("/file"))).content == FILE


async def test_a_lookup_that_does_not_end_keeps_its_place_and_holds_nobody_else() -> None:
    stuck = threading.Event()

    def slow(host: str, port: int) -> Sequence[str]:
        assert host != "slow.example" or stuck.wait(20)
        return ["127.0.0.1"]

    async with site(file=answer(FILE)) as there:
        near = f"http://near.example:{there.port}/file"
        one = Door(0.2, lambda address: True, Lookups(slow))
        assert {await code(one, "http://slow.example/") for _ in range(MOST_AT_ONCE)} == {"address_slow"}
        with pytest.raises(Crowded):
            await one.fetch(near)
        stuck.set()
        for _ in range(100):
            await asyncio.sleep(0.02)
            with suppress(Crowded):
                assert (await one.fetch(near)).content == FILE
                break
        else:
            raise AssertionError("no place is ever free again")


async def test_a_file_in_crumbs_leaves_others_their_turn_and_has_an_end() -> None:
    turns = 0

    async def another() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    def crumbs(count: int) -> bytes:
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        return head + b"1\r\na\r\n" * count + b"0\r\n\r\n"

    async with site(few=crumbs(MOST_PIECES), many=crumbs(MOST_PIECES + 1)) as there:
        working = asyncio.create_task(another())
        assert len((await door(20).fetch(there.at("/few"))).content) == MOST_PIECES
        working.cancel()
        assert await code(door(20), there.at("/many")) == "address_garbled"
    assert turns >= MOST_PIECES // 100


@pytest.mark.parametrize(
    ("content", "is_page"),
    [
        (b"\xef\xbb\xbf<!DOCTYPE html><p>", True),
        ("\ufeff<html>".encode("utf-16-le"), True),
        (b"<!-- made by hand -->\n<!doctype HTML>", True),
        (b'<?xml version="1.0"?><html xmlns="x">', True),
        (b"<!--" + b"a" * 2_000 + b"--><html>", False),
        (b"<role>You write pages.</role>", False),
        (b"You answer with <html> and <!doctype html>.", False),
        (b'{"text": "<html>"}', False),
    ],
)
async def test_a_page_is_known_behind_marks_and_comments_and_a_file_about_pages_is_none(
    content: bytes, is_page: bool
) -> None:
    async with site(file=answer(content)) as there:
        if is_page:
            assert await code(door(), there.at("/file")) == "address_page"
        else:
            assert (await door().fetch(there.at("/file"))).content == content


def test_pages_about_a_file_become_the_file() -> None:
    raw = "https://raw.githubusercontent.com/ann/agents/main/a/crew.json"
    assert of_file(" https://github.com/ann/agents/blob/main/a/crew.json ") == raw
    assert of_file("https://www.github.com/ann/agents/raw/main/a/crew.json") == raw
    gist = "https://gist.github.com/ann/0123456789abcdef0123456789abcdef"
    assert of_file(f"{gist}#file-agent-json") == f"{gist.replace('github.com', 'githubusercontent.com')}/raw"
    assert of_file("https://gitlab.com/g/s/p/-/blob/main/a.yml") == "https://gitlab.com/g/s/p/-/raw/main/a.yml"
    for other in (
        "https://github.com/ann/agents",
        "https://github.com/ann/agents/tree/main/blob/x",
        "https://github.com.evil.example/ann/agents/blob/main/a",
        "https://example.com/github.com/ann/agents/blob/main/a",
    ):
        assert of_file(other) == other


def test_names_in_other_alphabets_are_spelled_as_the_network_does() -> None:
    address = parsed("https://bücher.example/ä?ü=1")
    assert (address.host, address.target) == ("xn--bcher-kva.example", "/%C3%A4?%C3%BC=1")
    assert parsed("http://[2606:4700::1111]:8080/x").authority == "[2606:4700::1111]:8080"


def test_public_addresses_are_known() -> None:
    for address in ("8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"):
        assert is_public(address), address
    for special in (
        *("168.63.129.16", "192.0.0.9", "192.0.0.10", "192.0.0.170", "192.88.99.1", "100.64.0.1", "198.18.0.1"),
        *("198.19.255.255", "0.0.0.1", "192.175.48.1", "64:ff9b::a83f:8110", "64:ff9b::c058:6301"),
        *("3fff::1", "3fff:fff::1", "2002:808:808::1", "2001::1", "2001:1::1", "2001:20::1", "2001:db8::1", "5f00::1"),
        *("64:ff9b:1::808:808", "::ffff:168.63.129.16"),
    ):
        assert not is_public(special), special
    for address in ("fec0::1", "2001:db8::1", "100::1", "fe80::1%eth0", "2001:0:7f00:1::", "::7f00:1", "", "x"):
        assert not is_public(address), address
