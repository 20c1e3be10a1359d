"""A CALL and what became of it."""

from enum import StrEnum

import msgspec

from ocppscope.protocol.message import MessageId
from ocppscope.protocol.roles import Direction, Role


class Outcome(StrEnum):
    """How a CALL ended."""

    PENDING = "pending"
    RESULT = "result"
    ERROR = "error"
    ABORTED = "aborted"
    """The connection ended first: no sample of anyone's response time."""


class Exchange(msgspec.Struct, frozen=True):
    """A CALL and its response, pending until answered.

    Times are integer nanoseconds of the record clock (monotonic for our own captures); ``latency`` and ``proxy_share``
    are seconds.

    Attributes:
        connection: connection number within the inspected input.
        station: station identity.
        message_id, action: as in the CALL.
        direction: the way of the CALL; its receiver is the party that answers, the device under test.
        call: record number of the CALL (of its newest copy when it was repeated).
        since: when the CALL was handed to the party that must answer it.
        outcome: PENDING until a response or the end of the connection.
        response: record number of the response.
        latency: seconds from ``since`` until the response was read from the party that answers; None while pending.
        proxy_share: seconds that both messages spent inside the proxy; None where the capture does not tell.
        limit: seconds that the product's profile (or the default) allows the answering party, None without one.
    """

    connection: int
    station: str
    message_id: MessageId
    action: str
    direction: Direction
    call: int
    since: int
    outcome: Outcome = Outcome.PENDING
    response: int | None = None
    latency: float | None = None
    proxy_share: float | None = None
    limit: float | None = None

    @property
    def dut(self) -> Role:
        """Whose answering time this is."""
        return self.direction.receiver

    @property
    def share_of_limit(self) -> float | None:
        """Latency divided by the limit: 1.0 is just at the limit. None without either."""
        if self.latency is None or not self.limit:
            return None
        return self.latency / self.limit

    @property
    def over_limit(self) -> bool:
        """Whether the answer came after the declared limit."""
        return self.latency is not None and self.limit is not None and self.latency > self.limit
