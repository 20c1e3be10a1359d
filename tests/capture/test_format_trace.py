"""Open OCPP Trace, as a consumer and as a producer."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from captured import BOOT, BOOTED, NOON, RESET, UP, conversation, read, read_file, written
from jsonschema import Draft202012Validator
from samples import RECORDS

from ocppscope.capture.record import Header, MessageRecord, Note, Opened, Ping
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.message import Call, CallError, CallResult

FIXTURES = ("meter-anomaly", "normal-session", "orphan-response", "unresponsive-csms")


@pytest.fixture(scope="module")
def trace(shared: Path) -> Path:
    return shared / "formats" / "open-ocpp-trace"


@pytest.fixture(scope="module")
def schema(trace: Path) -> Draft202012Validator:
    text = (trace / "schema" / "trace-v1.schema.json").read_text()
    return Draft202012Validator(json.loads(text), format_checker=Draft202012Validator.FORMAT_CHECKER)


def consumer_view(path: Path) -> dict[str, Any]:
    """What the Inspector makes of a trace, in the words of the format's own expectations."""
    inspector = Inspector()
    places: dict[int, int] = {}
    rows: list[dict[str, Any]] = []
    answered: set[int] = set()
    calls: list[int] = []
    orphans: list[int] = []
    for record in read_file(path).records:
        seen = inspector.observe(record)
        if not isinstance(record, MessageRecord):
            continue
        index = places[seen.number] = len(rows)
        row: dict[str, Any] = {"index": index}
        match seen.message:
            case Call(message_id=message_id):
                row |= {"messageType": "CALL", "messageId": message_id}
                calls.append(index)
            case CallResult(message_id=message_id):
                row |= {"messageType": "CALLRESULT", "messageId": message_id}
            case CallError(message_id=message_id):
                row |= {"messageType": "CALLERROR", "messageId": message_id}
        if seen.action is not None:
            row["action"] = seen.action
        if row["messageType"] != "CALL":
            if seen.exchange is None:
                orphans.append(index)
            else:
                row["correlatesWith"] = places[seen.exchange.call]
                answered.add(row["correlatesWith"])
        rows.append(row)
    kinds = [row["messageType"] for row in rows]
    return {
        "schemaVersion": "1.1",
        "counts": {
            "records": len(rows),
            "calls": kinds.count("CALL"),
            "callResults": kinds.count("CALLRESULT"),
            "callErrors": kinds.count("CALLERROR"),
        },
        "records": rows,
        "unansweredCalls": [index for index in calls if index not in answered],
        "orphanResponses": orphans,
    }


@pytest.mark.parametrize("name", FIXTURES)
def test_the_consumer_view_of_the_samples_is_the_expected_one(trace: Path, name: str) -> None:
    folder = trace / "fixtures" / name
    assert consumer_view(folder / "trace.jsonl") == json.loads((folder / "expected.json").read_text())


@pytest.mark.parametrize("name", FIXTURES)
def test_raw_is_taken_to_the_letter(trace: Path, name: str) -> None:
    path = trace / "fixtures" / name / "trace.jsonl"
    raw = [json.loads(line)["raw"] for line in path.read_text().splitlines()]
    assert [text for _, text in read_file(path).said] == raw


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def test_what_is_written_fulfils_the_schema(schema: Draft202012Validator) -> None:
    texts = (
        ">" + BOOT, "<" + BOOTED, '<[2,17,"Reset",{}]', '>[4,"r1","InternalError","",{}]', '>[4,"r1"]', '>[3,"x",null]',
        '>[2,"","StatusNotification",{"connectorId":-1}]', '>[2,"c","StatusNotification",{"connectorId":2}]', '>[6,"s","NotifyPeriodicEventStream",{}]',
        '>[5,"x","InternalError","",{}]', "> no message", ">",
    )  # fmt: skip
    data, lost = written("trace", conversation(*texts))
    written_lines = lines(data)
    for line in written_lines:
        schema.validate(line)
    assert [line["messageType"] for line in written_lines] == [
        "CALL", "CALLRESULT", "CALL", "CALLERROR", "CALLERROR", "CALLRESULT", "CALL", "CALL",
    ]  # fmt: skip
    assert written_lines[7]["connectorId"] == 2
    assert "connectorId" not in written_lines[6]
    assert not lost.counts
    assert set(written_lines[0]) == {
        "schemaVersion", "timestamp", "transport", "direction", "messageType", "ocppVersion", "chargePointId", "messageId",
        "action", "payload", "raw", "meta",
    }  # fmt: skip


def test_what_has_no_place_of_its_own_travels_in_meta_and_comes_back() -> None:
    data, lost = written("trace", RECORDS)
    assert read(data).records == RECORDS
    assert not lost.counts
    assert all(set(line["meta"]) == {"ocppscope"} for line in lines(data))


def test_a_capture_without_messages_is_lost_and_that_is_said() -> None:
    data, lost = written("trace", RECORDS[:1])
    assert data == b""
    assert str(lost) == "1 records without a message to carry them"


