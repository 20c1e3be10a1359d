"""SES-010: heartbeats in another rhythm than was asked for."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.heartbeat_gaps import ENOUGH, HeartbeatGaps
from ocppscope.conformance.memories.heartbeat_interval import HeartbeatInterval
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction, Role

_BOOT = (
    '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":60}]\n'
    '> [2,"s0","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]\n< [3,"s0",{}]\n'
    '> [2,"s1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]\n< [3,"s1",{}]\n'
)


def _beats(gap: int, between: str = "") -> str:
    """Six heartbeats; between two of them the same other exchange."""
    lines = ""
    for number in range(6):
        seconds = (number + 1) * gap
        lines += f'+{gap} > [2,"h{number}","Heartbeat",{{}}]\n'
        lines += f'< [3,"h{number}",{{"currentTime":"2026-01-01T00:{seconds // 60:02}:{seconds % 60:02}Z"}}]\n'
        lines += between.replace("#", str(number))
    return lines


_OTHER = '> [2,"d#","DataTransfer",{"vendorId":"made.up"}]\n< [3,"d#",{"status":"Accepted"}]\n'


class HeartbeatCadence(Rule):
    """The rhythm of the heartbeats differs from the interval that the CSMS gave.

    Finds:
        A median gap between heartbeats that differs from the interval by more than a fifth. Measured over five gaps in
        which the station said nothing else, because any message restarts its timer; told once for each connection and
        interval.

    Why it matters:
        Too often costs data volume, too seldom lets the CSMS take the station for offline.

    Usual causes:
        The interval of BootNotification is not taken over; a lower or upper limit in the firmware.

    What to do:
        Compare with the limits in the certificate (ORS-6, ORS-7), and read the key HeartbeatInterval.
    """

    id = "SES-010"
    name = "Heartbeat interval ignored"
    severity = Severity.INFO
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.2, §9.1.10; P2 B01.FR.04, G02.FR.01"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"Heartbeat"})
    memories = (HeartbeatInterval, HeartbeatGaps)
    thresholds = (Threshold("tolerance_percent", 20, "Share of the interval by which the median gap may differ."),)
    examples = (
        Example("every 10 s where 60 s were asked for", _BOOT + _beats(10), finds=1, severity=Severity.INFO, at_fault=Role.STATION),
        Example("as asked for", _BOOT + _beats(60)),
        Example("gaps with other messages in them say nothing", _BOOT + _beats(30, _OTHER)),
        Example(
            "another interval was set since",
            _BOOT
            + '< [2,"c","ChangeConfiguration",{"key":"HeartbeatInterval","value":"10"}]\n> [3,"c",{"status":"Accepted"}]\n'
            + _beats(10),
        ),
    )  # fmt: skip

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The Heartbeat that makes enough gaps."""
        rhythm = event.scene.recall(HeartbeatGaps).rhythm(event)
        return () if rhythm is None else self._found(event, rhythm)

    def _found(self, event: CallSeen, rhythm: float) -> Iterator[Verdict]:
        scene = event.scene
        interval, gaps = scene.recall(HeartbeatInterval), scene.recall(HeartbeatGaps)
        if interval.seconds is None or event.direction is not Direction.TO_CSMS:
            return
        tolerance = self.threshold("tolerance_percent") / 100
        if abs(rhythm - interval.seconds) <= tolerance * interval.seconds:
            return
        yield Verdict(
            f"heartbeats come every {rhythm:.1f} s (median of {ENOUGH} gaps without other messages), "
            f"where {interval.source} set {interval.seconds:g} s",
            observed=f"{rhythm:.1f} s",
            expected=f"{interval.seconds:g} s",
            records=(scene.number, gaps.last, interval.record),
            key=f"{interval.seconds:g}",
        )
