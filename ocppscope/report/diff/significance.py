"""Whether one set of answering times is longer than another, or whether it only looks so.

Mann and Whitney's rank test (1947) asks nothing of how the times are distributed, and one outlier counts as one. Its
statistic is taken as normal, corrected for ties and continuity, which is good from eight samples on. Beside whether a
difference is real stands how large it is: Cliff's delta (1993), the share of pairs in which the second is longer minus
the share in which it is shorter.
"""

from collections.abc import Sequence
from itertools import groupby
from math import erfc, sqrt
from statistics import median
from typing import NamedTuple

FEWEST = 8
"""Samples of each side below which nothing is said."""

LEVEL = 0.01
"""Probability, over all actions that are tested together, of calling chance a difference."""

SMALLEST_EFFECT = 0.33
"""Of Cliff's delta: what Romano et al. (2006) call medium. With ten thousand samples everything is significant."""

SMALLEST_SHIFT = 0.001
"""Seconds between the medians: below, it is the machine and not the station."""


class Shift(NamedTuple):
    """Two sets of answering times.

    Attributes:
        n_a, n_b: samples.
        median_a, median_b: seconds; None without samples.
        p: probability of a difference as large by chance; None with too few samples.
        effect: Cliff's delta from -1 (all shorter in the second) to 1 (all longer); None with too few samples.
    """

    n_a: int
    n_b: int
    median_a: float | None
    median_b: float | None
    p: float | None
    effect: float | None


def shift_between(first: Sequence[float], second: Sequence[float]) -> Shift:
    """How the second differs from the first."""
    p = effect = None
    if len(first) >= FEWEST and len(second) >= FEWEST:
        p, effect = _mann_whitney(first, second)
    return Shift(
        len(first),
        len(second),
        median(first) if first else None,
        median(second) if second else None,
        p,
        effect,
    )


def significant(shifts: Sequence[Shift]) -> list[bool]:
    """Which of the shifts that are looked at together are real and matter.

    Holm's correction (1979): the smallest probability must be below the level divided by the number of tests, the next
    one below the level divided by one test less, and so on.
    """
    tested = sorted((shift.p, place) for place, shift in enumerate(shifts) if shift.p is not None)
    real: set[int] = set()
    for rank, (p, place) in enumerate(tested):
        if p > LEVEL / (len(tested) - rank):
            break
        real.add(place)
    return [place in real and _matters(shift) for place, shift in enumerate(shifts)]


def _matters(shift: Shift) -> bool:
    if shift.effect is None or shift.median_a is None or shift.median_b is None:
        return False
    return abs(shift.effect) >= SMALLEST_EFFECT and abs(shift.median_b - shift.median_a) >= SMALLEST_SHIFT


def _mann_whitney(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """Two-sided probability and Cliff's delta."""
    n, m = len(first), len(second)
    total = n + m
    ranks_of_second, ties, below = 0.0, 0.0, 0
    ordered = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    for _, equal in groupby(ordered, key=lambda pair: pair[0]):
        sides = [side for _, side in equal]
        size = len(sides)
        ranks_of_second += sum(sides) * (below + (size + 1) / 2)
        ties += size**3 - size
        below += size
    u = ranks_of_second - m * (m + 1) / 2
    variance = n * m / 12 * ((total + 1) - ties / (total * (total - 1)))
    delta = 2 * u / (n * m) - 1
    if variance <= 0:
        return 1.0, delta
    z = max(abs(u - n * m / 2) - 0.5, 0.0) / sqrt(variance)
    return erfc(z / sqrt(2)), delta
