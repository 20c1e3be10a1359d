"""Which CALLs were answered with a CALLERROR."""

from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.conformance.trait import Trait
from ocppscope.protocol.message import CallResult

_MOST = 500


class RefusedCalls(Memory):
    """By the record number of the CALL, the latest ones."""

    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    only = Trait.REFUSAL

    def __init__(self) -> None:
        self._refused: Recent[int, str] = Recent(_MOST)

    def code(self, call: int) -> str | None:
        """The error code that it got, None for a CALL that was not refused."""
        return self._refused.get(call)

    def learn(self, event: ResponseSeen) -> None:
        """Take in a CALLERROR."""
        message = event.message
        if isinstance(message, CallResult):
            return
        if event.exchange is not None:
            self._refused[event.exchange.call] = message.error_code[:40]
