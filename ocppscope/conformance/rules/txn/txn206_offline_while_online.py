"""TXN-206: an event marked offline that happened while the station was online."""

from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from ocppscope.conformance.corrected import corrected_stamp
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import transaction_event
from ocppscope.conformance.memories.online_since import OnlineSince
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_START = transaction_event("Started", 0, 10, "Authorized", tag="A1", wait=10)


class OfflineWhileOnline(Rule):
    """An event says offline although the station was connected when it happened.

    Finds:
        A TransactionEvent with offline true whose timestamp is more than five seconds younger than its connection (and
        than the acceptance of the boot on it), and which was sent within a minute. The skew of the station's clock is
        taken out; while it is not known the rule is silent. What happened on an earlier connection is not judged: that
        may have been dead long before anyone noticed.

    Why it matters:
        A CSMS treats offline events as history: it does not answer with a verdict on the token in time, shows nothing
        live, and may skip its checks.

    Usual causes:
        The flag is set once and never cleared, or set for whatever passes through the queue.

    What to do:
        Compare the events just after a reconnect with those an hour later: the flag must go.
    """

    id = "TXN-206"
    name = "offline=true although the station was online"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 E04.FR.03"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"TransactionEvent"})
    memories = (OnlineSince,)
    thresholds = (
        Threshold("margin_s", 5, "Seconds after the connection within which a time stamp may be from before it."),
        Threshold(
            "delay_s", 60, "Seconds between an event and its message beyond which the station may have been deaf."
        ),
    )
    examples = (
        Example(
            "on every event",
            _START
            + transaction_event("Updated", 1, 20, "ChargingStateChanged", offline=True, wait=10)
            + transaction_event("Updated", 2, 80, "MeterValuePeriodic", offline=True, wait=60),
            version=OcppVersion.V201,
            finds=2,
            severity=Severity.WARNING,
            path="$.offline",
            line=3,
        ),
        Example(
            "queued while it was offline",
            _START
            + "+10 drop\n+600 connect\n"
            + transaction_event("Updated", 1, 300, "ChargingStateChanged", offline=True),
            version=OcppVersion.V201,
        ),
        Example(
            "on the connection before, which may have been dead",
            _START
            + "+100 drop\n+2 connect\n"
            + transaction_event("Updated", 1, 60, "ChargingStateChanged", offline=True),
            version=OcppVersion.V201,
        ),
        Example(
            "connected, but not yet accepted",
            """
            > [2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"vendorName":"Made","model":"Up"}}]
            < [3,"b",{"status":"Pending","currentTime":"2026-01-01T00:00:00Z","interval":10}]
            +10 > [2,"c","BootNotification",{"reason":"PowerUp","chargingStation":{"vendorName":"Made","model":"Up"}}]
            < [3,"c",{"status":"Accepted","currentTime":"2026-01-01T00:00:10Z","interval":3600}]
            """
            + transaction_event("Started", 0, 8, "CablePluggedIn", offline=True)
            + transaction_event("Updated", 1, 11, "Authorized", tag="A1"),
            version=OcppVersion.V201,
        ),
        Example(
            "not marked",
            _START + transaction_event("Updated", 1, 20, "ChargingStateChanged", wait=10),
            version=OcppVersion.V21,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Marked events from well inside the connection."""
        if event.message.payload.get("offline") is not True:
            return ()
        happened, online = corrected_stamp(event), event.scene.recall(OnlineSince).since
        if happened is None or online is None:
            return ()
        if happened <= online + timedelta(seconds=self.threshold("margin_s")):
            return ()
        if event.scene.time - happened > timedelta(seconds=self.threshold("delay_s")):
            return ()
        return (
            Verdict(
                f"{quoted(text_at(event.message.payload, 'eventType'))} of "
                f"{quoted(text_at(event.message.payload, 'timestamp'))} says offline, but the station has been online "
                f"since {online:%H:%M:%S} UTC",
                path="$.offline",
                observed="true",
                expected="false or absent",
            ),
        )
