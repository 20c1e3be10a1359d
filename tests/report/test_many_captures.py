"""Many captures become one report: in the right order, and no message of a station counted twice."""

import json
import random
import shutil
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ocppscope.capture.joining.outline import MOST_SAMPLED, outline
from ocppscope.capture.joining.planning import Planned, plan
from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import (
    FORMAT_NAME,
    Ended,
    Handshake,
    Header,
    MessageRecord,
    Opened,
    Record,
    Vantage,
    encode,
)
from ocppscope.capture.retention import Rotation
from ocppscope.capture.rotation import RotatingWriter
from ocppscope.filters import parse
from ocppscope.protocol.roles import Direction
from ocppscope.report.reading import Reading

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
UP, DOWN = Direction.TO_CSMS, Direction.TO_STATION


def say(*lines: tuple[float, Direction, str], conn: int = 1) -> list[Record]:
    return [
        MessageRecord(seq=0, time=START + timedelta(seconds=at), conn=conn, dir=way, text=text)
        for at, way, text in lines
    ]


def session(
    name: str,
    seed: int,
    *,
    begin: float = 0,
    meter_values: int = 20,
    beats: int = 1,
    conn: int = 1,
    counters: bool = False,
) -> list[Record]:
    """A station's life on one connection, as the proxy saw it: boot, a charge with meter values, heartbeats."""
    chance = random.Random(seed)
    count = 0

    def new_id() -> str:
        nonlocal count
        count += 1
        return str(count) if counters else str(uuid.UUID(int=chance.getrandbits(128)))

    lines: list[tuple[float, Direction, str]] = []

    def ask(at: float, action: str, payload: dict[str, Any], answer: dict[str, Any]) -> None:
        message_id = new_id()
        lines.append((at, UP, json.dumps([2, message_id, action, payload])))
        lines.append((at + 0.05 + chance.random() / 10, DOWN, json.dumps([3, message_id, answer])))

    def stamp(at: float) -> str:
        return f"{START + timedelta(seconds=at):%Y-%m-%dT%H:%M:%SZ}"

    boot = {"chargePointVendor": "Made", "chargePointModel": "Up"}
    ask(begin + 1, "BootNotification", boot, {"status": "Accepted", "interval": 300, "currentTime": stamp(begin + 1)})
    for connector in range(4):
        status = {"connectorId": connector, "errorCode": "NoError", "status": "Available"}
        ask(begin + 2 + connector, "StatusNotification", status, {})
    for number in range(meter_values):
        at = begin + 10 + 10 * number + chance.random()
        value = {"timestamp": stamp(at), "sampledValue": [{"value": str(chance.randrange(10**6))}]}
        ask(at, "MeterValues", {"connectorId": 1, "transactionId": 7, "meterValue": [value]}, {})
        if number % beats == 0:
            ask(at + 5, "Heartbeat", {}, {"currentTime": stamp(at + 5)})
    opened = Opened(
        seq=0, time=START + timedelta(seconds=begin), conn=conn, station=name, subprotocol="ocpp1.6",
        handshake=Handshake(target=f"/{name}"),
    )  # fmt: skip
    end = START + timedelta(seconds=begin + 20 + 10 * meter_values)
    return [opened, *say(*sorted(lines), conn=conn), Ended(seq=0, time=end, conn=conn, by="station", how="fin")]


def header(run: str, at: float = 0, part: int = 1, vantage: Vantage = Vantage.PROXY) -> Header:
    return Header(
        seq=0, time=START + timedelta(seconds=at), format=FORMAT_NAME, version=1, tool="test", run=run, part=part,
        vantage=vantage, previous=None if part == 1 else "some.jsonl",
    )  # fmt: skip


def write(path: Path, records: Sequence[Record]) -> Path:
    path.write_bytes(b"".join(encode(msgspec.structs.replace(record, seq=n)) for n, record in enumerate(records, 1)))
    return path


