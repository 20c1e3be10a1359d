"""TXN-014: a live message overtakes what waited during an outage."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import EVSE, evented, metered, started, status, stop, stopped
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.offline_queue import OfflineQueue, is_queued, names_transaction
from ocppscope.conformance.memories.outages import LastOutage
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.conformance.timestamps import TRANSACTION_ACTIONS
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_OUTAGE = "+60 drop\n+600 connect\n"


class OvertakesQueue(Rule):
    """After a reconnect something new is sent before the queue is empty.

    Finds:
        A message of a transaction whose time stamp lies in the last outage, after one on the same connection that tells
        of something new. Transaction messages go through one queue, the oldest first; StatusNotification, Heartbeat and
        meter values without a transaction may overtake. What was sent before the outage and is repeated is left out.

    Why it matters:
        The CSMS sees a start on a connector whose transaction it believes to be running, or takes old values for new.

    Usual causes:
        The queue is sent by a task of its own, beside the live messages; it is read from flash only some time after the
        reconnect.

    What to do:
        Let new transaction messages wait behind the queue.
    """

    id = "TXN-014"
    name = "Live message overtakes the queue"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §3.7"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = TRANSACTION_ACTIONS
    memories = (Charging, LastOutage, OfflineQueue)
    examples = (
        Example(
            "a new start, then the stop of before",
            started("1", 17) + _OUTAGE + started("2", 18, connector=2, tag="B2", at=660) + stopped("3", 17, at=360),
            finds=1,
            severity=Severity.WARNING,
            line=5,
        ),
        Example(
            "in TransactionEvents",
            evented("1", "Started", 0, 0, evse=EVSE)
            + _OUTAGE
            + evented("2", "Started", 0, 660, transaction="tx-2", evse={"id": 2, "connectorId": 1})
            + evented("3", "Ended", 1, 300, trigger="StopAuthorized", offline=True),
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "the queue first",
            started("1", 17)
            + _OUTAGE
            + metered("2", "1100", 120)
            + stopped("3", 17, at=360)
            + started("4", 18, meter=2000, at=660),
        ),
        Example(
            "a status and the main meter may overtake",
            started("1", 17)
            + _OUTAGE
            + status("2", 1, "Charging")
            + metered("3", "9000", 660, None, 0)
            + metered("4", "1100", 300),
        ),
        Example(
            "a stop from before the outage is repeated",
            started("1", 17)
            + "+50 "
            + stop("2", 17, at=50)
            + "+5 drop\n+600 connect\n"
            + started("3", 18, connector=2, tag="B2", at=655)
            + stopped("4", 17, at=50),
        ),
        Example(
            "the first connection that was seen",
            "+60 " + started("1", 17, at=60) + metered("2", "1100", -60),
            beside=("TXN-012",),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Queued messages after a live one."""
        live = event.scene.recall(OfflineQueue).overtaker
        if live is None or not is_queued(event) or not names_transaction(event.message):
            return ()
        return _overtaken(event, live)


def _overtaken(event: CallSeen, live: int) -> Iterator[Verdict]:
    outage = event.scene.recall(LastOutage)
    if event.stamp is None or not outage.covers(event.stamp) or _is_repeated(event):
        return
    yield Verdict(
        f"{event.message.action} tells of {event.stamp:%H:%M:%S}, in the last outage, after a message of something new "
        f"(message {live}) had been sent",
        observed=f"{event.stamp:%H:%M:%S}",
        expected="the oldest first",
        records=(event.scene.number, live),
        key=event.message.action,
    )


def _is_repeated(event: CallSeen) -> bool:
    charge = event.scene.recall(Charging).of(event)
    if event.opened.retry or event.message.action == "StartTransaction":
        return event.opened.retry or charge is not None
    return event.message.action == "StopTransaction" and charge is not None and charge.stop is not None
