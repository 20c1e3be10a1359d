"""Durations, kept so that minimum, maximum and mean are exact for ever and quantiles stay cheap.

The first samples are kept as they are, so a report over an ordinary session prints exact nearest-rank quantiles. Beyond
`EXACT` samples they fall into logarithmic bins half a percent wide: at most about 5,000 bins for anything between 10 µs
and 11 days, however long the capture runs.

Many are added for one that is asked about, so new ones wait in a short list and are taken in together: a third of the
time of putting each into its place at once.
"""

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence

EXACT = 4096
"""Samples kept one by one (32 kB)."""

_FRESH = 512
"""New samples that wait."""

_SMALLEST = 1e-5
_GROWTH = math.log(1.005)


class Distribution:
    """A growing set of durations in seconds."""

    __slots__ = ("_bins", "_exact", "_fresh", "_max", "_min", "_n", "_total")

    def __init__(self) -> None:
        self._n = 0
        self._total = 0.0
        self._min = math.inf
        self._max = -math.inf
        self._fresh: list[float] = []
        self._exact: array[float] | None = array("d")
        self._bins: dict[int, int] = {}

    def add(self, seconds: float) -> None:
        """Count one duration."""
        fresh = self._fresh
        fresh.append(seconds)
        if len(fresh) >= _FRESH:
            self._take_in()

    def extend(self, durations: Iterable[float]) -> None:
        """Count several."""
        self._fresh.extend(durations)
        self._take_in()

    def absorb(self, other: "Distribution") -> None:
        """Take over all durations of another distribution; quantiles stay exact while there are few."""
        self._take_in()
        other._take_in()
        self._n += other._n
        self._total += other._total
        self._min = min(self._min, other._min)
        self._max = max(self._max, other._max)
        if self._exact is not None and other._exact is not None and self._n <= EXACT:
            self._exact = array("d", sorted([*self._exact, *other._exact]))
            return
        self._into_bins()
        for index, count in other._binned().items():
            self._bins[index] = self._bins.get(index, 0) + count

    @property
    def n(self) -> int:
        """How many."""
        return self._n + len(self._fresh)

    @property
    def total(self) -> float:
        """Their sum."""
        self._take_in()
        return self._total

    @property
    def min(self) -> float | None:
        """The shortest, None without any."""
        self._take_in()
        return self._min if self._n else None

    @property
    def max(self) -> float | None:
        """The longest, None without any."""
        self._take_in()
        return self._max if self._n else None

    @property
    def mean(self) -> float | None:
        """The arithmetic mean, as certificates print it."""
        self._take_in()
        return self._total / self._n if self._n else None

    def quantile(self, q: float) -> float | None:
        """The nearest-rank quantile: exact up to `EXACT` samples, within half a percent beyond. None without samples."""
        self._take_in()
        if not self._n:
            return None
        rank = max(1, math.ceil(q * self._n))
        if self._exact is not None:
            return self._exact[rank - 1]
        return self._binned_quantile(rank)

    def histogram(self, bins: int, upper: float) -> list[int]:
        """Counts in so many equal bins from 0 to ``upper`` seconds; the last one also holds everything above."""
        self._take_in()
        counts = [0] * bins
        for seconds, count in self._samples():
            counts[min(int(seconds / upper * bins), bins - 1) if upper > 0 else 0] += count
        return counts

    def counts(self, edges: Sequence[float]) -> list[int]:
        """How many lie below the first edge, from each edge up to the next, and from the last one on; edges rise."""
        self._take_in()
        counts = [0] * (len(edges) + 1)
        for seconds, count in self._samples():
            counts[bisect_right(edges, seconds)] += count
        return counts

    def _take_in(self) -> None:
        fresh = self._fresh
        if not fresh:
            return
        self._n += len(fresh)
        for seconds in fresh:  # not sum(): the total must not depend on when it was asked for
            self._total += seconds
        self._min = min(self._min, *fresh)
        self._max = max(self._max, *fresh)
        if self._exact is None:
            _count(fresh, self._bins)
        else:
            self._exact = array("d", sorted([*self._exact, *fresh]))
            if self._n > EXACT:
                self._into_bins()
        fresh.clear()

    def _samples(self) -> list[tuple[float, int]]:
        if self._exact is not None:
            return [(value, 1) for value in self._exact]
        return [(_middle(index), count) for index, count in self._bins.items()]

    def _into_bins(self) -> None:
        """From now on in bins."""
        self._bins = self._binned()
        self._exact = None

    def _binned(self) -> dict[int, int]:
        if self._exact is None:
            return self._bins
        bins: dict[int, int] = {}
        _count(self._exact, bins)
        return bins

    def _binned_quantile(self, rank: int) -> float | None:
        seen = 0
        for index in sorted(self._bins):
            seen += self._bins[index]
            if seen >= rank:
                return min(max(_middle(index), self._min), self._max)
        return self._max


def _count(values: "list[float] | array[float]", bins: dict[int, int]) -> None:
    for seconds in values:
        index = 0 if seconds <= _SMALLEST else 1 + int(math.log(seconds / _SMALLEST) / _GROWTH)
        bins[index] = bins.get(index, 0) + 1


def _middle(index: int) -> float:
    return 0.0 if index == 0 else _SMALLEST * math.exp((index - 0.5) * _GROWTH)
