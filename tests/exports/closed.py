"""For bodies of an API, in the targets' environments: the types of its library are lenient, so their JSON Schema is
closed before files are held to it; and the real client sends them to a server on this machine, which tells what came.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jsonschema import Draft202012Validator


def closed(node: Any, *, of_models: bool = False) -> Any:
    """The schema with no other properties than those that are named, at every level.

    `of_models`: also where it says that others are welcome, as models do that keep what they do not know."""
    if isinstance(node, list):
        return [closed(item, of_models=of_models) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {key: closed(value, of_models=of_models) for key, value in node.items()}
    names_properties = node.get("type") == "object" and isinstance(node.get("properties"), dict)
    if "additionalProperties" in node and not (of_models and node["additionalProperties"] is True):
        return inner
    return {**inner, "additionalProperties": False} if names_properties else inner


@cache
def validator_of(kind: Any, *, of_models: bool = False) -> Draft202012Validator:
    """A validator of a type of the library, closed."""
    from pydantic import TypeAdapter

    return Draft202012Validator(closed(TypeAdapter(kind).json_schema(), of_models=of_models))


def hold(value: Any, kind: Any, *, of_models: bool = False) -> None:
    """Raises jsonschema's ValidationError where the value is not of the type."""
    validator_of(kind, of_models=of_models).validate(value)


class _Handler(BaseHTTPRequestHandler):
    received: list[tuple[str, dict[str, str], Any]]
    answer: bytes

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        self.received.append((self.path, dict(self.headers), json.loads(self.rfile.read(length))))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def listening(answer: Any) -> Iterator[tuple[str, list[tuple[str, dict[str, str], Any]]]]:
    """The address of a server that answers every POST with `answer`, and what it has received: path, headers, body."""
    received: list[tuple[str, dict[str, str], Any]] = []
    handler = type("Handler", (_Handler,), {"received": received, "answer": json.dumps(answer).encode()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
