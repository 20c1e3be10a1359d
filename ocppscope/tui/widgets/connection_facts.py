"""What the detail says of an event that is no message: a connection that opened, was refused, closed or ended, a gap."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from ocppscope.capture.record import (
    Close,
    Ended,
    Gap,
    Handshake,
    Header,
    Note,
    Opened,
    Record,
    Refused,
    Stage,
    TlsFacts,
    Undecodable,
)
from ocppscope.inspect.autopsy import Autopsy
from ocppscope.model.connection import Connection, VersionSource
from ocppscope.model.finding import Finding
from ocppscope.model.visible import visible
from ocppscope.protocol.close_codes import close_meaning
from ocppscope.protocol.roles import Direction
from ocppscope.tui.widgets.exchange_panes import FactsBody, Pane, way
from ocppscope.tui.widgets.gauge import format_seconds
from ocppscope.tui.widgets.payload_outline import spaced
from ocppscope.tui.widgets.record_table import Cell

_STAGES = {
    Stage.REQUEST: "the station's request was unusable",
    Stage.DNS: "the CSMS's name was not found",
    Stage.CONNECT: "no connection to the CSMS",
    Stage.TIMEOUT: "the CSMS did not answer in time",
    Stage.TLS: "no TLS with the CSMS",
    Stage.HTTP: "the CSMS refused the upgrade",
    Stage.LIMIT: "the proxy had no room",
}
_HOW = {
    "closed": "after a close frame",
    "fin": "socket shut down without a close frame",
    "rst": "reset without a close frame",
    "timeout": "timed out",
    "error": "by an error",
    "shutdown": "ocppscope was shut down",
}
_BY = {"station": "the station", "csms": "the CSMS", "proxy": "ocppscope", "network": "the network"}
_NOTHING = Handshake(target="")
_LABEL = 14
_LONGEST = 300
_MOST_HEADERS = 60


class Happening(msgspec.Struct, frozen=True):
    """An event of a connection or of the capture, as the detail shows it.

    Attributes:
        number: the record's number within the inspected input.
        record: as it was captured.
        connection: the connection that it belongs to, as it stands now; None when it is not known any more.
        findings: pinned to it, errors first.
        autopsy: of a connection's end; None where it was not asked for.
    """

    number: int
    record: Record
    connection: Connection | None = None
    findings: tuple[Finding, ...] = ()
    autopsy: Autopsy | None = None


def happening_panes(happening: Happening) -> list[Pane]:
    """One pane with the facts, or two with both halves of a handshake."""
    tell = _TELL.get(type(happening.record))
    if tell is None:
        return [_pane(type(happening.record).__name__.lower(), [])]
    panes = tell(happening.record, happening.connection)
    if happening.autopsy is not None:
        panes += _last_words(happening.autopsy)
    return panes


def _last_words(autopsy: Autopsy) -> list[Pane]:
    """What came before an end, and what all ends of the station have in common."""
    lines: list[Cell] = []
    if autopsy.pattern is not None:
        lines.append((("▲ ", "muted"), (visible(autopsy.pattern.sentence, _LONGEST), "warn")))
    if autopsy.tls_alert is not None:
        lines.append((("TLS alert ", "muted"), (visible(autopsy.tls_alert, 80), "error")))
    lines += [(("· ", "muted"), (visible(line, _LONGEST), "text")) for line in autopsy.facts()]
    return [_pane("before the end", lines)] if lines else []


def _opened(record: Opened, connection: Connection | None) -> list[Pane]:
    shake = record.handshake or _NOTHING
    offered = _header(shake.request, "sec-websocket-protocol")
    asked = [
        _fact("station", record.station, "bold"),
        *_present("from", record.peer),
        *_present("target", shake.target),
        *_present("offered", offered),
        *_present("credentials", shake.auth),
        *_tls(record.station_tls),
        *_headers(shake.request),
    ]
    answered = [
        *_present("to", record.upstream),
        _subprotocol(record),
        *_read_as(connection),
        *_present("extensions", record.extensions),
        *_tls(record.csms_tls),
        *_headers(shake.response),
    ]
    status = shake.status_line or "opened"
    return [
        _pane("connection opened", asked, way(Direction.TO_CSMS)),
        _pane(visible(status, 60), answered, way(Direction.TO_STATION)),
    ]


def _refused(record: Refused, _connection: Connection | None) -> list[Pane]:
    shake = record.handshake or _NOTHING
    asked = [
        *_present("station", record.station),
        *_present("from", record.peer),
        *_present("target", shake.target),
        *_present("offered", _header(shake.request, "sec-websocket-protocol")),
        *_present("credentials", shake.auth),
        *_tls(record.station_tls),
        *_headers(shake.request),
    ]
    told = f"{record.status}" if record.status is not None else None
    answered = [
        _fact("why", _STAGES[record.stage], "error"),
        _fact("reason", record.reason),
        *_present("station told", told),
        *_present("to", record.upstream),
        *_present("answer", shake.status_line),
        *_tls(record.csms_tls),
        *_headers(shake.response),
        *_present("body", shake.body),
    ]
    return [_pane("connection asked for", asked, way(Direction.TO_CSMS)), _pane("refused", answered, alarm=True)]


def _ended(record: Ended, connection: Connection | None) -> list[Pane]:
    facts = [
        _fact("ended by", _BY.get(record.by, record.by), "bold"),
        _fact("how", _HOW.get(record.how, record.how), "warn" if record.how in {"rst", "timeout", "error"} else "text"),
        *_present("error", record.error),
    ]
    if connection is not None:
        clean = record.how == "closed"
        code = 1006 if connection.close_code is None and not clean else connection.close_code
        facts.append(_fact("close code", f"{1005 if code is None else code} · {close_meaning(code)}"))
        facts += _present("close reason", connection.close_reason)
        if connection.idle_seconds is not None:
            facts.append(_fact("idle before", format_seconds(connection.idle_seconds)))
        facts.append(_fact("lasted", _span(record.time - connection.opened)))
        sent = connection.messages
        facts.append(
            _fact("messages", f"{sent[Direction.TO_CSMS]} from the station, {sent[Direction.TO_STATION]} from the CSMS")
        )
    up, down = record.bytes
    if up or down:
        facts.append(_fact("bytes", f"{spaced(up)} from the station, {spaced(down)} from the CSMS"))
    return [_pane("connection ended", facts)]


def _close(record: Close, _connection: Connection | None) -> list[Pane]:
    code = 1005 if record.code is None else record.code
    facts = [_fact("close code", f"{code} · {close_meaning(record.code)}"), *_present("reason", record.reason)]
    return [_pane("close frame", facts, way(record.dir))]


def _undecodable(record: Undecodable, _connection: Connection | None) -> list[Pane]:
    facts = [
        _fact("reason", record.reason, "error"),
        _fact("from here", "bytes still pass, but messages of this direction are no longer seen"),
    ]
    return [_pane("not readable as WebSocket frames", facts, way(record.dir), alarm=True)]


def _gap(record: Gap, _connection: Connection | None) -> list[Pane]:
    facts = [_fact("records lost", spaced(record.lost), "error"), _fact("reason", record.reason)]
    return [_pane("gap in the capture", facts, alarm=True)]


def _note(record: Note, _connection: Connection | None) -> list[Pane]:
    return [_pane("note", [((visible(record.text, 2_000), "text"),)])]


def _run(record: Header, _connection: Connection | None) -> list[Pane]:
    facts = [
        _fact("written by", record.tool),
        _fact("began", f"{record.time:%Y-%m-%d %H:%M:%S} UTC"),
        _fact("seen at", record.vantage.value),
        *_present("listening on", record.listen),
        *_present("upstream", record.upstream),
        *(_fact(name, str(value)) for name, value in list(record.options.items())[:20]),
    ]
    return [_pane("another run begins", facts)]


_TELL: dict[type[Any], Callable[[Any, Connection | None], list[Pane]]] = {
    Opened: _opened,
    Refused: _refused,
    Ended: _ended,
    Close: _close,
    Undecodable: _undecodable,
    Gap: _gap,
    Note: _note,
    Header: _run,
}


def _pane(title: str, lines: Sequence[Cell], subtitle: Cell = (), *, alarm: bool = False) -> Pane:
    weight = sum(min(sum(len(text) for text, _ in line), 60) for line in lines)
    return Pane(((title, "error" if alarm else ""),), subtitle, FactsBody(tuple(lines)), alarm, weight)


def _fact(label: str, value: str, tone: str = "text") -> Cell:
    return ((f"{visible(label, _LABEL - 1):<{_LABEL}}", "muted"), (visible(value, _LONGEST), tone))


def _present(label: str, value: str | None) -> list[Cell]:
    return [_fact(label, value)] if value else []


def _tls(facts: TlsFacts | None) -> list[Cell]:
    if facts is None:
        return []
    words = [word for word in (facts.version, facts.cipher) if word]
    lines = [_fact("TLS", " · ".join(words) or "yes")]
    lines += _present("server name", facts.server_name)
    if facts.peer_subject:
        until = f", until {facts.peer_expires}" if facts.peer_expires else ""
        lines.append(_fact("certificate", facts.peer_subject + until))
    return lines


def _headers(headers: Sequence[tuple[str, str]]) -> list[Cell]:
    """The header lines as they were received; credentials were redacted when they were captured."""
    lines: list[Cell] = [(("", ""),)] if headers else []
    for name, value in headers[:_MOST_HEADERS]:
        lines.append(((f"{visible(name, 60)}: ", "up"), (visible(value, _LONGEST), "text")))
    if len(headers) > _MOST_HEADERS:
        lines.append(((f"… {len(headers) - _MOST_HEADERS} more headers", "muted"),))
    return lines


def _header(headers: Sequence[tuple[str, str]], name: str) -> str | None:
    values = [value for header, value in headers if header.lower() == name]
    return ", ".join(values) or None


def _span(time: timedelta) -> str:
    return format_seconds(max(time.total_seconds(), 0.0))


def _subprotocol(record: Opened) -> Cell:
    if record.subprotocol:
        return _fact("subprotocol", record.subprotocol)
    if record.handshake is None:
        return _fact("subprotocol", "not recorded", "muted")
    return _fact("subprotocol", "none negotiated", "warn")


def _read_as(connection: Connection | None) -> list[Cell]:
    """The OCPP version, and that it is only a conclusion where no subprotocol says so."""
    if connection is None or connection.version is None:
        return []
    if connection.version_source is VersionSource.NEGOTIATED:
        return [_fact("read as", f"OCPP {connection.version}")]
    return [_fact("read as", f"OCPP {connection.version}, by its messages", "warn")]
