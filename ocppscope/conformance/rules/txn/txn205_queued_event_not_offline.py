"""TXN-205: an event from an outage that is not marked as such."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.corrected import corrected_stamp
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import transaction_event
from ocppscope.conformance.memories.outages import LastOutage
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_START = transaction_event("Started", 0, 0, "Authorized", tag="A1")
_OUTAGE = "+60 drop\n+600 connect\n"


class QueuedEventNotOffline(Rule):
    """An event that happened while the station was cut off does not say offline.

    Finds:
        A TransactionEvent whose timestamp lies in a time in which the station had no connection, five seconds from
        either end, and whose member offline is absent or false. The skew of the station's clock is taken out; while it
        is not known the rule is silent. The time between two runs of the proxy is no outage.

    Why it matters:
        The CSMS takes old events for live ones: it shows a charge that is long over, and sends commands to it.

    Usual causes:
        The flag is set when a message is built for sending, not when the event happens.

    What to do:
        Set offline when the event is put into the queue, and keep it there.
    """

    id = "TXN-205"
    name = "Queued event without offline=true"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 E04.FR.03, E12.FR.02"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"TransactionEvent"})
    memories = (LastOutage,)
    examples = (
        Example(
            "from the middle of an outage",
            _START + _OUTAGE + transaction_event("Updated", 1, 300, "ChargingStateChanged"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            path="$.offline",
            line=3,
        ),
        Example(
            "marked as offline",
            _START + _OUTAGE + transaction_event("Updated", 1, 300, "ChargingStateChanged", offline=True),
            version=OcppVersion.V201,
        ),
        Example(
            "from just before the connection stood",
            _START + _OUTAGE + transaction_event("Updated", 1, 658, "ChargingStateChanged"),
            version=OcppVersion.V201,
        ),
        Example(
            "live, by a clock that is five minutes slow",
            transaction_event("Started", 0, 400, "Authorized", tag="A1", wait=700)
            + _OUTAGE
            + transaction_event("Updated", 1, 1061, "ChargingStateChanged", wait=1),
            version=OcppVersion.V201,
            beside=("SES-012",),
        ),
        Example(
            "the proxy was away, not the station",
            "connect\n+300" + "\n" + transaction_event("Updated", 1, 100, "ChargingStateChanged"),
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Time stamps inside an outage."""
        outages = event.scene.recall(LastOutage)
        if not outages.recent or event.message.payload.get("offline") is True:
            return ()
        happened = corrected_stamp(event)
        outage = outages.covering(happened) if happened is not None else None
        if outage is None:
            return ()
        payload = event.message.payload
        observed = quoted(payload["offline"]) if "offline" in payload else "absent"
        return (
            Verdict(
                f"{quoted(text_at(payload, 'eventType'))} of {quoted(text_at(payload, 'timestamp'))} happened while the "
                f"station had no connection ({outage.began:%H:%M:%S} to {outage.ended:%H:%M:%S} UTC), but offline is "
                f"{observed}",
                path="$.offline",
                observed=observed,
                expected="true",
            ),
        )
