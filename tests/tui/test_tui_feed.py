"""From the capture to the rows: exchanges closed, findings pinned, texts read back, clocks, several captures, replaced files."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from panes_support import Script
from tui_support import append, story, write

from ocppscope.capture.parts import parts_from
from ocppscope.capture.record import Close, Ended, Header, MessageRecord, encode, wall_ns
from ocppscope.capture.retention import Rotation
from ocppscope.capture.rotation import RotatingWriter
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.exchange import Outcome
from ocppscope.protocol.message import Malformed
from ocppscope.protocol.roles import Role
from ocppscope.tui.feed import Feed
from ocppscope.tui.rows import Kind
from ocppscope.tui.source import Copied, source_of


def feed_of(path: Path, *, live: bool = False) -> Feed:
    feed = Feed(source_of([path], grows=live), Inspector, live=live)
    while feed.work(1):
        pass
    return feed


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    return write(tmp_path / "capture.jsonl", story().records)


def position_of(feed: Feed, kind: Kind, action: str = "") -> int:
    rows = feed.rows
    return next(
        place for place in range(len(rows)) if rows.kind(place) is kind and (not action or rows.action(place) == action)
    )


def test_an_exchange_is_shown_from_either_end(capture: Path) -> None:
    feed = feed_of(capture)
    call = feed.rows.number(position_of(feed, Kind.CALL, "BootNotification"))
    answer = feed.rows.number(position_of(feed, Kind.CALLRESULT, "BootNotification"))
    from_call, from_answer = feed.shown(call), feed.shown(answer)
    assert from_call is not None
    assert from_answer is not None
    assert from_call.request == from_answer.request
    assert from_call.exchange == from_answer.exchange
    assert from_call.exchange is not None
    assert from_call.exchange.outcome is Outcome.RESULT
    assert from_call.exchange.latency == pytest.approx(0.142)
    assert from_call.exchange.dut is Role.CSMS


def test_a_call_that_nobody_answered_is_aborted_when_its_connection_ends(capture: Path) -> None:
    feed = feed_of(capture)
    shown = feed.shown(feed.rows.number(position_of(feed, Kind.CALL, "GetVariables")))
    assert shown is not None
    assert shown.response is None
    assert shown.exchange is not None
    assert shown.exchange.outcome is Outcome.ABORTED


def test_what_is_unreadable_stands_alone_with_its_findings(capture: Path) -> None:
    feed = feed_of(capture)
    shown = feed.shown(feed.rows.number(position_of(feed, Kind.MALFORMED)))
    assert shown is not None
    assert shown.request is not None
    assert isinstance(shown.request.message, Malformed)
    assert shown.exchange is None
    assert shown.findings


def test_an_event_is_read_back_with_its_connection(tmp_path: Path) -> None:
    script = Script()
    script.open("CP1")
    script.add(Close, conn=1, dir="to_csms", code=1001)
    script.add(Ended, conn=1, by="station", how="closed")
    feed = feed_of(write(tmp_path / "c.jsonl", script.records))
    happening = feed.happening(position_of(feed, Kind.ENDED))
    assert happening is not None
    assert happening.connection is not None
    assert happening.connection.close_code == 1001


def test_a_muted_rule_is_no_longer_told(capture: Path) -> None:
    feed = feed_of(capture)
    number = feed.rows.number(position_of(feed, Kind.MALFORMED))
    rules = {finding.rule for finding in feed.findings(number)}
    assert rules
    for rule in rules:
        feed.inspector.findings.mute(rule)
    assert feed.findings(number) == ()


def test_work_stops_when_its_time_is_over_and_goes_on_where_it_stopped(capture: Path) -> None:
    whole = len(feed_of(capture).rows)
    feed = Feed(source_of([capture], grows=False), Inspector)
    assert feed.work(0)
    assert len(feed.rows) <= 1
    steps = 1
    while feed.work(0):
        steps += 1
    assert steps >= whole
    assert len(feed.rows) == whole
    assert feed.finished


def test_the_changes_name_the_rows_that_look_different_now(tmp_path: Path) -> None:
    script = Script()
    script.open()
    number, identifier = script.call(">", "Heartbeat", {})
    path = write(tmp_path / "c.jsonl", script.records)
    feed = feed_of(path, live=True)
    assert feed.take().appended
    assert not feed.take()
    script.text("<", f'[3,"{identifier}",{{"currentTime":"2025-03-14T09:41:03Z"}}]')
    append(path, script.records[-1:])
    feed.work(1)
    change = feed.take()
    assert change.appended
    assert number in change.numbers


def test_in_a_file_time_stands_still_and_live_it_runs(tmp_path: Path) -> None:
    script = Script()
    script.open()
    script.call(">", "Heartbeat", {})
    path = write(tmp_path / "c.jsonl", script.records)
    still = feed_of(path)
    assert still.now() == script.records[-1].mono == still.now()
    # Recorded just now on this machine's clock: ages are counted on that very clock.
    record = script.records[-1]
    assert isinstance(record, MessageRecord)
    stamped = [msgspec.structs.replace(one, time=datetime.now(UTC), mono=time.monotonic_ns()) for one in script.records]
    feed = feed_of(write(tmp_path / "live.jsonl", stamped), live=True)
    before = time.monotonic_ns()
    assert before <= feed.now() <= time.monotonic_ns()


def test_a_call_becomes_overdue_without_a_further_record(tmp_path: Path) -> None:
    script = Script()
    script.open()
    number, _ = script.call(">", "Heartbeat", {})
    long_ago = timedelta(hours=1)
    stamped = [
        msgspec.structs.replace(one, time=datetime.now(UTC) - long_ago, mono=time.monotonic_ns() - 3600 * 10**9)
        for one in script.records
    ]
    feed = feed_of(write(tmp_path / "c.jsonl", stamped), live=True)
    assert not feed.findings(number)
    feed.advance()
    assert feed.findings(number)
    assert number in feed.take().numbers


def test_captures_of_another_format_and_several_at_once_are_read_by_way_of_a_copy(tmp_path: Path) -> None:
    first = write(tmp_path / "a.jsonl", story().records)
    second = write(tmp_path / "b.jsonl", story().records)
    feed = Feed(source_of([first, second], grows=False), Inspector)
    while not feed.finished:
        feed.work(1)
    assert feed.rows.messages == 2 * feed_of(first).rows.messages
    numbers = [feed.rows.number(position) for position in range(len(feed.rows))]
    assert numbers == sorted(set(numbers))
    last = feed.rows.position(numbers[-2])
    assert last is not None
    assert feed.recall(last) is not None
    feed.close()


def test_a_simple_recording_is_shown_like_a_native_one(tmp_path: Path) -> None:
    path = tmp_path / "simple.jsonl"
    path.write_text(
        '{"ts":"2025-03-14T09:41:02Z","dir":"cs>csms","data":"[2,\\"1\\",\\"Heartbeat\\",{}]"}\n'
        '{"ts":"2025-03-14T09:41:02.5Z","dir":"csms>cs","data":"[3,\\"1\\",{\\"currentTime\\":\\"2025-03-14T09:41:02Z\\"}]"}\n'
    )
    source = source_of([path], grows=False)
    assert isinstance(source, Copied)
    feed = Feed(source, Inspector)
    while not feed.finished:
        feed.work(1)
    assert feed.rows.messages == 2
    shown = feed.shown(feed.rows.number(len(feed.rows) - 1))
    assert shown is not None
    assert shown.request is not None
    feed.close()


def test_a_capture_that_is_replaced_is_read_anew(tmp_path: Path) -> None:
    path = write(tmp_path / "c.jsonl", story().records)
    feed = feed_of(path, live=True)
    feed.take()
    fresh = Script()
    fresh.open("CP-NEW")
    path.write_bytes(b"".join(encode(record) for record in fresh.records))
    for _ in range(5):
        feed.work(1)
    assert [feed.rows.station(position) for position in range(len(feed.rows))] == ["CP-NEW"]
    assert feed.take().dropped
    assert list(feed.inspector.stations) == ["CP-NEW"]


class TestParts:
    """A capture that was rotated in the middle of its conversation."""

    @pytest.fixture
    def first(self, tmp_path: Path) -> Path:
        records = story().records
        header = records[0] if isinstance(records[0], Header) else None
        writer = RotatingWriter(tmp_path / "lab.jsonl", Rotation(size=1_000))
        for record in records[header is not None :]:
            writer.append(msgspec.structs.replace(record, seq=writer.next_seq))
        writer.close(60.0)
        return tmp_path / "lab.jsonl"

    def test_it_reads_as_one_run(self, first: Path, capture: Path) -> None:
        whole, parts = feed_of(capture), feed_of(first)
        assert parts.parts > 2
        assert parts.finished
        assert parts.progress == parts.size
        assert parts.rows.messages == whole.rows.messages
        assert parts.inspector.counts.connections == whole.inspector.counts.connections
        assert [row.finding.rule for row in parts.inspector.findings.rows()] == [
            row.finding.rule for row in whole.inspector.findings.rows()
        ]
        rows = parts.rows
        kinds = [rows.kind(place) for place in range(len(rows))]
        assert Kind.RUN not in kinds
        assert kinds.count(Kind.OPENED) == whole.inspector.counts.connections
        assert kinds.count(Kind.NOTE) == parts.parts - 1

    def test_every_row_is_read_back_from_its_part(self, first: Path) -> None:
        feed = feed_of(first)
        for place in range(len(feed.rows)):
            if feed.rows.kind(place).is_message:
                recalled = feed.recall(place)
                assert recalled is not None
                assert recalled.number == feed.rows.number(place)
                assert wall_ns(recalled.record.time) == feed.rows.time(place)
            else:
                assert feed.happening(place) is not None

    def test_it_can_be_judged_again(self, first: Path) -> None:
        feed = feed_of(first)
        before = feed.inspector.counts
        assert feed.judge_again(Inspector)
        while feed.work(1):
            pass
        assert feed.inspector.counts == before
        assert feed.inspector.counts is not before

    def test_parts_named_one_by_one_are_one_run_too(self, first: Path) -> None:
        parts = parts_from(first)
        feed = Feed(source_of(sorted(parts), grows=False), Inspector)
        while feed.work(1):
            pass
        assert feed.inspector.counts == feed_of(first).inspector.counts
        assert feed.parts == len(parts)
