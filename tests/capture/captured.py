"""Makes captures of bytes and reads them back: what the tests of formats have in common."""

import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from ocppscope.capture.formats import WRITERS
from ocppscope.capture.lost import Lost
from ocppscope.capture.options import ReadOptions
from ocppscope.capture.reader import Capture, open_capture
from ocppscope.capture.record import MessageRecord, Note, Opened, Record
from ocppscope.protocol.roles import Direction

UP, DOWN = Direction.TO_CSMS, Direction.TO_STATION

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

BOOT = '[2,"17","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]'
BOOTED = '[3,"17",{"status":"Accepted","currentTime":"2026-11-20T12:00:00Z","interval":300}]'
RESET = '[2,"r1","Reset",{"type":"Soft"}]'
RESET_DONE = '[3,"r1",{"status":"Accepted"}]'


class Read(msgspec.Struct):
    """What came out of a capture: the capture itself and all its records."""

    capture: Capture
    records: list[Record]

    @property
    def messages(self) -> list[MessageRecord]:
        """The messages only."""
        return [record for record in self.records if isinstance(record, MessageRecord)]

    @property
    def said(self) -> list[tuple[str, str | None]]:
        """Direction (``>`` to the CSMS, ``<`` to the station) and text of each message."""
        return [(">" if record.dir is UP else "<", record.text) for record in self.messages]

    @property
    def stations(self) -> list[str]:
        """The stations that were announced, in order."""
        return [record.station for record in self.records if isinstance(record, Opened)]

    @property
    def notes(self) -> list[str]:
        """The remarks of the reader."""
        return [record.text for record in self.records if isinstance(record, Note)]

    @property
    def seconds(self) -> list[float]:
        """Times of the messages, in seconds after noon."""
        return [(record.time - NOON).total_seconds() for record in self.messages]

    @property
    def skipped(self) -> list[tuple[int, str]]:
        """Line and reason of what was left out."""
        return [(skipped.line, skipped.reason) for skipped in self.capture.skipped]


def read(data: bytes | str, *, name: str = "made.log", **options: object) -> Read:
    """Read a capture that holds just this; options are those of `ReadOptions`."""
    content = data.encode() if isinstance(data, str) else data
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read_file(path, **options)


def read_file(path: Path, **options: object) -> Read:
    """Read a capture file."""
    capture = open_capture(path, options=msgspec.convert({}, ReadOptions) if not options else ReadOptions(**options))  # type: ignore[arg-type]
    return Read(capture, list(capture))


def written(
    form: str, records: Iterable[Record], remarks: dict[int, Sequence[str]] | None = None
) -> tuple[bytes, Lost]:
    """The records in a format, and what it could not hold; ``remarks`` by number of record."""
    lost = Lost()
    file = io.BytesIO()
    writer = next(writer for writer in WRITERS if form == writer.NAME)
    writer.write(iter(records), file, lost, lambda record: (remarks or {}).get(record.seq, ()))
    return file.getvalue(), lost


def conversation(*texts: str, station: str = "WB01", conn: int = 1) -> list[Record]:
    """A connection of one station that says these texts, one a second from noon on: ``>`` or ``<`` and the message."""
    records: list[Record] = [Opened(seq=1, time=NOON, conn=conn, station=station, subprotocol="ocpp1.6")]
    for number, text in enumerate(texts):
        way = UP if text[0] == ">" else DOWN
        time = NOON + timedelta(seconds=number)
        records.append(MessageRecord(seq=number + 2, time=time, conn=conn, dir=way, text=text[1:]))
    return records
