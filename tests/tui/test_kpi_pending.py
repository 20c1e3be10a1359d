"""Accepted triggers in the Pending tab: what they promised and has not come, against its limit."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kpi_support import accepted, booted, second_station, status
from panes_support import PaneApp, RunScope, Script, controls, screen_text

from ocppscope.pics import library
from ocppscope.tui.tabs.pending import PendingTab, Row
from ocppscope.tui.tabs.sections import Heading
from ocppscope.tui.widgets.record_table import Lens

SIZE = (92, 32)
SECOND = 1_000_000_000
Opened = Callable[..., RunScope]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    scopes: list[RunScope] = []

    def open_(script: Script, *profiles: str) -> RunScope:
        scopes.append(script.scope(tmp_path, [library.load(name) for name in profiles]))
        return scopes[-1]

    yield open_
    for scope in scopes:
        scope.close()


def rows_of(tab: PendingTab) -> list[Row]:
    return [row for row in tab.shown_rows if isinstance(row, Row)]


TRIGGERS = [
    ("TriggerMessage", {"requestedMessage": "MeterValues"}, "MeterValues"),
    ("RemoteStartTransaction", {"connectorId": 1, "idTag": "MADEUP"}, "StartTransaction"),
    ("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}, "StatusNotification(Unavailable)"),
]


@pytest.mark.parametrize(("action", "payload", "due"), TRIGGERS)
async def test_what_was_accepted_and_has_not_come_is_listed(
    action: str, payload: dict[str, object], due: str, opened: Opened
) -> None:
    script = booted()
    if action == "ChangeAvailability":
        script.exchange(">", "StatusNotification", status(1, "Available"), {})
    trigger = accepted(script, action, payload)
    scope = opened(script, "evon200-40p-2cr")
    scope.clock = scope.now() + 20 * SECOND
    tab = PendingTab()
    app = PaneApp(tab)
    async with app.run_test(size=(142, 30)) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        assert [(row.due, row.trigger, row.limit) for row in rows_of(tab)] == [(due, action, 60.0)]
        line = next(line for line in screen_text(app).splitlines() if f" {due} " in line)
        assert action in line
        assert "20.5 s" in line
        assert tab.count_label(scope) == (("1", "warn bold"),)
        await pilot.press("enter")
        assert scope.asked[-1] == ("jump", trigger)


@pytest.mark.parametrize(
    ("waited", "token", "label"), [(40, "text", "warn"), (48, "warn", "warn"), (61, "error", "error")]
)
async def test_a_function_is_amber_near_its_limit_and_red_past_it(
    waited: int, token: str, label: str, opened: Opened
) -> None:
    script = booted()
    accepted(script, "TriggerMessage", {"requestedMessage": "MeterValues"})
    scope = opened(script, "evon200-40p-2cr")
    scope.clock = scope.now() - SECOND // 2 + waited * SECOND
    tab = PendingTab()
    async with PaneApp(tab).run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        columns = {column.key: column for column in tab.columns(scope)}
        ((_, shown),) = columns["age"].cell(rows_of(tab)[0], Lens(8, scope.now()))
        assert shown == token
        assert tab.count_label(scope) == (("1", f"{label} bold"),)


async def test_calls_and_functions_stand_below_their_headings(opened: Opened) -> None:
    script = booted()
    accepted(script, "TriggerMessage", {"requestedMessage": "MeterValues"})
    call, _ = script.call(">", "Heartbeat", {})
    scope = opened(script, "evon200-40p-2cr")
    tab = PendingTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        kinds = [type(row) for row in tab.shown_rows]
        assert kinds == [Heading, Row, Heading, Row]
        assert tab.current == rows_of(tab)[0]
        assert tab.count_label(scope) == (("2", "warn bold"),)
        assert scope.asked == [("show", call)]
        await pilot.press("j")
        assert tab.current == rows_of(tab)[1]
        text = screen_text(app)
        assert "CALLs without a response" in text
        assert "accepted by the station, but nothing has come yet" in text


async def test_it_leaves_the_list_when_it_comes(opened: Opened) -> None:
    script = booted()
    accepted(script, "TriggerMessage", {"requestedMessage": "MeterValues"})
    script.exchange(">", "MeterValues", {"connectorId": 1, "meterValue": []}, {}, after=3)
    scope = opened(script, "evon200-40p-2cr")
    tab = PendingTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        assert "Nothing is pending." in screen_text(app)
        assert tab.count_label(scope) == ()


async def test_a_refused_trigger_promises_nothing(opened: Opened) -> None:
    script = booted()
    script.exchange("<", "TriggerMessage", {"requestedMessage": "MeterValues"}, {"status": "Rejected"})
    assert opened(script).inspector.running() == []


async def test_without_a_limit_there_is_nothing_to_judge(opened: Opened) -> None:
    script = booted()
    accepted(script, "TriggerMessage", {"requestedMessage": "MeterValues"})
    scope = opened(script)
    scope.clock = scope.now() + 100 * SECOND
    tab = PendingTab()
    app = PaneApp(tab)
    async with app.run_test(size=(142, 30)) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        text = screen_text(app)
        assert "no limit" in text
        assert "given up after 2 m" in text
        assert tab.count_label(scope) == (("1", "warn bold"),)


async def test_a_station_narrows_what_is_pending(opened: Opened) -> None:
    script = booted()
    second_station(script)
    accepted(script, "TriggerMessage", {"requestedMessage": "MeterValues"})
    scope = opened(script, "evon200-40p-2cr")
    scope.station = "EVB-P17390141"
    tab = PendingTab()
    async with PaneApp(tab).run_test(size=SIZE) as pilot:
        tab.refresh_data(scope)
        await pilot.pause()
        assert rows_of(tab) == []
        scope.station = "CS-LYON-0042"
        tab.refresh_data(scope)
        assert len(rows_of(tab)) == 1


@pytest.mark.parametrize("size", [(58, 12), (78, 20), (92, 32), (142, 40)])
@pytest.mark.parametrize("theme", ["ocppscope-dark", "ocppscope-light"])
async def test_nothing_that_matters_is_cut(size: tuple[int, int], theme: str, opened: Opened) -> None:
    nasty = "[/b]\x1b[2J\u202e日本" * 9
    script = booted()
    script.exchange(">", "StatusNotification", status(1, "Available"), {})
    accepted(script, "ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
    script.open(nasty, conn=2, subprotocol="ocpp1.6")
    script.exchange("<", "TriggerMessage", {"requestedMessage": nasty}, {"status": "Accepted"}, conn=2)
    script.call("<", nasty, {}, conn=2)
    scope = opened(script, "evon200-40p-2cr")
    scope.clock = scope.now() + 70 * SECOND
    tab = PendingTab()
    app = PaneApp(tab, theme=theme)
    async with app.run_test(size=size) as pilot:
        tab.refresh_data(scope)
        tab.table.focus()
        await pilot.pause()
        text = screen_text(app)
        assert controls(text) == set()
        assert all(len(line) <= size[0] for line in text.splitlines())
        line = next(line for line in text.splitlines() if "Unavailable)" in line)
        assert "1 m 1" in line
