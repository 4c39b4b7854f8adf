"""A guide as its reader meets it: blocks in their order, one shell for all of them, a real server beside it.

`python -m tests.docs.guide` plays docs/api.md and prints what really came, for who writes at the guide.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.docs.matching import REST, Drift, Names, same_answer, same_json, same_text
from tests.node.modules import CLIENT, node, node_modules
from tests.servers import ROOT, Server, environment, running

GUIDE = ROOT / "docs" / "api.md"
HERE = "127.0.0.1:8501"  # where the guide's server listens; a free port takes its place
PATIENCE = 60.0  # seconds for one block
RUN = ("sh", "python", "ts", "websocket")
SHOWN = ("json", "http", "text")
STRICT = ("--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom")
_BLOCK = re.compile(r"^```(\w*) ?([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SETTING = re.compile(r"(\w+)=(\S+) ")
_CLOSED = re.compile(r"\(closed: (\d+) (.*)\)")


@dataclass(frozen=True)
class Block:
    """`language` and `more` are the words behind its three backticks."""

    language: str
    more: str
    text: str
    line: int

    @property
    def is_answer(self) -> bool:
        return self.language in SHOWN

    @property
    def starts_server(self) -> bool:
        return self.more == "server"


def blocks(text: str) -> list[Block]:
    found = _BLOCK.finditer(text)
    return [Block(one[1], one[2], one[3], text.count("\n", 0, one.start()) + 1) for one in found]


class Shell:
    """A real shell in a folder of its own, in which `python` is this Python and the product can be found."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], cwd=folder, env={**env, "PATH": path, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
            start_new_session=True,
        )  # fmt: skip

    def run(self, text: str) -> tuple[str, int]:
        """What the lines print, and how the last of them ended."""
        assert self._process.stdin and self._process.stdout
        end = "-- end of the block --"
        self._process.stdin.write(f"{text}\nprintf '\\n%s %s\\n' '{end}' $?\n")
        self._process.stdin.flush()
        said = ""
        with self._patience():
            for line in self._process.stdout:
                if line.startswith(end):
                    return said.removesuffix("\n"), int(line.split()[-1])
                said += line
        raise Drift(f"the shell ended, or took too long, at:\n{text}\n{said}")

    @contextmanager
    def _patience(self) -> Iterator[None]:
        timer = threading.Timer(PATIENCE, self._end)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end(self) -> None:
        """With all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def filled(self, text: str) -> str:
        """The text with the shell's variables in it."""
        names = set(re.findall(r"\$([A-Z]+)", text))
        for name in names:
            text = text.replace(f"${name}", self.run(f'printf %s "${name}"')[0])
        return text

    def close(self) -> None:
        self._end()
        self._process.communicate()


