"""The certificate's figures in the Latency tab, and the samples behind them, over real runs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kpi_support import accepted, booted, second_station, triggered
from panes_support import PaneApp, RunScope, Script, controls, screen_text
from textual.pilot import Pilot

from ocppscope.kpi.figures import Verdict
from ocppscope.kpi.measure import REMOTE_START, RESPONSE_OF_CSMS, RESPONSE_OF_STATION, TRIGGERED, Measure
from ocppscope.pics import library
from ocppscope.pics.declaration import Measured
from ocppscope.tui.tabs.kpi_rows import KpiRow, certified_range, certified_span, seconds
from ocppscope.tui.tabs.latency import LatencyTab
from ocppscope.tui.tabs.samples import SamplesPane

SIZE = (92, 32)
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


async def drawn(pilot: Pilot[None], tab: LatencyTab, scope: RunScope) -> None:
    tab.refresh_data(scope)
    tab.table.focus()
    await pilot.pause()
    await pilot.pause()


def figure_of(tab: LatencyTab, measure: Measure) -> KpiRow:
    return next(row for row in tab.shown_rows if isinstance(row, KpiRow) and row.measure is measure)


async def to_figure(pilot: Pilot[None], tab: LatencyTab, measure: Measure) -> None:
    tab.table.move_to(list(tab.shown_rows).index(figure_of(tab, measure)))
    await pilot.pause()


def line_of(app: PaneApp, words: str) -> str:
    return next(line for line in screen_text(app).splitlines() if words in line)


async def test_a_figure_stands_beside_its_claim(opened: Opened) -> None:
    script = booted()
    triggered(script, 2.0)
    triggered(script, 50.0)
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        await drawn(pilot, tab, opened(script, "evon200-40p-2cr"))
        shown = ["2", "2.00", "26.00", "–", "50.00", "60", "0.30–1.40", "▲", "near"]
        assert line_of(app, "Triggered function").split()[2:11] == shown
        assert figure_of(tab, RESPONSE_OF_STATION).verdict is Verdict.WITHIN
        assert figure_of(tab, RESPONSE_OF_CSMS).verdict is Verdict.NO_LIMIT


@pytest.mark.parametrize(("took", "verdict"), [(47.0, "✓ within"), (48.5, "▲ near"), (61.0, "✖ exceeded")])
async def test_a_verdict_is_a_glyph_and_a_word(took: float, verdict: str, opened: Opened) -> None:
    script = booted()
    triggered(script, took)
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        await drawn(pilot, tab, opened(script, "evon200-40p-2cr"))
        assert verdict in line_of(app, "Triggered function")


async def test_what_never_came_is_at_least_as_long_as_it_was_waited_for(opened: Opened) -> None:
    script = booted()
    accepted(script, "TriggerMessage", {"requestedMessage": "MeterValues"})
    script.exchange(">", "Heartbeat", {}, {"currentTime": "2025-03-14T09:41:03Z"}, after=70)
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        await drawn(pilot, tab, opened(script, "evon200-40p-2cr"))
        line = line_of(app, "Triggered function")
        assert "≥70" in line
        assert "✖ exceeded" in line


@pytest.mark.parametrize("width", [80, 92, 142])
async def test_bars_of_figures_and_of_responses_share_one_limit_column(width: int, opened: Opened) -> None:
    script = booted()
    triggered(script, 2.0)
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=(width, 32)) as pilot:
        await drawn(pilot, tab, opened(script, "evon200-40p-2cr"))
        tab.refresh_data(tab.scope)  # type: ignore[arg-type] # it was given one
        bars = [line_of(app, "Triggered function").index("│"), line_of(app, " TriggerMessage ").index("│")]
        assert bars[0] == bars[1]


async def test_the_chart_shows_limit_and_certified_range(opened: Opened) -> None:
    script = booted()
    triggered(script, 1.2)
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        await drawn(pilot, tab, opened(script, "jc-9932-100-cu07"))
        await to_figure(pilot, tab, TRIGGERED)
        text = screen_text(app)
        assert "Triggered function of the station · 1 sample " in text
        assert "certified 0.68–1.48 s" in text
        assert "limit 30 s ▸" in text
        assert "━" in line_of(app, "└")


async def test_without_profile_there_are_figures_but_no_verdict(opened: Opened) -> None:
    script = booted()
    triggered(script, 2.0)
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        await drawn(pilot, tab, opened(script))
        assert "no limit" in line_of(app, "Triggered function")


async def test_enter_lists_the_samples_and_esc_goes_back(opened: Opened) -> None:
    script = booted()
    quick, came = triggered(script, 2.0)
    slow, _ = triggered(script, 61.0)
    scope = opened(script, "evon200-40p-2cr")
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=(142, 40)) as pilot:
        await drawn(pilot, tab, scope)
        await to_figure(pilot, tab, TRIGGERED)
        await pilot.press("enter")
        await pilot.pause()
        samples = tab.query_one(SamplesPane)
        assert samples.table.has_focus
        assert [row.trigger_record for row in samples.shown_rows] == [slow, quick]
        text = screen_text(app)
        assert "60 s: exceeds the declared maximum" in text
        assert "✖ over the limit" in text
        words = line_of(app, "✓ counted").split()
        assert words[1:7] == ["TriggerMessage", str(quick), "StatusNotification", str(came), "2.00", "s"]
        await pilot.press("j", "enter")
        assert scope.asked[-1] == ("jump", quick)
        await pilot.press("escape")
        await pilot.pause()
        assert tab.table.has_focus
        assert tab.table.display
        assert not samples.display
        assert tab.current == figure_of(tab, TRIGGERED)


async def test_a_sample_that_does_not_count_says_why(opened: Opened) -> None:
    script = booted()
    payload = {"connectorId": 2, "idTag": "MADEUP"}
    accepted(script, "RemoteStartTransaction", payload)
    start = {"connectorId": 2, "idTag": "MADEUP", "meterStart": 0, "timestamp": "2025-03-14T09:41:20Z"}
    script.exchange(">", "StartTransaction", start, {"transactionId": 7, "idTagInfo": {"status": "Accepted"}}, after=9)
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=(142, 40)) as pilot:
        await drawn(pilot, tab, opened(script, "evon200-40p-2cr"))
        await to_figure(pilot, tab, REMOTE_START)
        await pilot.press("enter")
        await pilot.pause()
        assert "– plug state unknown" in line_of(app, "StartTransaction ")
        assert "1 × plug state unknown" in screen_text(app)


async def test_samples_name_their_station_where_there_are_several(opened: Opened) -> None:
    script = booted()
    second_station(script)
    triggered(script, 2.0)
    scope = opened(script, "evon200-40p-2cr")
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=SIZE) as pilot:
        await drawn(pilot, tab, scope)
        await to_figure(pilot, tab, TRIGGERED)
        await pilot.press("enter")
        await pilot.pause()
        assert "0042" in line_of(app, "✓ counted")
        scope.station = "CS-LYON-0042"
        tab._refresh_now()
        await pilot.pause()
        assert "0042" not in line_of(app, "✓ counted")


@pytest.mark.parametrize("name", library.names())
@pytest.mark.parametrize("size", [(78, 20), (92, 32), (142, 40)])
async def test_no_figure_is_cut_with_any_built_in_profile(name: str, size: tuple[int, int], opened: Opened) -> None:
    script = booted()
    triggered(script, 29.0)
    tab = LatencyTab()
    app = PaneApp(tab)
    async with app.run_test(size=size) as pilot:
        await drawn(pilot, tab, opened(script, name))
        tab.refresh_data(tab.scope)  # type: ignore[arg-type] # it was given one
        await pilot.pause()
        figures = screen_text(app).split("station answers")[0]
        assert "…" not in figures
        assert all(word in figures for word in ("max", "limit", "verdict"))
        for place, row in enumerate(tab.shown_rows):
            if isinstance(row, KpiRow):
                tab.table.move_to(place)
                await pilot.press("enter")
                await pilot.pause()
                assert controls(screen_text(app)) == set()
                assert "…" not in "".join(screen_text(app).splitlines()[:5])
                await pilot.press("escape")


def test_a_certified_range_fits_its_column() -> None:
    assert certified_range(None) == ""
    assert certified_range(Measured(min=6.11, max=27.05, avg=16.58)) == "6.11–27.05"
    assert certified_range(Measured(min=4.97, max=4.97, avg=4.97)) == "4.97"
    assert certified_range(Measured(value=0, resolution_s=1)) == "< 1"
    assert certified_span(Measured(value=0, resolution_s=1)) == (0, 1)
    assert certified_span(Measured(min=6.11, max=27.05, avg=16.58)) == (6.11, 27.05)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (0.004, "0.00"), (99.99, "99.99"), (99.996, "100.0"), (999.96, "1000"), (86400, "86400")],
)
def test_seconds_take_five_cells(value: float | None, shown: str) -> None:
    assert seconds(value) == shown
