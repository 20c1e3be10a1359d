"""What a filter lets through, what it reads for that, and that hostile rows cost no more than others."""

import fnmatch
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppscope.filters import parse


@dataclass
class Row:
    """A subject out of plain attributes."""

    action: str = "MeterValues"
    type: str = "CALL"
    dir: str = "up"
    station: str = "CP001"
    message_id: str = "9f3c-17"
    transaction: str | None = "17"
    evse: str | None = "1"
    rules: tuple[str, ...] = ()
    severity: str | None = None
    latency: float | None = None
    limit_share: float | None = None
    has_findings: bool = False
    held: bool = False
    marked: bool = False
    info: str = "connector 1 · tx 17 · 12.3 kWh"
    payload: Any = field(default_factory=dict)


def matches(text: str, **attributes: Any) -> bool:
    return parse(text).matches(Row(**attributes))


def test_the_empty_filter_matches_everything_and_reads_nothing() -> None:
    assert matches("")
    assert parse("").needs == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "meter", "METER", "9F3C", "kwh", "met*val", "tx?17", '"tx 17"', "action:metervalues", "action:Meter*", "action:*Values",
        "action:M?terValues", "action:Boot*|Meter*", "type:call", "dir:up", "dir:down|up", "station:cp*", "id:9f3c*", "tx:17",
        "evse:1", "boot|meter", "!boot", "!(boot | heart)", "!!meter", "meter dir:up", "(boot dir:down) | (meter dir:up)",
        "!sev:error", "!findings", "!latency>2s", "action!=Boot*",
    ],
)  # fmt: skip
def test_lets_the_row_through(text: str) -> None:
    assert matches(text)


@pytest.mark.parametrize(
    "text",
    [
        "boot", "12.4", "action:Meter", "action:Values", "action:M?Values", 'action:"Meter*"', '"tx*17"', "action:a|b", "type:?",
        "type:CALL?*", "dir:down", "station:CP00", "id:17", "tx:1", "evse:11", "!meter", "!(meter)", "meter dir:down", "findings",
        "held", "marked", "latency>0s", "latency<9m", "latency=0s", "latency!=0s", "limit<100%", "sev:*", "rule:*", "!action:M*",
        "$.a", "boot meter",
    ],
)  # fmt: skip
def test_keeps_the_row_out(text: str) -> None:
    assert not matches(text)


def test_a_field_without_value_matches_nothing() -> None:
    assert not matches("tx:*", transaction=None)
    assert not matches("evse:*", evse=None)
    assert not matches("sev:*", severity=None)
    assert matches("!tx:*", transaction=None)
    assert not matches("action:*", action="")
    assert not matches("type:*", type="")
    assert not matches("$.a", payload=None)
    assert not matches("$.a!=1", payload=None)


def test_rules_match_when_any_of_them_does() -> None:
    rules = ("SCH-001", "RPC-008")
    assert matches("rule:rpc-*", rules=rules)
    assert matches("rule:TIM*|RPC-008", rules=rules)
    assert not matches("rule:RPC", rules=rules)


def test_flags_and_severity_come_from_the_row() -> None:
    assert matches("findings sev:error|warning", has_findings=True, severity="warning")
    assert not matches("sev:error", has_findings=True, severity="warning")
    assert matches("held marked", held=True, marked=True)
    assert not matches('"held"', held=True)


def test_malformed_messages_have_a_type_of_their_own() -> None:
    assert matches("type:?", type="?")
    assert matches("type:malformed", type="?")
    assert not matches("type:?", type="")


