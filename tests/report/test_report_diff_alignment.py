"""Alignment of long sequences, and whether answering times differ by more than chance."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppscope.report.diff.alignment import Alignment, align
from ocppscope.report.diff.significance import shift_between, significant

SEQUENCES = st.lists(st.integers(0, 3), max_size=14)


def is_alignment(first: list[int], second: list[int], found: Alignment) -> bool:
    equal = all(first[x] == second[y] for x, y in found.pairs)
    return equal and all(one[0] < next_[0] and one[1] < next_[1] for one, next_ in pairwise(found.pairs))


def longest_common(first: list[int], second: list[int]) -> int:
    """By the table that everybody can check."""
    row = [0] * (len(second) + 1)
    for one in first:
        before = row
        row = [0]
        for place, other in enumerate(second):
            row.append(before[place] + 1 if one == other else max(before[place + 1], row[place]))
    return row[-1]


@given(SEQUENCES, SEQUENCES)
def test_as_many_entries_as_possible_are_paired_in_order(first: list[int], second: list[int]) -> None:
    found = align(first, second)
    assert is_alignment(first, second, found)
    assert found.shortest
    assert len(found.pairs) == longest_common(first, second)


@given(SEQUENCES, SEQUENCES, st.integers(0, 3), st.integers(1, 3))
def test_cut_short_it_still_is_an_alignment(first: list[int], second: list[int], edits: int, starts: int) -> None:
    found = align(first, second, edits, starts)
    assert is_alignment(first, second, found)
    if found.shortest:
        assert len(found.pairs) == longest_common(first, second)


def test_a_hundred_thousand_entries_with_some_hundred_differences_are_aligned_at_best() -> None:
    random = Random(7)
    first = [random.randrange(8) for _ in range(100_000)]
    second = [one for one in first if random.random() > 0.002]
    found = align(first, second)
    assert (found.shortest, len(found.pairs)) == (True, len(second))


def test_what_has_nothing_in_common_is_given_up_and_that_is_said() -> None:
    found = align([1] * 5_000, [2] * 5_000, 50, 3)
    assert (found.pairs, found.shortest) == ([], False)
    assert found.until < (5_000, 5_000)


def test_too_few_samples_say_nothing() -> None:
    shift = shift_between([1.0] * 7, [9.0] * 50)
    assert (shift.median_a, shift.median_b, shift.p, shift.effect) == (1.0, 9.0, None, None)
    assert significant([shift]) == [False]


def test_equal_times_are_no_shift_and_separate_ones_are() -> None:
    same = shift_between([0.1] * 20, [0.1] * 20)
    assert (same.p, same.effect) == (1.0, 0.0)
    slow = shift_between([0.1 + n / 1000 for n in range(20)], [0.2 + n / 1000 for n in range(20)])
    assert slow.effect == 1.0
    assert significant([same, slow]) == [False, True]


def test_the_probability_is_that_of_the_textbook() -> None:
    # By hand: of 100 pairs the second is smaller in 15, so U = 15; its deviation is sqrt(10 * 10 / 12 * 21) = 13.2288,
    # z = (50 - 15 - 0.5) / 13.2288 = 2.6079, which a table of the normal distribution turns into 0.0091, two-sided.
    first = [1, 2, 3, 4, 5, 6, 7, 12, 14, 16]
    second = [8, 9, 10, 11, 13, 15, 17, 18, 19, 20]
    shift, swapped = shift_between(first, second), shift_between(second, first)
    assert shift.p == pytest.approx(0.0091, abs=5e-5)
    assert swapped.p == pytest.approx(shift.p)
    assert shift.effect == pytest.approx(0.70)
    assert swapped.effect == pytest.approx(-0.70)


def test_chance_is_called_a_shift_in_hardly_any_of_many_comparisons() -> None:
    random = Random(3)

    def times() -> list[float]:
        return [random.expovariate(10) for _ in range(40)]

    assert sum(any(significant([shift_between(times(), times()) for _ in range(10)])) for _ in range(60)) <= 3


def test_a_real_shift_that_nobody_would_notice_is_none() -> None:
    shift = shift_between([0.0100 + n * 1e-6 for n in range(50)], [0.0102 + n * 1e-6 for n in range(50)])
    assert (shift.p or 1) < 0.001
    assert significant([shift]) == [False]
