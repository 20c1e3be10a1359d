"""One line for what is no message: connections that come and go, records that are missing."""

from ocppscope.capture.record import Ended, Gap, Header, Note, Opened, Refused, Undecodable
from ocppscope.inspect.autopsy import last_frame, seconds
from ocppscope.model.connection import Connection
from ocppscope.model.visible import visible
from ocppscope.protocol.close_codes import close_meaning
from ocppscope.tui.columns.times import clock_time
from ocppscope.tui.rows import Row
from ocppscope.tui.widgets.record_table import Cell

_HOW = {
    "fin": "dropped without a close frame",
    "rst": "reset",
    "timeout": "timed out",
    "error": "failed",
    "shutdown": "ended with the proxy",
    "unknown": "ended unseen",
}
_BY = {"station": "by the station", "csms": "by the CSMS", "proxy": "by the proxy", "network": "by the network"}


def describe(record: object, row: Row, connection: Connection | None = None) -> Cell:
    """The line of an event, beginning with its time and station.

    Args:
        record: read back from the capture; None when it could not be.
        row: its row.
        connection: that it belongs to, None where it is not known any more.
    """
    words, token = _words(record, connection)
    parts = [(clock_time(row.time), "muted"), (" ╌╌╌ ", "frame")]
    if row.station:
        parts.append((visible(row.station, 40) + "  ", "muted bold"))
    parts.append((visible(words, 300), token))
    return parts


def _words(record: object, connection: Connection | None) -> tuple[str, str]:
    match record:
        case Opened():
            return _opened(record), "muted"
        case Ended():
            words, token = _ended(record, connection.close_code if connection is not None else None)
            return words + _silence(connection), token
        case Refused():
            status = f" ({record.status})" if record.status else ""
            return f"refused{status}: {record.reason}", "error"
        case Undecodable():
            return f"frames can no longer be read: {record.reason}; bytes still pass", "error"
        case Gap():
            return f"{record.lost:,} records lost: {record.reason}; traffic went on", "error"
        case Note():
            return record.text, "muted italic"
        case Header():
            return f"a new run begins: {record.tool}", "muted"
    return "could not be read back from the capture", "muted"


def _opened(record: Opened) -> str:
    if record.handshake is None and record.subprotocol is None:
        return "the recording begins"  # how it was opened nobody wrote down
    parts = ["connected", f"subprotocol {record.subprotocol}" if record.subprotocol else "no subprotocol"]
    if record.peer:
        parts.append(f"from {record.peer}")
    if record.extensions:
        parts.append("compressed" if "deflate" in record.extensions else record.extensions)
    if record.station_tls is not None and record.station_tls.version:
        parts.append(record.station_tls.version)
    return " · ".join(parts)


def _ended(record: Ended, code: int | None) -> tuple[str, str]:
    who = _BY.get(record.by, "")
    if record.how == "closed":
        number = 1005 if code is None else code
        return f"closed {number} ({close_meaning(number)}) {who}", "muted" if number in (1000, 1001, 1005) else "warn"
    how = _HOW.get(record.how, record.how)
    error = f": {record.error}" if record.error else ""
    if record.how == "shutdown":
        return f"closed 1001 (going away), {how}", "muted"
    return f"closed 1006 (abnormal) {how} {who}{error}", "warn"


def _silence(connection: Connection | None) -> str:
    """How long nothing had come before the end: what looks like a timer catches the eye in the list."""
    parting = connection.parting if connection is not None else None
    last = last_frame(parting) if parting is not None else None
    if parting is None or last is None:
        return ""
    return f", idle {seconds(max(parting.at - last.at, 0) / 1e9)}"