def write_log(
    path: Path, records: Sequence[Record], ahead: float = 0, lost: float = 0, *, spaced: bool = False
) -> Path:
    """A simple recording of the same messages by another clock, some of them lost, or written anew with other blanks."""
    chance = random.Random(1)
    lines = []
    for record in records:
        if isinstance(record, MessageRecord) and record.text is not None and chance.random() >= lost:
            time = record.time + timedelta(seconds=ahead + chance.random() / 20)
            text = json.dumps(json.loads(record.text), separators=(" , ", " : ")) if spaced else record.text
            way = "cs>csms" if record.dir is UP else "csms>cs"
            lines.append(json.dumps({"ts": time.isoformat(), "dir": way, "data": text}))
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def planned(*paths: Path) -> list[Planned]:
    return plan([str(path) for path in paths], lambda names: (outline(open_capture(name)) for name in names))


def read(*paths: Path) -> Reading:
    reading = Reading()
    for one in planned(*paths):
        reading.read(open_capture(one.path), one)
    reading.finish()
    return reading


def names(plans: Sequence[Planned]) -> list[str]:
    return [Path(one.path).name for one in plans]


# --- order


def parts(tmp_path: Path) -> list[Path]:
    """One run in three parts; a CALL of the first is answered in the second."""
    whole = session("CP001", 1)
    cut, later = len(whole) // 3 // 2 * 2, len(whole) // 3 // 2 * 4
    again = Opened(seq=0, time=whole[cut].time, conn=1, station="CP001", subprotocol="ocpp1.6", again=True)
    return [
        write(tmp_path / "lab.jsonl", [header("r"), *whole[:cut]]),
        write(tmp_path / "lab.0002.jsonl", [header("r", 60, 2), again, *whole[cut:later]]),
        write(tmp_path / "lab.0003.jsonl", [header("r", 130, 3), again, *whole[later:]]),
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_parts_of_a_run_are_one_run_whatever_order_the_shell_gave(tmp_path: Path, order: tuple[int, ...]) -> None:
    given = parts(tmp_path)
    reading = read(*(given[place] for place in order))

    counts = reading.inspector.counts
    assert [Path(facts.path).name for facts in reading.captures] == ["lab.jsonl", "lab.0002.jsonl", "lab.0003.jsonl"]
    assert (counts.connections, counts.sessions, counts.orphan_responses, counts.unanswered) == (1, 1, 0, 0)
    assert counts.calls == counts.answered == 45


def test_parts_stay_together_though_something_else_began_meanwhile(tmp_path: Path) -> None:
    first, second, third = parts(tmp_path)
    other = write(tmp_path / "other.jsonl", [header("o", 65), *session("CP002", 2, begin=65)])

    assert names(planned(other, third, first, second)) == [
        "lab.jsonl",
        "lab.0002.jsonl",
        "lab.0003.jsonl",
        "other.jsonl",
    ]


def test_captures_of_different_runs_are_read_in_the_order_of_time(tmp_path: Path) -> None:
    paths = [
        write(tmp_path / f"{name}.jsonl", [header(name, begin), *session("CP001", place, begin=begin)])
        for place, (name, begin) in enumerate((("c", 2000), ("a", 0), ("b", 1000)))
    ]

    assert names(planned(*paths)) == ["a.jsonl", "b.jsonl", "c.jsonl"]
    assert read(*paths).inspector.counts.calls == 3 * 45


def test_what_waits_at_the_end_of_a_capture_was_aborted_in_every_book(tmp_path: Path) -> None:
    cut = session("CP001", 1)[:2]  # opened, and a CALL
    reading = Reading(wanted=parse("type:CALL"))
    for name, begin in (("a.jsonl", 0), ("b.jsonl", 500)):
        later = [msgspec.structs.replace(one, time=one.time + timedelta(seconds=begin)) for one in cut]
        reading.read(open_capture(write(tmp_path / name, later)))
    reading.finish()

    assert (reading.inspector.counts.aborted, reading.inspector.counts.unanswered) == (1, 1)
    assert (reading.selection.figures.aborted, reading.selection.figures.unanswered) == (1, 1)


def test_parts_that_the_proxy_wrote_are_one_run(tmp_path: Path) -> None:
    records = session("CP001", 1, meter_values=200)
    writer = RotatingWriter(tmp_path / "lab.jsonl", Rotation(size=20_000))
    for record in records:
        writer.append(msgspec.structs.replace(record, seq=writer.next_seq))
    writer.close()
    given = sorted(tmp_path.iterdir(), reverse=True)
    assert len(given) > 5

    counts = read(*given).inspector.counts
    assert (counts.connections, counts.calls, counts.answered, counts.orphan_responses) == (1, 405, 405, 0)


def test_the_parts_of_a_run_are_better_than_a_log_that_is_longer_than_each(tmp_path: Path) -> None:
    given = parts(tmp_path)
    log = write_log(tmp_path / "csms.log", session("CP001", 1), ahead=2)

    for order in ([log, *given], [*given[::-1], log]):
        reading = read(*order)
        assert [Path(facts.path).name for facts in reading.captures if facts.left_out] == ["csms.log"]
        assert reading.inspector.counts.calls == reading.inspector.counts.answered == 45


def test_of_a_part_and_its_copy_one_is_read(tmp_path: Path) -> None:
    given = parts(tmp_path)
    copy = tmp_path / "a copy.jsonl"
    shutil.copy(given[1], copy)

    for order in ([copy, *given], [*given, copy]):
        assert read(*order).inspector.counts.calls == read(*order).inspector.counts.answered == 45


def test_a_part_whose_former_is_missing_is_read_all_the_same(tmp_path: Path) -> None:
    first, _, third = parts(tmp_path)
    reading = read(third, first)

    assert [Path(facts.path).name for facts in reading.captures] == ["lab.jsonl", "lab.0003.jsonl"]
    assert reading.inspector.counts.connections == 2


# --- the same file


def test_a_capture_given_twice_is_read_once_and_that_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [header("a"), *session("CP001", 1)])
    link = tmp_path / "link.jsonl"
    link.symlink_to(path)
    copy = tmp_path / "copy.jsonl"
    shutil.copy(path, copy)

    reading = read(path, path, link, copy)

    assert reading.inspector.counts.calls == 45
    assert [facts.records > 0 for facts in reading.captures] == [True, False, False, False]
    assert {facts.left_out[0].sentence for facts in reading.captures[1:]} == {f"left out: the same capture as {path}"}


