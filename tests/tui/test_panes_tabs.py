"""The list tabs over real runs, in a headless terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from panes_support import PaneApp, RunScope, Script, controls, screen_text
from textual.pilot import Pilot

from ocppscope.capture.record import Ended
from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.finding import Finding, Severity
from ocppscope.model.transaction import Transaction, TransactionState
from ocppscope.pics import library
from ocppscope.tui.findings.entries import Tree
from ocppscope.tui.rows import MessageRows
from ocppscope.tui.screens.rule_page import RulePage
from ocppscope.tui.tabs.findings import FindingsTab
from ocppscope.tui.tabs.latency import LatencyTab
from ocppscope.tui.tabs.latency_rows import Figures, bar_heading
from ocppscope.tui.tabs.pending import PendingTab, deaf_stations
from ocppscope.tui.tabs.record_tab import RecordTab
from ocppscope.tui.tabs.sections import Heading
from ocppscope.tui.tabs.transactions import TransactionsTab, lasted, masked
from ocppscope.tui.widgets.response_chart import ResponseChart

SIZE = (92, 32)
STATUS = {"timestamp": "2025-03-14T09:41:03Z", "connectorStatus": "Available", "evseId": 1, "connectorId": 1}


@pytest.fixture
def script() -> Script:
    script = Script()
    script.open()
    return script


@pytest.fixture
def scopes(script: Script, tmp_path: Path) -> Iterator[list[RunScope]]:
    opened: list[RunScope] = []
    yield opened
    for scope in opened:
        scope.close()


def scope_of(script: Script, folder: Path, scopes: list[RunScope], *profiles: str) -> RunScope:
    scope = script.scope(folder, [library.load(name) for name in profiles])
    scopes.append(scope)
    return scope


def faulty(script: Script) -> tuple[int, int, int]:
    """Two different schema faults, the first one twice, and an orphan; their record numbers."""
    odd, _ = script.exchange(">", "StatusNotification", STATUS | {"connectorStatus": "Odd"}, {})
    script.exchange(">", "StatusNotification", STATUS | {"connectorStatus": "Odd"}, {})
    script.exchange(">", "StatusNotification", STATUS | {"extra": 1}, {})
    orphan = script.text(">", '[3,"nobody",{}]')
    return odd, odd + 2, orphan


# -- findings -------------------------------------------------------------------------------------------------------


async def test_findings_are_grouped_by_rule_and_unfold(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    first, second, orphan = faulty(script)
    scope = scope_of(script, tmp_path, scopes)
    tab = FindingsTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        assert [(entry.rule, entry.times, entry.number) for entry in tab.shown_rows] == [
            ("RPC-008", 1, orphan),
            ("RPC-024", 3, first),
        ]
        await pilot.press("j", "enter", "j", "enter")
        assert [(entry.depth, entry.times, entry.number) for entry in tab.shown_rows] == [
            (0, 1, orphan),
            (0, 3, first),
            (1, 2, first),
            (2, 1, first),
            (2, 1, second),
            (1, 1, second + 2),
        ]
        await pilot.press("G", "h")
        assert tab.table.cursor == 1
        await pilot.press("h")
        assert len(tab.shown_rows) == 2
        assert "Payload fails the JSON schema" in screen_text(app)


async def test_enter_on_a_finding_jumps_to_its_message(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    *_, orphan = faulty(script)
    scope = scope_of(script, tmp_path, scopes)
    tab = FindingsTab()
    async with PaneApp(tab).run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        await pilot.press("enter")
        assert scope.asked == [("show", orphan), ("jump", orphan)]


async def test_the_detail_follows_the_highlighted_finding(
    script: Script, tmp_path: Path, scopes: list[RunScope]
) -> None:
    first, _, orphan = faulty(script)
    scope = scope_of(script, tmp_path, scopes)
    tab = FindingsTab()
    async with PaneApp(tab).run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        tab.refresh_data(scope)
        await pilot.press("j")
        await pilot.pause()
        assert scope.asked == [("show", orphan), ("show", first)]


async def test_a_rule_is_muted_and_shown_again(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    faulty(script)
    scope = scope_of(script, tmp_path, scopes)
    tab = FindingsTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        assert tab.count_label(scope) == [("✖3", "error bold")]
        await pilot.press("S")
        await pilot.pause()
        assert scope.inspector.findings.muted == {"RPC-008"}
        assert "muted 1" in screen_text(app)
        assert tab.count_label(scope) == [("✖2", "error bold")]
        assert [entry.rule for entry in tab.shown_rows] == ["RPC-024", "RPC-008"]
        await pilot.press("G", "S")
        await pilot.pause()
        assert scope.inspector.findings.muted == set()
        assert "muted 1" not in screen_text(app)
        assert [entry.rule for entry in tab.shown_rows] == ["RPC-008", "RPC-024"]


async def test_d_opens_the_page_of_the_rule(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    faulty(script)
    scope = scope_of(script, tmp_path, scopes)
    tab = FindingsTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        await pilot.press("d")
        assert isinstance(app.screen, RulePage)
        text = screen_text(app)
        assert "RPC-008  Response with an id that matches no CALL" in text
        assert "Why it matters" in text
        await pilot.press("d")
        assert not isinstance(app.screen, RulePage)


async def test_without_findings_the_tab_says_how_much_was_watched(
    script: Script, tmp_path: Path, scopes: list[RunScope]
) -> None:
    script.exchange(">", "Heartbeat", {}, {"currentTime": "2025-03-14T09:41:03Z"})
    scope = scope_of(script, tmp_path, scopes)
    tab = FindingsTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        text = screen_text(app)
        assert f"{len(scope.inspector.rules)} rules watched 2 messages." in text
        assert "Nothing to report." in text
        assert scope.asked == [("show", None)]


async def test_a_station_narrows_the_findings(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    faulty(script)
    script.open("CS-LYON-0043", conn=2)
    number = script.text(">", "no message", conn=2)
    scope = scope_of(script, tmp_path, scopes)
    scope.station = "CS-LYON-0043"
    tab = FindingsTab()
    async with PaneApp(tab).run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        assert [(entry.rule, entry.number) for entry in tab.shown_rows] == [("RPC-001", number)]


async def test_the_cursor_stays_on_its_finding_when_worse_ones_arrive(
    script: Script, tmp_path: Path, scopes: list[RunScope]
) -> None:
    script.exchange(">", "StatusNotification", STATUS | {"extra": 1}, {})
    scope = scope_of(script, tmp_path, scopes)
    tab = FindingsTab()
    async with PaneApp(tab).run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        template = scope.inspector.findings.rows()[0].finding
        scope.inspector.findings.add(
            Finding("RPC-001", Severity.ERROR, None, template.station, 1, template.time, (3,), "made up")
        )
        tab.refresh_data(scope)
        await pilot.pause()
        assert [entry.rule for entry in tab.shown_rows] == ["RPC-001", "RPC-024"]
        assert tab.table.cursor == 1
        assert tab.current is not None
        assert tab.current.rule == "RPC-024"


def test_one_rule_with_two_severities_is_two_groups() -> None:
    def row(severity: Severity) -> FindingRow:
        moment = Script().records[0].time
        return FindingRow([Finding("RPC-008", severity, None, "CS", 1, moment, (1,), "e")], 1, moment)

    entries = list(Tree(MessageRows(), {}).lines([row(Severity.ERROR), row(Severity.INFO)]))
    assert [entry.severity for entry in entries] == [Severity.ERROR, Severity.INFO]


# -- latency --------------------------------------------------------------------------------------------------------


def busy(script: Script) -> None:
    for number in range(25):
        script.exchange("<", "GetVariables", {"getVariableData": []}, {}, latency=0.2 + number / 100)
    script.exchange("<", "Reset", {"type": "Immediate"}, {"status": "Accepted"}, latency=45)
    script.exchange(">", "Heartbeat", {}, {"currentTime": "2025-03-14T09:41:03Z"}, latency=0.05)


def responses_from(tab: LatencyTab, start: int) -> list[Heading | Figures]:
    """What stands below the certificate's figures."""
    rows = [row for row in tab.shown_rows[start:] if isinstance(row, Heading | Figures)]
    assert len(rows) == len(tab.shown_rows) - start
    return rows


