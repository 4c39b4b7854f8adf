"""One Streamlit session without a browser: it speaks the page's own websocket protocol."""

from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

STREAM = "/_stcore/stream"
# The page sends its XSRF cookie in the second place, and this word when it has none.
SUBPROTOCOLS = [Subprotocol("streamlit"), Subprotocol("PLACEHOLDER_AUTH_TOKEN")]
OPEN_SECONDS = 30


@dataclass
class Rerun:
    """What one run of the page sent. `fault` names what a person would have seen go wrong, or is empty.

    `lost` says that the session cannot act any more.
    """

    messages: int = 0
    size: int = 0
    fault: str = ""
    lost: bool = False


@dataclass
class Session:
    """`query` is the page's query string without the question mark."""

    base_url: str
    page_name: str
    query: str
    _connection: ClientConnection | None = None
    _page_script_hash: str = ""
    _cached_hashes: set[str] = field(default_factory=set)

    async def open(self) -> Rerun:
        """Connects and runs the page for the first time."""
        # A browser reads whatever comes; with the usual short queue an idle session would stop reading.
        self._connection = await connect(
            self.base_url.replace("http", "ws", 1) + STREAM,
            subprotocols=SUBPROTOCOLS,
            compression=None,
            ping_interval=None,
            max_queue=None,
            max_size=None,
            open_timeout=OPEN_SECONDS,
            proxy=None,
        )
        return await self.rerun()

    async def rerun(self) -> Rerun:
        """Runs the page once more; returns when the server says that the script has finished."""
        assert self._connection is not None, "open() comes first"
        await self._connection.send(self._rerun_request())
        told = Rerun()
        while True:
            frame = await self._connection.recv(decode=False)
            message = ForwardMsg.FromString(frame)
            told.messages += 1
            told.size += len(frame)
            told.fault = told.fault or _fault_in(message)
            self._remember(message)
            if _is_end(message):
                return told

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    def _rerun_request(self) -> bytes:
        request = BackMsg()
        state = request.rerun_script
        state.query_string = self.query
        state.widget_states.SetInParent()
        # Like the page: it knows its name from the address, and its hash once the server has told it.
        if self._page_script_hash:
            state.page_script_hash = self._page_script_hash
        else:
            state.page_name = self.page_name
        state.cached_message_hashes.extend(self._cached_hashes)
        state.context_info.timezone = "UTC"
        state.context_info.locale = "en-US"
        state.context_info.url = f"{self.base_url}/{self.page_name}"
        return bytes(request.SerializeToString())

    def _remember(self, message: ForwardMsg) -> None:
        # Not from new_session: there the first run of a page that was asked for by name has the home page's hash.
        if message.WhichOneof("type") == "navigation":
            self._page_script_hash = message.navigation.page_script_hash
        if message.metadata.cacheable:
            self._cached_hashes.add(message.hash)


def _is_end(message: ForwardMsg) -> bool:
    """A run that ends early for a rerun is followed by that rerun."""
    if message.WhichOneof("type") != "script_finished":
        return False
    return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


def _fault_in(message: ForwardMsg) -> str:
    kind = message.WhichOneof("type")
    if kind == "page_not_found":
        return "page not found"
    if kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
        return "the page does not compile"
    if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
        return f"exception: {message.delta.new_element.exception.message}"
    return ""