def test_short_captures_that_are_alike_but_of_other_times_are_both_read(tmp_path: Path) -> None:
    beat = '[2,"1","Heartbeat",{}]'
    one = write_log(tmp_path / "one.jsonl", say((0, UP, beat)))
    two = write_log(tmp_path / "two.jsonl", say((9, UP, beat)))

    assert read(one, two).inspector.counts.calls == 2


# --- one station, two places


@pytest.mark.parametrize("ahead", [0, 2.5, -40, 3600, -7200.25])
@pytest.mark.parametrize("spaced", [False, True])
def test_the_same_traffic_seen_twice_counts_once(tmp_path: Path, ahead: float, *, spaced: bool) -> None:
    whole = session("CP001", 1)
    proxy = write(tmp_path / "proxy.jsonl", [header("p"), *whole])
    log = write_log(tmp_path / "csms.log", whole, ahead, lost=0.05, spaced=spaced)

    for order in ((proxy, log), (log, proxy)):
        reading = read(*order)
        (left,) = [one for facts in reading.captures for one in facts.left_out]
        assert left.kept == str(proxy)
        assert left.offset == pytest.approx(ahead, abs=0.1)
        assert reading.inspector.counts.calls == 45
        assert list(reading.inspector.stations) == ["CP001"]


def test_the_same_traffic_with_counters_for_ids_is_known_by_the_moments_in_it(tmp_path: Path) -> None:
    whole = session("CP001", 1, counters=True)
    proxy = write(tmp_path / "proxy.jsonl", [header("p"), *whole])
    log = write_log(tmp_path / "csms.log", whole, ahead=3)

    assert read(proxy, log).inspector.counts.calls == 45


