"""Flow files of mitmproxy."""

from pathlib import Path

import pytest
from captured import BOOT, BOOTED, DOWN, NOON, RESET, RESET_DONE, UP, conversation, read, read_file, written
from samples import RECORDS

from ocppscope.capture.formats.mitm import tnetstring
from ocppscope.capture.record import Close, Ended, MessageRecord, Opened, Refused, Stage

FLOWS = Path(__file__).parent / "fixtures" / "mitmproxy-11.flow"
"""Written by mitmproxy 11.0 with made-up content: an HTTP request, two WebSockets (one still open) and a refused upgrade."""


def test_a_file_of_mitmproxy_itself() -> None:
    found = read_file(FLOWS)
    assert (found.capture.format, found.capture.vantage) == ("mitm", "proxy")
    assert found.stations == ["WB01", "WB02"]
    assert [text for _, text in found.said] == [BOOT, BOOTED, None, '[2,"1","Heartbeat",{}]']
    assert found.seconds == [0, 0.25, 0.5, 1]
    assert [message.data for message in found.messages if message.binary] == ["AP8="]
    assert found.skipped == []
    opened = found.records[0]
    assert isinstance(opened, Opened)
    assert (opened.peer, opened.upstream, opened.subprotocol) == ("192.0.2.7:40123", "192.0.2.1:9000", "ocpp1.6")
    assert opened.handshake is not None
    assert opened.handshake.auth == "Basic user=WB01 password=6 bytes"
    assert "V0Iw" not in str(found.records)


def test_a_refused_upgrade_and_an_end_are_told() -> None:
    records = read_file(FLOWS).records
    refused = next(record for record in records if isinstance(record, Refused))
    assert (refused.station, refused.status, refused.stage) == ("WB03", 403, Stage.HTTP)
    close = next(record for record in records if isinstance(record, Close))
    assert (close.code, close.reason, close.dir) == (1001, "going away", UP)
    (ended,) = [record for record in records if isinstance(record, Ended)]
    assert (ended.by, ended.how) == ("station", "closed")


def test_a_file_that_is_cut_anywhere_gives_what_is_whole() -> None:
    data = FLOWS.read_bytes()
    whole = [text for _, text in read_file(FLOWS).said]
    most = 0
    for end in range(20, len(data), 11):
        found = read(data[:end], form="mitm")
        said = [text for _, text in found.said]
        assert [text for text in whole if text in said] == said
        assert found.skipped or end >= len(data)
        most = max(most, len(said))
    assert most == len(whole)


def test_a_cut_within_the_messages_keeps_those_before_it() -> None:
    data = FLOWS.read_bytes()
    assert [text for _, text in read(data[: data.index(b"currentTime")]).said] == [BOOT]


def test_a_flow_of_another_shape_costs_itself() -> None:
    first = tnetstring.encode({"websocket": {"messages": 7, "close_code": 10**30}, "request": [1], "version": 21})
    second = tnetstring.encode({"websocket": {"messages": [7, [], [1, True, b"x", "noon"], [1, True, b"[]", 5.0]]}})
    data = first + second + tnetstring.encode([1, 2]) + b"3:abc?" + FLOWS.read_bytes()
    found = read(data, form="mitm")
    assert "WB01" in found.stations
    assert [reason for _, reason in found.skipped] == [
        "message 1 of a flow has another shape",
        "message 2 of a flow has another shape",
        "message 3 of a flow has another shape",
        "flow 4 cannot be read: the unknown type '?'",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"9:websocket;",
        b"999999999999:9:websocket;",
        b"5:9:websocket;1:",
        b"12:9:websocket;" + b"1:" * 9,
        b"20:9:websocket;0:~garbage",
    ],
)
def test_hostile_lengths_are_refused(data: bytes) -> None:
    assert read(data, form="mitm").messages == []


def test_deeply_nested_values_are_refused() -> None:
    value = b"0:]"
    for _ in range(2000):
        value = b"%d:%b]" % (len(value), value)
    data = b"9:websocket;" + value
    found = read(b"%d:%b}" % (len(data), data))
    assert "nested more than" in found.skipped[0][1]


def test_millions_of_empty_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tnetstring, "MOST_VALUES", 1000)
    data = b"9:websocket;" + b"%d:%b]" % (6000, b"0:]" * 2000)
    assert "more than 1,000 values" in read(b"%d:%b}" % (len(data), data)).skipped[0][1]


def test_what_is_written_is_read_again() -> None:
    data, lost = written("mitm", RECORDS, {3: ["error PIC-001: made up"]})
    found = read(data)
    assert found.records == RECORDS
    assert not lost.counts
    (flow,) = [tnetstring.decode(data)]
    assert flow["comment"] == "error PIC-001: made up"
    assert flow["marked"] == ":red_circle:"


def test_connections_that_overlap_are_told_in_the_order_of_time() -> None:
    second = conversation(">" + RESET_DONE, station="WB02", conn=2)
    data, _ = written("mitm", [*conversation(">" + BOOT, "<" + BOOTED, "<" + RESET), *second])
    found = read(data)
    assert found.stations == ["WB01", "WB02"]
    assert [text for _, text in found.said] == [BOOT, RESET_DONE, BOOTED, RESET]


def test_both_closes_and_who_ended_it_come_back() -> None:
    records = [
        *RECORDS[:-1],
        Close(seq=9, time=NOON.replace(second=4), conn=1, dir=DOWN, code=None),
        Ended(seq=10, time=NOON.replace(second=5), conn=1, by="proxy", how="timeout", error="made up"),
    ]
    assert read(written("mitm", records)[0]).records == records


def test_texts_that_are_no_utf8_stay_texts() -> None:
    records = [*conversation(), MessageRecord(seq=2, time=NOON, conn=1, dir=UP, data="/w==", size=1)]
    (message,) = read(written("mitm", records)[0]).messages
    assert (message.binary, message.data) == (False, "/w==")


def test_recordings_without_times_stay_without() -> None:
    opened, *_ = read(written("mitm", read(f"> {BOOT}\n< {BOOTED}\n").records)[0]).records
    assert isinstance(opened, Opened)
    assert not opened.timed
