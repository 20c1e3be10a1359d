import pytest

from ocppscope.tui.widgets.gauge import format_limit, format_seconds, gauge, limit_token


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "0 µs"),
        (0.000_25, "250 µs"),
        (0.000_999, "1.0 ms"),
        (0.004_2, "4.2 ms"),
        (0.009_99, "10 ms"),
        (0.077, "77 ms"),
        (0.999_4, "999 ms"),
        (0.999_6, "1.00 s"),
        (3.38, "3.38 s"),
        (9.996, "10.0 s"),
        (12.44, "12.4 s"),
        (59.96, "1 m 00 s"),
        (124, "2 m 04 s"),
        (599.4, "9 m 59 s"),
        (754, "12 m"),
        (3_599.6, "1 h 00 m"),
        (11_100, "3 h 05 m"),
        (86_000, "23 h"),
        (187_200, "2 d 04 h"),
        (10_000_000, "115 d"),
        (-0.077, "-77 ms"),
    ],
)
def test_a_duration_takes_the_unit_that_suits_it(seconds: float, shown: str) -> None:
    assert format_seconds(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(4, "4.00 s"), (0.5, "500 ms"), (30, "30 s"), (30.5, "30.5 s"), (60, "1 m"), (90, "1 m 30 s")],
)
def test_a_round_limit_is_said_without_decimals(seconds: float, shown: str) -> None:
    assert format_limit(seconds) == shown


@pytest.mark.parametrize(
    ("share", "token"),
    [(None, "muted"), (0.0, "ok"), (0.799, "ok"), (0.8, "warn"), (1.0, "warn"), (1.000_1, "error"), (50, "error")],
)
def test_the_colour_turns_amber_at_80_percent_and_red_above_the_limit(share: float | None, token: str) -> None:
    assert limit_token(share) == token


@pytest.mark.parametrize(
    ("share", "bar"),
    [
        (None, "     "),
        (0.0, "▏    "),
        (0.001, "▏    "),
        (0.25, "█▎   "),
        (0.845, "████▎"),
        (0.999_9, "████▉"),
        (1.0, "█████"),
        (70.0, "█████"),
    ],
)
def test_a_gauge_fills_in_eighths_and_is_full_only_at_the_limit(share: float | None, bar: str) -> None:
    assert gauge(share) == bar


@pytest.mark.parametrize(("share", "bar"), [(0.0, "....."), (0.5, "##..."), (0.99, "#####"), (1.01, "####!")])
def test_the_ascii_gauge_marks_a_breach_without_colour(share: float, bar: str) -> None:
    assert gauge(share, plain=True) == bar


@pytest.mark.parametrize("cells", [0, 1, 3, 20])
@pytest.mark.parametrize("plain", [True, False])
def test_a_gauge_is_exactly_as_wide_as_asked(cells: int, plain: bool) -> None:
    for thousandth in range(0, 1_500, 7):
        assert len(gauge(thousandth / 1_000, cells, plain=plain)) == cells
