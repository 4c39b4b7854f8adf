"""HTTP/1.1 as uvicorn speaks it, with an end to what stands outside a body: address, headers, trailers.

The parser itself collects them as long as they come, and everything that looks at a request sees it only after them.
"""

import json

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from builder.api import problems

LARGEST_HEAD = 65_536  # bytes; what came in one piece with its end is taken even when it is a little more
_REFUSED = problems.document(
    431,
    "head-too-large",
    f"Address and headers of a request may have {LARGEST_HEAD:,} bytes at the most.",
    "Send fewer or shorter headers; long values belong into the body.",
)


class BoundedHead(HttpToolsProtocol):
    _outside = 0  # bytes since the last part of a request that was whole

    def data_received(self, data: bytes) -> None:
        self._outside += len(data)
        super().data_received(data)
        if self._outside > LARGEST_HEAD and not self.transport.is_closing():
            self._refuse()

    def on_message_begin(self) -> None:
        self._outside = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._outside = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._outside = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._outside = 0
        super().on_message_complete()

    def _refuse(self) -> None:
        if self.cycle is None or self.cycle.response_complete:  # else another answer is under way
            body = json.dumps(_REFUSED).encode()
            head = f"HTTP/1.1 {431} {_REFUSED['title']}\r\nContent-Type: {problems.MEDIA_TYPE}\r\n"
            self.transport.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        self.transport.close()
