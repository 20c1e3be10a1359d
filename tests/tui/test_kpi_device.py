"""The device panel, the profile that is offered, and a capture that is judged again, in the real app and feed."""

from pathlib import Path

import pytest
from kpi_support import BOOT, OTHER, OTHER_BOOT, STATION, accepted, booted, second_station, status, triggered
from panes_support import RunScope, Script, controls
from tui_support import HOSTILE, Driver, driven, write

from ocppscope.inspect.inspector import Inspector
from ocppscope.kpi.figures import Verdict
from ocppscope.kpi.measure import RESPONSE_OF_STATION, TRIGGERED
from ocppscope.pics import library
from ocppscope.tui.feed import Feed
from ocppscope.tui.source import source_of
from ocppscope.tui.tabs.samples import SamplesPane
from ocppscope.tui.widgets.device import Check, Device, DevicePanel, Product, panel_lines

EVON = "evon200-40p-2cr"


def said(device: Device, *, compact: bool = False) -> list[str]:
    """The panel as text."""
    lines = panel_lines(device, compact=compact)
    return ["".join(text for text, _ in (*left, *right)).strip() for left, right in lines]


def panel(driver: Driver) -> list[str]:
    return said(driver.screen.query_one(DevicePanel).device)


async def judged(driver: Driver) -> None:
    """Until the second reading has taken the place of the first."""
    while driver.app.run_state.feed.judging_again is not None:
        await driver.pilot.pause(0.02)
    await driver.settle()


async def test_the_panel_says_that_the_identity_matches_and_which_limits_hold(tmp_path: Path) -> None:
    capture = write(tmp_path / "lab.jsonl", booted().records)
    async with driven(capture, profiles=[library.load(EVON)]) as driver:
        shown = panel(driver)
        assert shown[:4] == ["BOTARI ENERGY EVon200-40P-2CR", "firmware 1.2.1", f"PICS  {EVON}", "✓ identity matches"]
        assert "answers within60 s" in shown
        assert "acts within60 s" in shown
        assert "PICS  evon200-40p-2cr" in driver.text


async def test_the_panel_names_what_differs(tmp_path: Path) -> None:
    capture = write(tmp_path / "lab.jsonl", booted(BOOT | {"firmwareVersion": "1.3.0"}).records)
    async with driven(capture, profiles=[library.load(EVON)]) as driver:
        assert "▲ firmware ≠ 1.2.1" in panel(driver)
    capture = write(tmp_path / "other.jsonl", booted(OTHER_BOOT).records)
    async with driven(capture, profiles=[library.load(EVON)]) as driver:
        shown = panel(driver)
        assert shown[3:7] == ["▲ differs from", "BOTARI ENERGY Co.,Ltd.", "EVon200-40P-2CR", "firmware 1.2.1"]


async def test_of_several_stations_it_counts_those_that_differ(tmp_path: Path) -> None:
    script = booted()
    second_station(script)
    capture = write(tmp_path / "lab.jsonl", script.records)
    async with driven(capture, profiles=[library.load(EVON)]) as driver:
        assert "▲ 1 of 2 differ from" in panel(driver)
        driver.screen.sessions.choose(STATION)
        await driver.settle()
        assert "✓ identity matches" in panel(driver)


def test_a_station_that_has_not_booted_is_not_judged_by_its_name() -> None:
    device = Device(product=Product(EVON), check=Check(stations=1, judged=1, told=0, differing=0))
    assert "not identified yet" in said(device)


def test_on_a_screen_with_few_lines_the_panel_keeps_what_matters() -> None:
    check = Check(1, 1, 1, 1, (("vendor", "EcarPlug"), ("model", "AC/CPT_OCPP")))
    device = Device("Quay", "1.4", Product("ac-cpt-ocpp", (("answers within", 60.0),)), check=check, errors=2)
    assert said(device, compact=True) == ["Quay", "PICS  ac-cpt-ocpp", "▲ vendor, model differ", "✖ 2"]


