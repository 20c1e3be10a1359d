"""What other programs record lacks much: times, ends of connections. Nothing may be made of what is not there."""

from datetime import UTC, datetime

import msgspec
import pytest
from test_clean_sessions import EXPLAINED, capture, inspected, unexplained

from ocppscope.capture.record import Close, Ended, Header, MessageRecord, Opened, Ping, Pong, Record, Refused, clock
from ocppscope.conformance.registry import all_rules
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import OcppVersion

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000_000


def without_times(records: tuple[Record, ...]) -> list[Record]:
    """As a log of which only the order is known."""
    kept: list[Record] = []
    for record in records:
        if isinstance(record, Opened):
            kept.append(msgspec.structs.replace(record, time=BEGINNING, mono=None, handshake=None, timed=False))
        elif isinstance(record, MessageRecord):
            kept.append(msgspec.structs.replace(record, time=BEGINNING, mono=None, sent=None))
    return kept


def message(seq: int, conn: int, way: Direction, text: str, second: float) -> MessageRecord:
    time = datetime.fromtimestamp(1_767_225_600 + second, UTC)
    return MessageRecord(seq=seq, time=time, mono=round(second * SECOND), conn=conn, dir=way, text=text)


def opened(seq: int, conn: int) -> Opened:
    time = datetime.fromtimestamp(1_767_225_600, UTC)
    return Opened(seq=seq, time=time, mono=0, conn=conn, station=f"CS-{conn}", subprotocol="ocpp1.6")


@pytest.mark.parametrize("version", OcppVersion)
def test_where_nothing_has_a_time_nothing_is_late_early_or_flapping(version: OcppVersion) -> None:
    inspector = inspected(without_times(capture(version)))
    assert unexplained(inspector, *EXPLAINED, "RPC-008", "SES-001") == []
    assert inspector.response_times.rows() == []
    assert all(not figure.n for figure in inspector.kpis.figures())


def test_what_needs_no_time_is_found_without_any() -> None:
    inspector = Inspector()
    records: list[Record] = [
        msgspec.structs.replace(opened(1, 1), timed=False),
        message(2, 1, Direction.TO_CSMS, '[2,"1","Heartbeat",{"extra":1}]', 0),
        message(3, 1, Direction.TO_STATION, '[3,"9",{}]', 0),
    ]
    for record in records:
        inspector.observe(record)
    assert {row.finding.rule for row in inspector.findings.rows()} == {"RPC-024", "RPC-008"}


def test_some_rules_of_every_kind_need_no_times() -> None:
    timeless = {rule.id for rule in all_rules() if rule.timeless}
    assert {"RPC-001", "RPC-021", "RPC-024", "CFG-002", "SCH-005", "LAL-004"} <= timeless
    assert not timeless & {"RPC-009", "RPC-011", "SES-009", "SES-012", "STA-007", "TXN-011", "CON-010"}


CALL = '[2,"1","Heartbeat",{}]'
OTHER = '[2,"2","Heartbeat",{}]'
ANSWER = '[3,"2",{"currentTime":"2026-01-01T00:10:00Z"}]'


def test_a_call_is_not_called_unanswered_where_its_connection_may_have_ended_unnoticed() -> None:
    inspector = Inspector()
    for record in (opened(1, 1), opened(2, 2), message(3, 1, Direction.TO_CSMS, CALL, 1)):
        inspector.observe(record)
    for second in range(10, 1000, 10):  # another station talks on
        inspector.observe(message(3 + second, 2, Direction.TO_CSMS, f'[2,"{second}","Heartbeat",{{}}]', second))
        inspector.observe(
            message(
                4 + second, 2, Direction.TO_STATION, f'[3,"{second}",{{"currentTime":"2026-01-01T00:00:00Z"}}]', second
            )
        )
    assert {row.finding.station for row in inspector.findings.rows()} <= {"CS-2"}


def test_it_is_once_the_connection_is_heard_of_again() -> None:
    inspector = Inspector()
    found: list[str] = []
    for record in (
        opened(1, 1),
        message(2, 1, Direction.TO_CSMS, CALL, 1),
        message(3, 1, Direction.TO_CSMS, OTHER, 600),
        message(4, 1, Direction.TO_STATION, ANSWER, 600.1),
    ):
        found += [finding.rule for finding in inspector.observe(record).findings]
    assert "RPC-011" in found


def test_rules_do_not_wait_through_a_leap_of_the_clock_minute_by_minute() -> None:
    inspector = Inspector()
    records = [record for record in capture_of_one() if not isinstance(record, Ended | Close)]
    for record in records[:40]:
        inspector.observe(record)
    years = 50 * 365 * 24 * 3600 * SECOND
    inspector.advance(clock(records[39]) + years)  # would be 26 million minutes
    assert sum(row.count for row in inspector.findings.rows()) < 1000


def capture_of_one() -> tuple[Record, ...]:
    return tuple(
        record for record in capture(OcppVersion.V16) if not isinstance(record, Refused | Ping | Pong | Header)
    )
