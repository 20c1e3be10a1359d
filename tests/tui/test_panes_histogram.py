import pytest

from ocppscope.tui.widgets.histogram import Line, Mark, histogram, response_bar, scale, sparkline


def text(line: Line) -> str:
    return "".join(piece for piece, _ in line)


def token_at(line: Line, column: int) -> str:
    tokens = [token for piece, token in line for _ in piece]
    return tokens[column]


def test_the_limit_falls_exactly_between_two_bins() -> None:
    for columns in range(8, 200, 7):
        for slowest in (1.0, 3.5, 4.0, 4.1, 17.0, 60.0, 4_000.0):
            at = scale(slowest, 4.0, columns)
            assert at.limit_bin is not None
            assert at.limit_bin / at.bins * at.upper == pytest.approx(4.0)
            assert at.bins + 1 == columns


def test_a_limit_far_above_all_answers_leaves_the_picture_and_is_named() -> None:
    at = scale(0.05, 60.0, 60)
    assert at.limit_bin is None
    assert at.upper == pytest.approx(0.05, rel=0.05)
    names = text(histogram([0] * 58 + [3, 0], at, 4, limit=60.0)[-1])
    assert "limit 1 m ▸" in names


def test_bins_turn_amber_at_80_percent_and_red_past_the_limit() -> None:
    at = scale(5.0, 4.0, 51)
    lines = histogram([1] * at.bins, at, 1, limit=4.0)
    gutter = text(lines[0]).index("┤") + 1
    line_of_limit = text(lines[0]).index("┊")
    seconds_per_bin = at.upper / at.bins
    for bin_ in range(at.bins):
        column = gutter + bin_ + (bin_ >= line_of_limit - gutter)
        middle = (bin_ + 0.5) * seconds_per_bin
        due = "error" if middle > 4.0 else "warn" if middle >= 3.2 else "ok"
        assert token_at(lines[0], column) == due


def test_the_highest_bar_reaches_the_top_and_one_answer_is_still_seen() -> None:
    at = scale(1.0, None, 4)
    rows = [text(line)[len("1000 ┤ ") :] for line in histogram([1_000, 1, 0, 500], at, 4)]
    assert [row[0] for row in rows[:4]] == ["█"] * 4
    assert [row[1] for row in rows[:4]] == [" ", " ", " ", "▁"]
    assert [row[2] for row in rows[:4]] == [" "] * 4
    assert [row[3] for row in rows[:4]] == [" ", " ", "█", "█"]


def test_all_lines_have_one_width_and_names_never_overlap() -> None:
    marks = [Mark("p50", 1.0, "muted"), Mark("p95", 1.05, "muted"), Mark("max", 1.1, "muted")]
    for columns in (10, 24, 80):
        at = scale(1.1, 2.0, columns)
        lines = histogram([1] * at.bins, at, 3, limit=2.0, marks=marks)
        assert len({len(text(line)) for line in lines}) == 1
    named = [name.strip() for name in text(lines[-1]).split("  ") if name.strip()]
    assert named == ["p50 1.00 s", "limit 2.00 s"]


def test_the_certified_range_is_heavy_on_the_axis() -> None:
    at = scale(1.0, None, 50)
    axis = text(histogram([1] * 50, at, 1, certified=(0.2, 0.4))[-2])
    assert axis.count("━") == pytest.approx(50 * 0.2 / 1.02, abs=2)


def test_a_picture_without_answers_is_no_error() -> None:
    at = scale(0.0, 4.0, 20)
    assert len(histogram([0] * at.bins, at, 3, limit=4.0)) == 5


def test_ascii_pictures_are_ascii() -> None:
    at = scale(5.0, 4.0, 40)
    lines = histogram([3] * at.bins, at, 3, limit=4.0, marks=[Mark("p50", 1, "muted")], certified=(1, 2), plain=True)
    assert all(text(line).isascii() for line in lines)
    assert text(response_bar(1, 2, 400, 4, 20, plain=True)).isascii()
    assert sparkline([1, 2, 3], 3, plain=True).isascii()


def test_every_row_has_its_limit_in_the_same_column() -> None:
    bars = [text(response_bar(p50, None, p50, limit, 26)) for p50, limit in ((0.1, 2.0), (9.0, 10.0), (0.001, 60.0))]
    assert {bar.index("│") for bar in bars} == {22}


def test_what_is_above_the_limit_covers_its_line_and_is_red() -> None:
    line = response_bar(1.0, 2.0, 4.01, 4.0, 26)
    assert "│" not in text(line)
    assert token_at(line, 22) == "error"
    assert token_at(line, 0) == "ok"


def test_a_bar_that_leaves_the_picture_says_so() -> None:
    assert text(response_bar(1.0, 2.0, 40.0, 4.0, 26)).endswith("▸")


def test_a_bar_shows_the_three_figures_in_three_strokes() -> None:
    assert text(response_bar(1.0, 2.0, 3.0, 4.0, 20)) == "━━━━────┄┄┄┄┄    │  "


@pytest.mark.parametrize("cells", [0, 5, 8, 26, 60])
def test_a_bar_fills_exactly_its_cells(cells: int) -> None:
    for slowest in (None, 0.0, 0.5, 3.99, 4.0, 4.01, 400.0):
        assert len(text(response_bar(slowest, slowest, slowest, 4.0, cells))) == cells
    assert text(response_bar(1, 1, 1, None, cells)).strip() == ""


def test_a_sparkline_keeps_the_whole_course() -> None:
    assert sparkline([0, 0, 0, 8, 8, 8], 2) == "▁█"
    assert sparkline([1.0] * 3, 10) == "███"
    assert sparkline([], 10) == ""
    assert sparkline([0.0, 0.0], 10) == "▁▁"
