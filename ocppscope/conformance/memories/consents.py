"""Which cards a CSMS let in."""

from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at

_MOST = 500


class Consents(Memory):
    """By an accepted Authorize, or because the CSMS itself asked for a start. Cards are compared without regard to case."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"Authorize", "RemoteStartTransaction", "RequestStartTransaction"})

    def __init__(self) -> None:
        self._given: Recent[str, int] = Recent(_MOST)

    def given(self, tag: str, at: int, minutes: float) -> bool:
        """Whether the CSMS let this card in within that time before ``at`` (record clock, ns)."""
        then = self._given.get(tag[:64].lower())
        return then is not None and at - then <= minutes * 60e9

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a start from afar, or an answer to Authorize."""
        if isinstance(event, CallSeen):
            if event.message.action != "Authorize":
                self._give(event.message.payload, event)
        elif isinstance(event.message, CallResult) and event.closed.pending is not None:
            call, result = event.closed.pending.call, event.message.payload
            status = text_at(result, "idTagInfo", "status") or text_at(result, "idTokenInfo", "status")
            if call.action == "Authorize" and status == "Accepted":
                self._give(call.payload, event)

    def _give(self, payload: object, event: CallSeen | ResponseSeen) -> None:
        tag = text_at(payload, "idTag") or text_at(payload, "idToken", "idToken")
        if tag is not None:
            self._given[tag[:64].lower()] = event.scene.at
