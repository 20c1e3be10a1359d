"""The table of every list: fitting columns, cursor, follow mode, drawing; a million rows as quick as a screenful."""

from typing import Any, ClassVar

import pytest
from panes_support import controls, screen_text
from textual.app import App, ComposeResult
from textual.events import MouseScrollUp
from tui_support import HOSTILE

from ocppscope.tui.theme import THEMES, variables_for
from ocppscope.tui.widgets.record_table import Cell, Column, Lens, RecordTable, Rows, fit


def _text(row: Any, _lens: Lens) -> Cell:
    return ((str(row), "text"),)


def column(key: str, width: int, **options: Any) -> Column[Any]:
    return Column(key, key, width, _text, **options)


COLUMNS = [
    column("time", 12, priority=40, least=8),
    column("name", 10, priority=100, ideal=20),
    column("type", 10, priority=30),
    column("info", 14, priority=60, flexible=True),
]


def widths(width: int, columns: list[Column[Any]] = COLUMNS) -> dict[str, int]:
    return {one.key: cells for one, cells in fit(columns, width)}


@pytest.mark.parametrize("width", [20, 30, 38, 49, 50, 64, 80, 200])
def test_columns_fill_the_width_exactly_unless_only_one_is_left(width: int) -> None:
    fitted = widths(width)
    assert sum(fitted.values()) + len(fitted) - 1 == width or len(fitted) == 1 or "info" not in fitted


def test_the_lowest_priority_leaves_first_and_a_column_with_a_least_width_shrinks_instead() -> None:
    assert set(widths(49)) == {"time", "name", "type", "info"}
    assert set(widths(48)) == {"time", "name", "info"}
    assert widths(37)["time"] == 8
    assert "info" not in widths(24)
    assert set(widths(5)) == {"name"} or set(widths(5)) == {"time"}


def test_the_flexible_column_doubles_before_others_get_their_ideal_and_takes_the_rest() -> None:
    assert widths(49 + 14) == {"time": 12, "name": 10, "type": 10, "info": 28}
    assert widths(49 + 14 + 10) == {"time": 12, "name": 20, "type": 10, "info": 28}
    assert widths(49 + 14 + 10 + 30)["info"] == 58


def test_a_column_that_wants_room_leaves_where_the_flexible_one_would_be_short() -> None:
    columns = [*COLUMNS, column("id", 8, priority=20, roomy=14)]
    assert "id" not in widths(49 + 9 + 13, columns)
    assert "id" in widths(49 + 9 + 14, columns)


