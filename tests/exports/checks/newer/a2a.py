"""The protocol's own types take the card, its rules of what must be there hold, and a client reads it from a server."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from a2a.client import A2ACardResolver
from a2a.types.a2a_pb2 import AgentCard
from a2a.utils.proto_utils import validate_proto_required_fields
from google.protobuf.json_format import MessageToDict, ParseDict

from tests.exports.frame import Case, Mutant, demand, json_mutants, main

TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


def check(case: Case) -> None:
    written = json.loads(case.main)
    card = ParseDict(written, AgentCard())
    validate_proto_required_fields(card)
    demand(set(MessageToDict(card)) == set(written), "the card reads otherwise than it is written")
    demand(card.name == case.config["name"] and card.description == case.config["description"], "another agent")
    demand(list(card.skills[0].examples) == case.config.get("conversation_starters", []), "other examples")
    demand(all(face.url.startswith("https://") for face in card.supported_interfaces), "no address")
    demand(all(map(TYPE.fullmatch, [*card.default_input_modes, *card.default_output_modes])), "a bad type")
    fetched = asyncio.run(_fetched(case.main))
    demand(fetched == card, "a client reads another card")
    kept = {case.config["name"], case.config["description"], *case.config.get("conversation_starters", [])}
    for prompt in case.config["prompts"]:
        for line in prompt["content"].splitlines():
            is_told = any(line in text for text in kept)
            demand(is_told or len(line) < 20 or line not in case.main, f"a prompt is public: {line:.60}")


async def _fetched(content: str) -> AgentCard:
    """The card as a client finds it at its usual place."""
    handler = type("Handler", (_Handler,), {"answer": content.encode()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        async with httpx.AsyncClient() as client:
            return await A2ACardResolver(client, f"http://127.0.0.1:{server.server_port}").get_agent_card()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    answer: bytes

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/.well-known/agent-card.json" else 404)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: Any) -> None:
        pass


def mutants(case: Case) -> Iterator[Mutant]:
    wrong: dict[str, object] = {
        "skills": [{"id": "a"}],
        "supportedInterfaces": [],
        "description": "Another one.",
        "defaultInputModes": ["anything"],
        "capabilities": {"streaming": "yes"},
    }
    yield from json_mutants(case.files, ["name", "skills", "version", "capabilities", "defaultOutputModes"], wrong)


if __name__ == "__main__":
    main(check, mutants)
