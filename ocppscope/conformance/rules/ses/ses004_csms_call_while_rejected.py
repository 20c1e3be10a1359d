"""SES-004: a CSMS that talks to a station which it has rejected."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.registration import Registration
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BOOT = '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
_REJECTED = '< [3,"b",{"status":"Rejected","currentTime":"2026-01-01T00:00:00Z","interval":60}]\n'
_ASK = '< [2,"9","ClearCache",{}]\n'
_BOOT_2X = '> [2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]\n'


class CsmsCallWhileRejected(Rule):
    """A CALL of the CSMS to a station whose BootNotification it has rejected.

    Finds:
        Any CALL between the answer Rejected and the station's next BootNotification. An error on 2.x. Answers to CALLs of
        the station are no CALLs.

    Why it matters:
        A rejected station must not answer; what waits for it runs into its timeout.

    Usual causes:
        Jobs of the CSMS run for every open connection, whatever the registration.

    What to do:
        Wait for the next BootNotification, or answer Pending to configure a station before it is accepted.
    """

    id = "SES-004"
    name = "CSMS sends a CALL to a rejected station"
    severity = Severity.WARNING
    at_fault = Role.CSMS
    requirement = Requirement.SHOULD
    spec = "S16 §4.2; P2 B03.FR.03"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    only = Trait.UNACCEPTED
    memories = (Registration,)
    timeless = True
    examples = (
        Example(
            "a CALL to a rejected station",
            _BOOT + _REJECTED + _ASK,
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.CSMS,
            line=3,
        ),
        Example(
            "forbidden on 2.0.1",
            _BOOT_2X + _REJECTED + _ASK + '> [4,"9","SecurityError","",{}]',
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
        ),
        Example(
            "the answer to a CALL is no CALL",
            '> [2,"1","Heartbeat",{}]\n' + _BOOT + '< [4,"1","SecurityError","",{}]\n' + _REJECTED,
            beside=("RPC-007", "SES-001"),
        ),
        Example("a pending station may be asked", _BOOT + _REJECTED.replace("Rejected", "Pending") + _ASK),
        Example(
            "the station has asked again", _BOOT + _REJECTED + "+60 " + _BOOT.replace('"b"', '"c"') + _ASK + '> [3,"9",{"status":"Accepted"}]'
        ),
    )  # fmt: skip

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """CALLs to a rejected station."""
        if event.scene.station.registration != "Rejected" or event.direction is not Direction.TO_STATION:
            return ()
        return self._found(event)

    def _found(self, event: CallSeen) -> Iterable[Verdict]:
        scene, action = event.scene, event.message.action
        registration = scene.recall(Registration)
        if registration.status != "Rejected" or registration.asking:
            return
        yield Verdict(
            f"{action} was sent to a station whose BootNotification the CSMS had rejected",
            None if scene.connection.version is OcppVersion.V16 else Severity.ERROR,
            observed=action,
            expected="no CALL before the station's next BootNotification",
            records=(scene.number, *registration.records),
            key=action[:40],
        )
