"""TXN-012: messages of a transaction out of the order of time."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import EVSE, evented, metered, sampled, start, started, stop, stopped
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.chronology import Chronology, Told
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class NotChronological(Rule):
    """A message of a transaction tells an earlier time than one before it.

    Finds:
        A StartTransaction, StopTransaction, MeterValues or TransactionEvent whose time stamp is more than 2 s before that
        of an earlier message of the same transaction. Of several meter values in one message the latest counts; those in
        a StopTransaction are older by nature. Repetitions are left out, and whatever follows a message from the future:
        the clock was set in between.

    Why it matters:
        A CSMS that works with what comes last shows old values, and one that closed the transaction throws them away.

    Usual causes:
        Meter values in a queue of their own, a stop that is sent before the values that wait, several tasks that send.

    What to do:
        Send what belongs to transactions from one queue, the oldest first.
    """

    id = "TXN-012"
    name = "Transaction messages not in chronological order"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.SHOULD
    spec = "S16 §3.7; P2 E12"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "StopTransaction", "TransactionEvent"})
    memories = (Charging, Chronology)
    yields_to = ("TXN-013", "TXN-014", "TXN-202", "TXN-203")
    thresholds = (
        Threshold(
            "tolerance_s",
            2,
            "Seconds back that are no step: stamps of whole seconds, values taken a moment before (judgement).",
        ),
    )
    examples = (
        Example(
            "values of 10:01 after the stop of 10:05",
            started("1", 17) + "+300 " + stopped("2", 17, at=300) + metered("3", "1200", 60),
            finds=1,
            severity=Severity.WARNING,
            line=5,
        ),
        Example(
            "in TransactionEvents",
            evented("1", "Started", 0, 0, evse=EVSE)
            + "+120 "
            + evented("2", "Updated", 1, 120, trigger="ChargingStateChanged")
            + evented("3", "Updated", 2, 60, trigger="MeterValuePeriodic"),
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "the oldest first",
            started("1", 17) + "+60 " + metered("2", "1100", 60) + "+240 " + stopped("3", 17, at=300),
        ),
        Example(
            "two connectors, interleaved",
            started("1", 17)
            + started("2", 18, connector=2, tag="B2")
            + "+120 "
            + metered("3", "1100", 120)
            + metered("4", "1100", 60, 18, 2)
            + stopped("5", 17, at=120)
            + metered("6", "1200", 120, 18, 2),
        ),
        Example(
            "the stop brings older samples along",
            started("1", 17)
            + "+60 "
            + metered("2", "1100", 60)
            + "+240 "
            + stopped("3", 17, at=300, transactionData=[sampled(30, {"value": "1050"})]),
        ),
        Example(
            "the clock was ahead, and was set",
            start("1", at=3600)
            + '< [3,"1",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]\n'
            + "+60 "
            + metered("2", "1100", 3660)
            + "+60 "
            + metered("3", "1200", 120),
            beside=("SES-012", "SES-014"),
        ),
        Example(
            "the stop is repeated",
            started("1", 17) + "+300 " + stop("2", 17, at=300) + "+5 reconnect\n" + stopped("3", 17, at=300),
        ),
        Example(
            "a whole second and its fraction",
            started("1", 17) + "+60 " + metered("2", "1100", 60.9) + metered("3", "1101", 60),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Steps back."""
        stamp = event.stamp
        last = event.scene.recall(Chronology).latest(event)
        if last is None or stamp is None or stamp >= last.stamp or event.opened.retry:
            return ()
        return self._back(event, last, (last.stamp - stamp).total_seconds())

    def _back(self, event: CallSeen, last: Told, seconds: float) -> Iterator[Verdict]:
        tolerance = self.threshold("tolerance_s")
        was_ahead = (last.stamp - last.time).total_seconds() > tolerance
        if seconds <= tolerance or was_ahead:
            return
        yield Verdict(
            f"{event.message.action} of {event.stamp:%H:%M:%S} comes after {last.action} of {last.stamp:%H:%M:%S} of the "
            "same transaction",
            observed=f"{event.stamp:%H:%M:%S}",
            expected=f">= {last.stamp:%H:%M:%S}",
            records=(event.scene.number, last.number),
            key=f"{event.message.action} after {last.action}",
        )
