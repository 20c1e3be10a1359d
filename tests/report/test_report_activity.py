"""Activity over time: counted in spans that grow with the capture, and never more of them than there is room for."""

from datetime import UTC, datetime, timedelta

from ocppscope.capture.record import MessageRecord
from ocppscope.inspect.seen import Seen
from ocppscope.model.connection import Connection
from ocppscope.model.finding import Finding, Severity
from ocppscope.protocol.roles import Direction
from ocppscope.report.activity import MOST_SPANS, MOST_STATIONS, Activity

START = datetime(2026, 3, 1, tzinfo=UTC)


def message(after: float, station: str = "CP001") -> Seen:
    time = START + timedelta(seconds=after)
    record = MessageRecord(seq=1, time=time, conn=1, dir=Direction.TO_CSMS, text="[]")
    return Seen(record, 1, Connection(1, station, START, 0))


def finding(after: float) -> Finding:
    time = START + timedelta(seconds=after)
    return Finding("RPC-001", Severity.ERROR, None, "CP001", 1, time, (1,), "made up")


def test_nothing_was_seen() -> None:
    assert Activity().start is None
    assert Activity().end is None


def test_messages_and_findings_are_counted_in_the_span_in_which_they_fall() -> None:
    activity = Activity()
    for after in (0, 0.5, 7):
        activity.add(message(after))
    activity.found(finding(7.2))
    spans = [(time, amounts.messages, amounts.findings[Severity.ERROR]) for time, amounts in activity.spans("CP001")]
    assert spans == [(START, 2, 0), (START + timedelta(seconds=7), 1, 1)]
    activity.found(finding(7.2), -1)
    assert [amounts.findings[Severity.ERROR] for _, amounts in activity.spans("CP001")] == [0, 0]


def test_spans_grow_with_the_capture_and_lose_nothing() -> None:
    activity = Activity()
    for hour in range(24 * 30):
        activity.add(message(hour * 3600))
    spans = list(activity.spans("CP001"))
    assert len(spans) <= MOST_SPANS
    assert sum(amounts.messages for _, amounts in spans) == 24 * 30
    assert activity.start is not None
    assert activity.start <= START


def test_time_may_go_back() -> None:
    activity = Activity()
    for after in (0, -40 * 86_400, 40 * 86_400):
        activity.add(message(after))
    assert sum(amounts.messages for _, amounts in activity.spans("CP001")) == 3
    assert activity.start is not None
    assert activity.start <= START - timedelta(days=40)


def test_stations_without_end_are_not_all_kept() -> None:
    activity = Activity()
    for number in range(MOST_STATIONS + 10):
        activity.add(message(0, f"CP{number}"))
    assert list(activity.spans(f"CP{MOST_STATIONS + 5}")) == []
