"""Findings as people see them: groups, messages involved, cards, muting, vendor cards, ends of connections, clocks."""

from collections.abc import Hashable
from datetime import timedelta
from pathlib import Path

import pytest
from panes_support import BEGIN, Script, controls
from tui_support import HOSTILE, driven, story, write

from ocppscope.capture.record import Close, Ended
from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.connection import Station
from ocppscope.model.finding import Finding, Severity
from ocppscope.protocol.roles import Role
from ocppscope.tui.findings.card import HEIGHT, card_lines
from ocppscope.tui.findings.entries import Entry, Grouping, Line, Tree
from ocppscope.tui.findings.involved import MOST_INVOLVED, involved_in
from ocppscope.tui.findings.words import times
from ocppscope.tui.rows import MessageRows
from ocppscope.tui.screens.finding_page import FindingPage
from ocppscope.tui.screens.rule_page import RulePage
from ocppscope.tui.screens.station_page import StationPage
from ocppscope.tui.screens.vendor_page import VendorPage
from ocppscope.tui.sparkline import sparkline
from ocppscope.tui.tabs.findings import FindingsTab

ODD = {"connectorId": 1, "errorCode": "NoError", "status": "Odd"}


def finding(
    rule: str = "RPC-024", station: str = "CS-1", records: tuple[int, ...] = (1,), key: str = "", **facts: object
) -> Finding:
    known = {"severity": Severity.ERROR, "at_fault": Role.STATION, "evidence": "made up"} | facts
    return Finding(rule=rule, station=station, connection=1, time=BEGIN, records=records, key=key, **known)  # type: ignore[arg-type]


def row(*occurrences: Finding) -> FindingRow:
    return FindingRow(list(occurrences), len(occurrences), BEGIN + timedelta(seconds=len(occurrences) - 1))


def shape(entries: list[Entry]) -> list[tuple[str, int, str]]:
    return [(entry.line.value, entry.depth, entry.title) for entry in entries]


STATIONS = {
    "CS-1": Station("CS-1", vendor="Made", model="Up", firmware="1"),
    "CS-2": Station("CS-2", vendor="Made", model="Up", firmware="2"),
}
FOUND = [
    row(finding("RPC-008", "CS-1")),
    row(finding("RPC-024", "CS-1", key="a")),
    row(finding("RPC-024", "CS-1", key="b")),
    row(finding("RPC-024", "CS-2")),
]


def test_a_rule_unfolds_to_its_stations_and_a_station_to_its_findings() -> None:
    opened: set[tuple[Hashable, ...]] = {("RULE", (Severity.ERROR, "RPC-024"))}
    folded = list(Tree(MessageRows(), STATIONS, opened).lines(FOUND))
    assert shape(folded)[1:] == [
        ("rule", 0, "Payload fails the JSON schema"),
        ("part", 1, "CS-1"),
        ("part", 1, "connection"),
    ]
    assert [entry.station for entry in folded] == ["CS-1", "2 stations", "CS-1", "CS-2"]
    opened.add(folded[2].path)
    assert [entry.depth for entry in Tree(MessageRows(), STATIONS, opened).lines(FOUND)] == [0, 0, 1, 2, 2, 1]


def test_stations_stand_above_rules_in_the_second_grouping_the_worst_first() -> None:
    milder = [*FOUND, row(finding("RPC-007", "CS-0", severity=Severity.INFO))]
    entries = list(Tree(MessageRows(), STATIONS, (), Grouping.STATION).lines(milder))
    assert [entry.title for entry in entries if entry.line is Line.GROUP] == ["CS-1", "CS-2", "CS-0"]
    assert [entry.rule for entry in entries if entry.depth == 1] == ["RPC-008", "RPC-024", "RPC-024", "RPC-007"]
    assert entries[0].counts == (3, 0, 0)
    assert "Made Up, firmware 1" in entries[0].evidence


