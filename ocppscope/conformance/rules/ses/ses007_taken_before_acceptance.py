"""SES-007: a CSMS that takes what a station must not send yet."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memories.registration import REFUSED, Registration
from ocppscope.conformance.memories.triggered import Triggered
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BOOT_2X = '> [2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]\n'
_BOOT = '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
_PENDING = '< [3,"b",{"status":"Pending","currentTime":"2026-01-01T00:00:00Z","interval":60}]\n'
_BEAT = '+5 > [2,"1","Heartbeat",{}]\n'
_TAKEN = '< [3,"1",{"currentTime":"2026-01-01T00:00:05Z"}]\n'
_REFUSED = '< [4,"1","SecurityError","",{}]\n'


class TakenBeforeAcceptance(Rule):
    """The CSMS answers a CALL of a station that it has not accepted as if it had.

    Finds:
        A CALLRESULT to any CALL but BootNotification after Pending or Rejected, where CALLERROR SecurityError is due. An
        info on 1.6, where that is only recommended. What the CSMS asked for is to be answered normally.

    Why it matters:
        The station never learns that it is not accepted; transactions of an unknown station enter the books.

    Usual causes:
        The registration is kept for show, and the handlers of messages do not look at it.

    What to do:
        Answer SecurityError until the station is accepted.
    """

    id = "SES-007"
    name = "CSMS processes CALLs of a station that it has not accepted"
    severity = Severity.WARNING
    at_fault = Role.CSMS
    requirement = Requirement.SHOULD
    spec = "JE §3.10; P2 B01.FR.10, B02.FR.09; E2 §2.3"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    only = Trait.UNACCEPTED
    memories = (Registration, Triggered)
    timeless = True
    examples = (
        Example(
            "a Heartbeat of a pending station is answered",
            _BOOT_2X + _PENDING + _BEAT + _TAKEN,
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.CSMS,
            line=4,
            beside=("SES-002",),
        ),
        Example(
            "on 1.6",
            _BOOT + _PENDING.replace("Pending", "Rejected") + _BEAT + _TAKEN,
            finds=1,
            severity=Severity.INFO,
            beside=("SES-002",),
        ),
        Example(
            "refused", _BOOT_2X + _PENDING + _BEAT + _REFUSED, version=OcppVersion.V201, beside=("SES-002",)
        ),
        Example(
            "what it asked for",
            _BOOT_2X
            + _PENDING
            + '< [2,"t","TriggerMessage",{"requestedMessage":"Heartbeat"}]\n> [3,"t",{"status":"Accepted"}]\n'
            + _BEAT
            + _TAKEN,
            version=OcppVersion.V201,
        ),
        Example("accepted", _BOOT + _PENDING.replace("Pending", "Accepted") + _BEAT + _TAKEN),
        Example(
            "sent before the answer to the boot",
            _BEAT + _BOOT + _TAKEN + _PENDING.replace("00:00:00Z", "00:00:05Z"),
            beside=("RPC-007",),
        ),
    )  # fmt: skip

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """Answers to a station that has to wait."""
        if event.scene.station.registration not in REFUSED or event.direction is not Direction.TO_STATION:
            return ()
        return self._found(event)

    def _found(self, event: ResponseSeen) -> Iterable[Verdict]:
        scene, exchange = event.scene, event.exchange
        registration = scene.recall(Registration)
        if exchange is None or exchange.action == "BootNotification" or not isinstance(event.message, CallResult):
            return
        if not registration.conf or exchange.call < registration.conf:
            return
        if scene.recall(Triggered).excuses(exchange.action, scene.at):
            return
        yield Verdict(
            f"the CSMS answered {exchange.action} although it had answered the station's BootNotification with "
            f"{registration.status}",
            Severity.INFO if scene.connection.version is OcppVersion.V16 else None,
            observed="CALLRESULT",
            expected="CALLERROR SecurityError",
            records=(scene.number, exchange.call, *registration.records),
            key=exchange.action[:40],
        )
