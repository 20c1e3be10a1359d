"""Which entries of two long sequences belong together: Myers' algorithm (1986), in bounded work.

The greedy algorithm finds a shortest edit script in time proportional to length times differences. Where there are many
differences it is stopped, what it found furthest is taken, and it starts again from there: the outcome is still an
alignment, but perhaps not the shortest. After so many starts the rest is left unaligned.
"""

from collections.abc import Sequence
from typing import NamedTuple

MOST_EDITS = 1_000
"""Differences after which a start is cut short: half a million steps, a third of a second."""

MOST_STARTS = 20


class Alignment(NamedTuple):
    """Places that belong together.

    Attributes:
        pairs: places in the first and the second sequence, rising in both.
        shortest: there is no alignment with fewer differences.
        until: places in both up to which was looked; what lies behind was not aligned.
    """

    pairs: list[tuple[int, int]]
    shortest: bool
    until: tuple[int, int]


def align(
    first: Sequence[int], second: Sequence[int], most_edits: int = MOST_EDITS, starts: int = MOST_STARTS
) -> Alignment:
    """Pair equal entries of two sequences in their order, as many as can be found."""
    begin = _common(first, second)
    pairs = [(at, at) for at in range(begin)]
    tail = _common(first[begin:][::-1], second[begin:][::-1])
    x = y = begin
    end_x, end_y = len(first) - tail, len(second) - tail
    shortest = True
    for start in range(starts):
        if x >= end_x or y >= end_y:
            break
        found, x, y, ended = _stretch(first[x:end_x], second[y:end_y], x, y, most_edits)
        pairs += found
        shortest = ended and start == 0
    complete = x >= end_x or y >= end_y
    pairs += [(end_x + at, end_y + at) for at in range(tail)]
    return Alignment(pairs, shortest and complete, (len(first), len(second)) if complete else (x, y))


def _common(first: Sequence[int], second: Sequence[int]) -> int:
    """How many entries agree at the beginning."""
    if first == second:
        return len(first)
    return next(
        (at for at, (one, other) in enumerate(zip(first, second, strict=False)) if one != other),
        min(len(first), len(second)),
    )


class _Run(NamedTuple):
    """Equal entries in a row, and the runs before them."""

    before: "_Run | None"
    x: int
    y: int
    length: int


def _stretch(
    first: Sequence[int], second: Sequence[int], offset_x: int, offset_y: int, most_edits: int
) -> tuple[list[tuple[int, int]], int, int, bool]:
    """The pairs of one start, how far it came, and whether that was the end."""
    width, height = len(first), len(second)
    reached: dict[int, tuple[int, _Run | None]] = {
        1: (0, None)
    }  # the furthest x on each diagonal x - y, and the way there
    best_x, best_y, best_run = 0, 0, None
    for edits in range(most_edits + 1):
        for diagonal in range(-edits, edits + 1, 2):
            if diagonal == -edits or (diagonal != edits and reached[diagonal - 1][0] < reached[diagonal + 1][0]):
                x, run = reached[diagonal + 1]
            else:
                x, run = reached[diagonal - 1]
                x += 1
            begin = x
            while x < width and x - diagonal < height and first[x] == second[x - diagonal]:
                x += 1
            y = x - diagonal
            if x > begin:
                run = _Run(run, begin, begin - diagonal, x - begin)
            reached[diagonal] = (x, run)
            if x <= width and y <= height and x + y >= best_x + best_y:
                best_x, best_y, best_run = x, y, run
                if x == width and y == height:
                    return _pairs(run, offset_x, offset_y), offset_x + x, offset_y + y, True
    return _pairs(best_run, offset_x, offset_y), offset_x + best_x, offset_y + best_y, False


def _pairs(run: _Run | None, offset_x: int, offset_y: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    while run is not None:
        pairs += ((offset_x + run.x + at, offset_y + run.y + at) for at in reversed(range(run.length)))
        run = run.before
    return pairs[::-1]
