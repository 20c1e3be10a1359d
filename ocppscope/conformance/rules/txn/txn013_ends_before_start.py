"""TXN-013: a transaction ends before it started."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, Scene
from ocppscope.conformance.example_lines import EVSE, evented, issued, start, started, stop, stopped
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class EndsBeforeStart(Rule):
    """The time stamp of the end is earlier than that of the start.

    Finds:
        A StopTransaction whose time stamp is more than 1 s before that of its StartTransaction; in 2.x Ended before
        Started. An info where the clock is the known cause: it was ahead by more than 300 s at the start, it was set
        since, or it is off by so much now (see SES-012).

    Why it matters:
        The transaction has a negative duration: tariffs by the minute fail, and many CSMSs refuse the record.

    Usual causes:
        The clock was set in between, by a BootNotification or Heartbeat; a restart without a battery for the clock, which
        then begins in 1970.

    What to do:
        Look at the clock of the station in the device panel: its skew, and when it jumped.
    """

    id = "TXN-013"
    name = "Transaction ends before it started"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.JUDGEMENT
    spec = "S16 §4.10; judgement"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StopTransaction", "TransactionEvent"})
    memories = (Charging,)
    thresholds = (
        Threshold("clock_s", 300, "Seconds from which a wrong clock is the cause, as in SES-012 (catalogue)."),
    )
    examples = (
        Example(
            "a stop of an hour before the start",
            "+3600 " + started("1", 17, at=3600) + "+60 " + stop("2", 17, at=300),
            finds=1,
            severity=Severity.ERROR,
            line=3,
            path="$.timestamp",
        ),
        Example(
            "Ended before Started",
            "+3600 "
            + evented("1", "Started", 0, 3600, evse=EVSE)
            + "+60 "
            + evented("2", "Ended", 1, 600, trigger="StopAuthorized"),
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "the clock was an hour ahead at the start, and is right now",
            start("1", at=3600) + issued("1", 17) + "+60 " + stopped("2", 17, at=60),
            finds=1,
            severity=Severity.INFO,
            beside=("SES-012", "SES-014"),
        ),
        Example("after the start", started("1", 17) + "+600 " + stopped("2", 17, at=600)),
        Example("in the same second", "+0.9 " + started("1", 17, at=1) + stopped("2", 17, 1000, 0.2)),
        Example(
            "queued: both times are old",
            "+3600 drop\n+60 connect\n" + started("1", 17, at=3605) + stopped("2", 17, at=3625),
        ),
        Example(
            "two connectors, interleaved",
            started("1", 17)
            + "+300 "
            + started("2", 18, connector=2, tag="B2", at=300)
            + "+60 "
            + stopped("3", 17, at=360)
            + stopped("4", 18, at=360),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Ends before starts."""
        payload = event.message.payload
        if event.message.action == "TransactionEvent" and payload.get("eventType") != "Ended":
            return ()
        charge, stamp = event.scene.recall(Charging).of(event), event.stamp
        if charge is None or not charge.whole or charge.began is None or stamp is None:
            return ()
        return self._before(event, charge, charge.began, stamp) if stamp < charge.began else ()

    def _before(self, event: CallSeen, charge: Charge, began: datetime, stamp: datetime) -> Iterator[Verdict]:
        seconds = (began - stamp).total_seconds()
        if seconds <= 1:
            return
        excuse = self._excuse(event.scene, charge, began)
        yield Verdict(
            f"transaction {charge.id} ends at {stamp:%Y-%m-%d %H:%M:%S}, {seconds:.0f} s before its start at "
            f"{began:%Y-%m-%d %H:%M:%S}{excuse}",
            Severity.INFO if excuse else None,
            path="$.timestamp",
            observed=f"{stamp:%Y-%m-%dT%H:%M:%SZ}",
            expected=f">= {began:%Y-%m-%dT%H:%M:%SZ}",
            records=(event.scene.number, charge.start),
            key="clock" if excuse else "",
        )

    def _excuse(self, scene: Scene, charge: Charge, began: datetime) -> str:
        """What is known of the clock that explains it."""
        limit, clock = self.threshold("clock_s"), scene.station.clock
        started = scene.time - timedelta(microseconds=(scene.at - charge.began_at) / 1000)
        ahead = (began - started).total_seconds()
        if ahead > limit:
            return f"; the clock was {ahead:.0f} s ahead at the start"
        if any(jump.time >= started and abs(jump.after - jump.before) > limit for jump in clock.jumps):
            return "; the clock was set in between"
        if clock.skew is not None and clock.steady and abs(clock.skew) > limit:
            return f"; the clock is off by {clock.skew:.0f} s"
        return ""
