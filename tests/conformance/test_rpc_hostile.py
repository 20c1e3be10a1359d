"""The rules of framing, connections and local lists over anything else in any place, and at length."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import msgspec
import pytest

from ocppscope.capture.record import Handshake, MessageRecord, Opened, Record, Refused, Stage, TlsFacts
from ocppscope.conformance.example import profiles_of, records_of
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Rule
from ocppscope.conformance.switches import read_switches
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Finding
from ocppscope.pics.profile import Profile
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import OcppVersion

FAMILIES = ("RPC", "CON", "LAL")
OWN = [rule for rule in all_rules() if rule.id.startswith(FAMILIES)]
ONLY_OWN = read_switches(["-ALL", *(f"+{family}" for family in FAMILIES)], all_rules())

JUNK: tuple[Any, ...] = (None, True, -1, 10**400, 1.5, "", "x" * 5000, "\x1b[31m", [], [[]], {}, {"status": {}})

START = datetime(2026, 1, 1, tzinfo=UTC)
UP, DOWN = Direction.TO_CSMS, Direction.TO_STATION


def found_in(records: Sequence[Record], profiles: Sequence[Profile] = ()) -> list[Finding]:
    inspector = Inspector(profiles, ONLY_OWN)
    findings = [finding for record in records for finding in inspector.observe(record).findings]
    return [*findings, *inspector.advance(10**15)]


def assert_bounded(findings: Sequence[Finding]) -> None:
    for finding in findings:
        assert len(finding.evidence) < 3000
        assert len(finding.key) < 3000
        assert len(finding.observed or "") < 3000
        assert len(finding.expected or "") < 3000
        assert len(finding.records) < 20


def places_of(value: Any) -> Iterator[tuple[str | int, ...]]:
    """The paths of a JSON value and of all its parts."""
    yield ()
    parts = value.items() if isinstance(value, dict) else enumerate(value[:6]) if isinstance(value, list) else ()
    for name, inner in parts:
        for path in places_of(inner):
            yield (name, *path)


def replaced(value: Any, path: tuple[str | int, ...], junk: Any) -> Any:
    if not path:
        return junk
    changed = value.copy()
    changed[path[0]] = replaced(value[path[0]], path[1:], junk)
    return changed


def read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


@pytest.mark.parametrize("rule", OWN, ids=lambda rule: rule.id)
def test_no_value_in_any_place_of_a_message_breaks_a_rule(rule: Rule) -> None:
    junk = cycle(JUNK)
    for example in rule.examples:
        inspector = Inspector(profiles_of(example), ONLY_OWN)
        records = list(records_of(example))
        for number, record in enumerate(records):
            if not isinstance(record, MessageRecord) or record.text is None or len(record.text) > 2000:
                continue
            message = read(record.text)
            for path in places_of(message):
                spoilt = msgspec.structs.replace(record, text=json.dumps(replaced(message, path, next(junk))))
                inspector.next_capture()
                for one in (*records[:number], spoilt, *records[number + 1 :]):
                    assert_bounded(inspector.observe(one).findings)
                assert_bounded(inspector.advance(10**13))


TEXTS = (
    "",
    " ",
    "/",
    ":",
    "\x1b[31m",
    "%",
    "%ff%",
    "é" * 300,
    "x" * 70_000,
    "Basic user= password= bytes",
    "[::1",
    "\x00",
)
SECRET = "c2VjcmV0IHBhc3N3b3Jk"


def handshakes() -> Iterator[Handshake]:
    for text in TEXTS:
        yield Handshake(target=text, status=101)
        yield Handshake(target="/CS-1", status=101, auth=text)
        yield Handshake(target="/CS-1", status=101, auth=f"Basic user={text} password=20 bytes")
        yield Handshake(target="/CS-1", status=101, auth=f"Basic user=CS-1 password={text} bytes")
        for name in ("upgrade", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "X-Forwarded-Proto", text):
            yield Handshake(
                target="/CS-1", status=101, request=[("Upgrade", "websocket"), (name, text)], response=[("A", "b")]
            )


@pytest.mark.parametrize("version", [None, *OcppVersion])
def test_no_handshake_breaks_a_rule(version: OcppVersion | None) -> None:
    subprotocol = None if version is None else version.subprotocol
    for seq, handshake in enumerate(handshakes(), start=1):
        opened = Opened(
            seq=seq, time=START, mono=0, conn=seq, station="CS-1", subprotocol=subprotocol, handshake=handshake
        )
        refused = Refused(
            seq=seq, time=START, mono=0, conn=seq, station="CS-1", stage=Stage.HTTP, reason="", handshake=handshake
        )
        assert_bounded(found_in([opened]))
        assert_bounded(found_in([refused]))


@pytest.mark.parametrize("text", TEXTS)
def test_no_address_protocol_or_tls_fact_breaks_a_rule(text: str) -> None:
    facts = TlsFacts(version=text, cipher=text)
    opened = Opened(
        seq=1,
        time=START,
        mono=0,
        conn=1,
        station=text,
        peer=text,
        upstream=text,
        subprotocol=text,
        extensions=text,
        handshake=Handshake(target=text, request=[("Upgrade", "websocket")]),
        station_tls=facts,
        csms_tls=facts,
    )
    assert_bounded(found_in([opened]))
    assert_bounded(found_in([msgspec.structs.replace(opened, station_tls=None, csms_tls=None)]))


def test_a_credential_that_a_capture_holds_after_all_is_never_told() -> None:
    request = [("Upgrade", "websocket"), ("Authorization", f"Basic {SECRET}")]
    handshake = Handshake(target="/a/", request=request, auth="Basic user=CS-2 password=15 bytes", status=401)
    refused = Refused(
        seq=1, time=START, mono=0, conn=1, station="a", stage=Stage.HTTP, reason="401", status=401, handshake=handshake
    )

    found = found_in([refused])

    assert {finding.rule for finding in found} >= {"CON-001", "CON-004", "CON-005"}
    assert SECRET not in repr(found)


class Talk:
    """Records of one connection with a message a tenth of a second."""

    def __init__(self, version: OcppVersion) -> None:
        self.records: list[Record] = [
            Opened(
                seq=1,
                time=START,
                mono=0,
                conn=1,
                station="CS-1",
                subprotocol=version.subprotocol,
                handshake=Handshake(target="/CS-1", status=101),
            )
        ]

    def say(self, way: Direction, *message: Any) -> None:
        seq = len(self.records) + 1
        time = START + timedelta(milliseconds=100 * seq)
        text = json.dumps(message)
        self.records.append(MessageRecord(seq=seq, time=time, mono=seq * 10**8, conn=1, dir=way, text=text))


def rules_of(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def test_a_payload_full_of_nulls_gives_a_bounded_number_of_findings() -> None:
    talk = Talk(OcppVersion.V201)
    rows = [{"component": {"name": "A", "instance": None}, "variable": {"name": "B"}}] * 10_000
    talk.say(DOWN, 2, "1", "GetVariables", {"getVariableData": rows})

    found = [finding for finding in found_in(talk.records) if finding.rule == "RPC-014"]

    assert len(found) == 20
    assert len({finding.key for finding in found}) == 1


def test_a_payload_full_of_control_characters_gives_a_bounded_number_of_findings() -> None:
    talk = Talk(OcppVersion.V16)
    talk.say(UP, 2, "1", "DataTransfer", {"vendorId": "a", "rows": [{"key": "\x07"}] * 10_000})

    assert rules_of(found_in(talk.records)).count("RPC-026") == 10


def test_an_empty_optional_member_is_told_once_whatever_the_schema_says_of_it() -> None:
    empties: tuple[Any, ...] = (None, {}, [])
    for empty in empties:
        talk = Talk(OcppVersion.V201)
        talk.say(UP, 2, "1", "Authorize", {"idToken": {"idToken": "A1", "type": "Central"}, "certificate": empty})
        talk.say(DOWN, 4, "1", "GenericError", "", {})

        assert rules_of(found_in(talk.records)) == ["RPC-014"]


def test_a_required_member_that_is_null_breaks_the_schema() -> None:
    talk = Talk(OcppVersion.V201)
    talk.say(UP, 2, "1", "Authorize", {"idToken": None})
    talk.say(DOWN, 4, "1", "GenericError", "", {})

    assert rules_of(found_in(talk.records)) == ["RPC-024"]


def test_what_is_wrong_beside_an_empty_member_is_told_as_well() -> None:
    talk = Talk(OcppVersion.V201)
    talk.say(UP, 2, "1", "Authorize", {"idToken": {"idToken": "A1", "type": "Central", "additionalInfo": []}, "x": 1})
    talk.say(DOWN, 4, "1", "GenericError", "", {})

    found = {(finding.rule, finding.path) for finding in found_in(talk.records)}

    assert found == {("RPC-014", "$.idToken.additionalInfo"), ("RPC-024", "$.x")}


def test_the_answer_to_a_send_that_is_long_forgotten_is_a_response_to_nothing() -> None:
    event = {"id": 1, "pending": 0, "basetime": "2026-01-01T00:00:00Z", "data": [{"t": 0, "v": "1"}]}
    for sends, due in ((1, "RPC-023"), (1100, "RPC-008")):
        talk = Talk(OcppVersion.V21)
        for number in range(sends):
            talk.say(UP, 6, f"s{number}", "NotifyPeriodicEventStream", event)
        talk.say(DOWN, 3, "s0", {})

        assert rules_of(found_in(talk.records)) == [due]


def test_ids_of_a_megabyte_are_compared_but_not_kept() -> None:
    talk = Talk(OcppVersion.V21)
    event = {"id": 1, "pending": 0, "basetime": "2026-01-01T00:00:00Z", "data": [{"t": 0, "v": "1"}]}
    talk.say(UP, 6, "x" * 1_000_000, "NotifyPeriodicEventStream", event)
    talk.say(DOWN, 3, "x" * 1_000_000, {})

    found = found_in(talk.records)

    assert "RPC-023" in rules_of(found)
    assert_bounded(found)


def test_a_large_call_that_is_called_malformed_is_not_judged_by_a_payload_that_was_not_kept() -> None:
    talk = Talk(OcppVersion.V16)
    talk.say(DOWN, 2, "1", "DataTransfer", {"vendorId": "made.up", "data": "x" * 10_000})
    talk.say(UP, 4, "1", "FormationViolation", "", {})

    assert rules_of(found_in(talk.records)) == []


@pytest.mark.parametrize("interval", ["1e308", "1e-300", "-5", "60"])
def test_a_leap_of_the_clock_by_a_century_costs_few_looks_at_a_silent_station(interval: str) -> None:
    talk = Talk(OcppVersion.V16)
    row = {"key": "WebSocketPingInterval", "readonly": False, "value": interval}
    talk.say(DOWN, 2, "1", "GetConfiguration", {"key": ["WebSocketPingInterval"]})
    talk.say(UP, 3, "1", {"configurationKey": [row]})
    inspector = Inspector((), ONLY_OWN)
    for record in talk.records:
        inspector.observe(record)

    found = inspector.advance(100 * 365 * 86_400 * 10**9)

    assert len([finding for finding in found if finding.rule == "CON-010"]) <= 1


def test_a_message_that_was_too_large_to_keep_is_still_told_to_be_large() -> None:
    talk = Talk(OcppVersion.V16)
    talk.records.append(
        MessageRecord(seq=2, time=START, mono=1, conn=1, dir=UP, text='[2,"1","Data', size=50_000_000, truncated=True)
    )

    found = [finding for finding in found_in(talk.records) if finding.rule == "RPC-025"]

    assert [finding.observed for finding in found] == ["50000000 bytes"]