class Reader:
    """Plays blocks one after the other. `came` is what the last one gave."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self._server = ExitStack()
        self.names = Names()
        # What a machine may have set for curl and Python does not come in between.
        quiet = {"no_proxy": "*", "NO_PROXY": "*", "NO_COLOR": "1", "CURL_HOME": str(folder)}
        self._env = environment(folder / "test.db", PORT=str(port), **quiet)
        self.shell = Shell(folder, self._env)

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()
        self.shell.close()

    def play(self, block: Block) -> str:
        """What came of a block that is run."""
        text = block.text.replace(HERE, f"127.0.0.1:{self._port}")
        if block.starts_server:
            self._serve(text)
            return ""
        match block.language:
            case "sh":
                said, code = self.shell.run(text)
            case "python":
                said, code = self._program([sys.executable, "-"], text, ROOT)
            case "ts":
                said, code = self._typescript(text)
            case _:
                return self._converse(self.shell.filled(text))
        if code:
            raise Drift(f"line {block.line} ended with {code}:\n{said}")
        return said

    def _serve(self, text: str) -> Server:
        """In place of the server that ran before."""
        settings = dict(_SETTING.findall(text))
        if not text.strip().endswith("python -m builder serve"):
            raise Drift(f"this starts no server: {text}")
        self._server.close()
        chosen = {"CHAT_RATE_LIMIT": ""} | settings
        return self._server.enter_context(running(self._folder, self._port, **chosen))

    def _program(self, command: Sequence[str | Path], text: str, folder: Path) -> tuple[str, int]:
        done = subprocess.run(
            command, cwd=folder, input=text, text=True, encoding="utf-8", timeout=PATIENCE, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self._env,
        )  # fmt: skip
        return done.stdout, done.returncode

    def _typescript(self, text: str) -> tuple[str, int]:
        """Checked strictly, then run, as a program of its own that has the built client installed."""
        modules, package = node_modules(CLIENT), self._folder / "node_modules" / "agent-builder-client"
        compiler = [node(), modules / "typescript/bin/tsc"]
        if not package.exists():
            package.mkdir(parents=True)
            shutil.copy(CLIENT / "package.json", package)
            (self._folder / "package.json").write_text('{"type": "module"}', "utf-8")
            build = [*compiler, "-p", "tsconfig.build.json", "--outDir", package / "dist"]
            if (built := self._program(build, "", CLIENT))[1]:
                return built
        (self._folder / "guide.ts").write_text(text, "utf-8")
        checked = self._program([*compiler, *STRICT, "guide.ts"], "", self._folder)
        if checked[1]:
            return checked
        tsx = (modules / "tsx/dist/loader.mjs").as_uri()
        return self._program([node(), "--import", tsx, "guide.ts"], "", self._folder)

    def _converse(self, text: str) -> str:
        """A transcript of a WebSocket, compared while it is played. What came, as it would be shown."""
        address, *lines = text.strip().splitlines()
        came: list[str] = []
        with connect(address, open_timeout=PATIENCE, proxy=None) as socket:
            try:
                for number, line in enumerate(lines):
                    if line.startswith("> "):
                        socket.send(line[2:])
                    elif line.startswith("< "):
                        self._hear(socket, line[2:], came, skip=lines[number - 1] == f"< {REST}")
                    elif closed := _CLOSED.fullmatch(line):
                        self._hear_the_end(socket, closed)
                    else:
                        raise Drift(f"no line of a transcript: {line}")
            except (Drift, TimeoutError) as error:
                raise Drift(f"{error}\n  so far:\n" + "\n".join(came)) from None
        return "\n".join(came)

    def _hear(self, socket: ClientConnection, shown: str, came: list[str], *, skip: bool) -> None:
        while shown != REST:
            frame = socket.recv(timeout=10)
            came.append(f"< {frame}")
            trial = self.names.copy()
            try:
                if shown.startswith("{"):
                    same_json(json.loads(shown), json.loads(frame), trial)
            except Drift:
                if not skip:
                    raise
            else:
                self.names.known = trial.known
                return

    def _hear_the_end(self, socket: ClientConnection, shown: "re.Match[str]") -> None:
        try:
            frame = socket.recv(timeout=10)
        except ConnectionClosed as closed:
            told = f"{closed.rcvd.code} {closed.rcvd.reason}" if closed.rcvd else ""
            same_text(f"{shown[1]} {shown[2]}", told, self.names)
        else:
            raise Drift(f"the connection goes on: {frame!r}")


def play(text: str, reader: Reader) -> Iterator[tuple[Block, str]]:
    """Each block with what came; raises Drift, naming the line, where that is not what is shown."""
    came, run = "", None
    listed = blocks(text)
    for block, after in zip(listed, [*listed[1:], None], strict=True):
        try:
            if not block.is_answer:
                came, run = reader.play(block), block
                yield block, came
                if "/problems/" in came and not (after and after.is_answer) and block.language != "websocket":
                    raise Drift(f"it was refused: {came}")
            elif run is None:
                raise Drift("there is nothing of which this could be the answer")
            else:
                same_answer(block.language, block.text, came, reader.names)
                run = None
        except (Drift, ValueError) as error:
            raise Drift(f"docs/api.md, line {block.line}: {error}") from error


if __name__ == "__main__":
    from tests.redis import free_port

    with tempfile.TemporaryDirectory() as place, Reader(Path(place), free_port()) as one:
        for shown, real in play(GUIDE.read_text("utf-8"), one):
            print(f"---- line {shown.line} ({shown.language})\n{real}", flush=True)
