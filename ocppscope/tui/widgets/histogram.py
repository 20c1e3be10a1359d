"""Response times as pictures in characters: the bar of one row, and the histogram below the list. Pure functions.

Hand-made, because a plotting library costs 190 ms to import and cannot change colour at a threshold. A picture is a list
of lines, a line a list of ``(text, token)`` pairs: the caller turns theme tokens into styles.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from ocppscope.tui.widgets.gauge import format_limit, format_seconds, limit_token

Line: TypeAlias = list[tuple[str, str]]
"""One line of a picture: pieces of text with their theme tokens."""

_BLOCKS = " ▁▂▃▄▅▆▇█"
LIMIT_AT = 0.85
"""Where the limit stands in a row's bar, as a share of its width: the rest is room for what crosses it."""
_FAR = 4
"""A limit this many times above the slowest answer leaves the picture, or all bins would be one."""


class Mark(NamedTuple):
    """A value named below the axis. Earlier ones win when there is no room for all."""

    name: str
    seconds: float
    token: str


class Scale(NamedTuple):
    """How seconds become columns.

    Attributes:
        bins: columns of equal width.
        upper: seconds at the right edge of the last one.
        limit_bin: the first bin past the limit; None when the limit is not in the picture.
    """

    bins: int
    upper: float
    limit_bin: int | None

    def column(self, seconds: float) -> int:
        """The column of a value, counting the one that the limit's own line takes."""
        bin_ = min(int(seconds / self.upper * self.bins), self.bins - 1) if self.upper else 0
        return bin_ + (self.limit_bin is not None and bin_ >= self.limit_bin)


def scale(slowest: float, limit: float | None, columns: int) -> Scale:
    """Choose the width of the bins so that the limit falls exactly between two of them.

    Args:
        slowest: the longest response time in seconds.
        limit: the limit in seconds, if any.
        columns: characters available; one of them goes to the line of the limit when it is shown.
    """
    if not limit or limit > slowest * _FAR or columns < 4:
        return Scale(columns, max(slowest * 1.02, 1e-6), None)
    bins = columns - 1
    share = min(limit / slowest, 1.0) * 0.97 if slowest else 0.97
    limit_bin = min(max(int(bins * share), 1), bins - 1)
    # Far above the limit one bin per limit would still not reach: then the last bin holds all that is slower.
    return Scale(bins, limit / limit_bin * bins, limit_bin)


def histogram(
    counts: Sequence[int],
    at: Scale,
    height: int,
    *,
    limit: float | None = None,
    marks: Sequence[Mark] = (),
    certified: tuple[float, float] | None = None,
    plain: bool = False,
) -> list[Line]:
    """The picture of a distribution: bars on an axis, the limit as a line, values named below.

    Args:
        counts: answers in each bin of the scale.
        at: the scale that made the bins.
        height: lines of the bars; axis and names take two more.
        limit: seconds; bins from 80 % of it are amber, beyond it red.
        marks: values to name below the axis.
        certified: the range in seconds that was measured for the certificate, drawn heavy on the axis.
        plain: ASCII only.

    Returns:
        ``height + 2`` lines of the same width.
    """
    most = max(counts, default=0)
    gutter = max(len(str(most)), 2) + 1
    columns = [_column(count, most, height, plain=plain) for count in counts]
    tokens = [_bin_token(index, at, limit) for index in range(at.bins)]
    rows: list[Line] = []
    for row in range(height):
        label = f"{most:>{gutter}} " if row == 0 and most else " " * (gutter + 1)
        axis = ("+" if plain else "┤") if row == 0 and most else ("|" if plain else "│")
        line: Line = [(label + axis, "muted")]
        for index, column in enumerate(columns):
            if index == at.limit_bin:
                line.append((":" if plain else "┊", "error"))
            line.append((column[row], tokens[index]))
        rows.append(_joined(line))
    width = at.bins + (at.limit_bin is not None)
    named = [*marks]
    if limit and at.limit_bin is not None:
        named.insert(0, Mark("limit", limit, "error"))
    rows.append([(" " * (gutter + 1), "muted"), *_axis(width, at, named, certified, plain=plain)])
    far = limit if at.limit_bin is None else None
    rows.append([(" " * (gutter + 2), "muted"), *_names(width, at, named, far, plain=plain)])
    return rows


def _column(count: int, most: int, height: int, *, plain: bool) -> list[str]:
    """One bar from top to bottom. A bin that is not empty shows at least the lowest step."""
    steps = max(round(count / most * height * 8), 1) if count else 0
    cells = [min(max(steps - 8 * (height - 1 - row), 0), 8) for row in range(height)]
    if plain:
        return ["#" if cell >= 4 or (cell and row == height - 1) else " " for row, cell in enumerate(cells)]
    return [_BLOCKS[cell] for cell in cells]


