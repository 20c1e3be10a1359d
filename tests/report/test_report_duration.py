import pytest

from ocppscope.report.duration import duration, limit


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.000_000_4, "0.000 ms"),
        (0.000_54, "0.540 ms"),
        (0.037_5, "37.5 ms"),
        (0.25, "250 ms"),
        (0.999_4, "999 ms"),
        (0.999_6, "1.00 s"),
        (3.384, "3.38 s"),
        (62.1, "62.1 s"),
        (3725.4, "3725 s"),
    ],
)
def test_three_digits_in_one_of_two_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(60, "60 s"), (2.5, "2.5 s"), (0.87, "0.87 s"), (30.0, "30 s")])
def test_a_limit_keeps_the_digits_that_were_declared(seconds: float, text: str) -> None:
    assert limit(seconds) == text
