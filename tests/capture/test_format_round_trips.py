"""From our records to any format and back, nothing is lost that the format can hold, and the rest is counted."""

import base64
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from captured import DOWN, NOON, UP, read, read_file, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocppscope.capture.record import (
    Close,
    Ended,
    Gap,
    Handshake,
    MessageRecord,
    Note,
    Opened,
    Ping,
    Pong,
    Record,
    Refused,
    Stage,
    Undecodable,
)
from ocppscope.cli.group import run

CAPTURES = sorted((Path(__file__).resolve().parents[2] / "captures").glob("*.jsonl"))
FORMATS = ("native", "jsonl", "trace", "har", "mitm", "pcap", "csv")

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
OCPP = st.sampled_from(
    (
        '[2,"1","Heartbeat",{}]', '[3,"1",{"currentTime":"2026-11-20T12:00:00Z"}]', '[4,"1","InternalError","",{}]',
        '[2,"2","DataTransfer",{"vendorId":"Made","data":"Ä\\u0000\\"\\\\"}]', '[6,"3","NotifyPeriodicEventStream",{}]', "[3]", "",
        '[3, "4", {"transactionId": 9223372036854766666}]\n', '[2,"5","Made\tUp",{}]', "\ufeff[2]", "\x00\x1b[31m", "[2,\r\n\r\n]",
    )
)  # fmt: skip
DATA = st.binary(max_size=30).map(lambda data: base64.b64encode(data).decode())
WAYS = st.sampled_from((UP, DOWN))
SHORT = st.binary(max_size=20).map(lambda data: base64.b64encode(data).decode())


@st.composite
def recordings(draw: st.DrawFn) -> list[Record]:
    """Some connections that overlap, as an engine records them: each opened, used and ended, every kind of record within."""
    records: list[Any] = []
    time = NOON
    for number in range(1, draw(st.integers(1, 3)) + 1):
        target = draw(st.sampled_from(("/ocpp/WB01", "/a//b/WB%2001", "/x?token=1")))
        handshake = draw(st.none() | st.just(Handshake(target=target, request=[("Host", "csms.invalid")], status=101)))
        station = draw(NAMES)
        records.append(
            Opened(seq=0, time=time, conn=number, station=station, subprotocol="ocpp1.6", handshake=handshake)
        )
    open_connections = [record.conn for record in records if isinstance(record, Opened)]
    for _ in range(draw(st.integers(0, 12))):
        time += timedelta(microseconds=draw(st.integers(0, 5_000_000)))
        head: Any = {"seq": 0, "time": time, "conn": draw(st.sampled_from(open_connections))}
        way: Any = {"dir": draw(WAYS)}
        kind = draw(st.integers(0, 8))
        match kind:
            case 0 | 1 | 2 | 3:
                records.append(MessageRecord(**head, **way, text=draw(OCPP | TEXTS)))
            case 4:
                data = draw(DATA)
                records.append(MessageRecord(**head, **way, data=data, binary=True, size=len(base64.b64decode(data))))
            case 5:
                kind_of_frame = draw(st.sampled_from((Ping, Pong)))
                records.append(kind_of_frame(**head, **way, payload=draw(SHORT)))
            case 6:
                records.append(Note(**head, text=draw(TEXTS)))
            case 7:
                records.append(Undecodable(**head, **way, reason="made up", data=draw(DATA)))
            case _:
                records.append(Gap(seq=0, time=time, lost=2, reason="made up"))
    for conn in open_connections:
        time += timedelta(seconds=1)
        if draw(st.booleans()):
            records.append(
                Close(seq=0, time=time, conn=conn, dir=draw(WAYS), code=draw(st.sampled_from((None, 1000, 1006, 4001))))
            )
        if draw(st.booleans()):
            records.append(Ended(seq=0, time=time, conn=conn, by="station", how="fin"))
    refused = Refused(
        seq=0,
        time=time,
        conn=len(open_connections) + 1,
        station="WB09",
        stage=Stage.HTTP,
        reason="HTTP 401",
        status=401,
    )
    records.extend([refused] if draw(st.booleans()) else [])
    return [msgspec.structs.replace(record, seq=seq) for seq, record in enumerate(records, 1)]


def _plain(record: Record) -> Record:
    return msgspec.structs.replace(record, seq=0)


def _said(records: list[Record], *, binary: bool) -> dict[int, list[tuple[datetime, str, str | None, str | None]]]:
    """What each connection said, by its place among those that said or opened anything."""
    said: dict[int, list[tuple[datetime, str, str | None, str | None]]] = {}
    for record in records:
        if isinstance(record, MessageRecord) and (binary or record.text is not None):
            said.setdefault(record.conn, []).append((record.time, record.dir, record.text, record.data))
    return said


