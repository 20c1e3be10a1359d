"""Simple recordings: real ones, several connections, and lines that are none."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ocppscope.capture.formats import jsonl
from ocppscope.capture.reader import Capture, open_capture
from ocppscope.capture.record import MessageRecord, Opened, Vantage
from ocppscope.protocol.roles import Direction


def line(**members: object) -> str:
    return json.dumps({"ts": "2026-11-20T12:00:00.250Z", "dir": "cs>csms", "data": "[]"} | members) + "\n"


def capture(tmp_path: Path, *lines: str) -> Capture:
    path = tmp_path / "CP001.jsonl"
    path.write_text("".join(lines))
    return open_capture(path)


def test_every_line_of_real_traffic_is_a_message(traffic: Path) -> None:
    files = sorted(traffic.glob("*.jsonl"))
    assert files
    for path in files:
        objects = [json.loads(text) for text in path.read_text().splitlines()]
        found = open_capture(path)
        messages = [record for record in found if isinstance(record, MessageRecord)]
        assert found.format == "jsonl"
        assert found.skipped == []
        assert [message.text for message in messages] == [members["data"] for members in objects], path.name
        assert [message.seq for message in messages] == list(range(1, len(objects) + 1))
        assert [message.time for message in messages] == [datetime.fromisoformat(members["ts"]) for members in objects]
        assert [message.dir is Direction.TO_CSMS for message in messages] == [m["dir"] == "cs>csms" for m in objects]


def test_the_station_is_named_by_the_file(tmp_path: Path) -> None:
    opened, first, second = capture(tmp_path, line(), line(dir="csms>cs"))
    assert isinstance(opened, Opened)
    assert (opened.station, opened.conn, opened.handshake, opened.subprotocol) == ("CP001", 1, None, None)
    assert isinstance(first, MessageRecord)
    assert isinstance(second, MessageRecord)
    assert (first.conn, first.dir, first.mono) == (1, Direction.TO_CSMS, None)
    assert (second.conn, second.dir) == (1, Direction.TO_STATION)


def test_labelled_connections_are_stations_of_their_own(tmp_path: Path) -> None:
    records = list(capture(tmp_path, line(conn=7), line(conn="b"), line(conn=7), line(conn="7")))
    assert [record.station for record in records if isinstance(record, Opened)] == ["CP001#7", "CP001#b", "CP001#7"]
    assert [record.conn for record in records if isinstance(record, MessageRecord)] == [1, 2, 1, 3]


def test_messages_have_the_numbers_of_their_lines_and_share_them_with_no_other_message(tmp_path: Path) -> None:
    records = list(capture(tmp_path, line(conn=1), "\n", line(conn=2), line(conn=1)))
    assert [(type(record), record.seq) for record in records] == [
        (Opened, 0),
        (MessageRecord, 1),
        (Opened, 2),
        (MessageRecord, 3),
        (MessageRecord, 4),
    ]


def test_more_connections_than_are_told_apart_only_open_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "MAX_CONNECTIONS", 2)
    lines = [line(conn=label) for label in ("a", "b", "a", "c", "a", "b")]
    records = list(capture(tmp_path, *lines))
    assert [record.station for record in records if isinstance(record, Opened)] == [
        "CP001#a",
        "CP001#b",
        "CP001#c",
        "CP001#b",
    ]
    assert [record.conn for record in records if isinstance(record, MessageRecord)] == [1, 2, 1, 3, 1, 4]


@pytest.mark.parametrize(
    ("ts", "time"),
    [
        ("2026-11-20T12:00:00Z", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("2026-11-20T14:00:00+02:00", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("2026-11-20T12:00:00", datetime(2026, 11, 20, 12, tzinfo=UTC)),
    ],
)
def test_times_are_utc(tmp_path: Path, ts: str, time: datetime) -> None:
    records = list(capture(tmp_path, line(ts=ts)))
    assert [record.time for record in records] == [time, time]
    assert all(record.time.tzinfo is UTC for record in records)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("?\n", "no JSON"),
        (line(dir="sideways"), "$.dir"),
        (line(data={"a": 1}), "$.data"),
        (line(ts="yesterday"), "$.ts"),
        (line(ts="9999-12-31T23:59:59-12:00"), "outside the years"),
        (line(ts="0001-01-01T00:00:00+14:00"), "outside the years"),
        ('{"ts":"2026-11-20T12:00:00Z","dir":"cs>csms"}\n', "`data`"),
        ("[" * 100_000 + "\n", "expected `object`|nested too deeply"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_read(tmp_path: Path, broken: str, reason: str) -> None:
    found = capture(tmp_path, line(), broken, line())
    assert [record.seq for record in found if isinstance(record, MessageRecord)] == [1, 3]
    (skipped,) = found.skipped
    assert skipped.line == 2
    assert any(part.lower() in skipped.reason.lower() for part in reason.split("|")), skipped.reason


def test_a_broken_first_line_does_not_hide_the_format(tmp_path: Path) -> None:
    found = capture(tmp_path, '{"ts": "2026-1\n', line(), line())
    assert found.format == "jsonl"
    assert found.vantage is Vantage.UNKNOWN
    assert len([record for record in found if isinstance(record, MessageRecord)]) == 2


def test_a_cut_last_line_is_named(tmp_path: Path) -> None:
    found = capture(tmp_path, line(), line()[:-5])
    assert len(list(found)) == 2
    assert [(skipped.line, skipped.reason) for skipped in found.skipped] == [
        (2, "the file ends in the middle of this line")
    ]
