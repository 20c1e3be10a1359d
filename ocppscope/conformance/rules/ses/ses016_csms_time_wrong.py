"""SES-016: a CSMS that tells a wrong time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memories.csms_time import CsmsTime, time_told
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.conformance.skew_words import skew_in_words
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_BACKWARDS = timedelta(seconds=1)
"""By which the clocks of two machines behind one address may differ."""

_BEYOND_DOUBT_S = 300
"""From which one answer is enough; below, three that agree."""


def _beats(ahead: int, count: int = 3) -> str:
    """A heartbeat a minute, answered by a clock that is ``ahead`` seconds ahead."""
    lines = ""
    for number in range(1, count + 1):
        hours, rest = divmod(60 * number + ahead, 3600)
        lines += f'+59.8 > [2,"h{number}","Heartbeat",{{}}]\n'
        lines += f'< [3,"h{number}",{{"currentTime":"2026-01-01T{hours:02}:{rest // 60:02}:{rest % 60:02}Z"}}]\n'
    return lines


class CsmsTimeWrong(Rule):
    """The time in the answers of the CSMS differs from that of this capture, or runs backwards.

    Finds:
        A ``currentTime`` in the answers to BootNotification and Heartbeat that lies more than 5 s outside the time between
        the CALL and its answer, in three answers that agree, or by more than 300 s in one; and a ``currentTime`` earlier
        than in the answer before.

    Why it matters:
        Stations set their clocks by it. One wrong clock makes the time stamps of a whole network wrong.

    Usual causes:
        The server is without NTP; local time is sent as UTC; the answer comes from a cache; two servers behind one
        address disagree.

    What to do:
        First see whether the clock of the machine that records is right: only the difference of the two is known.
    """

    id = "SES-016"
    name = "CSMS tells a wrong time"
    severity = Severity.WARNING
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §4.6"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = CsmsTime.actions
    memories = (CsmsTime,)
    thresholds = (Threshold("tolerance_s", 5, "Seconds by which its clock may differ (judgement)."),)
    examples = (
        Example("90 s behind", _beats(-30, 4), finds=2, severity=Severity.WARNING, at_fault=Role.CSMS, path="$.currentTime", line=6),
        Example(
            "two hours ahead in the first answer",
            '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
            '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T02:00:00Z","interval":300}]',
            finds=1,
        ),
        Example(
            "a minute back, on 2.0.1",
            _beats(0, 1) + '+10 > [2,"1","Heartbeat",{}]\n< [3,"1",{"currentTime":"2026-01-01T00:00:10Z"}]',
            version=OcppVersion.V201,
            finds=1,
            line=4,
        ),
        Example("whole seconds", _beats(0, 4)),
        Example(
            "an answer that took 8 s, with the time at which the question came",
            "".join(
                f'+52 > [2,"h{number}","Heartbeat",{{}}]\n+8 < [3,"h{number}",{{"currentTime":"2026-01-01T00:0{number}:52Z"}}]\n'
                for number in range(3)
            ),
        ),
        Example(
            "without a zone nobody knows what it means",
            '> [2,"1","Heartbeat",{}]\n< [3,"1",{"currentTime":"2026-01-01T09:00:00"}]',
            beside=("SES-013",),
        ),
        Example("one odd answer", _beats(0, 1) + _beats(61, 2).partition("\n")[2].partition("\n")[2]),
    )  # fmt: skip

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """Every answer that tells a time."""
        told = time_told(event)
        if told is None or event.exchange is None:
            return ()
        former = event.scene.recall(CsmsTime)
        numbers = (event.scene.number, event.exchange.call)
        if former.told is not None and former.told - told > _BACKWARDS:
            back = (former.told - told).total_seconds()
            words = f"is {back:.1f} s earlier than in the answer before"
            return (_verdict(event, told, words, (*numbers, former.record), "backwards"),)
        skew = self._skew(event)
        if skew is None:
            return ()
        words = f"shows a clock that is {skew_in_words(skew)}, against the clock of this capture"
        return (_verdict(event, told, words, numbers, "skewed"),)

    def _skew(self, event: ResponseSeen) -> float | None:
        """By how much it is off, where that is sure."""
        clock = event.scene.station.csms_clock
        if clock.latest is None or clock.skew is None:
            return None
        skew = clock.latest[1]
        if abs(skew) > _BEYOND_DOUBT_S:
            return skew
        tolerance = self.threshold("tolerance_s")
        return skew if clock.steady and abs(clock.skew) > tolerance and abs(skew) > tolerance else None


def _verdict(event: ResponseSeen, told: datetime, words: str, records: tuple[int, ...], key: str) -> Verdict:
    action = event.exchange.action if event.exchange is not None else ""
    return Verdict(
        f"currentTime in the answer to {action} {words}",
        path="$.currentTime",
        observed=f"{told:%Y-%m-%dT%H:%M:%SZ}",
        expected=f"about {event.scene.time:%Y-%m-%dT%H:%M:%SZ}",
        records=records,
        key=key,
    )
