"""Writes tables."""

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from ocppscope.capture.formats.csv.columns import HEADER, guarded
from ocppscope.capture.lost import Lost
from ocppscope.capture.record import MessageRecord, Opened, Record, clock
from ocppscope.protocol.correlator import Correlator
from ocppscope.protocol.message import TYPE_NAMES, Call, CallError, CallResult, Send, parse
from ocppscope.protocol.roles import Direction

if TYPE_CHECKING:
    from ocppscope.capture.formats import Remarks

_SENT_BY = {Direction.TO_CSMS: "station", Direction.TO_STATION: "csms"}


def write(records: Iterable[Record], file: BinaryIO, lost: Lost, remarks: "Remarks") -> None:
    """One row a message, a response with its action and latency in seconds."""
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(HEADER)
    stations: dict[int, str] = {}
    pairs: dict[int, Correlator] = {}
    untimed: set[int] = set()
    for record in records:
        found = remarks(record)
        if isinstance(record, Opened):
            stations[record.conn] = record.station
            pairs[record.conn] = Correlator()
            (untimed.discard if record.timed else untimed.add)(record.conn)
        elif not isinstance(record, MessageRecord):
            lost.add_record(record)
        elif record.text is None:
            lost.add("messages that are no text")
        else:
            lost.add_end_of(record)
            action, message_id, latency, kind = _facts(record, pairs.setdefault(record.conn, Correlator()))
            station = stations.get(record.conn, "")
            time = record.time.isoformat().replace("+00:00", "Z")
            if record.conn in untimed:
                time = latency = ""
            rows.writerow(
                (
                    time,
                    guarded(station),
                    record.conn,
                    _SENT_BY[record.dir],
                    kind,
                    guarded(message_id),
                    guarded(action),
                    latency,
                    guarded("; ".join(found)),
                    guarded(record.text),
                )
            )
    text.detach()


def _facts(record: MessageRecord, pairs: Correlator) -> tuple[str, str, str, str]:
    """Action, id, latency and type of a message, as texts."""
    message = parse(record.text or "")
    kind = TYPE_NAMES[type(message)]
    at = clock(record)
    message_id = "" if message.message_id is None else str(message.message_id)
    match message:
        case Call():
            pairs.call(record.dir, message, record.seq, record.sent or at, size=len(record.text or ""))
            return message.action, message_id, "", kind
        case Send():
            return message.action, message_id, "", kind
        case CallResult() | CallError():
            asked = pairs.response(record.dir, message.message_id).pending
            if asked is not None:
                return asked.call.action, message_id, f"{max(at - asked.since, 0) / 1e9:.6f}", kind
    return "", message_id, "", kind
