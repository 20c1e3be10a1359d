"""The inspector: one record in, what it means out; all state is here or in the parts it owns."""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Any

from ocppscope.capture.record import (
    Close,
    Ended,
    Gap,
    Header,
    MessageRecord,
    Opened,
    Ping,
    Pong,
    Record,
    Refused,
    clock,
)
from ocppscope.conformance.engine import RuleEngine
from ocppscope.conformance.memory import Memories, Recent
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.switches import Switches
from ocppscope.inspect.counts import Counts
from ocppscope.inspect.deadlines import Deadlines
from ocppscope.inspect.dialogue import Dialogue
from ocppscope.inspect.ledger import FindingLedger
from ocppscope.inspect.limits import Limits
from ocppscope.inspect.seen import Seen
from ocppscope.inspect.transactions import Transactions
from ocppscope.inspect.watched import Watched, note_frame
from ocppscope.kpi.followed import Running
from ocppscope.kpi.response_times import ResponseTimes
from ocppscope.kpi.sample import Ending
from ocppscope.kpi.tolerance import Tolerances
from ocppscope.kpi.tracker import KpiTracker
from ocppscope.model.connection import Connection, Station, VersionSource
from ocppscope.model.exchange import Exchange
from ocppscope.model.finding import Finding
from ocppscope.pics.profile import Profile
from ocppscope.protocol.correlator import Correlator
from ocppscope.protocol.message import TYPE_NAMES
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import negotiated_version

MOST_STATIONS = 10_000
"""Identities kept. They come from the wire: beyond, the one that has been away longest is forgotten."""

MOST_STRANGERS = 1_000
"""Identities remembered that tried to connect and never did."""

MOST_DISCONNECTS = 5_000
"""Ended connections kept, the latest ones."""