async def test_a_profile_that_fits_is_offered_and_not_applied(tmp_path: Path) -> None:
    capture = write(tmp_path / "lab.jsonl", booted().records)
    async with driven(capture) as driver:
        assert panel(driver)[2:5] == ["PICS  none", f"fits  {EVON}", "P applies its limits"]
        assert "P Apply limits" in driver.text.splitlines()[-1]
        assert driver.app.run_state.inspector.stations[STATION].profile is None
        assert driver.app.run_state.profiles == ()


async def test_on_a_narrow_screen_the_offer_is_a_message(tmp_path: Path) -> None:
    capture = write(tmp_path / "lab.jsonl", booted().records)
    async with driven(capture, (80, 24)) as driver:
        assert [told.message for told in driver.app._notifications] == [
            f"The built-in profile {EVON} fits. P applies its limits."
        ]


async def test_nothing_is_offered_to_a_stranger_or_beside_a_profile(tmp_path: Path) -> None:
    capture = write(tmp_path / "lab.jsonl", booted(OTHER_BOOT).records)
    async with driven(capture) as driver:
        assert driver.screen.offer is None
        assert "Apply limits" not in driver.text
        await driver.press("P")
        assert driver.app.run_state.profiles == ()
    capture = write(tmp_path / "own.jsonl", booted().records)
    async with driven(capture, profiles=[library.load("ets-mc-200")]) as driver:
        assert driver.screen.offer is None


async def test_the_key_judges_everything_again_for_the_stations_that_fit(tmp_path: Path) -> None:
    script = booted()
    second_station(script)
    triggered(script, 61.0)
    capture = write(tmp_path / "lab.jsonl", script.records)
    async with driven(capture) as driver:
        run = driver.app.run_state
        numbers = [run.rows.number(position) for position in range(len(run.rows))]
        run.rows.mark(3)
        run.inspector.findings.mute("RPC-024")
        driver.table.move_to(5)
        await driver.press("P")
        await judged(driver)
        assert run.inspector.stations[STATION].profile == EVON
        assert run.inspector.stations[OTHER].profile is None
        assert run.inspector.kpis.figure(TRIGGERED).verdict is Verdict.EXCEEDED
        assert [run.rows.number(position) for position in range(len(run.rows))] == numbers
        assert run.rows.is_marked(3)
        assert run.inspector.findings.muted == {"RPC-024"}
        assert driver.table.cursor == 5
        shown = panel(driver)
        assert shown[1:4] == [f"PICS  {EVON}", "holds for 1 of 2", "✓ identity matches"]
        assert "Apply limits" not in driver.text.splitlines()[-1]


async def test_a_filter_and_its_cursor_survive_being_judged_again(tmp_path: Path) -> None:
    script = booted()
    for _ in range(5):
        triggered(script, 1.0)
    capture = write(tmp_path / "lab.jsonl", script.records)
    async with driven(capture, filter_text="action:TriggerMessage") as driver:
        await driver.press("escape")
        driver.messages.bar.set("action:TriggerMessage")
        await driver.settle()
        driver.messages.table.focus()
        driver.table.move_to(4)
        await driver.settle()
        entry = driver.messages.entry
        assert entry is not None
        await driver.press("P")
        await judged(driver)
        assert len(driver.messages.listing) == 10
        assert driver.messages.entry is not None
        assert driver.messages.entry.row.number == entry.row.number


async def test_a_jump_from_the_samples_comes_back_with_esc(tmp_path: Path) -> None:
    script = booted()
    trigger, _ = triggered(script, 2.0)
    capture = write(tmp_path / "lab.jsonl", script.records)
    async with driven(capture, profiles=[library.load(EVON)]) as driver:
        await driver.press("3", "j", "j", "enter", "enter")
        assert driver.screen.strip.active == 0
        assert driver.messages.entry is not None
        assert driver.messages.entry.row.number == trigger
        await driver.press("escape")
        assert driver.screen.strip.active == 2
        samples = driver.screen.query_one(SamplesPane)
        assert samples.measure is TRIGGERED
        assert samples.table.has_focus


