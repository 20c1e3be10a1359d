"""The inspector over small conversations: pairing, timing, identity, endings."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest

from ocppscope.capture.record import (
    FORMAT_NAME,
    FORMAT_VERSION,
    Close,
    Ended,
    Gap,
    Handshake,
    Header,
    MessageRecord,
    Note,
    Opened,
    Ping,
    Pong,
    Record,
    Refused,
    Stage,
)
from ocppscope.conformance.example import records_of
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Example
from ocppscope.conformance.switches import read_switches
from ocppscope.inspect.inspector import Inspector
from ocppscope.inspect.seen import Seen
from ocppscope.model.connection import VersionSource
from ocppscope.model.exchange import Outcome
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
MS = 1_000_000


def at(seq: int, ms: float) -> dict[str, object]:
    return {"seq": seq, "time": START + timedelta(milliseconds=ms), "mono": round(ms * MS)}


def opened(seq: int, ms: float, conn: int = 1, station: str = "CS-1", subprotocol: str | None = "ocpp1.6") -> Opened:
    handshake = Handshake(target=f"/{station}", status=101)
    return Opened(conn=conn, station=station, subprotocol=subprotocol, handshake=handshake, **at(seq, ms))  # type: ignore[arg-type]


def said(seq: int, ms: float, arrow: str, text: str, *, sent: float | None = None) -> MessageRecord:
    way = Direction.TO_CSMS if arrow == ">" else Direction.TO_STATION
    handed = None if sent is None else round(sent * MS)
    return MessageRecord(conn=1, dir=way, text=text, sent=handed, **at(seq, ms))  # type: ignore[arg-type]


def header(seq: int, ms: float) -> Header:
    return Header(format=FORMAT_NAME, version=FORMAT_VERSION, tool="test", run=f"r{seq}", **at(seq, ms))  # type: ignore[arg-type]


def watch(records: Iterable[Record], *switches: str) -> tuple[Inspector, list[Seen]]:
    inspector = Inspector(switches=read_switches(switches, all_rules()))
    return inspector, [inspector.observe(record) for record in records]


def test_a_response_closes_the_call_of_the_other_direction_with_the_same_id() -> None:
    inspector, seen = watch(
        [
            opened(1, 0),
            said(2, 10, ">", '[2,"7","Heartbeat",{}]'),
            said(3, 20, "<", '[2,"7","ClearCache",{}]'),
            said(4, 30, ">", '[3,"7",{"status":"Accepted"}]'),
            said(5, 60, "<", '[3,"7",{"currentTime":"2026-03-01T12:00:00Z"}]'),
        ]
    )
    assert [(one.action, one.exchange.call, one.exchange.response) for one in seen[3:] if one.exchange] == [
        ("ClearCache", 3, 4),
        ("Heartbeat", 2, 5),
    ]
    assert inspector.counts.answered == 2
    assert inspector.pending() == []


def test_latency_runs_from_the_handing_over_to_the_answer_and_leaves_out_the_proxy() -> None:
    _, seen = watch(
        [
            opened(1, 0),
            said(2, 100, ">", '[2,"7","Heartbeat",{}]', sent=103),
            said(3, 203, "<", '[3,"7",{"currentTime":"2026-03-01T12:00:00Z"}]', sent=205),
        ]
    )
    exchange = seen[2].exchange
    assert exchange is not None
    assert exchange.dut is Role.CSMS
    assert exchange.latency == pytest.approx(0.100)
    assert exchange.proxy_share == pytest.approx(0.005)


def test_wall_clock_stands_in_where_a_capture_has_no_other() -> None:
    call = MessageRecord(seq=1, time=START, conn=1, dir=Direction.TO_CSMS, text='[2,"1","Heartbeat",{}]')
    text = '[3,"1",{"currentTime":"2026-03-01T12:00:00Z"}]'
    answer = MessageRecord(seq=2, time=START + timedelta(seconds=2), conn=1, dir=Direction.TO_STATION, text=text)
    _, seen = watch([call, answer])
    assert seen[1].exchange is not None
    assert seen[1].exchange.latency == 2.0
    assert seen[1].exchange.proxy_share is None


def test_an_overdue_call_is_found_when_time_passes_and_not_only_when_something_arrives() -> None:
    inspector, _ = watch([opened(1, 0), said(2, 0, "<", '[2,"7","ClearCache",{}]')])
    assert inspector.advance(29_999 * MS) == ()
    (finding,) = inspector.advance(30_000 * MS)
    assert finding.rule == "RPC-011"
    assert finding.at_fault is Role.STATION
    assert inspector.advance(90_000 * MS) == (), "said once"
    assert [exchange.action for exchange in inspector.pending()] == ["ClearCache"], "it still waits"


def test_an_answer_after_all_takes_the_finding_back_and_is_a_late_one() -> None:
    inspector, seen = watch(
        [
            opened(1, 0),
            said(2, 0, "<", '[2,"7","ClearCache",{}]'),
            said(3, 31_000, ">", '[2,"8","Heartbeat",{}]'),
            said(4, 32_000, ">", '[3,"7",{"status":"Accepted"}]'),
        ]
    )
    assert [finding.rule for finding in seen[2].findings] == ["RPC-011"]
    assert [finding.rule for finding in seen[3].withdrawn] == ["RPC-011"]
    assert [row.finding.rule for row in inspector.findings.rows()] == ["RPC-009"]
    assert inspector.stations["CS-1"].findings == {"error": 0, "warning": 1, "info": 0}


def test_the_same_records_give_the_same_findings_whether_time_is_moved_between_them_or_not() -> None:
    script = '< [2,"1","ClearCache",{}]\n+40 > [2,"2","Heartbeat",{}]\n+40'
    records = list(records_of(Example("two overdue", script)))
    offline, _ = watch(records)
    live = Inspector()
    for record, following in pairwise(records):
        live.observe(record)
        for moment in range(record.mono or 0, following.mono or 0, 1000 * MS):
            live.advance(moment)
    live.observe(records[-1])
    assert [(row.finding, row.count) for row in live.findings.rows()] == [
        (row.finding, row.count) for row in offline.findings.rows()
    ]
    assert [row.finding.action for row in live.findings.rows()] == ["ClearCache", "Heartbeat"]


def test_calls_open_at_the_end_of_their_connection_are_aborted_and_nobody_is_blamed() -> None:
    inspector, seen = watch(
        [
            opened(1, 0),
            said(2, 0, "<", '[2,"7","Reset",{"type":"Hard"}]'),
            Ended(conn=1, by="station", how="rst", **at(3, 500)),  # type: ignore[arg-type]
        ]
    )
    assert [(exchange.action, exchange.outcome) for exchange in seen[2].aborted] == [("Reset", Outcome.ABORTED)]
    assert inspector.counts.aborted == 1
    assert inspector.counts.unanswered == 0
    assert inspector.advance(600_000 * MS) == ()


def test_a_new_run_of_the_engine_ends_the_connections_of_the_one_before() -> None:
    inspector, seen = watch(
        [
            header(1, 0),
            opened(2, 1),
            said(3, 2, "<", '[2,"7","ClearCache",{}]'),
            header(4, 3),
            opened(5, 4),
            said(6, 5, ">", '[3,"7",{"status":"Accepted"}]'),
        ]
    )
    assert [exchange.action for exchange in seen[3].aborted] == ["ClearCache"]
    assert seen[5].exchange is None, "the answer belongs to no CALL of this connection"
    assert inspector.counts.connections == 2
    assert inspector.counts.sessions == 2
    assert inspector.counts.stations == 1


def test_a_connection_number_opened_twice_leaves_no_ghost_behind() -> None:
    inspector, seen = watch([opened(1, 0), said(2, 1, "<", '[2,"7","ClearCache",{}]'), opened(3, 2)])
    assert [exchange.action for exchange in seen[2].aborted] == ["ClearCache"]
    assert len(inspector.connections) == 1
    assert inspector.stations["CS-1"].live == 1
    assert [connection.alive for connection in inspector.disconnects] == [False]


def test_numbers_go_on_over_several_captures() -> None:
    inspector, _ = watch([opened(1, 0), said(2, 1, ">", '[2,"7","Heartbeat",{}]')])
    inspector.next_capture()
    seen = inspector.observe(said(1, 5, ">", '[2,"8","Heartbeat",{}]'))
    assert seen.number == 3
    assert seen.connection is not None
    assert seen.connection.number == 2


def test_the_negotiated_version_counts_even_when_the_content_says_otherwise() -> None:
    text = '[2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]'
    inspector, _ = watch([opened(1, 0, subprotocol="ocpp2.0.1"), said(2, 1, ">", text)])
    (connection,) = inspector.connections.values()
    assert (connection.version, connection.version_source) == (OcppVersion.V201, VersionSource.NEGOTIATED)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('[2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]', OcppVersion.V16),
        (
            '[2,"1","BootNotification",{"reason":"PowerUp","chargingStation":{"vendorName":"Made","model":"Up"}}]',
            OcppVersion.V201,
        ),
        (
            '[2,"1","BootNotification",{"chargingStation":{"vendorName":"Made","model":"Up"}}]',
            OcppVersion.V201,  # invalid in every version, but least in this one
        ),
        ('[2,"1","BootNotification",{"chargePointVendor":12345}]', OcppVersion.V16),
        ('[6,"1","NotifyPeriodicEventStream",{}]', OcppVersion.V21),
        ('[2,"1","Authorize",{"idTag":"A1"}]', OcppVersion.V16),
        ('[2,"1","Authorize",{"idToken":{"idToken":"A1","type":"ISO14443"}}]', OcppVersion.V201),
    ],
)
def test_without_a_subprotocol_the_version_is_inferred_and_marked_so(text: str, version: OcppVersion) -> None:
    inspector, _ = watch([opened(1, 0, subprotocol=None), said(2, 1, ">", text)])
    (connection,) = inspector.connections.values()
    assert (connection.version, connection.version_source) == (version, VersionSource.INFERRED)


def test_a_later_message_narrows_an_inferred_version_down() -> None:
    inspector, _ = watch(
        [
            opened(1, 0, subprotocol=None),
            said(2, 1, ">", '[2,"1","Heartbeat",{}]'),
            said(3, 2, "<", '[3,"1",{"currentTime":"2026-03-01T12:00:00Z"}]'),
            said(4, 3, ">", '[6,"2","NotifyPeriodicEventStream",{}]'),
        ]
    )
    (connection,) = inspector.connections.values()
    assert connection.version is OcppVersion.V21


def test_an_answer_narrows_an_inferred_version_down_and_is_not_held_against_the_oldest() -> None:
    inspector, seen = watch(
        [
            opened(1, 0, subprotocol=None),
            said(2, 1, "<", '[2,"1","GetLocalListVersion",{}]'),
            said(3, 2, ">", '[3,"1",{"versionNumber":0}]'),
        ]
    )
    (connection,) = inspector.connections.values()
    assert connection.version is OcppVersion.V201
    assert [finding for each in seen for finding in each.findings] == []


def test_a_station_is_known_by_its_boot_and_its_connectors_by_their_status() -> None:
    boot = '[2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up","firmwareVersion":"1.2"}]'
    answer = '[3,"1",{"status":"Accepted","currentTime":"2026-03-01T12:00:00Z","interval":300}]'
    status = '[2,"%d","StatusNotification",{"connectorId":%d,"errorCode":"NoError","status":"%s"}]'
    inspector, _ = watch(
        [
            opened(1, 0),
            said(2, 1, ">", boot),
            said(3, 2, "<", answer),
            said(4, 3, ">", status % (2, 0, "Available")),
            said(5, 4, ">", status % (3, 1, "Available")),
            said(6, 5, ">", status % (4, 2, "Charging")),
        ]
    )
    station = inspector.stations["CS-1"]
    assert (station.vendor, station.model, station.firmware) == ("Made", "Up", "1.2")
    assert station.registration == "Accepted"
    assert station.connectors == {"1": "Available", "2": "Charging"}
    assert station.status == "Charging"


def test_round_trip_time_is_that_of_the_ping_to_the_station_with_the_same_payload() -> None:
    inspector, _ = watch(
        [
            opened(1, 0),
            Ping(conn=1, dir=Direction.TO_STATION, payload="YQ==", **at(2, 10)),  # type: ignore[arg-type]
            Ping(conn=1, dir=Direction.TO_STATION, payload="Yg==", **at(3, 20)),  # type: ignore[arg-type]
            Pong(conn=1, dir=Direction.TO_CSMS, payload="YQ==", **at(4, 55)),  # type: ignore[arg-type]
        ]
    )
    assert inspector.stations["CS-1"].rtt == pytest.approx(0.045)


def test_a_disconnect_says_who_closed_with_which_code_and_after_how_long_a_silence() -> None:
    inspector, _ = watch(
        [
            opened(1, 0),
            said(2, 1000, ">", '[2,"7","Heartbeat",{}]'),
            Close(conn=1, dir=Direction.TO_STATION, code=1001, reason="idle", **at(3, 61_000)),  # type: ignore[arg-type]
            Close(conn=1, dir=Direction.TO_CSMS, code=1001, **at(4, 61_010)),  # type: ignore[arg-type]
            Ended(conn=1, by="station", how="closed", **at(5, 61_020)),  # type: ignore[arg-type]
        ]
    )
    (connection,) = inspector.disconnects
    assert (connection.closed_by, connection.close_code, connection.close_reason) == ("csms", 1001, "idle")
    assert connection.idle_seconds == pytest.approx(60.02)
    assert inspector.connections == {}
    assert inspector.stations["CS-1"].live == 0


def test_what_is_missing_and_what_was_refused_is_counted() -> None:
    inspector, _ = watch(
        [
            Gap(lost=7, reason="No space left on device", **at(1, 0)),  # type: ignore[arg-type]
            Refused(conn=1, station="CS-1", stage=Stage.HTTP, status=401, reason="", **at(2, 1)),  # type: ignore[arg-type]
            Note(text="a remark", **at(3, 2)),  # type: ignore[arg-type]
        ]
    )
    assert (inspector.counts.gaps, inspector.counts.refused, inspector.counts.records) == (7, 1, 3)


def test_a_retry_takes_the_place_of_its_first_copy() -> None:
    inspector, seen = watch(
        [
            opened(1, 0),
            said(2, 0, ">", '[2,"7","Heartbeat",{}]'),
            said(3, 20_000, ">", '[2,"7","Heartbeat",{}]'),
            said(4, 20_100, "<", '[3,"7",{"currentTime":"2026-03-01T12:00:00Z"}]'),
        ],
        "-info",
    )
    assert seen[3].exchange is not None
    assert seen[3].exchange.call == 3
    assert seen[3].exchange.latency == pytest.approx(0.1)
    assert inspector.counts.unanswered == 1, "the first copy never got an answer of its own"
    assert [row.finding.rule for row in inspector.findings.rows()] == []


def test_a_broken_wrapper_is_one_finding_and_not_a_dozen_missing_members() -> None:
    inspector, _ = watch([opened(1, 0), said(2, 1, ">", '[2,"1","StartTransaction"]')])
    assert [row.finding.rule for row in inspector.findings.rows()] == ["RPC-003"]


def test_an_orphan_in_a_capture_that_began_in_mid_connection_is_only_a_remark() -> None:
    inspector, _ = watch([said(1, 0, ">", '[3,"7",{"status":"Accepted"}]')])
    (row,) = inspector.findings.rows()
    assert (row.finding.rule, row.finding.severity) == ("RPC-008", Severity.INFO)


def test_findings_of_one_kind_share_a_row_that_counts() -> None:
    text = '[2,"%d","StatusNotification",{"connectorId":1,"errorCode":"Error","status":"Faulted"}]'
    answer = '[3,"%d",{}]'
    records: list[Record] = [opened(1, 0)]
    for index in range(3):
        records += [said(2 + 2 * index, index, ">", text % index), said(3 + 2 * index, index, "<", answer % index)]
    inspector, _ = watch(records, "-all", "+RPC-024")
    (row,) = inspector.findings.rows()
    assert (row.finding.rule, row.count, row.records) == ("RPC-024", 3, [2, 4, 6])
    inspector.findings.mute("RPC-024")
    assert inspector.findings.rows() == []
    assert inspector.findings.counts == {"error": 0, "warning": 0, "info": 0}


def test_a_row_names_an_occurrence_that_still_holds_when_its_first_one_was_withdrawn() -> None:
    inspector, _ = watch(
        [
            opened(1, 0),
            said(2, 0, "<", '[2,"a","ClearCache",{}]'),
            said(3, 10, "<", '[2,"b","ClearCache",{}]'),
            said(4, 40_000, ">", '[3,"a",{"status":"Accepted"}]'),
        ]
    )
    (row,) = [row for row in inspector.findings.rows() if row.finding.rule == "RPC-011"]
    assert (row.count, row.records, row.finding.message_id) == (1, [3], "b")


def test_open_calls_are_bounded_when_a_peer_never_answers() -> None:
    records: list[Record] = [opened(1, 0)]
    records += [said(2 + index, index / 1000, "<", f'[2,"{index}","ClearCache",{{}}]') for index in range(3000)]
    inspector, _ = watch(records)
    assert len(inspector.pending()) == 1000
    assert inspector.counts.unanswered == 3000


def test_names_from_the_wire_do_not_fill_the_table_of_response_times() -> None:
    records: list[Record] = [opened(1, 0)]
    for index in range(200):
        records += [
            said(2 + 2 * index, index, "<", f'[2,"{index}","Invented{index}",{{}}]'),
            said(3 + 2 * index, index, ">", f'[4,"{index}","NotImplemented","",{{}}]'),
        ]
    inspector, _ = watch(records)
    (row,) = inspector.response_times.rows()
    assert (row.action, row.distribution.n, row.errors) == ("(unknown action)", 200, 200)


def part(seq: int, number: int, run: str = "r") -> Header:
    return msgspec.structs.replace(header(seq, 9_000), run=run, part=number)


def again(seq: int) -> Opened:
    return msgspec.structs.replace(opened(seq, 9_000), handshake=None, again=True)


@pytest.mark.parametrize("joined", [True, False], ids=["one file", "two files"])
def test_a_run_goes_on_from_one_part_to_the_next(*, joined: bool) -> None:
    inspector, _ = watch([part(1, 1), opened(2, 0), said(3, 1, ">", '[2,"7","Heartbeat",{}]')])
    first = 4 if joined else 1
    if not joined:
        inspector.next_capture(part(1, 2))
    answer = said(first + 2, 20, "<", '[3,"7",{"currentTime":"2026-03-01T12:00:00Z"}]')
    seen = [inspector.observe(record) for record in (part(first, 2), again(first + 1), answer)]
    assert [one.number for one in seen] == [4, 5, 6]
    assert [one.again for one in seen] == [True, True, False]
    assert seen[2].exchange is not None
    assert seen[2].exchange.call == 3
    assert (inspector.counts.connections, inspector.counts.sessions) == (1, 1)
    assert not inspector.disconnects


@pytest.mark.parametrize(("number", "run"), [(3, "r"), (2, "another")], ids=["a part is missing", "another run"])
def test_what_does_not_go_on_with_the_run_ends_its_connections(number: int, run: str) -> None:
    inspector, _ = watch([part(1, 1), opened(2, 0), said(3, 1, ">", '[2,"7","Heartbeat",{}]')])
    inspector.next_capture(part(1, number, run))
    seen = [inspector.observe(record) for record in (part(1, number, run), again(2))]
    assert [one.again for one in seen] == [False, False]
    assert inspector.counts.connections == 2
    assert len(inspector.disconnects) == 1


def test_a_part_by_itself_holds_nothing_against_what_answers_the_part_before() -> None:
    answer = said(3, 9_001, "<", '[3,"7",{"currentTime":"2026-03-01T12:00:00Z"}]')
    _, seen = watch([part(1, 2), again(2), answer])
    assert seen[1].connection is not None
    assert not any(finding.severity is not Severity.INFO for one in seen for finding in one.findings)
