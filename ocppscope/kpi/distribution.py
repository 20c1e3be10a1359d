"""Durations, kept so that minimum, maximum and mean are exact for ever and quantiles stay cheap.

The first samples are kept as they are, so a report over an ordinary session prints exact nearest-rank quantiles. Beyond
`EXACT` samples they fall into logarithmic bins half a percent wide: at most about 5,000 bins for anything between 10 µs
and 11 days, however long the capture runs.
"""

import math
from array import array
from bisect import insort

EXACT = 4096
"""Samples kept one by one (32 kB)."""

_SMALLEST = 1e-5
_GROWTH = math.log(1.005)


class Distribution:
    """A growing set of durations in seconds."""

    __slots__ = ("_bins", "_exact", "max", "min", "n", "total")

    def __init__(self) -> None:
        self.n = 0
        self.total = 0.0
        self.min: float | None = None
        self.max: float | None = None
        self._exact: array[float] | None = array("d")
        self._bins: dict[int, int] = {}

    def add(self, seconds: float) -> None:
        """Count one duration."""
        self.n += 1
        self.total += seconds
        if self.min is None or seconds < self.min:
            self.min = seconds
        if self.max is None or seconds > self.max:
            self.max = seconds
        if self._exact is None:
            self._count(seconds)
        else:
            insort(self._exact, seconds)
            if self.n > EXACT:
                for value in self._exact:
                    self._count(value)
                self._exact = None

    @property
    def mean(self) -> float | None:
        """The arithmetic mean, as certificates print it."""
        return self.total / self.n if self.n else None

    def quantile(self, q: float) -> float | None:
        """The nearest-rank quantile: exact up to `EXACT` samples, within half a percent beyond. None without samples."""
        if not self.n:
            return None
        rank = max(1, math.ceil(q * self.n))
        if self._exact is not None:
            return self._exact[rank - 1]
        return self._binned_quantile(rank)

    def histogram(self, bins: int, upper: float) -> list[int]:
        """Counts in so many equal bins from 0 to ``upper`` seconds; the last one also holds everything above."""
        counts = [0] * bins
        for seconds, count in self._samples():
            counts[min(int(seconds / upper * bins), bins - 1) if upper > 0 else 0] += count
        return counts

    def _samples(self) -> list[tuple[float, int]]:
        if self._exact is not None:
            return [(value, 1) for value in self._exact]
        return [(_middle(index), count) for index, count in self._bins.items()]

    def _count(self, seconds: float) -> None:
        index = 0 if seconds <= _SMALLEST else 1 + int(math.log(seconds / _SMALLEST) / _GROWTH)
        self._bins[index] = self._bins.get(index, 0) + 1

    def _binned_quantile(self, rank: int) -> float | None:
        seen = 0
        for index in sorted(self._bins):
            seen += self._bins[index]
            if seen >= rank:
                return min(max(_middle(index), self.min or 0.0), self.max or math.inf)
        return self.max


def _middle(index: int) -> float:
    return 0.0 if index == 0 else _SMALLEST * math.exp((index - 0.5) * _GROWTH)