class Numbers(Rows[int]):
    """Rows that are made when they are asked for; says which were."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.asked: list[int] = []

    def __len__(self) -> int:
        return self.count

    def row(self, index: int) -> int:
        self.asked.append(index)
        return index

    def tied(self, index: int) -> int | None:
        return index + 1 if index % 2 == 0 else index - 1

    def accent(self, index: int) -> str:
        return "error" if index == 3 else ""


class TableApp(App[None]):
    """One table."""

    CSS: ClassVar[str] = "RecordTable { height: 1fr; }"

    def __init__(self, rows: Rows[Any], columns: list[Column[Any]] | None = None) -> None:
        super().__init__()
        self.register_theme(THEMES[0])
        self.table = RecordTable(columns or [column("number", 10, flexible=True)], rows)
        self.said: list[Any] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variables_for(self.current_theme)

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.theme = "ocppscope-dark"
        self.table.focus()

    def on_record_table_highlighted(self, event: RecordTable.Highlighted) -> None:
        self.said.append(("highlighted", event.index))

    def on_record_table_selected(self, event: RecordTable.Selected) -> None:
        self.said.append(("selected", event.index))

    def on_record_table_follow_changed(self, event: RecordTable.FollowChanged) -> None:
        self.said.append(("follow", event.follow))


def lines(app: App[Any]) -> list[str]:
    return [line.strip() for line in screen_text(app).splitlines()]


async def test_a_million_rows_are_never_asked_for_but_the_ones_in_sight() -> None:
    rows = Numbers(1_000_000)
    app = TableApp(rows)
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.press("G")
        assert app.table.cursor == 999_999
        assert any("999999" in line for line in lines(app))
        await pilot.press("g")
        assert app.table.cursor == 0
        assert len(set(rows.asked)) < 100


async def test_keys_move_the_cursor_and_say_so() -> None:
    app = TableApp(Numbers(100))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("j", "down", "k", "pagedown", "enter")
        await pilot.pause()
        assert app.table.cursor == 11
        assert ("selected", 11) in app.said
        assert app.said[-2:] == [("highlighted", 11), ("selected", 11)]


async def test_moving_up_ends_follow_mode_and_new_rows_then_leave_the_cursor_alone() -> None:
    rows = Numbers(50)
    app = TableApp(rows)
    async with app.run_test(size=(40, 12)) as pilot:
        app.table.follow = True
        await pilot.pause()
        assert app.table.cursor == 49
        rows.count = 60
        app.table.refresh_rows(appended_only=True)
        assert app.table.cursor == 59
        await pilot.press("k")
        assert not app.table.follow
        rows.count = 70
        app.table.refresh_rows(appended_only=True)
        assert app.table.cursor == 58
        assert ("follow", False) in app.said


async def test_the_wheel_upwards_ends_follow_mode() -> None:
    app = TableApp(Numbers(50))
    async with app.run_test(size=(40, 12)) as pilot:
        app.table.follow = True
        await pilot.pause()
        app.table.post_message(MouseScrollUp(app.table, 1, 1, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert not app.table.follow


async def test_a_click_moves_the_cursor_and_a_double_click_opens() -> None:
    app = TableApp(Numbers(50))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.click(app.table, offset=(5, 4))
        assert app.table.cursor == 3
        await pilot.click(app.table, offset=(5, 6), times=2)
        await pilot.pause()
        assert ("selected", 5) in app.said
        await pilot.click(app.table, offset=(5, 0))
        assert app.table.cursor == 5, "the header is no row"


async def test_a_drawn_line_is_kept_until_its_row_is_said_to_have_changed() -> None:
    rows = Numbers(10)
    app = TableApp(rows)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        rows.asked.clear()
        app.table.refresh_rows(appended_only=True)
        await pilot.pause()
        assert rows.asked == []
        app.table.refresh_rows(appended_only=True, changed={4})
        await pilot.pause()
        assert set(rows.asked) == {4}
        app.theme = "textual-light"
        await pilot.pause()
        assert set(rows.asked) == set(range(10))


async def test_the_margin_carries_the_severity_bar() -> None:
    app = TableApp(Numbers(10))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        assert [index for index, line in enumerate(lines(app)) if line.startswith("▌")] == [4]


async def test_a_source_that_shrank_behind_the_table_breaks_nothing() -> None:
    rows = Numbers(500)
    app = TableApp(rows)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("G")
        rows.count = 3
        app.table.tick()
        app.table.refresh()
        await pilot.press("enter", "k", "j")
        app.table.refresh_rows()
        assert app.table.cursor == 2


async def test_hostile_text_is_shown_and_never_obeyed_whatever_its_width() -> None:
    texts = [HOSTILE, "日本語テキスト" * 9, "e\u0301" * 60, "👍" * 40, "x" * 1_000_000, "[/b]", ""]
    app = TableApp(Rows(texts))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        shown = screen_text(app)
        assert not controls(shown)
        assert "evil [/b] [red]x␛]52;c;aGk=␇" in shown
        strips = [app.table.render_line(y) for y in range(8)]
        assert {strip.cell_length for strip in strips} == {39}


async def test_an_empty_table_takes_every_key() -> None:
    app = TableApp(Numbers(0))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("j", "k", "G", "g", "pagedown", "pageup", "enter")
        assert app.table.current is None
        assert not [said for said in app.said if said[0] == "selected"]