def test_a_flood_of_pings_is_cut_and_counted() -> None:
    pings = [Ping(seq=3 + number, time=NOON, conn=1, dir=UP) for number in range(1500)]
    data, lost = written("trace", [*RECORDS[:2], *pings])
    assert str(lost) == "500 records of the kind ping"
    assert len(read(data).records) == 1002


def test_large_records_are_not_carried_in_any_number() -> None:
    notes = [Note(seq=3 + number, time=NOON, text="x" * 1_000_000) for number in range(5)]
    data, lost = written("trace", [*RECORDS[:2], *notes])
    assert lost.counts["records of the kind note"] == 3
    assert len(read(data).records) == 4


def _line(**members: Any) -> str:
    line = {
        "schemaVersion": "1.1",
        "timestamp": "2026-11-20T12:00:00Z",
        "transport": "json",
        "direction": "cp-to-csms",
        "messageType": "CALL",
    } | members
    return json.dumps(line) + "\n"


def test_messages_without_raw_are_put_together_exactly() -> None:
    found = read(
        '{"schemaVersion":"1.1","timestamp":"2026-11-20T12:00:00Z","transport":"json","direction":"cp-to-csms",'
        '"messageType":"CALL","messageId":"17","action":"A","payload":{"id":92233720368547766660,"n":1.50}}\n'
        + _line(messageType="CALLRESULT", messageId="17", direction="csms-to-cp")
        + _line(messageType="CALLERROR", messageId="18", error={"code": "InternalError"})
    )
    assert found.said == [
        (">", '[2,"17","A",{"id":92233720368547766660,"n":1.50}]'),
        ("<", '[3,"17",{}]'),
        (">", '[4,"18","InternalError","",{}]'),
    ]


def test_raw_that_was_spoiled_by_blotting_out_is_put_together_from_the_other_members() -> None:
    redacted = _line(raw="[REDACTED]", messageId="17", action="Authorize", payload={"idTag": "***"})
    blotted = _line(
        raw='[2,"18","Authorize",{"idTag":"***"}]', messageId="18", action="Authorize", payload={"idTag": "x"}
    )
    broken = _line(raw='[2,"19","Authorize"', messageId="19", action="Authorize")
    assert [text for _, text in read(redacted + blotted + broken).said] == [
        '[2,"17","Authorize",{"idTag": "***"}]',
        '[2,"18","Authorize",{"idTag":"***"}]',
        '[2,"19","Authorize"',
    ]


@pytest.mark.parametrize("meta", [{"vendor": {"x": 1}}, {"ocppscope": 7}, {"ocppscope": {"record": {"seq": -1}}}, {}])
def test_meta_of_others_and_spoiled_ones_of_ours_change_nothing(meta: Any) -> None:
    found = read(_line(raw=BOOT, chargePointId="WB01", meta=meta))
    assert found.said == [(">", BOOT)]
    assert found.stations == ["WB01"]


def test_lines_that_were_taken_out_of_a_trace_of_ours_still_name_the_station() -> None:
    data, _ = written("trace", RECORDS)
    found = read(data.splitlines()[2])
    assert found.said == [("<", RESET)]
    assert found.stations == ["WB01"]
    opened = found.records[0]
    assert isinstance(opened, Opened)
    assert opened.subprotocol == "ocpp1.6"


def test_lines_that_cannot_be_read_are_skipped_with_their_reason() -> None:
    found = read(
        _line(raw=BOOT)
        + "{\n"
        + _line(transport="soap", raw="<a/>")
        + _line(messageId="1")
        + _line()
        + _line(timestamp="1600-01-01T00:00:00Z", raw=BOOT)
    )
    assert found.said == [(">", BOOT)]
    assert [line for line, _ in found.skipped] == [2, 3, 4, 5, 6]
    assert found.skipped[1] == (3, "a SOAP message: only OCPP-J is read")


def test_a_payload_that_is_no_utf8_costs_its_line() -> None:
    spoiled = _line(messageId="17", action="A", payload={"a": "??"}).encode().replace(b"??", b"\x9b")
    found = read(spoiled + _line(raw=BOOT).encode(), form="trace")
    assert found.said == [(">", BOOT)]
    assert found.skipped == [(1, "not UTF-8 at byte 19 of the text")]


def test_secrets_in_raw_of_others_are_blotted_out() -> None:
    text = '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"6d61646520757021"}]'
    assert "6d61" not in str(read(_line(raw=text)).records)


def test_a_first_line_longer_than_what_is_looked_at_is_recognised() -> None:
    long = '[2,"1","DataTransfer",{"vendorId":"Made","data":"' + "x" * 100_000 + '"}]'
    found = read(_line(raw=long))
    assert found.capture.format == "trace"
    assert found.said == [(">", long)]


def test_headers_and_clocks_come_back() -> None:
    records = [
        Header(seq=1, time=NOON, mono=5, format="ocppscope capture", version=1, tool="made up", run="r"),
        *conversation(">" + BOOT)[:1],
        MessageRecord(
            seq=3,
            time=NOON + timedelta(microseconds=1),
            mono=77,
            sent=78,
            conn=1,
            dir=UP,
            text=BOOT,
            frames=3,
            compressed=True,
        ),
    ]
    assert read(written("trace", records)[0]).records == records
