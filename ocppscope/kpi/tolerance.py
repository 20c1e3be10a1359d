"""Timeouts, measured: what each side really tolerated, as far as the traffic shows it.

How long it waited before it repeated a CALL, went on without an answer, or closed; at which interval it pings and sends
heartbeats, and how soon it answers a ping; after which silence connections ended. Each beside what is declared for it.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

import msgspec

from ocppscope.kpi.keepalive import Keepalive
from ocppscope.kpi.repeats import Patience, Reaction, Repeats
from ocppscope.kpi.settings import Setting
from ocppscope.kpi.silence import Pattern, Silences
from ocppscope.kpi.spans import Spans, Timer
from ocppscope.model.connection import Connection, Station
from ocppscope.model.exchange import Exchange
from ocppscope.pics.profile import Profile
from ocppscope.protocol.correlator import OpenedCall, Pending
from ocppscope.protocol.message import Call
from ocppscope.protocol.roles import Direction, Role

_TRANSACTION_RELATED = frozenset({"StartTransaction", "StopTransaction", "MeterValues", "TransactionEvent"})
"""Messages that TransactionMessageAttempts and its interval are about (1.6 §3.7.1, 2.0.1 E13)."""

_PING_LIMIT = "web_socket_ping_interval_s"


class Kind(StrEnum):
    """What was measured, beside the reactions of `ocppscope.kpi.repeats.Reaction`."""

    PING = "ping interval"
    PONG = "pong delay"
    HEARTBEAT = "heartbeat interval"


class Declared(msgspec.Struct, frozen=True):
    """What is declared for a figure, and where: a configuration key that was seen, or the certificate."""

    seconds: float
    source: str


class Tolerated(msgspec.Struct, frozen=True, kw_only=True):
    """What one side of one station's connection did, and when.

    Attributes:
        side: who did it.
        station: station identity.
        what: ``repeated``, ``went on``, ``closed``, ``ping interval``, …
        action: of the CALL that had no answer; None where there is none.
        n: how often.
        shortest, typical, longest: seconds; ``typical`` is the median of the latest.
        timer: the timer behind it, None when the times do not agree.
        attempts: most copies of one CALL in a row; None where nothing is repeated.
        declared: what should hold, None when nothing is known.
        declared_attempts: how many copies were configured.
    """

    side: Role
    station: str
    what: str
    action: str | None
    n: int
    shortest: float
    typical: float
    longest: float
    timer: Timer | None = None
    attempts: int | None = None
    declared: Declared | None = None
    declared_attempts: int | None = None

    @property
    def sentence(self) -> str:
        """In words: ``repeated StopTransaction after 20.0 s, 2 times; at most 3 copies …``."""
        times = _span(self.longest)
        if self.n > 1 and _span(self.shortest) != times:
            times = f"{_span(self.shortest)} to {times}"
        if self.timer is not None:
            times = f"{_span(self.timer.seconds)}, {self.timer.agreeing} of {self.timer.total}"
        words = f"{_PHRASES[self.what].format(action=self.action)} {times}"
        if self.attempts is not None:
            words += f"; at most {self.attempts} copies"
        told = [f"{self.declared.source} {self.declared.seconds:g} s"] if self.declared is not None else []
        if self.declared_attempts is not None:
            told.append(f"{Setting.ATTEMPTS} {self.declared_attempts}")
        return f"{words} ({', '.join(told)})" if told else words


_PHRASES: dict[str, str] = {
    Reaction.REPEATED: "repeated {action} without an answer after",
    Reaction.REPEATED_AFTER_ERROR: "repeated {action} after a CALLERROR after",
    Reaction.REPEATED_AFTER_LOSS: "repeated {action} after a lost connection after",
    Reaction.WENT_ON: "went on without an answer to {action} after",
    Reaction.CLOSED: "closed without an answer to {action} after",
    Kind.PING: "pings every",
    Kind.PONG: "answers pings after",
    Kind.HEARTBEAT: "heartbeats every",
}


def _span(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


class _Watched:
    """What is measured of one station."""

    __slots__ = ("keepalive", "repeats")

    def __init__(self) -> None:
        self.keepalive = Keepalive()
        self.repeats = Repeats()


SettingsOf = Callable[[str], dict[Setting, float]]
ProfileOf = Callable[[Station, Role], Profile | None]


class Tolerances:
    """What all stations and their CSMS tolerate.

    Args:
        stations: every station known, by identity.
        settings_of: timers that a station's configuration was seen to have.
        profile_of: the profile that holds for a station.
    """

    def __init__(self, stations: dict[str, Station], settings_of: SettingsOf, profile_of: ProfileOf) -> None:
        self._stations = stations
        self._settings_of = settings_of
        self._profile_of = profile_of
        self._watched: dict[str, _Watched] = {}
        self._failed: set[str] = set()
        self._silences = Silences()

    def rows(self, station: str | None = None) -> list[Tolerated]:
        """What was measured of one station or of all, by station."""
        names = self._watched if station is None else [name for name in (station,) if name in self._watched]
        return [row for name in names for row in self._rows(name, self._watched[name])]

    def patterns(self, stations: Iterable[str] | None = None) -> list[Pattern]:
        """Timers that seem to end connections, of all stations together or of some."""
        return self._silences.patterns(stations)

    def suspicion(self, connection: Connection) -> str | None:
        """What is suspected to have ended a connection, in words; None without a pattern."""
        return self._silences.suspicion(connection)

    def called(self, exchange: Exchange, call: Call, opened: OpenedCall, at: int) -> None:
        """A CALL was read at ``at``."""
        station = exchange.station
        if call.action == "Heartbeat" and exchange.direction is Direction.TO_CSMS:
            self._of(station).keepalive.heartbeat(at)
        if opened.outstanding is not None or opened.dropped or station in self._failed:
            self._of(station).repeats.called(exchange, call, opened)

    def refused(self, exchange: Exchange, call: Call, at: int) -> None:
        """A CALL was answered with a CALLERROR at ``at``."""
        self._failed.add(exchange.station)
        self._of(exchange.station).repeats.failed(exchange, call, at, Reaction.REPEATED_AFTER_ERROR)

    def aborted(self, exchange: Exchange, call: Call, at: int) -> None:
        """A CALL was lost with its connection at ``at``."""
        self._failed.add(exchange.station)
        self._of(exchange.station).repeats.failed(exchange, call, at, Reaction.REPEATED_AFTER_LOSS)

    def pinged(self, station: str, direction: Direction, payload: str, at: int, sent: int) -> None:
        """A ping was read at ``at`` and handed over at ``sent``."""
        self._of(station).keepalive.pinged(direction, payload, at, sent)

    def ponged(self, station: str, direction: Direction, payload: str, at: int) -> None:
        """A pong was read."""
        self._of(station).keepalive.ponged(direction, payload, at)

    def disconnected(self, connection: Connection, pending: list[Pending], at: int) -> None:
        """A connection ended at ``at`` with these CALLs open."""
        self._silences.ended(connection, at)
        watched = self._watched.get(connection.station)
        if pending and connection.closed_by in (Role.STATION, Role.CSMS):
            self._of(connection.station).repeats.closed(Role(connection.closed_by), pending, at)
        if watched is not None:
            watched.keepalive.disconnected()

    def end_run(self) -> None:
        """The capture is over: what comes next has another clock."""
        for watched in self._watched.values():
            watched.keepalive.disconnected()
            watched.repeats.forget_failed()
        self._failed.clear()

    def forget(self, station: str) -> None:
        """Drop what was measured of a station."""
        self._watched.pop(station, None)
        self._failed.discard(station)

    def _of(self, station: str) -> _Watched:
        watched = self._watched.get(station)
        if watched is None:
            watched = self._watched[station] = _Watched()
        return watched

    def _rows(self, station: str, watched: _Watched) -> Iterator[Tolerated]:
        settings = self._settings_of(station)
        for patience in watched.repeats.rows():
            yield self._reaction(station, patience, settings)
        keepalive = watched.keepalive
        for side, spans in keepalive.pings.items():
            declared = self._ping_interval(station, settings) if side is Role.STATION else None
            yield _row(side, station, Kind.PING, spans, declared)
        for side, spans in keepalive.pongs.items():
            yield _row(side, station, Kind.PONG, spans, None)
        if keepalive.heartbeats.n:
            declared = _declared(settings, Setting.HEARTBEAT)
            yield _row(Role.STATION, station, Kind.HEARTBEAT, keepalive.heartbeats, declared)

    def _reaction(self, station: str, patience: Patience, settings: dict[Setting, float]) -> Tolerated:
        by_station = patience.sender is Role.STATION
        repeats = patience.reaction not in (Reaction.WENT_ON, Reaction.CLOSED)
        declared = attempts = None
        if by_station and repeats and patience.action in _TRANSACTION_RELATED:
            declared = _declared(settings, Setting.RETRY_INTERVAL)
            attempts = settings.get(Setting.ATTEMPTS)
        declared = declared or (_declared(settings, Setting.MESSAGE_TIMEOUT) if by_station else None)
        waits = patience.waits
        return Tolerated(
            side=patience.sender,
            station=station,
            what=patience.reaction,
            action=patience.action,
            n=waits.n,
            shortest=waits.shortest,
            typical=waits.typical,
            longest=waits.longest,
            timer=(patience.first_waits if repeats else waits).timer or waits.timer,
            attempts=patience.attempts if repeats else None,
            declared=declared,
            declared_attempts=None if attempts is None else round(attempts),
        )

    def _ping_interval(self, station: str, settings: dict[Setting, float]) -> Declared | None:
        """A value that was seen beats the certificate."""
        seen = _declared(settings, Setting.PING)
        if seen is not None:
            return seen
        known = self._stations.get(station)
        profile = self._profile_of(known, Role.STATION) if known is not None else None
        limit = profile.derived.limits.get(_PING_LIMIT) if profile is not None else None
        return None if limit is None else Declared(float(limit), f"{Setting.PING} of the certificate")


def _declared(settings: dict[Setting, float], setting: Setting) -> Declared | None:
    value = settings.get(setting)
    return None if value is None else Declared(value, setting.value)


def _row(side: Role, station: str, what: Kind, spans: Spans, declared: Declared | None) -> Tolerated:
    return Tolerated(
        side=side,
        station=station,
        what=what,
        action=None,
        n=spans.n,
        shortest=spans.shortest,
        typical=spans.typical,
        longest=spans.longest,
        timer=spans.timer,
        declared=declared,
    )
