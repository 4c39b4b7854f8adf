"""The fake Gemini of the tests in a process of its own, so that what it does is not counted as ours.

It notes by the wall clock when it wrote each piece: a browser's clock can be held against that.
"""

import json
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from tests.models.fake import KEY
from tests.models.fake import serving as serving_fake
from tests.models.gemini import Gemini, GeminiVoice
from tests.models.script import Answer, Received, Script
from tests.models.voice import Voice

__all__ = ["KEY", "Elsewhere", "Heard", "serving"]
START_SECONDS = 60.0
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Heard:
    """One request for an answer: when it came, what was answered, and when each piece went out. Wall clock."""

    at: float
    said: str
    pieces: tuple[tuple[float, str], ...]
    whole: bool
    aborted: bool

    @property
    def reply(self) -> str:
        """The words for the person; "" when the answer is of another kind."""
        found = json.loads(self.said)
        return str(found.get("reply", "")) if isinstance(found, dict) else ""


class _Timed(GeminiVoice):
    def __init__(self, call: Received, answer: Answer) -> None:
        super().__init__(call, answer)
        self.written: list[tuple[float, str]] = []

    def piece(self, text: str) -> bytes:
        event = super().piece(text)
        self.written.append((time.time(), text))
        return event


class _TimedGemini(Gemini):
    voices: list[_Timed]

    def voice(self, call: Received, answer: Answer) -> Voice:
        voice = _Timed(call, answer)
        if call.route in ("generate", "stream"):
            self.voices.append(voice)
        return voice

    def heard(self) -> list[Heard]:
        ahead = time.time() - time.monotonic()
        return [
            Heard(
                voice.call.at + ahead,
                voice.answer.said,
                tuple(voice.written),
                voice.answer.fault is None,
                voice.call.aborted_at is not None,
            )
            for voice in list(self.voices)
        ]


def _serve(ours: Connection) -> None:
    fake = _TimedGemini([Answer("Nothing to play yet.")])
    fake.voices = []
    with serving_fake(fake):
        ours.send(fake.url)
        while (script := ours.recv()) is not None:
            if script == "heard":
                ours.send(fake.heard())
                continue
            fake.play(script)
            fake.voices = []
            ours.send("playing")


class Elsewhere:
    """`play` sets a script (one that can be pickled) and forgets what was heard."""

    def __init__(self, theirs: Connection) -> None:
        self._theirs = theirs
        if not theirs.poll(START_SECONDS):
            raise RuntimeError("the fake model did not start")
        self.url: str = theirs.recv()

    def play(self, script: Script) -> None:
        self._theirs.send(script)
        self._theirs.recv()

    def heard(self) -> list[Heard]:
        self._theirs.send("heard")
        found: list[Heard] = self._theirs.recv()
        return found


@contextmanager
def serving() -> Iterator[Elsewhere]:
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe()
    process = context.Process(target=_serve, args=(ours,), daemon=True)
    process.start()
    try:
        yield Elsewhere(theirs)
    finally:
        theirs.send(None)
        process.join(STOP_SECONDS)
        process.terminate()
