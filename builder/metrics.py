"""The figures for Prometheus, in a registry of their own for each App. The only place that knows its library."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from builder.core.events import ToolCalled
from builder.core.observing import Answered, Kind
from builder.core.session import Mode

CONTENT_TYPE = CONTENT_TYPE_LATEST
MOST_NAMES = 50  # different values of a label that people or models choose
OTHER = "other"
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 40, 80, 160)
FIRST_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32)
MESSAGES = (2, 4, 8, 12, 16, 24, 32, 48, 64, 100, 200, 400)


class Names:
    """A label's values, of which there are never more than so many: what comes later is called "other"."""

    def __init__(self, most: int = MOST_NAMES) -> None:
        self._most = most
        self._known: set[str] = set()

    def of(self, name: str) -> str:
        short = name[:64]
        if short not in self._known:
            if len(self._known) >= self._most:
                return OTHER
            self._known.add(short)
        return short


class Metrics:
    """Observes the services; `exposition` is what Prometheus reads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._models, self._tools = Names(), Names()
        self._requests = self._counter(
            "ai_requests_total", "Requests to interviewers that have ended.", "model", "request_type", "status"
        )
        self._seconds = self._histogram(
            "ai_response_time_seconds", "From the request to the end of the answer.", SECONDS
        )
        self._first = self._histogram(
            "ai_first_token_seconds", "From the request to the first text of the answer.", FIRST_SECONDS
        )
        self._tokens = self._counter(
            "ai_tokens_total", "Tokens by kind; cached ones are a part of input, thinking is a part of output.",
            "model", "kind",
        )  # fmt: skip
        self._sessions = Gauge("active_ai_sessions", "Sessions in use of late.", registry=self.registry)
        self._called = self._counter(
            "tools_executed_total", "Tools that ran.", "tool_name", "execution_status", "session_type"
        )
        self._artifacts = self._counter("artifacts_created_total", "What sessions produced.", "artifact_type")
        self._length = self._histogram("conversation_length", "Messages in a talk at the end of an answer.", MESSAGES)

    def asked(self, kind: Kind, text: str) -> None:
        """Counted when it has ended."""

    def answered(self, answered: Answered) -> None:
        model = self._models.of(answered.model)
        self._requests.labels(model, answered.kind, answered.status).inc()
        self._seconds.observe(answered.seconds)
        if answered.first_text is not None:
            self._first.observe(answered.first_text)
        if answered.messages:
            self._length.observe(answered.messages)
        for kind in ("input", "cached", "thinking", "output"):
            if count := getattr(answered.usage, kind):
                self._tokens.labels(model, kind).inc(count)

    def tool(self, call: ToolCalled, mode: Mode) -> None:
        if call.result is not None:
            self._called.labels(self._tools.of(call.name), "done", mode).inc()

    def artifact(self, kind: str) -> None:
        self._artifacts.labels(kind).inc()

    def exposition(self, active_sessions: float) -> bytes:
        """`active_sessions` is not a number when it cannot be told."""
        self._sessions.set(active_sessions)
        return generate_latest(self.registry)

    def _counter(self, name: str, said: str, *labels: str) -> Counter:
        return Counter(name, said, labels, registry=self.registry)

    def _histogram(self, name: str, said: str, buckets: Sequence[float]) -> Histogram:
        return Histogram(name, said, buckets=buckets, registry=self.registry)