def test_products_stand_above_rules_in_the_third_grouping() -> None:
    stations = STATIONS | {"CS-2": STATIONS["CS-1"]}
    entries = list(Tree(MessageRows(), stations, (), Grouping.PRODUCT).lines([*FOUND, row(finding(station="CS-9"))]))
    groups = [(entry.title, entry.evidence) for entry in entries if entry.line is Line.GROUP]
    assert groups == [("unknown product", "1 station · 1 rule"), ("Made Up, firmware 1", "2 stations · 2 rules")]


def test_the_messages_of_a_finding_come_in_their_order_with_what_each_has_to_do_with_it(tmp_path: Path) -> None:
    script = Script()
    script.open()
    call, response = script.exchange(">", "Heartbeat", {}, {"currentTime": "2025-03-14T09:41:03Z"}, 0.25)
    late = script.text(">", '[2,"9","Heartbeat",{}]', after=2.0)
    scope = script.scope(tmp_path)
    shown = involved_in(finding(records=(response, late, 1, call)), scope.rows)
    scope.close()
    assert [(one.number, one.role, one.pinned) for one in shown] == [
        (1, "before", False),
        (call, "its request · 250 ms before", False),
        (response, "found here", True),
        (late, "2.00 s after", False),
    ]
    assert [one.what for one in shown] == ["ping, pong or close frame", "Heartbeat", "Heartbeat", "Heartbeat"]


def test_a_finding_of_thousands_of_messages_lists_some() -> None:
    assert len(involved_in(finding(records=tuple(range(1, 5_000))), MessageRows())) <= MOST_INVOLVED + 1


def test_the_card_has_fault_demand_clause_values_count_and_times() -> None:
    found = finding(observed='"Odd"', expected="one of 9 values", path="$.status", spec="J16 §4.2.1")
    (entry,) = [one for one in Tree(MessageRows(), {}).lines([row(found, found, found)]) if one.depth == 0]
    text = "\n".join("".join(part for part, _ in (*left, *right)) for left, right in card_lines(entry, 90))
    for words in (
        "RPC-024",
        "MUST",
        "the station is at fault",
        "J16 §4.2.1",
        'observed "Odd"',
        "expected one of 9 values",
    ):
        assert words in text
    assert "at $.status" in text
    assert "3 times, 09:41:02 to 09:41:04" in text


def test_the_card_never_needs_more_lines_than_it_has() -> None:
    long = finding(evidence="word " * 300, observed="x" * 300, expected="y" * 300, path="$.z", spec="S" * 200)
    for entry in Tree(MessageRows(), STATIONS, (), Grouping.STATION).lines([*FOUND, row(long)]):
        for width in (30, 60, 90):
            assert len(card_lines(entry, width)) <= HEIGHT


def test_times_name_the_days_where_they_differ_or_leave_the_screen() -> None:
    later = BEGIN + timedelta(days=1)
    assert times(BEGIN, BEGIN, 1) == "once, 09:41:02"
    assert times(BEGIN, later, 2) == "2 times, 2025-03-14 09:41:02 to 2025-03-15 09:41:02"
    assert times(BEGIN, BEGIN, 1, dated=True) == "once, 2025-03-14 09:41:02 UTC"


@pytest.mark.parametrize(
    ("values", "width", "span", "line"),
    [
        ([], 10, 0.0, ""),
        ([1.0, 1.0], 10, 0.0, "▁▁"),
        ([0.0, 7.0], 10, 0.0, "▁█"),
        ([0.0, 0.0, 8.0, 8.0], 2, 0.0, "▁█"),
        ([0.0, 0.5, 0.0], 10, 100.0, "▄▅▄"),
    ],
)
def test_a_sparkline(values: list[float], width: int, span: float, line: str) -> None:
    assert sparkline(values, width, span) == line


# -- the real program -----------------------------------------------------------------------------------------------


