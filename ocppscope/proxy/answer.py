"""The CSMS's answer to an upgrade, read while its bytes are already on their way to the station. No I/O."""

from ocppscope.protocol.websocket.handshake import BadHeadError, Response, end_of_head, parse_response

_KEPT_BODY = 4096  # bytes of a refusing CSMS's body that are recorded


class Answer:
    """Collects head and body.

    Args:
        method: of the request; it decides whether a body follows.
        max_head: bytes of a head beyond which it is no sensible answer.

    Attributes:
        begun: anything has come.
        response: the final head, once it is whole. Interim ones (100, 103) are passed over.
        rest: what followed the head of a 101 in the same bytes: it is WebSocket already.
        body: beginning of any other answer's body.
        complete: the whole body has come. Without a length only the end of the connection tells, and this stays False.
    """

    __slots__ = ("_head", "_left", "_max_head", "_method", "_searched", "begun", "body", "complete", "response", "rest")

    def __init__(self, method: str, max_head: int) -> None:
        self.begun = False
        self.response: Response | None = None
        self.rest = b""
        self.body = bytearray()
        self.complete = False
        self._method = method
        self._max_head = max_head
        self._head = bytearray()
        self._searched = 0
        self._left: int | None = None

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Not to be called after a 101.

        Raises:
            BadHeadError: it is no HTTP answer, or its head has no end.
        """
        self.begun = True
        if self.response is not None:
            self._add_body(data)
            return
        self._head += data
        while (end := end_of_head(self._head, self._searched)) > 0:
            head, rest = bytes(self._head[:end]), bytes(self._head[end:])
            response = parse_response(head)
            if response.status >= 200 or response.status == 101:
                self._head = bytearray()
                self._final(response, rest)
                return
            self._head, self._searched = bytearray(rest), 0
        self._searched = len(self._head)
        if self._searched > self._max_head:
            raise BadHeadError(f"an answer whose head is larger than {self._max_head} bytes")

    def text(self) -> str | None:
        """The recorded beginning of the body as text, None without one."""
        return self.body.decode("utf-8", "replace") or None

    def _final(self, response: Response, rest: bytes) -> None:
        self.response = response
        if response.status == 101:
            self.rest = rest
            return
        self._left = response.body_length(self._method)
        self._add_body(rest)

    def _add_body(self, data: bytes) -> None:
        self.body += data[: _KEPT_BODY - len(self.body)]
        if self._left is not None:
            self._left -= len(data)
            self.complete = self._left <= 0