def test_a_log_names_its_offset_in_words(tmp_path: Path) -> None:
    whole = session("CP001", 1)
    proxy = write(tmp_path / "proxy.jsonl", [header("p"), *whole])
    log = write_log(tmp_path / "csms.log", whole, ahead=-40)

    (left,) = [one for facts in read(proxy, log).captures for one in facts.left_out]
    assert "90 messages of csms, the same traffic as in" in left.sentence
    assert left.sentence.endswith(" s behind")


@pytest.mark.parametrize("counters", [False, True])
@pytest.mark.parametrize("begin", [0, 1, 3600])
def test_two_stations_of_one_product_are_two(tmp_path: Path, begin: float, *, counters: bool) -> None:
    one = session("CP001", 1, counters=counters)
    other = session("CP002", 2, counters=counters, begin=begin)
    captures = [
        (write(tmp_path / "a.jsonl", [header("a"), *one]), write(tmp_path / "b.jsonl", [header("b"), *other])),
        (write_log(tmp_path / "a.log", one), write_log(tmp_path / "b.log", other)),
        (tmp_path / "a.jsonl", tmp_path / "b.log"),
    ]

    for pair in captures:
        reading = read(*pair)
        assert [facts.left_out for facts in reading.captures] == [[], []]
        assert reading.inspector.counts.calls == 90


def test_stations_that_the_traffic_names_differently_are_never_one(tmp_path: Path) -> None:
    one = session("CP001", 1, counters=True)
    other = session("CP002", 1, counters=True)  # the same to the letter, by chance or by a test bench

    reading = read(write(tmp_path / "a.jsonl", [header("a"), *one]), write(tmp_path / "b.jsonl", [header("b"), *other]))

    assert reading.inspector.counts.calls == 90


def test_the_same_script_played_on_two_days_is_not_one_traffic(tmp_path: Path) -> None:
    whole = session("CP001", 1, counters=True)
    one = write_log(tmp_path / "monday.log", whole)
    other = write_log(tmp_path / "tuesday.log", whole, ahead=86_400)

    assert read(one, other).inspector.counts.calls == 90


@pytest.mark.parametrize("hours", [1, 50])
def test_a_replay_of_a_capture_is_other_traffic(tmp_path: Path, hours: int) -> None:
    whole = session("CP001", 1, beats=5)
    replayed: list[Record] = []
    for record in whole:
        later = msgspec.structs.replace(record, time=record.time + timedelta(hours=hours))
        if isinstance(later, MessageRecord) and later.dir is DOWN:  # the CSMS is a real one, and its clock goes on
            later = msgspec.structs.replace(later, text=(later.text or "").replace("2026-03-01T12:", "2026-03-01T13:"))
        replayed.append(later)
    captures = (
        write(tmp_path / "a.jsonl", [header("a"), *whole]),
        write(tmp_path / "b.jsonl", [header("b", hours * 3600), *replayed]),
    )

    assert read(*captures).inspector.counts.calls == 2 * 29


def test_only_the_station_that_both_have_is_left_out(tmp_path: Path) -> None:
    one, other = session("CP001", 1), session("CP002", 2, conn=2)
    site = write(
        tmp_path / "site.jsonl", [header("s", vantage=Vantage.CSMS), *sorted([*one, *other], key=lambda of: of.time)]
    )
    proxy = write(tmp_path / "proxy.jsonl", [header("p"), *one])

    reading = read(site, proxy)

    (left,) = [left for facts in reading.captures for left in facts.left_out]
    assert (left.station, left.kept) == ("CP001", str(proxy))
    assert {name: station.messages for name, station in reading.inspector.stations.items()} == {
        "CP001": 90,
        "CP002": 90,
    }