class Inspector:
    """Understands a stream of records.

    Args:
        profiles: PICS profiles whose limits hold, of stations and of the CSMS.
        switches: which rules are asked, and with which thresholds; all, with the defaults, without.
        excluded_actions: actions that are not to count in the certificate's OCPP response timeout.
        by_identity: also a single station profile holds only for stations whose BootNotification fits it.

    Raises:
        SwitchError: a profile switches a rule or threshold that there is not.
    """

    def __init__(
        self,
        profiles: Sequence[Profile] = (),
        switches: Switches | None = None,
        excluded_actions: Collection[str] = (),
        *,
        by_identity: bool = False,
    ) -> None:
        self.counts = Counts()
        self.findings = FindingLedger()
        self.stations: dict[str, Station] = {}
        self.connections: dict[int, Connection] = {}
        """The live ones, by their number within the inspected input."""
        self.disconnects: deque[Connection] = deque(maxlen=MOST_DISCONNECTS)
        """The ended ones, the latest last."""
        switches = switches or Switches()
        self.rules = tuple(rule for rule in all_rules() if switches.allowed(rule))
        """Those that watch; a profile may switch further ones for its stations."""
        self._limits = Limits(profiles, by_identity=by_identity)
        self._deadlines = Deadlines()
        self.kpis = KpiTracker(
            self.stations, profiles, self._limits.profile, self._deadlines.open_exchanges, excluded_actions
        )
        """The performance figures of certificates."""
        self.tolerances = Tolerances(self.stations, self.kpis.settings, self._limits.profile)
        """What each side was seen to tolerate."""
        self._site = Memories()
        self._engine = RuleEngine(all_rules(), switches, profiles)
        self._dialogue = Dialogue(
            self._engine,
            self._limits,
            self.findings,
            self.counts,
            stations=self.stations,
            connections=self.connections,
            kpis=self.kpis,
            tolerances=self.tolerances,
            deadlines=self._deadlines,
        )
        self._watched: dict[int, Watched] = {}
        self._former: dict[str, Correlator] = {}
        self._memories: dict[str, Memories] = {}
        self._strangers: Recent[str, tuple[Station, Memories]] = Recent(MOST_STRANGERS)
        self._met_in_run: set[str] = set()
        self._part = ("", 0)
        self._base = 0
        self._at = 0
        self._number = 0

    @property
    def transactions(self) -> Transactions:
        """The ledger of charging transactions."""
        return self._dialogue.transactions

    @property
    def response_times(self) -> ResponseTimes:
        """Response times by answering party and action."""
        return self._dialogue.response_times

    def pending(self, station: str | None = None) -> list[Exchange]:
        """The open exchanges of one station or of all, the oldest first."""
        exchanges = self._deadlines.open_exchanges()
        return [exchange for exchange in exchanges if station is None or exchange.station == station]

    def running(self, station: str | None = None) -> list[Running]:
        """The functions that an accepted trigger must cause and that have not come yet, the oldest first."""
        return self.kpis.running(station)

    def observe(self, record: Record) -> Seen:
        """Take in the next record and say what it means. Time moves on to the record's first.

        Not to that of a header: nobody watched between the runs, and the clock may be another one.
        """
        kind = type(record)
        self._at = clock(record)
        overdue = self._dialogue.advance(self._at) if kind is not Header else ()
        watched = self._watched.get(getattr(record, "conn", 0) or 0)
        if watched is not None and not watched.connection.ends_recorded:
            overdue += self._dialogue.heard(watched.connection)
        self._number = self._base + record.seq
        self.counts.records += 1
        handler = _HANDLERS.get(kind)
        seen = handler(self, record) if handler is not None else self._plain(record)
        if not overdue:
            return seen
        return Seen(
            seen.record,
            seen.number,
            seen.connection,
            seen.message,
            seen.action,
            seen.exchange,
            overdue + seen.findings,
            seen.withdrawn,
            seen.aborted,
            seen.again,
        )

    def advance(self, now: int) -> tuple[Finding, ...]:
        """Let time pass without a record, to ``now`` on the record clock (ns): what the rules say of overdue CALLs."""
        return self._dialogue.advance(now)

    def next_capture(self, first: Record | None = None) -> tuple[Exchange, ...]:
        """Say that the next record comes from a further capture: numbers go on, connections do not.

        Unless it is a part of the same run: its ``first`` record tells. Returns the exchanges that this ended.
        """
        self._base = self._number
        return () if self._goes_on(first) else self._end_run()

    def _goes_on(self, record: Record | None) -> bool:
        """Whether a record is the header of the next part of this run. With a part between them missing, all is new."""
        return isinstance(record, Header) and record.part > 1 and (record.run, record.part - 1) == self._part

    def _plain(self, record: Record) -> Seen:
        conn = getattr(record, "conn", None)
        watched = self._watched.get(conn) if conn is not None else None
        return Seen(record, self._number, watched.connection if watched else None)

    def _header(self, record: Header) -> Seen:
        goes_on = self._goes_on(record)
        self._part = (record.run, record.part)
        return (
            Seen(record, self._number, again=True) if goes_on else Seen(record, self._number, aborted=self._end_run())
        )

    def _gap(self, record: Gap) -> Seen:
        self.counts.gaps += record.lost
        for memories in self._memories.values():
            memories.forget()
        self._site.forget()
        self._engine.forget_all()
        return Seen(record, self._number)

    def _refused(self, record: Refused) -> Seen:
        self.counts.refused += 1
        if record.station is None:
            return Seen(record, self._number)
        known = self.stations.get(record.station)
        if known is not None:
            station, memories = known, self._memories.setdefault(record.station, Memories(self._site))
        else:
            station, memories = self._strangers.get(record.station) or (Station(record.station), Memories(self._site))
            self._strangers[record.station] = station, memories
        findings = self._dialogue.refused(station, memories, record, self._number)
        return Seen(record, self._number, findings=findings)

    def _opened(self, record: Opened) -> Seen:
        known = self._watched.get(record.conn) if record.again else None
        if known is not None and known.connection.station == record.station:
            return Seen(record, self._number, known.connection, again=True)
        replaced = self._watched.pop(record.conn, None)  # only a capture that is damaged or joined opens a number twice
        aborted = self._lose(replaced) if replaced is not None else ()
        watched = self._watch(record.conn, record.station, record)
        connection = watched.connection
        connection.subprotocol = record.subprotocol
        connection.peer, connection.upstream = record.peer, record.upstream
        connection.timed, connection.ends_recorded = record.timed, record.handshake is not None
        # A recording of another program names its stations too, but only a handshake proves that nothing came before.
        connection.seen_from_start = record.handshake is not None
        connection.version = negotiated_version(record.subprotocol)
        if connection.version is not None:
            connection.version_source = VersionSource.NEGOTIATED
            watched.station.version = connection.version
            watched.station.version_source = connection.version_source
        findings = self._dialogue.opened(watched, record, self._number)
        return Seen(record, self._number, connection, findings=findings, aborted=aborted)

    def _message(self, record: MessageRecord) -> Seen:
        watched = self._watching(record.conn, record)
        seen = self._dialogue.observe(watched, record, self._number, self._at)
        connection, station = watched.connection, watched.station
        station.version = connection.version
        station.version_source = connection.version_source
        station.last_seen = record.time
        kind = TYPE_NAMES[type(seen.message)] if seen.message is not None else "?"
        watched.last_words.frame(record.dir, kind, seen.action, self._number, self._at)
        return seen

    def _ping(self, record: Ping) -> Seen:
        watched = self._watching(record.conn, record)
        at = self._at
        sent = record.sent if record.sent is not None else at
        note_frame(watched.connection, at, record.dir)
        watched.last_words.frame(record.dir, "ping", None, self._number, at)
        self.tolerances.pinged(watched.station.id, record.dir, record.payload, at, sent)
        if record.dir is Direction.TO_STATION:
            watched.ping(record.payload, sent)
        findings = self._dialogue.pinged(watched, record, self._number)
        return Seen(record, self._number, watched.connection, findings=findings)

    def _pong(self, record: Pong) -> Seen:
        watched = self._watching(record.conn, record)
        at = self._at
        note_frame(watched.connection, at, record.dir)
        watched.last_words.frame(record.dir, "pong", None, self._number, at)
        self.tolerances.ponged(watched.station.id, record.dir, record.payload, at)
        if record.dir is Direction.TO_CSMS:
            watched.pong(record.payload, at)
        return Seen(record, self._number, watched.connection)

    def _close(self, record: Close) -> Seen:
        watched = self._watching(record.conn, record)
        watched.last_words.closing(self._at)
        connection = watched.connection
        if connection.closed_by is None:
            connection.closed_by = record.dir.sender.value
            connection.close_code = record.code
            connection.close_reason = record.reason
        return Seen(record, self._number, connection)

    def _ended(self, record: Ended) -> Seen:
        watched = self._watched.pop(record.conn, None)
        if watched is None:
            return Seen(record, self._number)
        connection = watched.connection
        connection.closed_by = connection.closed_by or record.by
        connection.how = record.how
        aborted = self._end(watched, record)
        findings = self._dialogue.ended(watched, record, self._number)
        return Seen(record, self._number, connection, findings=findings, aborted=aborted)

    def _end(self, watched: Watched, record: Ended | None) -> tuple[Exchange, ...]:
        connection = watched.connection
        if record is not None:
            connection.ended = record.time
            connection.parting = watched.last_words.parting(
                self._number, self._at, record.error, watched.correlator.pending
            )
            if connection.last_at is not None:
                connection.idle_seconds = max(self._at - connection.last_at, 0) / 1e9
        self.connections.pop(connection.number, None)
        self.disconnects.append(connection)
        watched.station.live -= 1
        if record is not None:
            self.tolerances.disconnected(connection, watched.correlator.pending, self._at)
        # Without a record it is the capture that ended, not the connection.
        aborted = self._dialogue.abandon(watched, Ending.CENSORED if record is None else Ending.ABORTED)
        if record is not None:
            self.kpis.disconnected(connection, self._at)
        self._former[watched.station.id] = watched.correlator
        return aborted

    def _lose(self, watched: Watched) -> tuple[Exchange, ...]:
        """A connection must be over although no record says so."""
        connection = watched.connection
        connection.how = connection.how or "unknown"
        connection.closed_by = connection.closed_by or "proxy"
        connection.ended = watched.station.last_seen or connection.opened
        return self._end(watched, None)

    def _end_run(self) -> tuple[Exchange, ...]:
        """The engine that wrote the records so far is gone, and every connection with it."""
        aborted: list[Exchange] = []
        for watched in self._watched.values():
            aborted.extend(self._lose(watched))
        self.kpis.end_run()
        self.tolerances.end_run()
        self._watched.clear()
        self._memories.clear()
        self._strangers.clear()
        self._site.forget()
        self._engine.forget_all()
        self._met_in_run.clear()
        return tuple(aborted)

    def _watching(self, conn: int, record: MessageRecord | Ping | Pong | Close) -> Watched:
        """The connection of a record; one that was never opened is met in mid-life."""
        watched = self._watched.get(conn)
        return watched if watched is not None else self._watch(conn, f"connection {conn}", record)

    def _watch(self, conn: int, identity: str, record: Opened | MessageRecord | Ping | Pong | Close) -> Watched:
        station = self._station(identity)
        station.connections += 1
        station.live += 1
        station.last_seen = record.time
        if identity not in self._met_in_run:
            self._met_in_run.add(identity)
            self.counts.sessions += 1
        self.counts.connections += 1
        connection = Connection(self.counts.connections, identity, record.time, self._at)
        stranger = self._strangers.pop(identity, None)
        memories = self._memories.setdefault(identity, Memories(self._site) if stranger is None else stranger[1])
        watched = Watched(connection, station, self._former.pop(identity, None), memories)
        self._watched[conn] = watched
        self.connections[connection.number] = connection
        return watched

    def _station(self, identity: str) -> Station:
        station = self.stations.get(identity)
        if station is None:
            self.counts.stations += 1
            if len(self.stations) >= MOST_STATIONS:
                self._forget_a_station()
            station = self.stations[identity] = Station(identity)
            self._limits.assign(station)
        return station

    def _forget_a_station(self) -> None:
        gone = next((station.id for station in self.stations.values() if station.live == 0), None)
        if gone is None:
            return  # all are connected: the engine's own limit on connections bounds them
        del self.stations[gone]
        self._former.pop(gone, None)
        self._memories.pop(gone, None)
        self._engine.forget(gone)
        self._met_in_run.discard(gone)
        self._dialogue.transactions.forget(gone)
        self._dialogue.response_times.forget(gone)
        self.kpis.forget(gone)
        self.tolerances.forget(gone)


_HANDLERS: dict[type[Any], Callable[[Inspector, Any], Seen]] = {
    Header: Inspector._header,
    Opened: Inspector._opened,
    Refused: Inspector._refused,
    MessageRecord: Inspector._message,
    Ping: Inspector._ping,
    Pong: Inspector._pong,
    Close: Inspector._close,
    Ended: Inspector._ended,
    Gap: Inspector._gap,
}