def _bin_token(index: int, at: Scale, limit: float | None) -> str:
    if not limit:
        return "accent"
    if at.limit_bin is not None and index >= at.limit_bin:
        return "error"
    middle = (index + 0.5) / at.bins * at.upper
    return limit_token(min(middle / limit, 1.0))


def _axis(width: int, at: Scale, marks: Sequence[Mark], certified: tuple[float, float] | None, *, plain: bool) -> Line:
    thin, heavy, tick, corner = ("-", "=", "+", "+") if plain else ("─", "━", "┴", "└")
    line: Line = [(corner, "muted")]
    ticks = {at.column(mark.seconds) if mark.name != "limit" else at.limit_bin for mark in marks}
    span = range(0)
    if certified is not None and certified[0] <= at.upper:
        span = range(at.column(certified[0]), at.column(certified[1]) + 1)
    for column in range(width):
        if column in ticks:
            line.append((tick, "muted"))
        else:
            line.append((heavy, "accent") if column in span else (thin, "muted"))
    return _joined(line)


def _names(width: int, at: Scale, marks: Sequence[Mark], far_limit: float | None, *, plain: bool) -> Line:
    """The names below the axis, each as close to its column as the others leave room."""
    taken: list[tuple[int, str, str]] = []

    def place(column: int, text: str, token: str) -> None:
        size = len(text)
        for wish in (column - size // 2, column - size + 1, column):
            start = min(max(wish, 0), width - size)
            if start >= 0 and all(start + size + 2 <= a or a + len(t) + 2 <= start for a, t, _ in taken):
                taken.append((start, text, token))
                return

    if far_limit is not None:
        place(width, f"limit {format_limit(far_limit)} {'>' if plain else '▸'}", "muted")
    for mark in marks:
        is_limit = mark.name == "limit"
        column = at.limit_bin if is_limit and at.limit_bin is not None else at.column(mark.seconds)
        text = f"{mark.name} {(format_limit if is_limit else format_seconds)(mark.seconds)}"
        place(column, text, mark.token)
    line: Line = []
    end = 0
    for start, text, token in sorted(taken):
        line += [(" " * (start - end), "muted"), (text, token)]
        end = start + len(text)
    return [*line, (" " * (width - end), "muted")]


def response_bar(
    p50: float | None, p95: float | None, slowest: float | None, limit: float | None, cells: int, *, plain: bool = False
) -> Line:
    """One row of the latency list: ``━`` to p50, ``─`` to p95, ``┄`` to the slowest, ``│`` at the limit.

    Every row is scaled to its own limit, so the limits of all rows stand in one column and whatever crosses it is a breach.

    Returns:
        Pieces that fill exactly ``cells``; blanks without a limit.
    """
    if not limit or slowest is None or cells < 8:
        return [(" " * max(cells, 0), "muted")]
    at = int(cells * LIMIT_AT)
    glyphs, bar, more = ("=-.", "|", ">") if plain else ("━─┄", "│", "▸")
    ends = [(p50, glyphs[0]), (p95, glyphs[1]), (slowest, glyphs[2])]
    pieces: Line = []
    for seconds, glyph in ends:
        if seconds is None:
            continue
        done = sum(len(text) for text, _ in pieces)
        end = min(max(round(seconds / limit * at), done or 1), cells)
        # What is just above the limit must be seen to cross its line.
        end = max(end, at + 1) if seconds > limit else min(end, at)
        pieces.append((glyph * (end - done), limit_token(seconds / limit)))
    drawn = "".join(text for text, _ in pieces)
    tokens = [token for text, token in pieces for _ in text] + ["muted"] * (cells - len(drawn))
    characters = list(drawn.ljust(cells))
    if slowest / limit * at > cells:
        characters[-1] = more
    if len(drawn) <= at:
        characters[at] = bar
    return _joined(list(zip(characters, tokens, strict=True)))


def sparkline(values: Sequence[float], cells: int, *, plain: bool = False) -> str:
    """The last values as eighth blocks scaled to the greatest of them; at most ``cells`` characters.

    More values than cells are averaged in groups, so that the whole course is seen, not its end.
    """
    if not values or cells <= 0:
        return ""
    count = min(len(values), cells)
    edges = [index * len(values) // count for index in range(count + 1)]
    means = [sum(values[a:b]) / (b - a) for a, b in pairwise(edges)]
    top = max(means)
    if top <= 0:
        return ("_" if plain else "▁") * count
    steps = "_.-=*#" if plain else _BLOCKS[1:]
    return "".join(steps[min(max(int(mean / top * len(steps)), 0), len(steps) - 1)] for mean in means)


def _joined(line: Line) -> Line:
    """Neighbours of one token as one piece: fewer segments to draw."""
    joined: Line = []
    for text, token in line:
        if joined and joined[-1][1] == token:
            joined[-1] = (joined[-1][0] + text, token)
        elif text:
            joined.append((text, token))
    return joined
