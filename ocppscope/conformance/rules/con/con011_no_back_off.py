"""CON-011: a station that tries again and again without waiting longer."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import ConnectionOpened, ConnectionRefused, Event
from ocppscope.conformance.memories.connection_attempts import ConnectionAttempts, is_beside
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role

_GROWN = 2.0
"""A gap that is so many times the shortest one of the row shows that the station waits longer and longer."""


class NoBackOff(Rule):
    """Attempts to connect in quick succession, without growing pauses.

    Finds:
        Five and more attempts of one station, none of which led to a connection that stood, with pauses below 30 s that
        do not grow. A connection stood when messages went both ways on it, or when it lasted a minute. Each station is
        judged by itself: that all of them come back at once after a restart of the CSMS or of the proxy is no finding.

    Why it matters:
        A few hundred stations that do this are an attack on their own CSMS, just when it tries to get up again.

    Usual causes:
        A fixed retry timer; a wrong URL or password, which no retry mends; a CSMS that closes each new connection.

    What to do:
        See why the attempts fail. On 2.x set RetryBackOffWaitMinimum, RetryBackOffRandomRange, RetryBackOffRepeatTimes.
    """

    id = "CON-011"
    name = "Reconnects without back-off"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P4 §5.3; E2 §4.12; JE §3.4"
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, ConnectionRefused)
    memories = (ConnectionAttempts,)
    thresholds = (
        Threshold("attempts", 5, "From so many attempts on it is told (a judgement)."),
        Threshold(
            "pause_s", 30, "Pauses of this length are back-off enough, also when they do not grow (a judgement)."
        ),
    )
    examples = (
        Example("five refusals in five seconds", "refuse\n" + "+1 refuse\n" * 4, finds=1, severity=Severity.WARNING),
        Example("four are no pattern yet", "refuse\n" + "+1 refuse\n" * 3),
        Example("the pauses double", "refuse\n" + "".join(f"+{pause} refuse\n" for pause in (1, 2, 4, 8, 16, 32))),
        Example("long pauses need not grow", "refuse\n" + "+60 refuse\n" * 7),
        Example(
            "each connection is cut before anything is said",
            "connect\n" + "+1 drop\n+1 connect\n" * 4,
            finds=1,
        ),
        Example(
            "connections that stood begin the count anew",
            "connect\n"
            + """
            > [2,"1","Heartbeat",{}]
            < [3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]
            drop
            +1 connect
            """
            * 6,
        ),
        Example("several stations come back at once", "".join(f'refuse {{"station":"CS-{n}"}}\n' for n in range(8))),
    )

    def check(self, event: ConnectionOpened | ConnectionRefused) -> Iterator[Verdict]:
        """The attempts so far, and this one."""
        if is_beside(event):
            return
        attempts = event.scene.recall(ConnectionAttempts).with_next(event)
        gaps = [attempt.gap for attempt in attempts if attempt.gap is not None][-int(self.threshold("attempts") - 1) :]
        if len(attempts) < self.threshold("attempts") or not gaps:
            return
        latest, shortest = gaps[-1], max(min(gaps), 0.5)
        if max(gaps) >= self.threshold("pause_s") or latest >= _GROWN * shortest:
            return
        yield Verdict(
            f"{len(attempts)} attempts in a row, {', '.join(f'{gap:.1f}' for gap in gaps)} s apart",
            observed=f"{latest:.1f} s",
            expected="pauses that grow",
            records=tuple(attempt.record for attempt in reversed(attempts)),
            key="attempts",
        )