async def test_the_tab_changes_its_grouping_and_says_so(tmp_path: Path) -> None:
    async with driven(write(tmp_path / "c.jsonl", story().records)) as driver:
        await driver.press("2")
        assert "by rule, station" in driver.text
        await driver.press("b")
        assert "by station, rule" in driver.text
        assert "▼ EVB-P17390141" in driver.text
        await driver.press("b")
        assert "▼ Voltaic (made up) DC-Ultra 150" in driver.text or "unknown product" in driver.text
        await driver.press("b")
        assert "by rule, station" in driver.text


async def test_a_muted_rule_marks_nothing_counts_nowhere_and_comes_back(tmp_path: Path) -> None:
    script = Script()
    script.open(subprotocol="ocpp1.6")
    for _ in range(3):
        script.exchange(">", "StatusNotification", ODD, {})
    async with driven(write(tmp_path / "c.jsonl", script.records)) as driver:
        await driver.press("e")
        assert "✖1" in driver.text
        await driver.press("S")
        (said,) = driver.app._notifications
        assert said.message.startswith("RPC-024 is muted for this run.")
        rows = driver.app.run_state.rows
        assert not any(rows.severity(position) for position in range(len(rows)))
        assert "✖" not in driver.text
        await driver.press("2", "S")
        assert all(rows.severity(position) is Severity.ERROR for position in range(1, len(rows), 2))
        assert "Findings ✖1" in driver.text


async def test_what_a_muted_rule_finds_later_is_not_marked_until_it_is_shown_again(tmp_path: Path) -> None:
    script = Script()
    script.open(subprotocol="ocpp1.6")
    script.exchange(">", "StatusNotification", ODD, {})
    scope = script.scope(tmp_path)
    scope.mute("RPC-024", muted=True)
    template = scope.inspector.findings.row_of(scope.feed._reading.pinned.at(3)[0])
    assert template is not None
    scope.feed._reading.pin([template.finding])
    assert scope.rows.row(1).errors == 0
    scope.mute("RPC-024", muted=False)
    assert scope.rows.row(1).errors == 2
    scope.close()


async def test_from_a_message_to_its_findings_to_the_other_messages(tmp_path: Path) -> None:
    script = Script()
    script.open(subprotocol="ocpp1.6")
    first = script.text(">", '[2,"7","Heartbeat",{}]')
    script.text("<", '[3,"7",{"currentTime":"2025-03-14T09:41:03Z"}]')
    script.text(">", '[2,"7","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]')
    script.text("<", '[3,"7",{}]')
    async with driven(write(tmp_path / "c.jsonl", script.records)) as driver:
        await driver.press("e", "F")
        page = driver.app.screen
        assert isinstance(page, FindingPage)
        assert "RPC-005" in driver.text
        assert "found here" in driver.text
        await driver.press("d")
        assert isinstance(driver.app.screen, RulePage)
        await driver.press("escape")
        await driver.press("enter")
        assert driver.messages.entry is not None
        assert driver.messages.entry.row.number == first


async def test_without_a_finding_there_is_nothing_to_mute_or_to_explain(tmp_path: Path) -> None:
    script = Script()
    script.open(subprotocol="ocpp1.6")
    script.exchange(">", "Heartbeat", {}, {"currentTime": "2025-03-14T09:41:03Z"})
    async with driven(write(tmp_path / "c.jsonl", script.records)) as driver:
        for key in ("S", "d", "F"):
            await driver.press(key)
            assert driver.app.screen is driver.screen
        assert not driver.app.run_state.inspector.findings.muted


