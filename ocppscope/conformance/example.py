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
    Ping,
    Record,
)
from ocppscope.conformance.rule import Example
from ocppscope.pics.profile import Profile
from ocppscope.pics.toml_reader import read_toml
from ocppscope.protocol.roles import Direction

EXAMPLE_STATION = "CS-EXAMPLE"

_LINE = re.compile(
    r"(?:\+(?P<wait>[\d.]+)\s*)?(?:(?P<arrow>[<>])\s(?P<text>.*)|(?P<word>reconnect|drop|connect|ping)?)", re.DOTALL
)
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
        elif found["word"] == "ping":
            yield Ping(conn=conn, dir=Direction.TO_CSMS, **stamp())  # type: ignore[arg-type]
        elif found["word"]:
            if found["word"] != "connect":
                yield Ended(conn=conn, by="network", how="rst", **stamp())  # type: ignore[arg-type]
            if found["word"] == "reconnect":
                seq += 1
            if found["word"] != "drop":
                conn += 1
                yield _opened(example, conn, stamp())
        else:
            yield Note(text="time passes", **stamp())  # type: ignore[arg-type]


def profiles_of(example: Example) -> tuple[Profile, ...]:
    """The profiles in force in an example: one or none.

    Raises:
        ProfileError: its text is no profile.
    """
    if not example.profile:
        return ()
    text = example.profile
    if "[identity]" not in text:
        text += f'\n[identity]\ndut = "station"\nocpp_version = "{example.version}"\nvendor = "Made"\nproduct = "Up"\n'
    return (read_toml(text, f"example {example.title!r}", "example"),)


def record_number(example: Example, line: int) -> int:
    """The record number of the script's message number ``line``, counted from 1."""
    messages = [record for record in records_of(example) if isinstance(record, MessageRecord)]
    return messages[line - 1].seq


def _opened(example: Example, conn: int, stamp: dict[str, object]) -> Record:
    return Opened(
        conn=conn,
        station=EXAMPLE_STATION,
        subprotocol=example.version.subprotocol,
        handshake=Handshake(target=f"/{EXAMPLE_STATION}", status=101, auth=example.auth),
        station_tls=example.tls,
        **stamp,  # type: ignore[arg-type]
    )
