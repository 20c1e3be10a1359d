"""SES-018: a CSMS that asks an accepted station to boot again."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memories.registration import Registration
from ocppscope.conformance.memories.triggered import TRIGGERS
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BOOT = (
    '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
)
_BOOT_2X = (
    '> [2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
)
_ASK = '< [2,"t","TriggerMessage",{"requestedMessage":"BootNotification"}]\n'
_NO = '> [3,"t",{"status":"Rejected"}]\n'
_YES = '> [3,"t",{"status":"Accepted"}]\n'


class BootTriggeredAfterAcceptance(Rule):
    """TriggerMessage asks for a BootNotification of a station that is accepted.

    Finds:
        Such a request after BootNotification was answered Accepted. An info where no boot was seen on this connection: many
        CSMSs ask once for each connection, to learn who is there. On 2.x also a station that accepts it, which it must
        not.

    Why it matters:
        Whatever the CSMS answers to the second boot, accepted stations with running transactions do not know what to make
        of it.

    Usual causes:
        The CSMS asks for everything after each connect, and does not see that the boot has come already.

    What to do:
        Ask only while no BootNotification was seen since the connection began.
    """

    id = "SES-018"
    name = "TriggerMessage asks for BootNotification after acceptance"
    severity = Severity.WARNING
    requirement = Requirement.MUST
    spec = "E16 §3.40, §3.35; P2 F06.FR.17"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = TRIGGERS
    memories = (Registration,)
    timeless = True
    examples = (
        Example(
            "right after the accepted boot",
            _BOOT + _ASK + _NO,
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.CSMS,
            path="$.requestedMessage",
            line=3,
        ),
        Example(
            "a station of 2.0.1 accepts it",
            _BOOT_2X + _ASK + _YES,
            version=OcppVersion.V201,
            finds=2,
            severity=Severity.WARNING,
            at_fault=Role.CSMS,
        ),
        Example("a station of 2.0.1 rejects it", _BOOT_2X + _ASK + _NO, version=OcppVersion.V201, finds=1),
        Example(
            "no boot on this connection: the CSMS wants to know who is there",
            _BOOT + "reconnect\n" + _ASK + _NO,
            finds=1,
            severity=Severity.INFO,
        ),
        Example("no boot was ever seen", _ASK + _YES),
        Example("a pending station", (_BOOT + _ASK + _NO).replace("Accepted", "Pending")),
        Example("another message", _BOOT + _ASK.replace("BootNotification", "Heartbeat") + _NO),
    )

    def check(self, event: CallSeen | ResponseSeen) -> Iterable[Verdict]:
        """The request, and on 2.x the station's answer."""
        if isinstance(event, CallSeen):
            return self._found(event) if _asks_for_boot(event.message.payload) else ()
        pending = event.closed.pending
        return self._found(event) if pending is not None and _asks_for_boot(pending.call.payload) else ()

    @staticmethod
    def _found(event: CallSeen | ResponseSeen) -> Iterator[Verdict]:
        scene = event.scene
        registration = scene.recall(Registration)
        if registration.status != "Accepted" or registration.asking:
            return
        here = registration.connection == scene.connection.number
        if isinstance(event, ResponseSeen):
            yield from _taken(event, registration, here=here)
        elif event.direction is Direction.TO_STATION:
            yield Verdict(
                "the CSMS asks for a BootNotification although it has accepted one"
                + (" on this connection" if here else "; none was seen on this connection"),
                None if here else Severity.INFO,
                Role.CSMS,
                path="$.requestedMessage",
                observed="BootNotification",
                expected="another message, or no request",
                records=(scene.number, *registration.records),
                key=f"csms {here}",
            )


def _asks_for_boot(payload: object) -> bool:
    return text_at(payload, "requestedMessage") == "BootNotification"


def _taken(event: ResponseSeen, registration: Registration, *, here: bool) -> Iterator[Verdict]:
    pending, exchange = event.closed.pending, event.exchange
    if not here or pending is None or exchange is None or event.scene.connection.version is OcppVersion.V16:
        return
    result = event.message.payload if isinstance(event.message, CallResult) else {}
    if text_at(result, "status") == "Accepted":
        yield Verdict(
            "the station agreed to send a BootNotification although its last one was accepted",
            Severity.ERROR,
            Role.STATION,
            path="$.status",
            observed="Accepted",
            expected="Rejected",
            records=(event.scene.number, exchange.call, *registration.records),
            key="station",
        )
