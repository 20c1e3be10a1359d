"""SES-012: a station whose clock is off."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.settled_skew import SettledSkew, is_settled
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.conformance.skew_words import skew_in_words
from ocppscope.conformance.timestamps import STAMPED_ACTIONS
from ocppscope.model.clock import LATEST
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def _readings(ahead: int, count: int = LATEST, context: str = "Sample.Periodic", first: int = 1) -> str:
    """One MeterValues a minute from a clock that is ``ahead`` seconds ahead."""
    lines = ""
    for number in range(first, first + count):
        hours, rest = divmod(60 * number + ahead, 3600)
        stamp = f"2026-01-01T{hours:02}:{rest // 60:02}:{rest % 60:02}Z"
        lines += (
            f'+59.8 > [2,"m{number}","MeterValues",{{"connectorId":1,"meterValue":[{{"timestamp":"{stamp}",'
            f'"sampledValue":[{{"value":"20","measurand":"Temperature","context":"{context}"}}]}}]}}]\n< [3,"m{number}",{{}}]\n'
        )
    return lines


_QUEUED = "".join(
    f'> [2,"m{number}","MeterValues",{{"connectorId":1,"meterValue":[{{"timestamp":"2025-12-31T22:00:0{number}Z",'
    f'"sampledValue":[{{"value":"20","measurand":"Temperature"}}]}}]}}]\n< [3,"m{number}",{{}}]\n'
    for number in range(LATEST)
)
_STATUSES = "".join(
    f'> [2,"s{number}","StatusNotification",{{"connectorId":{number},"errorCode":"NoError","status":"Available",'
    f'"timestamp":"2026-01-01T02:00:00Z"}}]\n< [3,"s{number}",{{}}]\n'
    for number in range(6)
)


class ClockSkewed(Rule):
    """The time stamps of a station's live messages show that its clock is off.

    Finds:
        A median of the latest five that differs from the time of arrival by more than 10 s, an error above 300 s, where
        the messages agree with each other. Told again when it passes from one class to the other. Left out are queued
        messages, clock-aligned meter values, and reports of a status that is not new. Silent where the station follows
        the clock of its CSMS, which then is the one that is off (SES-016). A whole number of hours is a time zone.

    Why it matters:
        Transactions are booked at the wrong time; tariffs, schedules and certificates are judged by a wrong clock.

    Usual causes:
        Local time sent as UTC; the time of the CSMS is not taken over from BootNotification and Heartbeat; a flat battery.

    What to do:
        Compare with the time in the answers to BootNotification and Heartbeat, and see the jumps in the station's clock.
    """

    id = "SES-012"
    name = "Station clock skewed"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.SHOULD
    spec = "S16 §4.2, §4.6; P2 B01.FR.06"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = STAMPED_ACTIONS
    memories = (SettledSkew,)
    thresholds = (
        Threshold("warning_s", 10, "Seconds of skew that are worth a warning (judgement)."),
        Threshold("error_s", 300, "Seconds of skew that are an error (judgement)."),
    )
    examples = (
        Example("two hours ahead", _readings(7200, 8), finds=1, severity=Severity.ERROR, at_fault=Role.STATION, line=9),
        Example("half a minute ahead", _readings(30), finds=1, severity=Severity.WARNING),
        Example("it gets worse", _readings(30) + _readings(400, first=6), finds=2, severity=Severity.WARNING),
        Example("whole seconds, and a little late", _readings(-3, 8)),
        Example("four messages are not enough", _readings(7200, 4)),
        Example("older than their connection: they were queued", _QUEUED),
        Example("meter values on the boundary of an interval", _readings(60, 8, "Sample.Clock")),
        Example("status reports right after the boot", _STATUSES),
        Example(
            "the CSMS is as wrong as the station that follows it",
            "".join(
                f'> [2,"h{number}","Heartbeat",{{}}]\n< [3,"h{number}",{{"currentTime":"2026-01-01T00:00:40Z"}}]\n'
                for number in range(3)
            )
            + _readings(40),
            beside=("SES-016",),
        ),
        Example(
            "the same on 2.0.1, with a transaction",
            "".join(
                f'+59.8 > [2,"t{number}","TransactionEvent",{{"eventType":"{"Updated" if number else "Started"}","timestamp":'
                f'"2026-01-01T01:0{number + 1}:00Z","triggerReason":"MeterValuePeriodic","seqNo":{number},"transactionInfo":'
                f'{{"transactionId":"T1"}},"evse":{{"id":1}}}}]\n< [3,"t{number}",{{}}]\n'
                for number in range(5)
            ),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
        ),
    )  # fmt: skip

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The message with which the median passes from one class to another."""
        skew = event.scene.station.clock.skew
        if skew is None or abs(skew) <= self.threshold("warning_s"):
            return ()
        return self._found(event, skew)

    def _found(self, event: CallSeen, skew: float) -> Iterable[Verdict]:
        scene = event.scene
        if not is_settled(scene.station.clock):
            return
        severity = self._severity(skew)
        former = scene.recall(SettledSkew).seconds
        if former is not None and self._severity(former) is severity:
            return
        csms = scene.station.csms_clock.skew
        if csms is not None and abs(skew - csms) <= self.threshold("warning_s"):
            return
        yield Verdict(
            f"the station's clock is {skew_in_words(skew)} (median of the last {LATEST} live messages, "
            "against the clock of this capture)",
            severity,
            observed=f"{skew:+.0f} s",
            expected=f"within {self.threshold('warning_s'):g} s",
            key=f"{severity}",
        )

    def _severity(self, skew: float) -> Severity | None:
        if abs(skew) > self.threshold("error_s"):
            return Severity.ERROR
        return Severity.WARNING if abs(skew) > self.threshold("warning_s") else None
