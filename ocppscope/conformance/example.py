"""From the script of an example to the records that a capture of it would hold."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ocppscope.capture.record import (
    FORMAT_NAME,
    FORMAT_VERSION,
    Ended,
    Handshake,
    Header,
    MessageRecord,
    Note,
    Opened,
    Record,
)
from ocppscope.conformance.rule import Example
from ocppscope.protocol.roles import Direction

EXAMPLE_STATION = "CS-EXAMPLE"

_LINE = re.compile(r"(?:\+(?P<wait>[\d.]+)\s*)?(?:(?P<arrow>[<>])\s(?P<text>.*)|(?P<word>reconnect)?)", re.DOTALL)
_WAYS = {">": Direction.TO_CSMS, "<": Direction.TO_STATION}
_STEP = 0.1
_START = datetime(2026, 1, 1, tzinfo=UTC)


def records_of(example: Example) -> Iterator[Record]:
    """The records of an example, the clock starting at 2026-01-01T00:00:00Z and at 0 ns.

    Raises:
        ValueError: a line of the script is none of the kinds that `Example` describes.
    """
    seq, conn, seconds = 1, 1, 0.0

    def stamp() -> dict[str, object]:
        return {"seq": seq, "time": _START + timedelta(seconds=seconds), "mono": round(seconds * 1e9)}

    yield Header(format=FORMAT_NAME, version=FORMAT_VERSION, tool="example", run="example", **stamp())  # type: ignore[arg-type]
    seq += 1
    yield _opened(example, conn, stamp())
    for line in example.script.strip().splitlines():
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise ValueError(f"example {example.title!r}: no such line: {line.strip()}")
        seconds += float(found["wait"]) if found["wait"] else _STEP
        seq += 1
        if found["arrow"]:
            way = _WAYS[found["arrow"]]
            yield MessageRecord(conn=conn, dir=way, text=found["text"], **stamp())  # type: ignore[arg-type]
        elif found["word"]:
            yield Ended(conn=conn, by="network", how="rst", **stamp())  # type: ignore[arg-type]
            seq += 1
            conn += 1
            yield _opened(example, conn, stamp())
        else:
            yield Note(text="time passes", **stamp())  # type: ignore[arg-type]


def record_number(example: Example, line: int) -> int:
    """The record number of the script's message number ``line``, counted from 1."""
    messages = [record for record in records_of(example) if isinstance(record, MessageRecord)]
    return messages[line - 1].seq


def _opened(example: Example, conn: int, stamp: dict[str, object]) -> Record:
    handshake = Handshake(target=f"/{EXAMPLE_STATION}", status=101)
    subprotocol = example.version.subprotocol
    return Opened(conn=conn, station=EXAMPLE_STATION, subprotocol=subprotocol, handshake=handshake, **stamp)  # type: ignore[arg-type]