def _sorted(said: dict[int, list[Any]]) -> list[list[Any]]:
    """Without the numbers of connections, which a format may give anew."""
    return sorted(said.values(), key=str)


def _stations(records: list[Record]) -> list[str]:
    return sorted(record.station for record in records if isinstance(record, Opened))


def _counted(records: list[Record], *kinds: type[Record]) -> int:
    return sum(isinstance(record, kinds) for record in records)


TRIPS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@TRIPS
@given(records=recordings())
def test_native_holds_everything(records: list[Record]) -> None:
    data, lost = written("native", records)
    assert list(map(_plain, read(data).records[1:])) == list(map(_plain, records))
    assert not lost.counts


@TRIPS
@given(records=recordings())
def test_a_trace_holds_everything_if_there_is_one_message_to_carry_it(records: list[Record]) -> None:
    data, lost = written("trace", records)
    if data:
        assert read(data).records == records
        assert not lost.counts
    else:
        assert sum(lost.counts.values()) == len(records)


@TRIPS
@given(records=recordings())
def test_flows_hold_all_but_gaps(records: list[Record]) -> None:
    data, lost = written("mitm", records)
    found = read(data).records
    assert _sorted(_said(found, binary=True)) == _sorted(_said(records, binary=True))
    for kinds in ((Opened,), (Ping, Pong), (Undecodable,), (Note,), (Close,), (Ended,), (Refused,)):
        assert _counted(found, *kinds) == _counted(records, *kinds)
    assert _stations(found) == _stations(records)
    assert sum(lost.counts.values()) == _counted(records, Gap)


@TRIPS
@given(records=recordings())
def test_packets_hold_messages_and_control_frames(records: list[Record]) -> None:
    data, lost = written("pcap", records)
    found = read(data).records
    assert _sorted(_said(found, binary=True)) == _sorted(_said(records, binary=True))
    for kinds in ((Opened,), (Ping, Pong), (Close,), (Refused,)):
        assert _counted(found, *kinds) == _counted(records, *kinds)
    assert _stations(found) == _stations(records)
    assert sum(lost.counts.values()) == _counted(records, Gap, Note, Undecodable)


@TRIPS
@given(records=recordings())
def test_archives_hold_messages_and_ends(records: list[Record]) -> None:
    data, lost = written("har", records)
    found = read(data).records
    assert _sorted(_said(found, binary=True)) == _sorted(_said(records, binary=True))
    assert _counted(found, Opened) == _counted(records, Opened)
    assert sum(lost.counts.values()) >= _counted(records, Gap, Note, Undecodable, Ping, Pong, Refused)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@TRIPS
@given(records=recordings())
def test_tables_and_simple_recordings_hold_texts(form: str, records: list[Record]) -> None:
    data, lost = written(form, records)
    found = read(data, form=form).records if data else []
    texts = _said(records, binary=False)
    assert sorted(_said(found, binary=False).values()) == sorted(texts.values())
    binary = sum(isinstance(record, MessageRecord) and record.text is None for record in records)
    kinds = (Gap, Note, Undecodable, Ping, Pong, Refused, Close, Ended)
    assert lost.counts["messages that are no text"] == binary
    assert sum(lost.counts.values()) - binary == _counted(records, *kinds)


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.stem)
def test_the_command_converts_real_captures_to_every_format_and_back(
    capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def converted(source: Path, form: str) -> tuple[Path, str]:
        target = tmp_path / f"{source.name}-{form}"
        assert run(["convert", str(source), str(target), "--to", form]) == 0
        return target, capsys.readouterr().err

    original = read_file(capture)
    said = _said(original.records, binary=False)
    for form in FORMATS:
        there, told = converted(capture, form)
        found = read_file(there)
        assert found.capture.format == form
        assert found.skipped == []
        kept = [[message[1:] for message in messages] for messages in _said(found.records, binary=False).values()]
        assert sorted(map(str, kept)) == sorted(
            str([message[1:] for message in messages]) for messages in said.values()
        )
        dropped = _counted(original.records, Ping, Pong) and form in ("jsonl", "har", "csv")
        assert ("records of the kind ping" in told) == bool(dropped)
        back, _ = converted(there, "native")
        again = _said(read_file(back).records, binary=False)
        assert sorted(map(str, again.values())) == sorted(map(str, _said(found.records, binary=False).values()))