@pytest.mark.parametrize(
    ("text", "seconds", "expected"),
    [
        ("latency>2s", 2.0, False),
        ("latency>2s", 2.001, True),
        ("latency>=2s", 2.0, True),
        ("latency<350ms", 0.3499, True),
        ("latency<350ms", 0.35, False),
        ("latency<=350ms", 0.35, True),
        ("latency>1m", 60.5, True),
        ("latency>1.5m", 60.5, False),
        ("latency=2s", 1.5, True),
        ("latency=2s", 2.5, False),
        ("latency=2.0s", 2.04, True),
        ("latency=2.0s", 2.06, False),
        ("latency!=2s", 2.4, False),
        ("latency!=2s", 2.6, True),
        ("latency=1s|3s", 3.1, True),
    ],
)
def test_latency_is_compared_in_its_unit(text: str, seconds: float, *, expected: bool) -> None:
    assert matches(text, latency=seconds) is expected


def test_limit_is_the_share_in_percent() -> None:
    assert matches("limit>80%", limit_share=0.81)
    assert not matches("limit>80%", limit_share=0.79)
    assert matches("limit>=100%", limit_share=1.0)
    assert matches("limit>100% | limit<1%", limit_share=0.009)


PAYLOAD = {
    "status": "Accepted",
    "connectorId": 1,
    "big": 9_007_199_254_740_993,
    "ratio": 0.5,
    "on": True,
    "nothing": None,
    "text17": "17",
    "a b": {"c": 1},
    "timestamp": "2025-03-14T09:41:03Z",
    "meterValue": [
        {"sampledValue": [{"value": "12.5", "measurand": "Voltage"}, {"value": "7400"}]},
        {"sampledValue": [{"value": "99", "unit": "Percent"}]},
    ],
}


@pytest.mark.parametrize(
    "text",
    [
        "$", "$.status", "$.STATUS", "$.status=accepted", "$.status=Acc*", "$.status=Rejected|Accepted", '$.status="Accepted"',
        "$.status!=Rejected", "$.status~cept", "$.connectorId=1", "$.connectorId=1.0", "$.connectorId!=2", "$.connectorId>0",
        "$.connectorId<=1", "$.big=9007199254740993", "$.big>9007199254740992", "$.ratio>0.4", "$.ratio=0.5", "$.on=true",
        "$.nothing=null", "$.nothing", "$.text17=17", '$.text17="17"', "$.text17>16", '$["a b"].c=1', "$.timestamp>2025-03-14",
        "$.timestamp<2025-04", "$.meterValue[0].sampledValue[1].value=7400", "$.meterValue[*].sampledValue[*].value>7000",
        "$.meterValue[-1].sampledValue[0].unit=percent", "$.meterValue~voltage", "$~percent", "$~SampledValue", "$.*=Accepted",
        "!$.status=Rejected", "!$.missing", "$.connectorId=*",
    ],
)  # fmt: skip
def test_finds_values_of_the_payload(text: str) -> None:
    assert matches(text, payload=PAYLOAD)


@pytest.mark.parametrize(
    "text",
    [
        "$.missing", "$.missing!=1", "$.status=Accept", '$.status="Acc*"', "$.connectorId=2", '$.connectorId="1"',
        "$.connectorId>1", "$.connectorId>a", "$.big=9007199254740992", "$.on=1", "$.on>0", "$.nothing=0", "$.nothing>0",
        "$.text17>17", "$.status>5", "$.meterValue=*", "$.meterValue[2]", "$.meterValue[-3]", "$.status[0]", "$.meterValue.a",
        "$.meterValue[0].sampledValue[0].value>12.5", "$~nowhere", "$[0]",
    ],
)  # fmt: skip
def test_does_not_find_what_is_not_there(text: str) -> None:
    assert not matches(text, payload=PAYLOAD)


def test_names_in_their_own_spelling_win_over_others() -> None:
    assert matches("$.A=1", payload={"a": 2, "A": 1})
    assert not matches("$.A=2", payload={"a": 2, "A": 1})


