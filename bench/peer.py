"""What the harness knows of a chat: how it is started, where its input is, where replies show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.environments import python_of

APPS = Path(__file__).parent / "peers"


def question(turn: int) -> str:
    return f"Question {turn:04d}"


def answer_marker(turn: int) -> str:
    """What the peers' stub begins its reply to `question(turn)` with."""
    return f"Answer {turn:04d}"


def any_new_text(_turn: int) -> str:
    """For a chat whose replies are its own: an empty marker accepts whatever is new."""
    return ""


def peer_page(base_url: str, _messages: int) -> str:
    """The peers' stubs show their history by themselves."""
    return base_url + "/"


@dataclass(frozen=True)
class Peer:
    """`ready` is what is shown once a message can be typed; `reply` fits each bubble of the model.

    `page_url(base_url, messages)` gives a page that begins with so many messages.
    `folds_history` says that older bubbles may be missing from the page.
    """

    name: str
    command: Callable[[], list[str]]
    input: str
    reply: str
    ready: str = ""
    marker: Callable[[int], str] = answer_marker
    say: Callable[[int], str] = question
    page_url: Callable[[str, int], str] = peer_page
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    folds_history: bool = False

    def bubbles_after_loading(self, messages: int) -> int:
        return min(messages // 2, 1) if self.folds_history else messages // 2


def _script(environment: str) -> Callable[[], list[str]]:
    return lambda: [str(python_of(environment)), str(APPS / f"{environment}_app.py"), "{port}"]


def _chainlit() -> list[str]:
    options = ["--headless", "--host", "127.0.0.1", "--port", "{port}"]
    return [str(python_of("chainlit")), "-m", "chainlit", "run", str(APPS / "chainlit_app.py"), *options]


PEERS = (
    # The focus goes to chat_app's input when its script, compiled in the browser, has run.
    Peer("chat_app", _script("chat_app"), "#prompt-input", "#conversation .model", ready="#prompt-input:focus"),
    Peer("Chainlit", _chainlit, "#chat-input", ".ai-message"),
    Peer("Gradio", _script("gradio"), "textarea[data-testid=textbox]", ".message.bot"),
    Peer("NiceGUI", _script("nicegui"), "footer input", ".q-message-received"),
)
