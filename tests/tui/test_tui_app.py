"""What an engineer does with the main screen, key by key, over real captures."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from panes_support import Script, controls
from textual import events
from textual.theme import BUILTIN_THEMES
from textual.widget import Widget
from textual.widgets import Input
from tui_support import HOSTILE, DeadEngine, append, driven, story, write

from ocppscope.capture.record import Gap, Opened
from ocppscope.tui.actions import ACTIONS
from ocppscope.tui.app import OcppScope, theme_for
from ocppscope.tui.rows import Kind
from ocppscope.tui.screens.help import HelpScreen
from ocppscope.tui.screens.leave import LeaveScreen
from ocppscope.tui.theme import GREY, THEMES


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    return write(tmp_path / "lab.jsonl", story().records)


def kinds(driver: Any) -> list[Kind]:
    return [driver.table.rows.row(index).row.kind for index in range(len(driver.table.rows))]


async def test_the_first_picture_tells_who_talks_what_is_wrong_and_how_long_it_took(capture: Path) -> None:
    async with driven(capture) as driver:
        text = driver.text
        for word in (
            "↯ ocppscope",
            "lab.jsonl",
            "EVB-P17390141",
            "2.0.1",
            "BootNotification",
            "└ BootNotification",
            "142 ms",
            "NotImplemented",
            "connected · subprotocol ocpp2.0.1",
            "closed 1006 (abnormal) reset by the network",
            "2 stations",
        ):
            assert word in text, word
        assert "reading" not in text


async def test_a_filter_works_while_it_is_typed_and_escape_takes_it_away(capture: Path) -> None:
    async with driven(capture) as driver:
        total = len(driver.table.rows)
        await driver.press("slash")
        await driver.type("action:Boot*")
        assert len(driver.table.rows) == 2
        assert f"2 of {total}" in driver.text
        await driver.press("enter")
        assert driver.table.has_focus
        await driver.press("escape")
        assert len(driver.table.rows) == total
        assert driver.messages.bar.text == ""


async def test_a_wrong_filter_says_why_and_keeps_the_list(capture: Path) -> None:
    async with driven(capture) as driver:
        await driver.press("slash")
        await driver.type("action:Boot*")
        driver.messages.bar.set("action:Boot* statoin:x")
        await driver.settle()
        assert "did you mean station?" in driver.text
        assert len(driver.table.rows) == 2, "the last valid filter stands"


async def test_letters_typed_into_the_filter_are_no_commands(capture: Path) -> None:
    async with driven(capture) as driver:
        await driver.press("slash")
        await driver.type("qezt12")
        assert driver.messages.bar.text == "qezt12"
        assert driver.screen.strip.active == 0


async def test_what_is_typed_faster_than_the_focus_moves_belongs_to_the_filter(capture: Path) -> None:
    async with driven(capture) as driver:
        for key in ["slash", *"type", "colon", *"SEND"]:
            driver.app.post_message(events.Key(key, ":" if key == "colon" else None))
        await driver.settle()
        assert driver.messages.bar.text == "type:SEND"
        assert driver.app.screen is driver.screen
        assert not driver.messages.listing.frozen
        await driver.press("slash")
        assert driver.messages.bar.text == "type:SEND/"


async def test_earlier_filters_come_back_with_the_arrow_key(capture: Path) -> None:
    async with driven(capture) as driver:
        await driver.press("slash")
        await driver.type("dir:up")
        await driver.press("enter", "escape", "slash", "up")
        assert driver.messages.bar.text == "dir:up"
        await driver.press("down")
        assert driver.messages.bar.text == ""


async def test_when_the_filter_hides_all_the_way_back_is_said(capture: Path) -> None:
    async with driven(capture) as driver:
        await driver.press("slash")
        await driver.type("action:NoSuch")
        assert "No message matches." in driver.text
        assert f"Esc shows all {len(driver.app.run_state.rows)}." in driver.text
        await driver.press("escape")
        assert "No message matches." not in driver.text


async def test_errors_and_warnings_are_one_key_away_and_their_exchange_is_shown(capture: Path) -> None:
    async with driven(capture) as driver:
        await driver.press("e")
        entry = driver.messages.entry
        assert entry is not None
        assert entry.row.errors
        assert "not an OCPP message" in driver.text
        here = driver.table.cursor
        await driver.press("e")
        assert driver.table.cursor == here
        await driver.press("E")
        assert driver.table.cursor == here


async def test_o_goes_to_the_other_half_of_the_exchange_and_back(capture: Path) -> None:
    async with driven(capture) as driver:
        driver.table.move_to(2)
        await driver.press("o")
        assert driver.table.cursor == 3
        await driver.press("o")
        assert driver.table.cursor == 2


async def test_marks_are_set_jumped_between_filtered_for_and_taken_away(capture: Path) -> None:
    async with driven(capture) as driver:
        driver.table.move_to(2)
        await driver.press("m")
        assert "◆" in driver.text
        await driver.press("G", "U")
        assert driver.table.cursor == 2
        await driver.press("slash")
        await driver.type("marked")
        assert len(driver.table.rows) == 1
        await driver.press("escape", "g", "u", "m")
        assert "◆" not in driver.text


async def test_the_station_under_the_cursor_narrows_every_tab(capture: Path) -> None:
    async with driven(capture) as driver:
        await driver.press("s", "down", "down")
        assert driver.app.run_state.station == "EVB-P17390141"
        stations = {driver.table.rows.row(index).row.station for index in range(len(driver.table.rows))}
        assert stations == {"EVB-P17390141"}
        await driver.press("enter", "escape")
        assert driver.app.run_state.station is None


async def test_tabs_are_reached_by_number_by_brackets_and_by_mouse(capture: Path) -> None:
    async with driven(capture) as driver:
        for key, index in (("2", 1), ("5", 4), ("1", 0), ("left_square_bracket", 4), ("right_square_bracket", 0)):
            await driver.press(key)
            assert driver.screen.strip.active == index
        await driver.pilot.click(driver.screen.strip, offset=(18, 0))
        await driver.settle()
        assert driver.screen.strip.active == 1


async def test_a_message_named_by_a_tab_is_jumped_to_even_behind_filter_and_station(capture: Path) -> None:
    async with driven(capture) as driver:
        await driver.press("s", "down", "enter", "slash")
        await driver.type("action:Heartbeat")
        await driver.press("enter", "2")
        malformed = next(
            driver.app.run_state.rows.number(place)
            for place in range(len(driver.app.run_state.rows))
            if driver.app.run_state.rows.kind(place) is Kind.MALFORMED
        )
        driver.app.run_state.jump(malformed)
        await driver.settle()
        assert driver.screen.strip.active == 0
        entry = driver.messages.entry
        assert entry is not None
        assert entry.row.number == malformed


async def test_a_tab_can_ask_for_a_filter(capture: Path) -> None:
    async with driven(capture) as driver:
        await driver.press("4")
        driver.app.run_state.filter("action:Boot*")
        await driver.settle()
        assert driver.screen.strip.active == 0
        assert len(driver.table.rows) == 2


async def test_time_is_told_by_the_clock_since_the_start_and_since_the_row_above(capture: Path) -> None:
    async with driven(capture) as driver:
        driver.table.move_to(0)
        assert "Time " in driver.text
        for heading, shown in (("Since start", "+0:00.342"), ("Delta", "+0:00.142"), ("Time", "09:41:02")):
            await driver.press("t")
            assert heading in driver.text
            assert shown in driver.text


async def test_value_and_raw_message_are_copied(capture: Path) -> None:
    async with driven(capture) as driver:
        driver.table.move_to(2)
        await driver.press("Y")
        assert driver.app.clipboard.startswith('[2,"b1fee08f')
        await driver.press("y")
        assert "Voltaic" in driver.app.clipboard


async def test_enter_gives_the_exchange_the_whole_screen_and_escape_takes_it_back(capture: Path) -> None:
    async with driven(capture, (80, 24)) as driver:
        assert "chargingStation" not in driver.text
        driver.table.move_to(2)
        await driver.press("enter")
        assert "chargingStation" in driver.text
        assert not driver.table.is_on_screen
        await driver.press("escape")
        assert driver.table.has_focus
        assert "chargingStation" not in driver.text


async def test_the_layout_follows_the_width(capture: Path) -> None:
    async with driven(capture, (170, 44)) as driver:
        assert driver.screen.detail.region.x > driver.table.region.right
        await driver.pilot.resize_terminal(120, 36)
        await driver.settle()
        assert driver.screen.detail.region.y > driver.table.region.bottom - 1
        assert driver.screen.sessions.is_on_screen
        await driver.pilot.resize_terminal(80, 24)
        await driver.settle()
        assert not driver.screen.sessions.is_on_screen
        assert "BootNotification" in driver.text
        await driver.press("s")
        assert driver.screen.sessions.is_on_screen
        assert "EVB-P17390141" in driver.text
        await driver.press("escape")
        assert not driver.screen.sessions.is_on_screen
        await driver.pilot.resize_terminal(50, 12)
        await driver.settle()
        assert "needs a little more room" in driver.text
        assert "BootNotification" not in driver.text


@pytest.mark.parametrize("size", [(60, 16), (61, 30), (80, 24), (99, 29), (100, 30), (150, 20), (250, 70)])
async def test_no_size_breaks_the_screen(capture: Path, size: tuple[int, int]) -> None:
    async with driven(capture, size) as driver:
        await driver.press("e", "2", "3", "4", "5", "1", "z", "escape", "s", "escape")
        assert max(map(len, driver.text.splitlines())) == size[0]


async def test_live_the_list_follows_until_the_cursor_moves_up_and_then_counts_what_is_new(tmp_path: Path) -> None:
    script = Script()
    script.open()
    script.exchange(">", "Heartbeat", {}, {})
    path = write(tmp_path / "live.jsonl", script.records)

    def more(count: int) -> None:
        before = len(script.records)
        for _ in range(count):
            script.exchange(">", "Authorize", {"idToken": {"idToken": "04A2", "type": "Local"}}, {})
        append(path, script.records[before:])

    async with driven(path, live=True) as driver:
        assert "▼ FOLLOW" in driver.text
        more(20)
        await driver.settle()
        assert driver.table.cursor == len(driver.table.rows) - 1
        await driver.press("k")
        assert "FOLLOW" not in driver.text
        more(5)
        await driver.settle()
        assert "▼ 10 new" in driver.text
        await driver.press("space")
        assert "▼ FOLLOW" in driver.text
        assert driver.table.cursor == len(driver.table.rows) - 1


async def test_following_the_latest_error_is_one_key_away_and_stays_while_it_is_looked_at(tmp_path: Path) -> None:
    script = Script()
    script.open()
    script.exchange(">", "Heartbeat", {"wrong": 1}, {"currentTime": "2026-01-01T00:00:00Z"})
    script.exchange(">", "Heartbeat", {}, {"currentTime": "2026-01-01T00:00:00Z"})
    path = write(tmp_path / "live.jsonl", script.records)
    async with driven(path, live=True) as driver:
        await driver.press("e")
        entry = driver.messages.entry
        assert entry is not None
        assert entry.row.errors
        assert "FOLLOW" not in driver.text
        await driver.press("space", "enter")
        assert driver.table.follow is False, "opening a message ends following"


async def test_a_frozen_list_stands_still_while_recording_goes_on(tmp_path: Path) -> None:
    script = Script()
    script.open()
    script.exchange(">", "Heartbeat", {}, {})
    path = write(tmp_path / "live.jsonl", script.records)
    async with driven(path, live=True) as driver:
        await driver.press("p")
        before = len(driver.table.rows)
        script.exchange(">", "Heartbeat", {}, {})
        append(path, script.records[-2:])
        await driver.settle()
        assert len(driver.table.rows) == before
        assert "PAUSED" in driver.text
        await driver.press("p")
        assert len(driver.table.rows) == before + 2
        assert "PAUSED" not in driver.text


async def test_before_the_first_station_the_screen_says_where_to_point_it(tmp_path: Path) -> None:
    path = write(tmp_path / "live.jsonl", Script().records)
    async with driven(path, live=True, engine=DeadEngine()) as driver:
        assert "ws://127.0.0.1:9000/CS-001" in driver.text
        assert "Waiting for a charging station" in driver.text
        assert "● REC" in driver.text
        script = Script()
        script.open()
        append(path, [Opened(seq=2, time=script.records[0].time, conn=1, station="CP1")])
        await driver.settle()
        assert "Waiting for a charging station" not in driver.text


async def test_an_engine_that_listens_everywhere_leaves_the_address_to_the_person(tmp_path: Path) -> None:
    path = write(tmp_path / "live.jsonl", Script().records)
    async with driven(path, live=True, engine=DeadEngine(listening="ws://0.0.0.0:9000")) as driver:
        assert "ws://ADDRESS-OF-THIS-MACHINE:9000/CS-001" in driver.text


async def test_when_the_engine_dies_its_last_words_stand_there_and_the_capture_is_named(capture: Path) -> None:
    engine = DeadEngine()
    async with driven(capture, live=True, engine=engine) as driver:
        assert "has stopped" not in driver.text
        engine.alive, engine.stderr_tail = False, f"one\nOSError: {HOSTILE}\n"
        await driver.settle()
        assert "The proxy has stopped" in driver.text
        assert "OSError: evil [/b]" in driver.text
        assert str(capture)[:40] in driver.text
        assert not controls(driver.text)


async def test_records_that_could_not_be_written_are_counted_and_stand_in_the_list(tmp_path: Path) -> None:
    script = story()
    script.add(Gap, lost=1234, reason="no space left on device")
    async with driven(write(tmp_path / "c.jsonl", script.records)) as driver:
        assert "1,234 records lost" in driver.text


async def test_lines_that_could_not_be_read_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "c.jsonl", story().records)
    path.write_bytes(path.read_bytes() + b"garbage\n{}\n")
    async with driven(path) as driver:
        assert "2 lines unreadable" in driver.text


async def test_hostile_text_is_shown_in_every_tab_and_never_obeyed(tmp_path: Path) -> None:
    script = Script()
    script.open(HOSTILE)
    script.exchange(">", HOSTILE, {HOSTILE: HOSTILE}, {"status": HOSTILE})
    script.exchange(">", "DataTransfer", {"vendorId": HOSTILE, "data": "日本語テキスト👍é"}, [HOSTILE, HOSTILE, {}])
    script.text(">", HOSTILE)
    boot = {"reason": "PowerUp", "chargingStation": {"model": HOSTILE, "vendorName": HOSTILE}}
    script.exchange(">", "BootNotification", boot, {"status": HOSTILE})
    async with driven(write(tmp_path / "c.jsonl", script.records), (170, 44)) as driver:
        for keys in (["j"] * 3, ["j"] * 3, ["e"], ["z"], ["escape"], ["2"], ["3"], ["4"], ["5"], ["1", "s", "down"]):
            await driver.press(*keys)
            assert not controls(driver.text)
        assert "[/b]" in driver.text


async def test_a_megabyte_and_ten_thousand_members_are_shown(tmp_path: Path) -> None:
    script = Script()
    script.open()
    script.exchange(">", "DataTransfer", {"vendorId": "x", "data": "y" * 1_000_000}, {"status": "Accepted"})
    script.exchange(">", "DataTransfer", {f"m{number}": number for number in range(10_000)}, {"status": "Accepted"})
    script.text(">", "[" * 100_000)
    async with driven(write(tmp_path / "c.jsonl", script.records)) as driver:
        for _ in range(6):
            await driver.press("j")
        await driver.press("g", "j", "z")
        assert "vendorId" in driver.text


async def test_five_hundred_stations_with_ids_of_three_hundred_characters(tmp_path: Path) -> None:
    script = Script()
    for number in range(500):
        script.open(f"{number:03}-" + "x" * 296, number)
    async with driven(write(tmp_path / "c.jsonl", script.records)) as driver:
        await driver.press("s", "G")
        assert driver.app.run_state.station == "499-" + "x" * 296
        assert "499-" in driver.text


async def test_the_help_lists_every_action_that_is_bound(capture: Path) -> None:
    async with driven(capture, (170, 60)) as driver:
        await driver.press("question_mark")
        assert isinstance(driver.app.screen, HelpScreen)
        for action in ACTIONS:
            assert all(word in driver.text for word in action.says.split()), action.id
        await driver.pilot.press("escape")
        assert not isinstance(driver.app.screen, HelpScreen)


def _ours(kind: type[Widget]) -> Iterator[type[Widget]]:
    """Our own widgets and screens, whether mounted now or not."""
    for one in kind.__subclasses__():
        if one.__module__.startswith("ocppscope."):
            yield one
        yield from _ours(one)


def test_every_action_of_the_table_exists_and_has_a_key_of_its_own() -> None:
    holders = [OcppScope, *_ours(Widget)]
    for action in ACTIONS:
        name = action.call.partition("(")[0].rpartition(".")[2]
        assert any(hasattr(holder, f"action_{name}") for holder in holders), action.id
    keys = [(action.owner, key) for action in ACTIONS for key in action.keys.split(",")]
    assert len(keys) == len(set(keys))
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


async def test_the_palette_offers_every_command(capture: Path) -> None:
    async with driven(capture) as driver:
        titles = {command.title for command in driver.app.get_system_commands(driver.screen)}
        assert {"Filter", "Zoom detail", "Quit", "Choose a theme", "Copy raw message"} <= titles
        assert "Follow" not in titles, "nothing to follow in a file"
        await driver.press("colon")
        assert driver.app.screen is not driver.screen


@pytest.mark.parametrize("theme", sorted({*BUILTIN_THEMES, *(theme.name for theme in THEMES)}))
async def test_every_theme_draws_every_tab(capture: Path, theme: str) -> None:
    async with driven(capture, theme=theme) as driver:
        for tab in range(5):
            driver.screen.choose_tab(tab)
            await driver.pilot.pause()
        driver.screen.choose_tab(0)
        await driver.settle()
        assert "BootNotification" in driver.text


def test_few_colours_get_the_grey_theme() -> None:
    assert theme_for("256") is GREY
    assert theme_for("truecolor") is THEMES[0]


async def test_no_color_takes_colour_away_and_leaves_the_signs(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with driven(capture) as driver:
        await driver.press("e")
        assert "✖" in driver.text
        assert "╌╌" in driver.text


async def test_quitting_asks_while_stations_are_connected_through_us(tmp_path: Path) -> None:
    script = Script()
    script.open()
    path = write(tmp_path / "c.jsonl", script.records)
    async with driven(path, live=True, engine=DeadEngine()) as driver:
        await driver.press("q")
        assert isinstance(driver.app.screen, LeaveScreen)
        await driver.pilot.press("n")
        assert driver.app.return_value is None
        await driver.pilot.press("q")
        await driver.pilot.press("y")
    assert driver.app.return_value is not None
    assert driver.app.return_value.stations == 1


async def test_a_file_is_left_without_a_question_and_the_totals_come_back(capture: Path) -> None:
    async with driven(capture) as driver:
        await driver.pilot.press("q")
    outcome = driver.app.return_value
    assert outcome is not None
    assert outcome.capture == capture
    assert outcome.messages == 10
    assert outcome.errors >= 1


async def test_ctrl_c_quits(capture: Path) -> None:
    async with driven(capture) as driver:
        await driver.pilot.press("ctrl+c")
    assert driver.app.return_value is not None


async def test_a_filter_given_on_the_command_line_is_in_the_bar(capture: Path) -> None:
    async with driven(capture, filter_text="type:CALLERROR") as driver:
        assert len(driver.table.rows) == 1
        assert driver.screen.query_one(Input).value == "type:CALLERROR"


async def test_what_is_no_capture_is_refused_before_the_screen_opens(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(Exception, match="cannot read"):
        OcppScope([path])


async def test_of_a_recording_without_handshakes_the_screen_claims_nothing_about_them(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    boot = '[2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]'
    path.write_text(json.dumps({"ts": "2026-01-01T00:00:00Z", "dir": "cs>csms", "data": boot}) + "\n")
    async with driven(path) as driver:
        driver.table.move_to(0)
        await driver.settle()
        assert "the recording begins" in driver.text
        assert "not recorded" in driver.text
        assert "1.6, by its messages" in driver.text
        assert "none negotiated" not in driver.text
