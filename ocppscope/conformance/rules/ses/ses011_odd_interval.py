"""SES-011: a heartbeat interval that makes no sense."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_BOOT = (
    '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
)


class OddInterval(Rule):
    """BootNotification is accepted with an interval that no station can work with.

    Finds:
        An interval of 0 or less, below 10 s or above a day, together with Accepted. With Pending or Rejected 0 is
        defined: the station chooses when to ask again.

    Why it matters:
        With 0 some stations flood the CSMS with heartbeats and others never send one; after days of silence nobody knows
        whether the station is there.

    Usual causes:
        A default that was never set, or milliseconds where seconds are due.

    What to do:
        Give 60 to 900 s on a mobile link, up to a day where WebSocket pings keep watch.
    """

    id = "SES-011"
    name = "Odd interval in an accepted BootNotification"
    severity = Severity.WARNING
    at_fault = Role.CSMS
    requirement = Requirement.JUDGEMENT
    spec = "S16 §6.4; P2 B01.FR.04"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"BootNotification"})
    thresholds = (
        Threshold("shortest_s", 10, "The shortest interval that is no mistake (judgement)."),
        Threshold("longest_s", 86_400, "The longest one: a day (judgement)."),
    )
    timeless = True
    examples = (
        Example(
            "none at all",
            _BOOT.replace("300", "0"),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.CSMS,
            path="$.interval",
            line=2,
        ),
        Example("milliseconds", _BOOT.replace("300", "300000"), finds=1),
        Example(
            "a second, on 2.0.1",
            '> [2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]\n'
            '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":1}]\n',
            version=OcppVersion.V201,
            finds=1,
        ),
        Example("five minutes", _BOOT),
        Example("0 lets a pending station choose", _BOOT.replace("300", "0").replace("Accepted", "Pending")),
    )

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """Intervals outside of what makes sense."""
        if not isinstance(event.message, CallResult) or event.exchange is None:
            return
        interval = integer_at(event.message.payload, "interval")
        if interval is None or text_at(event.message.payload, "status") != "Accepted":
            return
        shortest, longest = self.threshold("shortest_s"), self.threshold("longest_s")
        if shortest <= interval <= longest and interval > 0:
            return
        yield Verdict(
            f"BootNotification was accepted with an interval of {interval} s",
            path="$.interval",
            observed=str(interval),
            expected=f"{shortest:g} to {longest:g} s",
            records=(event.scene.number, event.exchange.call),
            key=str(interval)[:20],
        )