async def to_action(pilot: Pilot[None], tab: LatencyTab, action: str) -> None:
    """Put the cursor on the response times of an action."""
    index = next(i for i, row in enumerate(tab.shown_rows) if isinstance(row, Figures) and row.action == action)
    tab.table.move_to(index)
    await pilot.pause()


async def test_latency_rows_stand_in_sections_worst_first(
    script: Script, tmp_path: Path, scopes: list[RunScope]
) -> None:
    busy(script)
    scope = scope_of(script, tmp_path, scopes, "jc-9932-100-cu07")
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        start = next(index for index, row in enumerate(tab.shown_rows) if isinstance(row, Heading))
        shown = [row.words if isinstance(row, Heading) else row.action for row in responses_from(tab, start)]
        assert shown == [
            "station answers the CSMS",
            "Reset",
            "GetVariables",
            "CSMS answers the station",
            "Heartbeat",
        ]
        lines = screen_text(app).splitlines()
        reset = next(line for line in lines if " Reset " in line)
        assert reset.split()[:7] == ["Reset", "1", "1", "45.0", "s", "n<20", "45.0"]
        variables = next(line for line in lines if " GetVariables " in line and "30 s" in line)
        assert "320 ms" in variables
        assert "430 ms" in variables
        assert "440 ms" in variables


