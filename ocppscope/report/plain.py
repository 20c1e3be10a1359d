"""One line a message: what ``--plain`` prints, for pipes, logs and screen readers.

Fields are separated by two or more blanks and never contain two blanks themselves: time of day (UTC), station, a mark, and
what the mark calls for.

====  =============================  ==========================================================================
mark  what                           fields after it
====  =============================  ==========================================================================
``>``  message, station to CSMS      type, action, then of a request a summary, of an answer its latency, ``over
                                     limit``, and a summary
``<``  message, CSMS to station      the same
``!``  a finding                     severity (or ``withdrawn``), rule, evidence
``-``  a connection event            event, and what there is to say of it
====  =============================  ==========================================================================
"""

import re
from collections.abc import Iterable
from datetime import datetime

from ocppscope.capture.record import UNDATED, Close, Ended, Gap, MessageRecord, Note, Opened, Refused, Undecodable
from ocppscope.inspect.seen import Seen
from ocppscope.inspect.summaries import summarise
from ocppscope.model.exchange import Exchange
from ocppscope.model.finding import Finding
from ocppscope.model.visible import visible
from ocppscope.protocol.message import TYPE_NAMES, CallError, CallResult
from ocppscope.protocol.roles import Direction
from ocppscope.report import duration

NOTHING = "-"
_NO_CLOCK = f"{NOTHING:<15}"
"""Stands for a field that is due but unknown, so that fields keep their places."""

_ARROWS = {Direction.TO_CSMS: ">", Direction.TO_STATION: "<"}
_MAX_FIELD = 200
"""Characters of one field: a line stays a line whatever a peer sends."""
_MAX_STATION_COLUMN = 24
_WIDTHS = (10, 18)
"""Columns of the two fields after the mark, so that what follows stands under each other in most lines."""


class PlainLines:
    """Makes the lines of one run. It remembers only how wide the station column has become."""

    def __init__(self) -> None:
        self._station_width = 0

    def of_record(self, seen: Seen) -> list[str]:
        """The line of one record; none for what is of no interest by itself (headers, pings)."""
        record = seen.record
        if isinstance(record, MessageRecord):
            return [self._line(record.time, _station(seen), _ARROWS[record.dir], *_message(seen))]
        event = None if seen.again else _event(seen)
        return [] if event is None else [self._line(record.time, _station(seen), "-", *event)]

    def of_findings(self, findings: Iterable[Finding], at: datetime) -> list[str]:
        """The lines of what the rules say, at the time when they say it: an overdue CALL is told when its time is up."""
        return [self._finding(finding, finding.severity.value, at) for finding in findings]

    def of_withdrawn(self, findings: Iterable[Finding], at: datetime) -> list[str]:
        """The lines of what turned out not to be true: a CALL "never answered" that was, late."""
        return [self._finding(finding, "withdrawn", at) for finding in findings]

    def _finding(self, finding: Finding, word: str, at: datetime) -> str:
        return self._line(at, finding.station, "!", word, finding.rule, finding.evidence)

    def _line(self, time: datetime, station: str | None, mark: str, *fields: str) -> str:
        name = _field(station or NOTHING)
        self._station_width = max(self._station_width, min(len(name), _MAX_STATION_COLUMN))
        shown = [_field(text) for text in fields if text]
        columns = [f"{text:<{width}}" for text, width in zip(shown, _WIDTHS, strict=False)] + shown[len(_WIDTHS) :]
        clock = _NO_CLOCK if time == UNDATED else f"{time:%H:%M:%S.%f}"
        return "  ".join((clock, f"{name:<{self._station_width}}", mark, *columns)).rstrip()


def _station(seen: Seen) -> str | None:
    if seen.connection is not None:
        return seen.connection.station
    return seen.record.station if isinstance(seen.record, Refused) else None


def _message(seen: Seen) -> list[str]:
    message = seen.message
    if message is None:
        return ["?", "?"]
    version = seen.connection.version if seen.connection else None
    summary = summarise(version, message, seen.action)
    timing = _timing(seen.exchange) if isinstance(message, CallResult | CallError) else []
    return [TYPE_NAMES[type(message)], seen.action or "?", *timing, summary]


def _timing(exchange: Exchange | None) -> list[str]:
    if exchange is None or exchange.latency is None:
        return [NOTHING]
    took = [duration.duration(exchange.latency)]
    if exchange.over_limit and exchange.limit is not None:
        took.append(f"over limit {duration.limit(exchange.limit)} (PICS)")
    return took


def _event(seen: Seen) -> list[str] | None:
    record, connection = seen.record, seen.connection
    match record:
        case Opened():
            spoken = record.subprotocol or ("no subprotocol" if record.handshake else NOTHING)
            return ["opened", spoken, f"from {record.peer}" if record.peer else ""]
        case Refused():
            told = f"station told {record.status}" if record.status else ""
            return ["refused", record.stage.value, told, record.reason]
        case Close():
            return ["close", _code(record.code, 1005), f"by {record.dir.sender}", record.reason]
        case Ended():
            idle = connection.idle_seconds if connection else None
            return [
                "ended",
                _code(connection.close_code if connection else None, 1006),
                f"by {record.by}",
                record.how,
                f"idle {duration.duration(idle)}" if idle is not None else "",
                record.error or "",
            ]
        case Undecodable():
            return ["undecodable", f"from {record.dir.sender}", record.reason]
        case Gap():
            return ["gap", f"{record.lost} records lost", record.reason]
        case Note():
            return ["note", record.text]
    return None


def _code(code: int | None, absent: int) -> str:
    """A close code; RFC 6455 §7.4.1 has numbers for a close frame without one (1005) and for no close frame (1006)."""
    return str(absent if code is None else code)


_UNCLEAR = re.compile(r" {2,}|^ +| +$")


def _field(text: str) -> str:
    """Wire text as one field: safe to print, bounded, and with no blanks that a reader would take for the next field."""
    return _UNCLEAR.sub(lambda blanks: "␠" * len(blanks[0]), visible(text, _MAX_FIELD))
