"""STA-007: a connector whose status changes all the time."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import started_v16, status_v2x, status_v16, stopped_v16
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.connector_states import RING, Change, ConnectorStates, told
from ocppscope.conformance.memories.last_command import LastCommand
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_PLUG = (frozenset({"Available", "Preparing"}), frozenset({"Available", "Occupied"}))
"""What a loose plug looks like."""


def _between(first: str, second: str, times: int, wait: float = 2) -> str:
    return "".join(status_v16(1, (first, second)[number % 2], wait, id_=f"{number}") for number in range(times))


class Flapping(Rule):
    """A connector changes its status six times in a minute or more often.

    Finds:
        The sixth change of a connector's status within 60 s, and each that follows as fast. An info where it goes
        between Available and Preparing (Occupied in 2.x) only: that may be a loose plug. Only changes that nothing
        explains count: none from before a transaction there began or ended, or the CSMS asked for something that shows
        in the status. Nor do first reports after a boot, and what was queued while offline.

    Why it matters:
        Hundreds of messages an hour hide everything else, wear out contactors, and make apps useless.

    Usual causes:
        A control pilot at the edge of a level, an EV that wakes and sleeps, a limit around the minimum current, no
        MinimumStatusDuration.

    What to do:
        Set MinimumStatusDuration (1.6), and look at the limits and at the EV that is plugged in.
    """

    id = "STA-007"
    name = "Status flapping"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.JUDGEMENT
    spec = "S16 §9.1.20 MinimumStatusDuration; C-05"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"NotifyEvent", "StatusNotification"})
    memories = (Charging, ConnectorStates, LastCommand)
    thresholds = (
        Threshold("changes", 6, f"Changes that are flapping, 2 to {RING + 1} (catalogue)."),
        Threshold("window_s", 60, "Seconds in which they come (catalogue)."),
    )
    examples = (
        Example(
            "an EV that wakes and sleeps",
            status_v16(1, "Preparing") + _between("Charging", "SuspendedEV", 6),
            finds=1,
            severity=Severity.WARNING,
            line=13,
            beside=("STA-004",),
        ),
        Example(
            "a loose plug",
            _between("Available", "Preparing", 7),
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "a loose plug of 2.x",
            "".join(
                status_v2x("1.1", ("Available", "Occupied")[number % 2], number * 2, 2, id_=f"{number}")
                for number in range(7)
            ),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.INFO,
        ),
        Example("six changes in two minutes", _between("Charging", "SuspendedEV", 7, wait=20)),
        Example(
            "two short charges",
            "".join(
                status_v16(1, "Preparing", 5, id_=f"a{number}")
                + started_v16(1, number, 20 * number, id_=f"b{number}")
                + status_v16(1, "Charging", id_=f"c{number}")
                + stopped_v16(number, 20 * number + 5, 5)
                + status_v16(1, "Finishing", id_=f"d{number}")
                + status_v16(1, "Available", 5, id_=f"e{number}")
                for number in range(1, 3)
            ),
        ),
        Example(
            "the same status again and again",
            "".join(status_v16(1, "Charging", 1, id_=f"{number}") for number in range(10)),
        ),
        Example(
            "six connectors change once",
            "".join(status_v16(number, "Available") + status_v16(number, "Unavailable") for number in range(1, 7)),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Changes, and how long ago the fifth before them was."""
        states = event.scene.recall(ConnectorStates)
        most = max(2, min(round(self.threshold("changes")), RING + 1)) - 1
        since = event.scene.at - round(self.threshold("window_s") * 1e9)
        return self._changed(event, states, most) if states.is_restless(most, since) else ()

    def _changed(self, event: CallSeen, states: ConnectorStates, most: int) -> Iterator[Verdict]:
        window = self.threshold("window_s")
        for name, status in told(event.message.action, event.message.payload):
            former, changes = states.get(name), states.changes(name)
            if former is None or not former.fresh or former.status == status or len(changes) < most:
                continue
            latest = [*changes[-most:], Change(status, event.scene.at)]
            seconds = (event.scene.at - latest[0].at) / 1e9
            if seconds > window or latest[0].at <= _cause(event, name) or is_queued(event):
                continue
            seen = {change.status for change in latest}
            plug = any(seen <= loose for loose in _PLUG)
            yield Verdict(
                f"connector {name} changed its status {len(latest)} times in {seconds:.0f} s: "
                f"{', '.join(change.status for change in latest)}" + ("; it may be a loose plug" if plug else ""),
                Severity.INFO if plug else None,
                observed=f"{len(latest)} changes in {seconds:.0f} s",
                expected=f"fewer than {most + 1} in {window:g} s",
                records=(event.scene.number, former.record),
                key=f"{name} {plug}",
            )


def _cause(event: CallSeen, name: str) -> int:
    """When something last happened that explains a change of the connector (record clock, ns)."""
    place = name.partition(".")[0]
    charge = event.scene.recall(Charging).last_at(int(place)) if place.isdecimal() else None
    command = event.scene.recall(LastCommand).at or 0
    return command if charge is None else max(command, charge.began_at, charge.ended_at or 0)