def test_what_the_better_capture_missed_is_read_from_the_other(tmp_path: Path) -> None:
    early, late = session("CP001", 1), session("CP001", 2, begin=5000)
    log = write(tmp_path / "log.jsonl", [header("l", vantage=Vantage.STATION), *early, *late])
    proxy = write(tmp_path / "proxy.jsonl", [header("p", 5000), *late])

    counts = read(proxy, log).inspector.counts

    assert counts.calls == counts.answered == 90
    assert counts.connections == 2


def test_of_two_equal_ones_the_proxys_is_kept_then_the_native_then_the_longer(tmp_path: Path) -> None:
    whole = session("CP001", 1)
    station = write(tmp_path / "station.jsonl", [header("s", vantage=Vantage.STATION), *whole])
    proxy = write(tmp_path / "proxy.jsonl", [header("p"), *whole[:-3], whole[-1]])
    log = write_log(tmp_path / "whole.log", whole, 1)
    short = write_log(tmp_path / "short.log", whole, 2, lost=0.1)

    def kept(*paths: Path) -> list[str]:
        return [Path(facts.path).name for facts in read(*paths).captures if facts.messages]

    assert kept(station, proxy) == ["proxy.jsonl"]
    assert kept(log, station) == ["station.jsonl"]
    assert kept(short, log) == ["whole.log"]
    assert kept(short, log, station, proxy) == ["proxy.jsonl"]


def test_other_formats_of_a_capture_are_known_for_the_same(tmp_path: Path) -> None:
    from ocppscope.capture.formats import WRITERS  # noqa: PLC0415 - all that there are
    from ocppscope.capture.lost import Lost  # noqa: PLC0415

    native = ROOT / "captures" / "field-faults-1.6.jsonl"
    counted = read(native).inspector.counts
    for form in WRITERS:
        path = tmp_path / f"other.{form.NAME}"
        with path.open("wb") as file:
            form.write(open_capture(native), file, Lost(), lambda _record: ())
        reading = read(path, native)
        assert reading.inspector.counts.calls == counted.calls, form.NAME
        assert reading.inspector.counts.stations == counted.stations, form.NAME


def test_real_recordings_of_different_programs_are_all_read() -> None:
    traffic = sorted((ROOT.parent / "shared" / "traffic").glob("*.jsonl"))
    if not traffic:
        pytest.skip("the recordings are not there")

    assert [one for one in planned(*traffic, *sorted((ROOT / "captures").glob("*.jsonl"))) if one.left_out] == []


def test_the_sample_is_bounded_and_two_captures_choose_the_same_messages(tmp_path: Path) -> None:
    whole = session("CP001", 1, meter_values=MOST_SAMPLED // 3)
    proxy = write(tmp_path / "proxy.jsonl", [header("p"), *whole])
    piece = write_log(tmp_path / "piece.log", whole[1000:1400], ahead=1)

    assert len(outline(open_capture(proxy)).sample) == MOST_SAMPLED
    (left,) = [one for plan_ in planned(piece, proxy) for one in plan_.left_out]
    assert left.kept == str(proxy)


def test_hostile_captures_are_looked_through_unharmed(tmp_path: Path) -> None:
    deep = "[" * 50_000
    odd = [
        '[2,"a","A",{"t":"2026-01-01T00:00:00Z","x":' + deep,
        "null",
        "[]",
        "[{}, [], 3]",
        '[2,{},"2026-01-01T00:00:00"]',
        "",
    ]
    paths = [
        write(tmp_path / f"{n}.jsonl", [header(str(n)), *say(*((i, UP, text) for i, text in enumerate(odd)))])
        for n in (1, 2)
    ]

    assert [one.whole for one in planned(*paths)] == [False, True]  # a copy, but for the header
