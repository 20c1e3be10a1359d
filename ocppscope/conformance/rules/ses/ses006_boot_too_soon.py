"""SES-006: BootNotification again before the interval is over."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.registration import REFUSED, Registration
from ocppscope.conformance.memories.resets import Resets
from ocppscope.conformance.memories.triggered import Triggered
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BOOT = '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
_AGAIN = _BOOT.replace('"b"', '"c"')
_PENDING = '< [3,"b",{"status":"Pending","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'


class BootTooSoon(Rule):
    """A station that is not accepted yet asks again before it may.

    Finds:
        A BootNotification less than ``interval`` seconds after the last one was answered Pending or Rejected. Not where
        the CSMS asked for it, where the interval is 0 (the station chooses), or after a reset. An info on a new
        connection: the station may have been started again.

    Why it matters:
        A fleet that hammers its CSMS while that is ill keeps it ill.

    Usual causes:
        A fixed retry timer in the firmware; the interval is read only when the status is Accepted.

    What to do:
        Wait for the interval of the latest answer.
    """

    id = "SES-006"
    name = "BootNotification repeated before the interval"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.SHOULD
    spec = "S16 §4.2; P2 B02.FR.04"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"BootNotification"})
    memories = (Registration, Resets, Triggered)
    thresholds = (Threshold("early_s", 2, "Seconds by which a station may be early."),)
    examples = (
        Example(
            "after 12 s in place of 300",
            _BOOT + _PENDING + "+12 " + _AGAIN,
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            line=3,
        ),
        Example(
            "rejected, on 2.0.1",
            '> [2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]\n'
            + _PENDING.replace("Pending", "Rejected")
            + '+12 > [2,"c","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]',
            version=OcppVersion.V201,
            finds=1,
        ),
        Example("in time", _BOOT + _PENDING + "+299 " + _AGAIN),
        Example(
            "asked for by the CSMS",
            _BOOT
            + _PENDING
            + '+5 < [2,"t","TriggerMessage",{"requestedMessage":"BootNotification"}]\n> [3,"t",{"status":"Accepted"}]\n'
            + _AGAIN,
        ),
        Example("the station may choose", _BOOT + _PENDING.replace("300", "0") + "+12 " + _AGAIN),
        Example(
            "after a reset",
            _BOOT
            + _PENDING
            + '+5 < [2,"r","Reset",{"type":"Hard"}]\n> [3,"r",{"status":"Accepted"}]\n+7 reconnect\n'
            + _AGAIN,
        ),
        Example(
            "a new connection may be a new start",
            _BOOT + _PENDING + "+12 reconnect\n" + _AGAIN,
            finds=1,
            severity=Severity.INFO,
        ),
        Example("accepted", _BOOT + _PENDING.replace("Pending", "Accepted") + "+12 reconnect\n" + _AGAIN),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Boots of a station that waits."""
        scene = event.scene
        registration = scene.recall(Registration)
        interval = registration.interval
        if event.direction is not Direction.TO_CSMS or registration.status not in REFUSED or registration.asking:
            return
        waited = (scene.at - registration.reached) / 1e9
        if interval is None or interval <= 0 or waited >= interval - self.threshold("early_s"):
            return
        if scene.recall(Triggered).excuses("BootNotification", scene.at) or scene.recall(Resets).waiting is not None:
            return
        again = registration.connection != scene.connection.number
        yield Verdict(
            f"BootNotification was sent again {waited:.0f} s after one was answered {registration.status} with the "
            f"interval {interval} s{', on a new connection' if again else ''}",
            Severity.INFO if again else None,
            observed=f"{waited:.1f} s",
            expected=f">= {interval} s",
            records=(scene.number, *registration.records),
            key="new connection" if again else "",
        )
