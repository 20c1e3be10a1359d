"""Why a connection ended: which side, how, what had been said last, and what all ends of that station have in common."""

from collections.abc import Iterable, Iterator

import msgspec

from ocppscope.inspect.end_patterns import EndPattern, end_patterns, ended_words
from ocppscope.model.connection import Connection
from ocppscope.model.parting import LastCall, LastFrame, Parting
from ocppscope.protocol.close_codes import NO_CLOSE_FRAME, NO_CODE, close_meaning
from ocppscope.protocol.roles import Direction, Role

DEAD_SECONDS = 10.0
"""A party that sent nothing for so long after it was asked something was gone before its connection ended."""

_ALERT = "TLS alert "
_SAID_BY_RESET = "connection reset by peer"
_PARTIES = {Role.STATION: "station", Role.CSMS: "CSMS"}


class Autopsy(msgspec.Struct, frozen=True):
    """What is to be said of the end of one connection.

    Attributes:
        connection: what ended; ``closed_by``, ``how``, ``close_code``, ``close_reason`` and ``idle_seconds`` are its own.
        parting: the last frames and CALLs; None where the recording ended before the connection.
        pattern: what this end has in common with others of the station, None where nothing shows.
    """

    connection: Connection
    parting: Parting | None
    pattern: EndPattern | None

    @property
    def code(self) -> int | None:
        """The close code; 1005 for a close frame without one, 1006 without a close frame, None for an end not seen."""
        if self.parting is None:
            return None
        if self.connection.close_code is not None:
            return self.connection.close_code
        return NO_CODE if self.parting.closing else NO_CLOSE_FRAME

    @property
    def meaning(self) -> str | None:
        """The close code in a word or two."""
        return None if self.code is None else close_meaning(self.code)

    @property
    def tls_alert(self) -> str | None:
        """``bad certificate``: the alert by which TLS ended it."""
        error = (self.parting.error if self.parting is not None else None) or ""
        return error.removeprefix(_ALERT).removesuffix(" from the peer") if error.startswith(_ALERT) else None

    @property
    def lasted(self) -> float | None:
        """Seconds from the opening, or the first record seen, to the end."""
        return None if self.parting is None else max(self.parting.at - self.connection.opened_at, 0) / 1e9

    @property
    def dead(self) -> tuple[Role, LastCall] | None:
        """The party that had sent nothing since it was asked, `DEAD_SECONDS` and more before, and the CALL; None for none."""
        if self.parting is None:
            return None
        for call in self.parting.open:
            silence = self.parting.since(call.direction.opposite)
            if call.seconds >= DEAD_SECONDS and (silence is None or silence > call.seconds):
                return call.direction.receiver, call
        return None

    @property
    def sentence(self) -> str:
        """``closed by the CSMS with 1001 (going away), 60.0 s after the last frame``."""
        connection = self.connection
        closing = self.parting is not None and self.parting.closing
        words = ended_words(connection.closed_by, connection.how, connection.close_code, closing=closing)
        if closing and connection.how == "rst":
            words += ", then reset"
        if connection.close_reason:
            words += f': "{connection.close_reason[:123]}"'
        if self.parting is not None and self.parting.error and self.parting.error != _SAID_BY_RESET:
            words += f": {self.parting.error[:200]}"
        last = None if self.parting is None else last_frame(self.parting)
        if self.parting is not None and last is not None:
            words += f", {seconds(max(self.parting.at - last.at, 0) / 1e9)} after the last frame"
        return words

    def lines(self) -> Iterator[str]:
        """What the sentence does not say: the last frame each way, open CALLs, a party that was gone, the pattern."""
        yield from self.facts()
        if self.pattern is not None:
            yield f"pattern: {self.pattern.sentence}"

    def facts(self) -> Iterator[str]:
        """The same without the pattern, for a list that tells it once."""
        parting = self.parting
        if parting is None:
            return
        for direction in Direction:
            frame, since = parting.frames.get(direction), parting.since(direction)
            sender = _PARTIES[direction.sender]
            if frame is None or since is None:
                yield f"nothing ever came from the {sender}"
            else:
                yield f"last from the {sender}: {frame.words}, {seconds(since)} before the end, record {frame.number}"
        for call in parting.open[:_MOST_TOLD]:
            waited = f"open for {seconds(call.seconds)}, record {call.number}"
            yield f"no answer yet from the {_PARTIES[call.direction.receiver]} to {call.action}: {waited}"
        if len(parting.open) > _MOST_TOLD:
            yield f"and {len(parting.open) - _MOST_TOLD} more CALLs without an answer"
        if self.dead is not None:
            role, call = self.dead
            who = _PARTIES[role]
            yield f"the {who} had sent nothing since it was asked: its leg was dead, or it hung, for {seconds(call.seconds)}"


_MOST_TOLD = 4


def autopsies(connections: Iterable[Connection]) -> list[Autopsy]:
    """The ends of these connections in their order, each with the pattern of its station."""
    ended = list(connections)
    by_station: dict[str, list[Connection]] = {}
    for connection in ended:
        by_station.setdefault(connection.station, []).append(connection)
    patterns = {station: end_patterns(own) for station, own in by_station.items()}
    return [_autopsy(connection, patterns[connection.station]) for connection in ended]


def autopsy(connection: Connection, ended: Iterable[Connection]) -> Autopsy:
    """The end of one connection; ``ended`` are connections among which its station's are, such as all that ended."""
    return _autopsy(connection, end_patterns(one for one in ended if one.station == connection.station))


def _autopsy(connection: Connection, patterns: Iterable[EndPattern]) -> Autopsy:
    fitting = (pattern for pattern in patterns if connection.number in pattern.connections)
    return Autopsy(connection, connection.parting, next(fitting, None))


def last_frame(parting: Parting) -> LastFrame | None:
    """The later of both directions' latest frames."""
    return max(parting.frames.values(), key=lambda frame: frame.at, default=None)


def seconds(value: float) -> str:
    """``60.0 s``, ``35 ms``, ``2 h 05 min``: as short as an end can be told."""
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 3600:
        return f"{value:.1f} s"
    return f"{value // 3600:.0f} h {value % 3600 // 60:02.0f} min"
