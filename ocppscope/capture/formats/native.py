"""The native format: the records themselves, one a line."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from ocppscope.capture.formats.decoding import DECODE_ERRORS, OUT_OF_RANGE, YEARS, why_undecodable
from ocppscope.capture.record import FORMAT_NAME, FORMAT_VERSION, Header, Record, Vantage, decode
from ocppscope.capture.source import Source

NAME = "native"

KINDS = frozenset(
    {"header", "opened", "refused", "message", "ping", "pong", "close", "undecodable", "ended", "gap", "note"}
)
"""The kinds of record that this version knows."""

_START = re.compile(rb'\s*\{\s*"kind"\s*:\s*"([a-z]+)"')


class LineError(ValueError):
    """A line that is no record; its text is the reason."""


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is a native capture: one of its first lines is a record, or the first begins like one."""
    for line in head.split(b"\n"):
        members = _object(line)
        if members is not None and members.get("kind") in KINDS and "seq" in members:
            return True
    match = _START.match(head)
    return match is not None and match[1].decode() in KINDS


def newer_version(head: bytes) -> int | None:
    """The format version of the first header if a newer ocppscope wrote it, else None."""
    members = _first_line(head) or {}
    version = members.get("version")
    if members.get("format") == FORMAT_NAME and isinstance(version, int) and version > FORMAT_VERSION:
        return version
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
        else:
            yield record


def decode_line(line: bytes, number: int | None = None) -> Record:
    """The record that a line holds.

    Its ``seq`` is the line's number, where that is given, even where the line says otherwise, as it does in captures that were put together or
    filtered with other tools: numbers stay unique, rise, and lead to the line.

    Raises:
        LineError: it holds none that this version knows.
    """
    try:
        record = decode(line)
    except DECODE_ERRORS as error:
        raise LineError(_reason(line, error)) from None
    if record.time.year not in YEARS:
        raise LineError(OUT_OF_RANGE)
    return record if number is None or record.seq == number else msgspec.structs.replace(record, seq=number)


def _reason(line: bytes, error: Exception) -> str:
    if isinstance(error, msgspec.ValidationError):
        kind = (_object(line) or {}).get("kind")
        if isinstance(kind, str) and kind not in KINDS:
            return f'a record of the unknown kind "{kind}", written by a newer ocppscope'
    return why_undecodable(error)


def _first_line(head: bytes) -> dict[str, Any] | None:
    line, newline, _ = head.lstrip().partition(b"\n")
    return _object(line) if newline else None


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        members = msgspec.json.decode(line)
    except DECODE_ERRORS:
        return None
    return members if isinstance(members, dict) else None
