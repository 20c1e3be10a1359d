"""Durations in bounded memory: exact while few, within half a percent when many."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppscope.kpi.distribution import EXACT, Distribution


def filled(values: list[float]) -> Distribution:
    distribution = Distribution()
    for value in values:
        distribution.add(value)
    return distribution


def nearest_rank(values: list[float], q: float) -> float:
    return sorted(values)[max(1, math.ceil(q * len(values))) - 1]


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=200), st.floats(0, 1))
def test_few_samples_have_exact_quantiles(values: list[float], q: float) -> None:
    distribution = filled(values)
    assert distribution.quantile(q) == nearest_rank(values, q)
    assert (distribution.min, distribution.max, distribution.n) == (min(values), max(values), len(values))


def test_many_samples_have_quantiles_within_half_a_percent_and_exact_ends() -> None:
    source = random.Random(7)
    values = [source.lognormvariate(-2, 1.5) for _ in range(EXACT * 3)]
    distribution = filled(values)
    for q in (0.01, 0.5, 0.95, 0.99):
        assert distribution.quantile(q) == pytest.approx(nearest_rank(values, q), rel=0.005)
    assert distribution.min == min(values)
    assert distribution.max == max(values)
    assert distribution.mean == pytest.approx(sum(values) / len(values))


def test_memory_does_not_grow_with_the_number_of_samples() -> None:
    distribution = Distribution()
    for index in range(EXACT * 10):
        distribution.add(index % 1000 / 100)
    assert len(distribution._bins) <= 1000
    assert distribution._exact is None


@pytest.mark.parametrize("count", [10, EXACT + 10])
def test_a_histogram_counts_every_sample_and_puts_the_rest_into_the_last_bin(count: int) -> None:
    distribution = filled([0.5] * count + [99.0])
    histogram = distribution.histogram(10, 2.0)
    assert histogram[2] == count
    assert histogram[9] == 1
    assert sum(histogram) == count + 1


def test_nothing_has_no_figures() -> None:
    empty = Distribution()
    assert (empty.mean, empty.quantile(0.5), empty.min, empty.max) == (None, None, None, None)
    assert empty.histogram(3, 1.0) == [0, 0, 0]
