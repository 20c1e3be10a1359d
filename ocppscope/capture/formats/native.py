"""The native format: the records themselves, one a line."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from ocppscope import __version__
from ocppscope.capture.formats.decoding import DECODE_ERRORS, OUT_OF_RANGE, YEARS, why_undecodable
from ocppscope.capture.lost import Lost
from ocppscope.capture.record import FORMAT_NAME, FORMAT_VERSION, Header, MessageRecord, Record, Vantage, decode, encode
from ocppscope.capture.source import Source

if TYPE_CHECKING:
    from ocppscope.capture.formats import Remarks

NAME = "native"

ENDINGS = (".jsonl", ".ndjson")

TOOL = f"ocppscope {__version__}"

KINDS = frozenset(
    {"header", "opened", "refused", "message", "ping", "pong", "close", "undecodable", "ended", "gap", "note"}
)
"""The kinds of record that this version knows."""

LONGEST_EVENT = 4 * 1024 * 1024
"""Bytes of the longest line that is no message. A message is one text; other records hold lists, and JSON can make them
weigh thirty times the line."""

_START = re.compile(rb'\s*\{\s*"kind"\s*:\s*"([a-z]+)"')


_decode_message = msgspec.json.Decoder(MessageRecord).decode


class _Outline(msgspec.Struct):
    """As much of a line as is needed to recognise it; the rest is passed over unread."""

    kind: str
    seq: int | None = None
    format: str | None = None
    version: int | None = None


_decode_outline = msgspec.json.Decoder(_Outline).decode


class LineError(ValueError):
    """A line that is no record; its text is the reason."""


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is a native capture: one of its first lines is a record, or the first begins like one."""
    for line in head.split(b"\n"):
        outline = _outline(line)
        if outline is not None and outline.kind in KINDS and outline.seq is not None:
            return True
    match = _START.match(head)
    return match is not None and match[1].decode() in KINDS


def newer_version(head: bytes) -> int | None:
    """The format version of the first header if a newer ocppscope wrote it, else None."""
    line, newline, _ = head.lstrip().partition(b"\n")
    outline = _outline(line) if newline else None
    if outline is not None and outline.format == FORMAT_NAME and (outline.version or 0) > FORMAT_VERSION:
        return outline.version
    return None


def vantage(head: bytes) -> Vantage:
    """Where the first run was recorded."""
    line = head.partition(b"\n")[0]
    try:
        record = decode_line(line)
    except LineError:
        return Vantage.UNKNOWN
    return record.vantage if isinstance(record, Header) else Vantage.UNKNOWN


def read(source: Source) -> Iterator[Record]:
    """The records as they stand there."""
    for line in source.lines():
        try:
            record = decode_line(line, source.line)
        except LineError as error:
            source.skip(str(error))
            continue
        if (warning := warning_of(record)) is not None:
            source.skip(warning)
        yield record


def write(records: Iterable[Record], file: BinaryIO, lost: Lost, remarks: "Remarks") -> None:
    """The records, numbered by their lines. A capture of another format gets a header, so that a run can follow it."""
    file.writelines(
        encode(record if record.seq == line else msgspec.structs.replace(record, seq=line))
        for line, record in enumerate(_with_header(records), 1)
    )


def _with_header(records: Iterable[Record]) -> Iterator[Record]:
    first = True
    for record in records:
        if first and not isinstance(record, Header):
            yield Header(
                seq=1,
                time=record.time,
                mono=record.mono,
                format=FORMAT_NAME,
                version=FORMAT_VERSION,
                tool=TOOL,
                run="converted",
            )
        first = False
        yield record


def warning_of(record: Record) -> str | None:
    """What a reader should be told about a record that can be read."""
    if type(record) is Header and record.version > FORMAT_VERSION:
        return f"a newer ocppscope wrote the run that begins here (format {record.version}): read as far as it is known"
    return None


def decode_line(line: bytes, number: int | None = None) -> Record:
    """The record that a line holds.

    Its ``seq`` is the line's number, where that is given, even if the line says otherwise, as it does in captures that
    were put together or filtered with other tools: numbers stay unique, rise, and lead to the line.

    Raises:
        LineError: it holds none that this version knows.
    """
    try:
        record = decode(line) if len(line) <= LONGEST_EVENT else _decode_message(line)
    except DECODE_ERRORS as error:
        raise LineError(_reason(line, error)) from None
    if record.time.year not in YEARS:
        raise LineError(OUT_OF_RANGE)
    return record if number is None or record.seq == number else msgspec.structs.replace(record, seq=number)


def _reason(line: bytes, error: Exception) -> str:
    outline = _outline(line) if isinstance(error, msgspec.ValidationError) else None
    if outline is None:
        return why_undecodable(error)
    if outline.kind not in KINDS:
        return f'a record of the unknown kind "{outline.kind}", written by a newer ocppscope'
    if outline.kind != "message" and len(line) > LONGEST_EVENT:
        return f"a record of the kind {outline.kind} of {len(line):,} bytes, at most {LONGEST_EVENT:,} are read"
    return why_undecodable(error)


def _outline(line: bytes) -> _Outline | None:
    try:
        return _decode_outline(line)
    except DECODE_ERRORS:
        return None