async def test_a_vendor_card_is_copied_as_it_is_shown(tmp_path: Path) -> None:
    script = Script()
    script.open("CP1", subprotocol="ocpp1.6")
    boot = {"chargePointVendor": "Made", "chargePointModel": "Up", "firmwareVersion": "1.2"}
    answer = {"currentTime": "2025-03-14T09:41:03Z", "interval": 300, "status": "Accepted"}
    script.exchange(">", "BootNotification", boot, answer)
    number, _ = script.exchange(">", "StatusNotification", ODD, {})
    async with driven(write(tmp_path / "c.jsonl", script.records)) as driver:
        await driver.press("c")
        assert isinstance(driver.app.screen, VendorPage)
        assert "Vendor card · Made Up, firmware 1.2" in driver.text
        await driver.press("y")
        copied = driver.app.clipboard
        assert copied.startswith("Made Up, firmware 1.2\n1 station: CP1\n")
        assert "✖ RPC-024  Payload fails the JSON schema\n" in copied
        assert f"record {number}\n" in copied
        assert "capture c.jsonl" in copied
        await driver.press("right")
        assert "Vendor card · the CSMS" in driver.text
        assert "Nothing deviates." in driver.text


def closed_by_a_timer() -> Script:
    script = Script()
    for conn in range(1, 6):
        script.open("CP1", conn, "ocpp1.6")
        script.exchange(">", "Heartbeat", {}, {"currentTime": "2025-03-14T09:41:03Z"}, conn=conn, after=conn * 7)
        script.add(Close, 60.0, conn=conn, dir="to_station", code=1001)
        script.add(Ended, 0.01, conn=conn, by="csms", how="closed")
    return script


async def test_the_end_of_a_connection_is_taken_apart(tmp_path: Path) -> None:
    async with driven(write(tmp_path / "c.jsonl", closed_by_a_timer().records)) as driver:
        await driver.press("G")
        lines = driver.text.splitlines()
        assert any("closed 1001 (going away) by the CSMS, idle 60.0 s" in line for line in lines)
        assert "before the end" in driver.text
        assert "5 of 5 closed by the CSMS with 1001" in driver.text
        assert "Ends  5" in driver.text
        await driver.press("D")
        assert isinstance(driver.app.screen, StationPage)
        assert "Ends of connections, 5 seen, the latest first" in driver.text
        await driver.press("y")
        assert driver.app.clipboard.count("closed by the CSMS with 1001 (going away), 60.0 s after the last frame") == 5


async def test_a_clock_that_is_off_is_told_beside_the_station(tmp_path: Path) -> None:
    script = Script()
    script.open("CP1", 1, "ocpp1.6")
    for number in range(8):
        moment = BEGIN + timedelta(hours=2, seconds=script._seconds + 30)
        status = {"connectorId": 1, "errorCode": "NoError", "status": ["Available", "Preparing"][number % 2]}
        script.exchange(">", "StatusNotification", status | {"timestamp": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}, {}, after=30)
    async with driven(write(tmp_path / "c.jsonl", script.records)) as driver:
        assert "2 h 00 min 00 s ahead" in driver.text or "1 h 59 min 59 s ahead" in driver.text
        await driver.press("D")
        assert "Clock of the station" in driver.text


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (170, 44)])
async def test_hostile_texts_in_findings_and_pages_are_drawn_harmless(size: tuple[int, int], tmp_path: Path) -> None:
    script = Script()
    script.open(HOSTILE, subprotocol="ocpp1.6")
    boot = {"chargePointVendor": HOSTILE, "chargePointModel": HOSTILE, "firmwareVersion": HOSTILE}
    script.exchange(">", "BootNotification", boot, {"currentTime": HOSTILE, "interval": 1, "status": "Accepted"})
    script.exchange(">", "StatusNotification", ODD | {"status": HOSTILE}, {})
    script.add(Close, conn=1, dir="to_station", code=1008, reason=HOSTILE)
    script.add(Ended, conn=1, by="csms", how="error", error=HOSTILE)
    async with driven(write(tmp_path / "c.jsonl", script.records), size) as driver:
        for keys in (
            ["2"],
            ["l", "j", "l"],
            ["b"],
            ["b"],
            ["c"],
            ["escape", "D"],
            ["escape", "1", "e", "F"],
            ["escape", "G"],
        ):
            await driver.press(*keys)
            assert controls(driver.text) == set()
        assert isinstance(driver.screen.query_one(FindingsTab).grouping, Grouping)
