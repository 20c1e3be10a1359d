"""CON-014: two live connections with the same identity."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import ConnectionOpened, Event, TimeUp
from ocppscope.conformance.memories.open_connections import OpenConnections
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.connection import Connection
from ocppscope.model.finding import Severity

_WATCHED = 60.0
"""Seconds after which the older connection is looked at again."""

_HEARTBEAT = '> [2,"1","Heartbeat",{}]\n< [3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]\n'


class TwoConnections(Rule):
    """A station that is connected twice.

    Finds:
        An upgrade for an identity whose earlier connection is open and was heard within the last minute. An info where
        the earlier one has been silent for longer: a power cut or a lost network leaves a connection half open, and then
        the newer one is the live one. When the older one speaks after all, it is told again as a warning.

    Why it matters:
        The CSMS sends its CALLs to one of the two. When it is the dead one, or another station's, nothing arrives.

    Usual causes:
        Two stations with the same identity, from a cloned configuration; a station that opens a new connection before it
        closes the old one; half-open TCP.

    What to do:
        Compare address and BootNotification of both. Have the CSMS close the older connection when a newer one comes.
    """

    id = "CON-014"
    name = "Two live connections with the same identity"
    severity = Severity.WARNING
    requirement = Requirement.JUDGEMENT
    spec = "P4 §6.2"
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, TimeUp)
    memories = (OpenConnections,)
    thresholds = (
        Threshold("silence_s", 60, "An older connection that was silent for so long may be half open (a judgement)."),
    )
    examples = (
        Example("20 s after the first", "connect\n+20 connect", finds=1, severity=Severity.WARNING),
        Example("the first was closed", "connect\nclose > 1000\n+20 connect"),
        Example("the first was cut", "connect\ndrop\n+20 connect"),
        Example("the first has long been silent", "connect\n+120 connect\n+70", finds=1, severity=Severity.INFO),
        Example(
            "two stations with two identities",
            "as CS-1\n" + _HEARTBEAT + "as CS-2\n" + _HEARTBEAT,
        ),
    )

    def check(self, event: ConnectionOpened | TimeUp) -> Iterator[Verdict | AskLater]:
        """Those that live beside the new one, and whether they speak."""
        if isinstance(event, TimeUp):
            older, record, newer = event.note
            if older.last_up_at is not None and older.last_up_at > newer.opened_at:
                yield _both(older, newer, Severity.WARNING, (event.scene.number, record), "and both speak")
            return
        connection = event.scene.connection
        if event.scene.station.live <= 1:
            return
        others = event.scene.recall(OpenConnections).others(connection)
        if not others:
            return
        older, record = others[-1]
        heard = older.last_up_at if older.last_up_at is not None else older.opened_at
        silence = (event.scene.at - heard) / 1e9
        fresh = silence < self.threshold("silence_s")
        records = (event.scene.number, *(number for _, number in reversed(others)))
        severity = Severity.WARNING if fresh else Severity.INFO
        yield _both(older, connection, severity, records, f"which was heard {silence:.0f} s ago")
        if not fresh:
            yield AskLater(_WATCHED, connection.number, (older, record, connection))


def _both(older: Connection, newer: Connection, severity: Severity, records: tuple[int, ...], state: str) -> Verdict:
    came = f" from {quoted(newer.peer)}" if newer.peer is not None else ""
    return Verdict(
        f"connection {newer.number}{came} was opened while connection {older.number} is open, {state}",
        severity,
        observed="two connections",
        expected="one",
        records=records,
        key=severity.value,
    )
