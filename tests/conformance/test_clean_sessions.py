"""Hours of conforming traffic of several stations: nobody has anything to say, wherever one begins to listen."""

from functools import cache

import clean_episodes_v2x
import pytest
from clean_episodes_v16 import day
from clean_talk import capture_of

from ocppscope.capture.record import Ended, MessageRecord, Opened, Record, clock
from ocppscope.inspect.inspector import Inspector
from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.finding import Severity
from ocppscope.protocol.version import OcppVersion

HOUR = 3_600_000_000_000

EXPLAINED: dict[str, str] = {
    "CON-013": "the network fails, which leaves no time for a close frame",
    "TXN-021": "nobody plugs in after a remote start, which is how it ends normally: only a car that waits is a warning",
}
"""Infos that clean traffic may bring, by rule, and why they are true."""

IN_MID_LIFE: dict[str, str] = {
    "SES-001": "the boot of a station that comes back was not seen",
    "RES-006": "a reservation that was made before",
    "RPC-008": "the answer to a CALL from before",
    "SCH-002": "a limit for a transaction that began before",
    "SEC-004": "a certificate that was asked for before",
    "SES-021": "a station whose name nobody heard comes back after its reset under that name",
    "TXN-001": "the meter values of a transaction that began before",
    "TXN-027": "a reservation that was made before",
    "TXN-201": "the same of 2.x",
}
"""Infos more where the beginning was not seen."""

CUTS = (1, 2, 3, 5, 8, 14, 33, 61, 100, 149, 203, 250, 311, 402, 487, 555, 623, 702, 811, 1003)


@cache
def capture(version: OcppVersion) -> tuple[Record, ...]:
    """The clean day of a version."""
    if version is OcppVersion.V16:
        return tuple(capture_of(day()))
    return tuple(capture_of(clean_episodes_v2x.day(version)))


def inspected(records: list[Record] | tuple[Record, ...]) -> Inspector:
    """After all records, and a day later."""
    inspector = Inspector()
    for record in records:
        inspector.observe(record)
    inspector.advance(clock(records[-1]) + 24 * HOUR)
    return inspector


def unexplained(inspector: Inspector, *explained: str) -> list[str]:
    return [_shown(row) for row in inspector.findings.rows() if _is_wrong(row, explained)]


def _is_wrong(row: FindingRow, explained: tuple[str, ...]) -> bool:
    return row.finding.severity is not Severity.INFO or row.finding.rule not in explained


def _shown(row: FindingRow) -> str:
    found = row.finding
    return f"{found.rule} {found.severity} {found.station} {found.records} {found.action}: {found.evidence}"


@pytest.mark.parametrize("version", OcppVersion)
def test_every_rule_stays_silent(version: OcppVersion) -> None:
    assert unexplained(inspected(capture(version)), *EXPLAINED) == []


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("version", OcppVersion)
def test_it_stays_silent_when_the_beginning_is_missing(version: OcppVersion, cut: int) -> None:
    """As when a capture was cut: connections have numbers and no names."""
    assert unexplained(inspected(capture(version)[cut:]), *EXPLAINED, *IN_MID_LIFE) == []


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("version", OcppVersion)
def test_it_stays_silent_when_a_recorder_of_another_program_comes_late(version: OcppVersion, cut: int) -> None:
    """It knows the stations, but saw no handshake and nothing of what was said before."""
    records = capture(version)
    assert unexplained(inspected(_come_upon(records, cut)), *EXPLAINED, *IN_MID_LIFE) == []


def _come_upon(records: tuple[Record, ...], cut: int) -> list[Record]:
    before = records[:cut]
    over = {record.conn for record in before if isinstance(record, Ended)}
    first = records[cut]
    met = [
        Opened(
            seq=record.seq,
            time=first.time,
            mono=first.mono,
            conn=record.conn,
            station=record.station,
            subprotocol=record.subprotocol,
        )
        for record in before
        if isinstance(record, Opened) and record.conn not in over
    ]
    return [*met, *records[cut:]]


@pytest.mark.parametrize("version", OcppVersion)
def test_the_day_is_worth_the_name(version: OcppVersion) -> None:
    """Else silence would mean little."""
    records = capture(version)
    inspector = inspected(records)

    stations = {record.station for record in records if isinstance(record, Opened)}
    assert len(stations) >= 3
    assert clock(records[-1]) - clock(records[0]) > 2.5 * HOUR
    assert len([record for record in records if isinstance(record, MessageRecord)]) > 700
    assert inspector.counts.calls == inspector.counts.answered > 300
    assert {record.how for record in records if isinstance(record, Ended)} == {"closed", "rst"}


@pytest.mark.parametrize("version", OcppVersion)
def test_the_same_day_is_the_same_capture(version: OcppVersion) -> None:
    assert tuple(capture_of(day() if version is OcppVersion.V16 else clean_episodes_v2x.day(version))) == capture(
        version
    )
