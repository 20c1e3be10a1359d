"""How long something took, in the words of reports."""

from math import floor, log10


def duration(seconds: float) -> str:
    """Three significant digits, in ms below a second and in s above: ``37.5 ms``, ``0.540 ms``, ``3.38 s``, ``62.1 s``.

    One of two units, so that a column of them can be read and searched at a glance.
    """
    if abs(seconds) < 0.999_5:
        return f"{_digits(seconds * 1000)} ms"
    return f"{_digits(seconds)} s"


def limit(seconds: float) -> str:
    """A limit as it was declared: ``60 s``, ``2.5 s``, never with digits that nobody wrote."""
    return f"{seconds:.6g} s"


def _digits(value: float) -> str:
    if value == 0:
        return "0"
    rounded = float(f"{value:.3g}")  # first, because 0.9996 has one digit more after rounding
    before = floor(log10(abs(rounded))) + 1
    return f"{value:.{min(max(3 - before, 0), 3)}f}"
