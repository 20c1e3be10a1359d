"""A line of blocks for values over time."""

from collections.abc import Sequence
from itertools import pairwise

_BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int, least_span: float = 0.0) -> str:
    """At most so many blocks, the oldest value first; several values share a block by their mean.

    Args:
        values: in even steps.
        width: cells.
        least_span: difference that fills the height at least, so that jitter stays flat.
    """
    if not values or width < 1:
        return ""
    cells = min(width, len(values))
    bounds = [index * len(values) // cells for index in range(cells + 1)]
    means = [sum(values[start:stop]) / (stop - start) for start, stop in pairwise(bounds)]
    low, high = min(means), max(means)
    span = max(high - low, least_span)
    if not span:
        return _BLOCKS[0] * cells
    base = low - (span - (high - low)) / 2
    top = len(_BLOCKS) - 1
    return "".join(_BLOCKS[min(int((mean - base) / span * len(_BLOCKS)), top)] for mean in means)
