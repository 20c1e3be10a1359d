"""Records that were understood, as filters see them."""

from datetime import UTC, datetime

import msgspec
import pytest

from ocppscope.capture.record import Close, MessageRecord, Record, Refused, Stage
from ocppscope.filters import Subject, parse
from ocppscope.inspect.seen import Seen
from ocppscope.inspect.subject import SeenSubject
from ocppscope.model.connection import Connection
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.model.finding import Finding, Severity
from ocppscope.protocol import message
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import OcppVersion

NOW = datetime(2025, 3, 14, 9, 41, tzinfo=UTC)
CONNECTION = Connection(1, "CP001", NOW, 0, version=OcppVersion.V16)


def seen(text: str, way: Direction = Direction.TO_CSMS, action: str | None = None, **facts: object) -> Seen:
    parsed = message.parse(text)
    record = MessageRecord(seq=1, time=NOW, conn=1, dir=way, text=text)
    known = parsed.action if isinstance(parsed, message.Call | message.Send) else action
    return msgspec.structs.replace(Seen(record, 1, CONNECTION, parsed, known), **facts)


def lets_through(text: str, one: Seen) -> bool:
    subject: Subject = SeenSubject(one)
    return parse(text).matches(subject)


START = seen(
    '[2,"9f3c","StartTransaction",{"connectorId":1,"idTag":"04A2B7C91D6E80","meterStart":1200,"timestamp":"x"}]'
)


@pytest.mark.parametrize(
    "text",
    [
        "action:StartTransaction type:CALL dir:up station:CP001 id:9f3c evse:1",
        "start", "9f3c", '"meter 1200"', "$.meterStart>1000", "!tx:* !findings !held !marked !latency>0s !limit>0%",
    ],
)  # fmt: skip
def test_a_call_is_seen_with_all_its_facts(text: str) -> None:
    assert lets_through(text, START)


def test_a_response_has_its_action_and_its_latency() -> None:
    exchange = Exchange(
        1, "CP001", "9f3c", "StartTransaction", Direction.TO_CSMS, 1, 0, Outcome.RESULT, 2, 1.5, limit=2.0
    )
    answer = seen(
        '[3,"9f3c",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]',
        Direction.TO_STATION,
        "StartTransaction",
        exchange=exchange,
    )
    assert lets_through("dir:down type:CALLRESULT action:Start* tx:17 latency>1s limit=75% accepted", answer)


def test_transactions_and_evses_of_2_x_are_found_where_they_stand() -> None:
    event = seen(
        '[2,"1","TransactionEvent",{"transactionInfo":{"transactionId":"T-1"},"evse":{"id":2,"connectorId":1}}]'
    )
    assert lets_through("tx:t-1 evse:2", event)
    status = seen('[2,"1","StatusNotification",{"evseId":3,"connectorId":1}]')
    assert lets_through("evse:3 !evse:1", status)


@pytest.mark.parametrize("value", ["true", "null", "[1]", '{"id":1}', "1.5"])
def test_odd_transactions_and_evses_are_none(value: str) -> None:
    odd = seen(
        f'[2,"1","X",{{"transactionId":{value},"transactionInfo":{value},"evse":[{value}],"connectorId":{value}}}]'
    )
    assert not lets_through("tx:* | evse:*", odd)


def test_errors_offer_their_code_description_and_details() -> None:
    error = seen('[4,"9f3c","NotImplemented","no such thing",{"a":1}]', Direction.TO_STATION)
    assert lets_through("type:CALLERROR $.errorCode=NotImplemented $.errorDescription~such $.errorDetails.a=1", error)
    assert lets_through("notimplemented", error)


def test_malformed_messages_are_seen_by_type_and_reason() -> None:
    broken = seen("[2,")
    assert lets_through('type:malformed dir:up "ends too early" !$ !action:*', broken)
    assert not lets_through("id:?*", broken)


def test_numeric_ids_are_texts() -> None:
    assert lets_through("id:17", seen('[2,17,"Heartbeat",{}]'))


def test_findings_are_those_given_or_those_that_it_gave_rise_to() -> None:
    findings = tuple(
        Finding(rule, severity, None, "CP001", 1, NOW, (1,), "evidence")
        for rule, severity in (("RPC-002", Severity.WARNING), ("RPC-008", Severity.ERROR), ("SCH-001", Severity.INFO))
    )
    flawed = seen('[2,"1","Heartbeat",{}]', findings=findings)
    assert lets_through("findings sev:error rule:RPC-002 rule:sch-*", flawed)
    assert not parse("findings").matches(SeenSubject(flawed, ()))
    assert parse("sev:info !sev:error").matches(SeenSubject(START, findings[2:]))


def test_marks_and_holds_come_from_outside() -> None:
    assert parse("held marked").matches(SeenSubject(START, held=True, marked=True))


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (
            Close(seq=1, time=NOW, conn=1, dir=Direction.TO_STATION, code=1000),
            "dir:down station:CP001 !type:* !action:*",
        ),
        (Refused(seq=1, time=NOW, conn=2, station="CP9", stage=Stage.DNS, reason="no such host"), "station:CP9 !dir:*"),
    ],
)
def test_connection_events_are_seen_by_their_station(record: Record, text: str) -> None:
    connection = None if isinstance(record, Refused) else CONNECTION
    assert lets_through(text, Seen(record, 1, connection))
    assert not lets_through("CP", Seen(record, 1, connection))
