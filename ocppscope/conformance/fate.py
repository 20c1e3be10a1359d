"""What became of a CALL: answered how, or not at all."""

import msgspec

from ocppscope.conformance.event import CallOverdue, ResponseSeen
from ocppscope.conformance.rule import quoted
from ocppscope.protocol.message import Call, CallError
from ocppscope.protocol.payload import integer_at, text_at

_YES = frozenset({"Accepted", "AcceptedCanceled", "RebootRequired", "Scheduled", "Unlocked"})
_CANNOT = frozenset({"NotImplemented", "NotSupported", "Rejected", "UnknownMessageId", "UnknownVendorId"})


class Fate(msgspec.Struct, frozen=True):
    """A CALL and its end.

    Attributes:
        call: the CALL; the payload of one above 8 KiB is not kept, and empty here.
        accepted: its receiver does as asked, as far as the answer tells.
        refused: it can or will not, or says nothing. ``NotFound`` or ``Occupied`` are neither: it understood.
        words: for evidence: "the station answered Rejected".
        records: the CALL first.
    """

    call: Call
    accepted: bool
    refused: bool
    words: str
    records: tuple[int, ...]


def fate_of(event: ResponseSeen | CallOverdue) -> Fate | None:
    """The fate of the CALL that the event ends; None for a response without one."""
    if isinstance(event, CallOverdue):
        words = f"the {event.exchange.dut} has not answered for {event.timeout:g} s"
        return Fate(event.pending.call, accepted=False, refused=True, words=words, records=(event.exchange.call,))
    pending, exchange = event.closed.pending, event.exchange
    if pending is None or exchange is None:
        return None
    records = (exchange.call, event.scene.number)
    if isinstance(event.message, CallError):
        words = f"the {exchange.dut} answered CALLERROR {quoted(event.message.error_code)}"
        return Fate(pending.call, accepted=False, refused=True, words=words, records=records)
    status = text_at(event.message.payload, "status")
    if status is None:
        version = integer_at(event.message.payload, "listVersion")
        has_list = version is None or version >= 0  # -1: the station has no local list (S16 §5.10)
        words = f"the {exchange.dut} answered" + ("" if version is None else f" list version {version}")
        return Fate(pending.call, accepted=has_list, refused=not has_list, words=words, records=records)
    words = f"the {exchange.dut} answered {quoted(status)}"
    return Fate(pending.call, accepted=status in _YES, refused=status in _CANNOT, words=words, records=records)
