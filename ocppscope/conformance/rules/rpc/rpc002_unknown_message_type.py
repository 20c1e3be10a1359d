"""RPC-002: a message type number that the version does not have."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import DefectSeen, Event, ResultErrorSeen, SendSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import Malformed, MalformedKind
from ocppscope.protocol.version import OcppVersion


class UnknownMessageType(Rule):
    """A message type that does not exist in this version.

    Finds:
        A first element that is no message type: not 2, 3 or 4, and on OCPP 2.1 not 5 or 6 either.

    Why it matters:
        A 1.6 receiver ignores it, a 2.x receiver answers MessageTypeNotSupported: what was meant is lost either way.

    Usual causes:
        CALLRESULTERROR (5) or SEND (6) of OCPP 2.1 sent on an older connection, WAMP-style messages, or a wrapper put
        together by hand.

    What to do:
        Check which version was negotiated and whether the sender knows it.
    """

    id = "RPC-002"
    name = "Unknown message type number"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.1.3; P4 §4.4; P21-4 §4.1.3"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (DefectSeen, SendSeen, ResultErrorSeen)
    examples = (
        Example("type 7", '< [7,"a1",{}]', finds=1, line=1),
        Example("a SEND on 1.6", '> [6,"1","NotifyPeriodicEventStream",{}]', finds=1),
        Example(
            "a SEND on 2.1",
            '> [6,"1","NotifyPeriodicEventStream",{"id":1,"pending":0,"basetime":"2026-01-01T00:00:00Z","data":[{"t":0,"v":"1"}]}]',
            version=OcppVersion.V21,
        ),
        Example("a CALL", '> [2,"1","Heartbeat",{}]'),
    )

    def check(self, event: DefectSeen | SendSeen | ResultErrorSeen) -> Iterator[Verdict]:
        """Unknown types, and 2.1's types before 2.1."""
        sender = event.direction.sender
        if isinstance(event, DefectSeen):
            if isinstance(event.message, Malformed) and event.message.kind is MalformedKind.UNKNOWN_TYPE:
                number = event.message.message_type
                yield Verdict(event.message.reason, at_fault=sender, observed=str(number), key=f"{sender} {number}")
        elif event.scene.connection.version in (OcppVersion.V16, OcppVersion.V201):
            word, number = ("SEND", 6) if isinstance(event, SendSeen) else ("CALLRESULTERROR", 5)
            reason = f"{word} (type {number}) exists in OCPP 2.1 only, this is {event.scene.connection.version}"
            yield Verdict(reason, at_fault=sender, observed=str(number), key=f"{sender} {number}")