class Ledger(Row):
    """A row that notes which of its attributes were read."""

    def __init__(self, **attributes: Any) -> None:
        self.read: list[str] = []
        super().__init__(**attributes)

    def __getattribute__(self, name: str) -> Any:
        if name != "read" and not name.startswith("_"):
            self.read.append(name)
        return super().__getattribute__(name)


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("dir:up", {"dir"}),
        ("latency>2s limit>80%", {"latency", "limit_share"}),
        ("findings|held|marked", {"has_findings", "held", "marked"}),
        (
            "id:1 tx:1 evse:1 rule:R sev:error station:x",
            {"message_id", "transaction", "evse", "rules", "severity", "station"},
        ),
        ("!($.a type:SEND)", {"payload", "type"}),
        ("word", {"action", "message_id", "info"}),
    ],
)
def test_names_the_attributes_that_it_reads_and_reads_no_other(text: str, needs: set[str]) -> None:
    filter_ = parse(text)
    row = Ledger()
    filter_.matches(row)
    assert filter_.needs == needs
    assert set(row.read) <= needs


def test_cheap_terms_are_asked_first_whatever_the_order_of_writing() -> None:
    row = Ledger()
    assert not parse("kwh $.a tx:17 dir:down").matches(row)
    assert row.read == ["dir"]
    row = Ledger()
    assert parse("kwh | $.a | tx:17 | dir:up").matches(row)
    assert row.read == ["dir"]


def test_a_word_that_is_in_the_action_makes_no_info() -> None:
    row = Ledger()
    assert parse("meter").matches(row)
    assert row.read == ["action"]


def test_repeated_judging_of_many_and_of_huge_values_stays_right() -> None:
    filter_ = parse("station:CP1*")
    for number in list(range(5000)) * 2:
        assert filter_.matches(Row(station=f"CP{number}")) is str(number).startswith("1")
    assert filter_.matches(Row(station="CP1" + "x" * 1_000_000))


def test_many_stars_against_a_long_text_end_at_once() -> None:
    """A backtracking matcher would need longer than the universe has; the suite's timeout would tell."""
    text = "a" * 50_000
    assert not matches("*".join("a" * 200) + "b", info=text, action="", message_id="")
    assert not matches("$.v=" + "*".join("a" * 200) + "b", payload={"v": text})
    assert not matches("$.v=" + "*?a" * 200 + "b", payload={"v": text})
    assert matches("$.v=" + "*?a" * 200 + "*", payload={"v": text})


def test_wide_and_deep_payloads_are_searched_within_bounds() -> None:
    deep: Any = "needle"
    for _ in range(5000):
        deep = [deep]
    assert matches("$~needle", payload={"a": deep})
    wide = {"a": list(range(300_000)), "b": [[0] * 1000] * 1000}
    assert not matches("$~needle", payload=wide)
    assert not matches("$.b[*][*][*]=1", payload=wide)
    assert matches("$.a[299999]=299999", payload=wide)


def test_numbers_beyond_any_machine_are_compared_without_harm() -> None:
    huge = 10**400
    assert matches("$.a>1", payload={"a": huge})
    assert matches("$.a<1e999", payload={"a": huge})
    assert not matches("$.a=1", payload={"a": huge})
    assert not matches("$.a>1", payload={"a": "9" * 5000})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "A", "b", "x y"]), inner, max_size=3)
    ),
    max_leaves=12,
)
EXPRESSIONS = [
    "$",
    "$.a",
    "$.a=1",
    "$.a!=x*",
    "$.*~a",
    "$[*]>3",
    "$.a[0].b<=m",
    '$["x y"]="1"',
    "$~?",
    "$.a<1|2",
    "!$.a.*.b",
]


@given(st.sampled_from(EXPRESSIONS), JSON)
def test_any_payload_can_be_judged(text: str, payload: Any) -> None:
    judged = parse(text).matches(Row(payload=payload))
    assert parse(f"!({text})").matches(Row(payload=payload)) is not judged


@given(st.text(alphabet="ab*?", min_size=1, max_size=8), st.text(alphabet="abc", min_size=1, max_size=10))
def test_globs_agree_with_the_standard_library(pattern: str, text: str) -> None:
    assert matches(f"station:{pattern}", station=text) is fnmatch.fnmatchcase(text, pattern)
    assert matches(pattern, action=text, info="", message_id="") is fnmatch.fnmatchcase(text, f"*{pattern}*")