async def test_all_limits_stand_in_one_column_below_their_heading(
    script: Script, tmp_path: Path, scopes: list[RunScope]
) -> None:
    busy(script)
    scope = scope_of(script, tmp_path, scopes, "jc-9932-100-cu07")
    for size in ((92, 32), (142, 40)):
        tab = LatencyTab()
        app = PaneApp(tab)
        async with app.run_test(size=size) as pilot:
            tab.refresh_data(scope)
            await pilot.pause()
            tab.refresh_data(scope)
            lines = screen_text(app).splitlines()
            heading = lines[0].rindex("limit")  # the last "limit" names the column of the bars
            variables = next(line for line in lines if " GetVariables " in line and "30 s" in line)
            assert heading <= variables.index("│") < heading + len("limit")


async def test_the_cursor_steps_over_headings(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    busy(script)
    scope = scope_of(script, tmp_path, scopes)
    tab = LatencyTab()
    async with PaneApp(tab).run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        seen: list[object] = []
        rows = len(tab.shown_rows)
        for key in ["j"] * rows + ["k"] * rows + ["g", "G"]:
            await pilot.press(key)
            await pilot.pause()
            seen.append(tab.current)
        assert not any(isinstance(row, Heading) for row in seen)
        assert [row for row in tab.shown_rows if not isinstance(row, Heading)] == sorted(
            set(seen), key=tab.shown_rows.index
        )
        assert seen[-2] == tab.shown_rows[0]
        assert seen[-1] == tab.shown_rows[-1]


async def test_the_chart_shows_the_row_under_the_cursor(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    busy(script)
    scope = scope_of(script, tmp_path, scopes, "jc-9932-100-cu07")
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        await to_action(pilot, tab, "Reset")
        assert "Reset · 1 response " in screen_text(app)
        await pilot.press("j")
        await pilot.pause()
        text = screen_text(app)
        assert "GetVariables · 25 responses" in text
        assert "p50 320 ms" in text
        assert "limit 30 s ▸" in text
        assert "certified 0.34–0.87 s" in text


async def test_no_chart_where_the_list_needs_the_room(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    busy(script)
    scope = scope_of(script, tmp_path, scopes)
    tab = LatencyTab()
    async with PaneApp(tab).run_test(size=(80, 18)) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        assert not tab.query_one(ResponseChart).display


async def test_enter_shows_the_answers_of_a_row(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    busy(script)
    scope = scope_of(script, tmp_path, scopes, "jc-9932-100-cu07")
    tab = LatencyTab()
    async with PaneApp(tab).run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        await to_action(pilot, tab, "Reset")
        await pilot.press("enter")
        assert ("filter", "action:Reset dir:up latency>0s") in scope.asked


async def test_an_action_that_was_never_answered_says_so(
    script: Script, tmp_path: Path, scopes: list[RunScope]
) -> None:
    script.call("<", "Reset", {"type": "Immediate"})
    script.exchange(">", "Heartbeat", {}, {}, after=100)
    scope = scope_of(script, tmp_path, scopes, "jc-9932-100-cu07")
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await to_action(pilot, tab, "Reset")
        assert "No CALL was answered.  1 waited longer than 30 s" in screen_text(app)


def test_the_heading_of_the_bars_fits_any_width() -> None:
    for width in range(80):
        assert len(bar_heading(width)) <= max(width, len("━p50 ─p95 ┄max")) + 3
        assert bar_heading(width, plain=True).isascii()


# -- transactions ---------------------------------------------------------------------------------------------------


def event(kind: str, seq: int, watts: int, energy: float, second: int, **info: object) -> dict[str, object]:
    return {
        "eventType": kind,
        "timestamp": f"2025-03-14T09:41:{second:02}Z",
        "triggerReason": "Authorized",
        "seqNo": seq,
        "transactionInfo": {"transactionId": "tx-7f3c2a", **info},
        "evse": {"id": 1, "connectorId": 1},
        "idToken": {"idToken": "04A2B7C91D6E80", "type": "ISO14443"},
        "meterValue": [
            {
                "timestamp": "2025-03-14T09:41:03Z",
                "sampledValue": [{"value": watts, "measurand": "Power.Active.Import"}, {"value": energy}],
            }
        ],
    }


async def test_a_transaction_is_one_row(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    script.exchange(">", "TransactionEvent", event("Started", 0, 0, 1_000, 5), {})
    script.exchange(">", "TransactionEvent", event("Updated", 1, 11_000, 5_000, 20), {})
    script.exchange(">", "TransactionEvent", event("Ended", 3, 0, 14_800, 50, stoppedReason="Local"), {})
    scope = scope_of(script, tmp_path, scopes)
    scope.station = "CS-LYON-0042"
    tab = TransactionsTab()
    app = PaneApp(tab)
    async with app.run_test(size=(142, 20)) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        row = screen_text(app).splitlines()[1]
        for part in ("tx-7f3c2a", "ended · Local", "04A2…6E80", "09:41:05", "00:00:45", "13.8 kWh", "▁█▁", "0–3 ✖ gap"):
            assert part in row
        assert "04A2B7C91D6E80" not in screen_text(app)


async def test_enter_filters_the_messages_to_the_transaction(
    script: Script, tmp_path: Path, scopes: list[RunScope]
) -> None:
    script.exchange(">", "TransactionEvent", event("Started", 0, 0, 1_000, 5), {})
    scope = scope_of(script, tmp_path, scopes)
    tab = TransactionsTab()
    async with PaneApp(tab).run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        assert tab.count_label(scope) == (("1", "ok bold"),)
        await pilot.press("enter")
        assert scope.asked[-1] == ("filter", 'tx:"tx-7f3c2a" station:"CS-LYON-0042"')


@pytest.mark.parametrize(
    ("token", "shown"),
    [("04A2B7C91D6E80", "04A2…6E80"), ("DEMO01", "DE…01"), ("TAG1", "TAG1"), ("", ""), ("x" * 300, "xxxx…xxxx")],
)
def test_tokens_lose_their_middle(token: str, shown: str) -> None:
    assert masked(token) == shown


def test_a_duration_needs_two_stamps_in_order() -> None:
    start = Script().records[0].time
    running = Transaction("CS", "1", TransactionState.RUNNING, start=start)
    assert lasted(running, None) is None
    assert lasted(running, start.replace(year=2024)) is None
    assert lasted(running, start.replace(second=42)) == pytest.approx(40)
    assert lasted(Transaction("CS", "1", TransactionState.ENDED, start=start), start) is None


# -- pending --------------------------------------------------------------------------------------------------------


async def test_pending_calls_are_listed_oldest_first_with_their_age(
    script: Script, tmp_path: Path, scopes: list[RunScope]
) -> None:
    first, _ = script.call("<", "Reset", {"type": "Immediate"})
    second, _ = script.call(">", "Heartbeat", {}, after=7)
    scope = scope_of(script, tmp_path, scopes)
    scope.clock = scope.now() + 5_000_000_000
    tab = PendingTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        lines = screen_text(app).splitlines()
        assert "◀── Reset" in lines[1]
        assert "12.0 s" in lines[1]
        assert "──▶ Heartbeat" in lines[2]
        assert "5.00 s" in lines[2]
        assert tab.count_label(scope) == (("2", "warn bold"),)
        await pilot.press("j", "enter")
        assert scope.asked == [("show", first), ("show", second), ("jump", second)]


async def test_ages_tick_while_the_tab_is_in_sight(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    script.call("<", "Reset", {"type": "Immediate"})
    scope = scope_of(script, tmp_path, scopes)
    scope.live = True
    scope.clock = scope.now() + 5_000_000_000
    tab = PendingTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        clock = tab._clock
        assert clock is not None
        assert clock._active.is_set()
        scope.clock += 30_000_000_000
        tab._tick()
        await pilot.pause()
        assert "35.0 s" in screen_text(app)
        assert tab.count_label(scope) == (("1", "error bold"),)
        tab.display = False
        await pilot.pause()
        assert not clock._active.is_set()


async def test_a_deaf_station_has_a_badge(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    for action in ("Reset", "ClearCache", "GetVariables"):
        script.call("<", action, {})
    scope = scope_of(script, tmp_path, scopes)
    assert deaf_stations(scope.inspector.pending(), scope.rows) == {}
    script.exchange(">", "Heartbeat", {}, {})
    scope = scope_of(script, tmp_path, scopes)
    tab = PendingTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        assert screen_text(app).count("DEAF") == 1
        assert "DEAF  ×3" in screen_text(app)


# -- all ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [FindingsTab, LatencyTab, TransactionsTab, PendingTab])
@pytest.mark.parametrize("size", [(92, 32), (58, 12), (168, 44)])
async def test_hostile_texts_are_drawn_harmless_in_every_tab(
    kind: type[RecordTab[object]], size: tuple[int, int], script: Script, tmp_path: Path, scopes: list[RunScope]
) -> None:
    nasty = "[/b]\x1b[2J\u202e\n日本" * 20
    script.open(nasty, conn=2, subprotocol="ocpp1.6")
    script.exchange("<", nasty, {nasty: nasty}, {nasty: nasty}, conn=2)
    script.call("<", nasty, {}, conn=2)
    payload = {"connectorId": 1, "idTag": nasty, "meterStart": 0, "timestamp": nasty}
    script.exchange(">", "StartTransaction", payload, {"transactionId": 7, "idTagInfo": {"status": "Accepted"}}, conn=2)
    script.exchange(
        ">", "TransactionEvent", event("Started", 0, 1, 1, 5) | {"transactionInfo": {"transactionId": nasty}}, {}
    )
    script.exchange(">", "StopTransaction", {"transactionId": 7, "reason": nasty, "meterStop": -1e300}, {}, conn=2)
    scope = scope_of(script, tmp_path, scopes)
    tab = kind()
    app = PaneApp(tab)
    async with app.run_test(size=size) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        assert tab.shown_rows
        await pilot.press("j", "j", "enter", "G")
        await pilot.pause()
        assert controls(screen_text(app)) == set()


@pytest.mark.parametrize("kind", [FindingsTab, LatencyTab, TransactionsTab, PendingTab])
async def test_an_empty_tab_is_a_sentence_and_keys_do_no_harm(
    kind: type[RecordTab[object]], tmp_path: Path, scopes: list[RunScope]
) -> None:
    scope = scope_of(Script(), tmp_path, scopes)
    tab = kind()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        assert "No" in screen_text(app)
        tab.table.focus()
        await pilot.press("j", "enter", "d", "S", "h", "l", "G")
        assert list(tab.count_label(scope)) == []


async def test_calls_that_were_given_up_are_not_forgotten(
    script: Script, tmp_path: Path, scopes: list[RunScope]
) -> None:
    script.call("<", "Reset", {"type": "Immediate"})
    script.add(Ended, 100, conn=1, by="station", how="fin")
    tab = PendingTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope_of(script, tmp_path, scopes))
        await pilot.pause()
        assert "1 never were: see Findings." in screen_text(app)


async def test_the_first_heading_is_in_sight_at_first(script: Script, tmp_path: Path, scopes: list[RunScope]) -> None:
    busy(script)
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.display = False
        await pilot.pause()
        tab.refresh_data(scope_of(script, tmp_path, scopes))
        tab.display = True
        await pilot.pause()
        assert "station answers the CSMS" in screen_text(app)
