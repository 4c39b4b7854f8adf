"""A reply as it comes: bytes to events, and what is already known left out when it is told once more."""

from collections.abc import Iterator

from builder_client.errors import BadAnswer
from builder_client.events import Event, Failed, Finished, Started, TextDelta, TextTakenBack, event_of
from builder_client.reading import Unreadable, parsed

LONGEST_FRAME = 16 * 2**20  # bytes of one event


class Frames:
    """Server-Sent Events, in pieces as the network cuts them.

    >>> [event.kind for event in Frames().feed(b'event: TextTakenBack' + b'\\n' + b'data: {}' + b'\\n\\n')]
    ['TextTakenBack']
    """

    def __init__(self) -> None:
        self._rest = bytearray()
        self._kind = ""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """The events that are whole by now. BadAnswer for what is none."""
        self._rest += chunk
        if len(self._rest) + self._size > LONGEST_FRAME:
            raise BadAnswer("An event of the reply is too large.", "Read the talk instead.")
        if b"\n" not in chunk:
            return
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            found = self._take(bytes(line.removesuffix(b"\r")))
            if found is not None:
                yield found

    def _take(self, line: bytes) -> Event | None:
        if not line:
            return self._whole()
        name, _, value = line.partition(b":")
        self._size += len(line)
        if name == b"event":
            self._kind = value.strip().decode("utf-8", "replace")
        elif name == b"data":
            self._data.append(value.removeprefix(b" "))
        return None

    def _whole(self) -> Event | None:
        kind, body = self._kind, b"\n".join(self._data)
        self._kind, self._data, self._size = "", [], 0
        if not body:
            return None
        try:
            data = parsed(body)
        except Unreadable:
            data = None
        if not isinstance(data, dict):
            raise BadAnswer("An event of the reply cannot be read.", "Read the talk instead.")
        return event_of(kind or "message", data)


class Hearing:
    """What the reader has of a reply by now. Each telling begins at the start of the reply: only news is passed on."""

    def __init__(self) -> None:
        self.text = ""
        self.over = False
        self.failed = False  # its end may come without a word, and nothing is told once more
        self._had: list[Event] = []  # without text, since the last TextTakenBack
        self._reply = ""
        self._owed: list[Event] = []
        self._told: list[Event] = []
        self._telling = ""

    def begin(self) -> None:
        """From here on it is told from its start."""
        self._owed, self._told, self._telling = list(self._had), [], ""

    def take(self, event: Event) -> Iterator[Event]:
        match event:
            case Started():
                yield from self._started(event)
            case TextDelta(text):
                self._telling += text
                yield from self._text(event)
            case TextTakenBack():
                self._telling, self._told, self._owed = "", [], []
                if self.text or self._had:
                    yield self._back(event)
            case Finished() | Failed():
                if self._telling != self.text:
                    yield from self._anew()
                yield from self._other(event)
            case _:
                yield from self._other(event)
        self.failed = self.failed or isinstance(event, Failed)
        self.over = self.over or isinstance(event, Finished)

    def _started(self, event: Started) -> Iterator[Event]:
        """Another reply to the same message: the first one did not get far enough to be kept."""
        if self._reply not in ("", event.reply_id):
            self._owed = []
            if self.text or self._had:
                yield self._back(TextTakenBack("TextTakenBack", {}))
        if self._reply != event.reply_id:
            self._reply = event.reply_id
            yield event

    def _text(self, event: TextDelta) -> Iterator[Event]:
        if self.text.startswith(self._telling):
            return  # known
        if not self._telling.startswith(self.text):
            yield from self._anew()
            return
        more = self._telling[len(self.text) :]
        self.text = self._telling
        yield event if event.text == more else text_event(more)

    def _other(self, event: Event) -> Iterator[Event]:
        self._told.append(event)
        if event in self._owed:
            self._owed.remove(event)
            return
        self._had.append(event)
        yield event

    def _anew(self) -> Iterator[Event]:
        """What was passed on is not what is told now."""
        yield self._back(TextTakenBack("TextTakenBack", {}))
        self.text, self._had, self._owed = self._telling, list(self._told), []
        yield from self._told
        if self.text:
            yield text_event(self.text)

    def _back(self, event: Event) -> Event:
        self.text, self._had = "", []
        return event


def text_event(text: str) -> Event:
    return event_of("TextDelta", {"text": text})
