"""Whatever comes over the wire, the inspector takes it in and stays small."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocppscope.capture.record import Ended, MessageRecord, Opened
from ocppscope.inspect.inspector import MOST_STATIONS, Inspector
from ocppscope.protocol.actions import ACTIONS
from ocppscope.protocol.message import MAX_DEPTH
from ocppscope.protocol.roles import Direction

START = datetime(2026, 3, 1, 12, tzinfo=UTC)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)

MEMBERS = ["transactionId", "connectorId", "evseId", "status", "connectorStatus", "chargingStation", "vendorName", "timestamp", "meterValue", "sampledValue", "value", "unit", "unitOfMeasure", "multiplier", "measurand", "phase", "idTag", "idTagInfo", "transactionInfo", "eventType", "seqNo", "evse", "id", "idToken", "meterStart", "meterStop", "transactionData", "reason", "interval", "currentTime"]  # fmt: skip
"""Names that the inspector looks at, so that hostile values reach the code that reads them."""

PAYLOADS = st.recursive(
    st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=6),
    lambda inner: st.dictionaries(st.sampled_from(MEMBERS), inner | st.lists(inner, max_size=2), max_size=4),
    max_leaves=6,
)

ACTION_NAMES = sorted(set().union(*ACTIONS.values()))
IDS: st.SearchStrategy[object] = st.sampled_from(["1", "2", 3, 3.5, "", "-1", None, True, [], "x" * 40])

MESSAGES = st.one_of(
    st.tuples(st.just(2), IDS, st.sampled_from(ACTION_NAMES), PAYLOADS).map(json.dumps),
    st.tuples(st.just(3), IDS, PAYLOADS).map(json.dumps),
    st.lists(JSON, max_size=6).map(json.dumps),
    st.text(max_size=60),
)

STARTED = st.tuples(
    st.just(2),
    st.just("1"),
    st.sampled_from(["StartTransaction", "StopTransaction", "TransactionEvent", "MeterValues", "BootNotification"]),
    PAYLOADS,
).map(json.dumps)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine's speed must not matter
@given(
    st.lists(st.tuples(st.sampled_from(Direction), st.one_of(MESSAGES, STARTED), st.integers(0, 60_000)), max_size=12)
)
def test_no_conversation_however_odd_stops_the_inspector(said: list[tuple[Direction, str, int]]) -> None:
    inspector = Inspector()
    ms = 0
    for seq, (way, text, pause) in enumerate(said, start=1):
        ms += pause
        time = START + timedelta(milliseconds=ms)
        seen = inspector.observe(MessageRecord(seq=seq, time=time, mono=ms * 1_000_000, conn=1, dir=way, text=text))
        assert seen.message is not None
    counts = inspector.counts
    assert counts.messages == len(said)
    shapes = counts.calls + counts.call_results + counts.call_errors + counts.call_result_errors + counts.sends
    assert shapes + counts.malformed == len(said)
    assert counts.answered + counts.orphan_responses == counts.call_results + counts.call_errors
    inspector.findings.rows()
    inspector.transactions.rows()
    inspector.response_times.rows()


@pytest.mark.parametrize("depth", [90, 99, 150, 300, 950, 1000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [('{"a":', "}"), ("[", "]")])
def test_a_payload_nested_too_deeply_is_one_malformed_message(depth: int, opening: str, closing: str) -> None:
    inspector = Inspector()
    data = opening * depth + "1" + closing * depth
    text = f'[2,"1","DataTransfer",{{"vendorId":"made.up","data":{data}}}]'
    seen = inspector.observe(MessageRecord(seq=1, time=START, mono=0, conn=1, dir=Direction.TO_CSMS, text=text))
    assert inspector.counts.malformed == (depth + 2 > MAX_DEPTH)
    assert bool(seen.findings) == (depth + 2 > MAX_DEPTH)


def test_identities_without_end_are_forgotten_again_the_longest_gone_first() -> None:
    inspector = Inspector()
    for number in range(MOST_STATIONS + 100):
        stamp = {"time": START, "mono": number}
        inspector.observe(Opened(seq=2 * number + 1, conn=1, station=f"CS-{number}", **stamp))  # type: ignore[arg-type]
        inspector.observe(Ended(seq=2 * number + 2, conn=1, by="station", how="fin", **stamp))  # type: ignore[arg-type]
    assert len(inspector.stations) == MOST_STATIONS
    assert "CS-0" not in inspector.stations
    assert inspector.counts.stations == MOST_STATIONS + 100