def test_what_comes_meanwhile_is_part_of_the_second_reading(tmp_path: Path) -> None:
    script = booted()
    triggered(script, 2.0)
    path = write(tmp_path / "lab.jsonl", script.records)
    feed = Feed(source_of([path], grows=True), Inspector, live=True)
    while feed.work(1):
        pass
    profiles = [library.load(EVON)]
    assert feed.judge_again(lambda: Inspector(profiles, by_identity=True))
    assert not feed.finished
    known = len(script.records)
    triggered(script, 3.0)
    with path.open("ab") as file:
        file.write(
            b"".join(write(tmp_path / "more.jsonl", script.records[known:]).read_bytes().splitlines(keepends=True))
        )
    feed.work(0)
    while feed.judging_again is not None:
        feed.work(0)
    while feed.work(1):
        pass
    assert len(feed.rows) == sum(hasattr(record, "text") for record in script.records) + 1
    assert feed.inspector.kpis.figure(TRIGGERED).n == 2
    assert feed.inspector.kpis.figure(TRIGGERED).limit == 60
    feed.close()


def test_a_second_reading_finds_what_a_first_one_would(tmp_path: Path) -> None:
    script = booted()
    second_station(script)
    for took in (1.0, 61.0, 3.0):
        triggered(script, took)
    accepted(script, "ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
    script.text(">", '[3,"nobody",{}]')
    script.exchange(">", "StatusNotification", status(1, "Odd"), {})
    profiles = [library.load(EVON)]
    straight = script.scope(tmp_path, profiles)
    again = script.scope(tmp_path)
    assert again.feed.judge_again(lambda: Inspector(profiles))
    while again.feed.judging_again is not None:
        again.feed.work(0)
    assert facts(again) == facts(straight)
    straight.close()
    again.close()


def facts(scope: RunScope) -> object:
    found = [(row.finding.rule, row.count, row.records) for row in scope.inspector.findings.rows()]
    figures = [(one.n, one.min, one.max, one.verdict) for one in scope.inspector.kpis.figures()]
    return [scope.rows.row(position) for position in range(len(scope.rows))], found, figures


def test_an_offered_profile_is_not_held_against_others(tmp_path: Path) -> None:
    script = booted(OTHER_BOOT)
    script.exchange("<", "GetConfiguration", {}, {"configurationKey": []}, latency=70)
    inspector = Inspector([library.load(EVON)], by_identity=True)
    for record in script.records:
        inspector.observe(record)
    assert inspector.kpis.figure(RESPONSE_OF_STATION).verdict is Verdict.NO_LIMIT


async def test_hostile_names_in_the_panel_are_drawn_harmless(tmp_path: Path) -> None:
    boot = {"chargePointVendor": HOSTILE, "chargePointModel": HOSTILE, "firmwareVersion": HOSTILE}
    capture = write(tmp_path / "lab.jsonl", booted(boot).records)
    async with driven(capture, profiles=[library.load(EVON)]) as driver:
        assert "▲ differs from" in panel(driver)
        assert controls(driver.text) == set()


@pytest.mark.parametrize("name", library.names())
@pytest.mark.parametrize("size", [(120, 36), (170, 44), (120, 24)])
async def test_the_panel_fits_with_every_built_in_profile(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    script = Script()
    script.open(STATION, 1, "ocpp1.6")
    script.exchange(">", "Heartbeat", {}, {"currentTime": "2025-03-14T09:41:03Z"})
    capture = write(tmp_path / "lab.jsonl", script.records)
    async with driven(capture, size, profiles=[library.load(name)]) as driver:
        widget = driver.screen.query_one(DevicePanel)
        assert name in driver.text
        assert all("…" not in strip.text for strip in (widget.render_line(y) for y in range(widget.size.height)))
        assert widget.size.height == len(widget.lines())
