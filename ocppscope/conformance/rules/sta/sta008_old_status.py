"""STA-008: status changes of an outage that are told one after the other."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from ocppscope.conformance.corrected import corrected_stamp
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import status_v16
from ocppscope.conformance.example_lines import stamp
from ocppscope.conformance.memories.connector_states import ConnectorStates
from ocppscope.conformance.memories.offline_queue import MARGIN
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def _at(seconds: float, status: str, wait: float = 0.1) -> str:
    return status_v16(1, status, wait, id_=f"{seconds:g}{status}", timestamp=stamp(seconds))


_BEFORE = _at(0, "Available") + _at(30, "Preparing", 30) + "+10 drop\n+600 connect\n"


class OldStatus(Rule):
    """After a reconnect the station tells all status changes that nobody saw.

    Finds:
        On a new connection, a status of a connector with a time stamp from before it, followed by another status of
        the same connector that is also from before. Only the latest one should be sent. The skew of the station's
        clock is taken out; while it is not known the rule is silent.

    Why it matters:
        A CSMS that takes them as live shows states that are long over, and starts timers by them.

    Usual causes:
        Status notifications are put into the queue of transaction messages.

    What to do:
        Send the current state of each connector after a reconnect, once.
    """

    id = "STA-008"
    name = "Old status changes replayed after a reconnect"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.SHOULD
    spec = "S16 §4.9"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StatusNotification"})
    memories = (ConnectorStates,)
    examples = (
        Example(
            "three of them",
            _BEFORE + _at(100, "Available") + _at(200, "Preparing") + _at(300, "Available"),
            finds=2,
            severity=Severity.INFO,
            line=7,
        ),
        Example("the latest one only", _BEFORE + _at(300, "Available")),
        Example("the latest one, and then news", _BEFORE + _at(300, "Available") + _at(642, "Preparing", 1)),
        Example("the same one twice", _BEFORE + _at(300, "Available") + _at(300, "Available", 5).replace("300A", "x")),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The second one from before the connection."""
        scene, payload = event.scene, event.message.payload
        status, connector = text_at(payload, "status"), integer_at(payload, "connectorId")
        if event.stamp is None or event.stamp >= scene.connection.opened:
            return ()
        former = scene.recall(ConnectorStates).get(connector)
        if former is None or former.status == status or former.connection != scene.connection.number:
            return ()
        skew = scene.station.clock.skew
        happened, opened = corrected_stamp(event), scene.connection.opened
        if happened is None or skew is None or former.repeated is None:
            return ()
        if happened >= opened - MARGIN or _shifted(former.repeated, skew) >= opened - MARGIN:
            return ()
        return (
            Verdict(
                f"connector {connector} tells {status} of {event.stamp:%H:%M:%S} after {former.status} of "
                f"{former.repeated:%H:%M:%S}; the connection stands since {opened:%H:%M:%S} UTC",
                path="$.timestamp",
                observed=f"{event.stamp:%Y-%m-%dT%H:%M:%SZ}",
                expected="the current status only",
                records=(scene.number, former.record),
                key=f"{connector}",
            ),
        )


def _shifted(time: datetime, skew: float) -> datetime:
    try:
        return time - timedelta(seconds=skew)
    except OverflowError:
        return time
