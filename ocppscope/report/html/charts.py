"""Small drawings in SVG. Colours are classes of the style sheet, so they follow the theme."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, floor, log10

from ocppscope.kpi.distribution import Distribution
from ocppscope.kpi.figures import NEAR
from ocppscope.report.html.markup import Child, Html, fragment, tag

LATENCY_WIDTH = 400
_LATENCY_HEIGHT = 34
_BASE = 30
_BINS_PER_DECADE = 12


def svg(width: float, height: float, *children: Child, label: str, stretched: bool = False) -> Html:
    """A drawing.

    Args:
        width: of its own coordinates.
        height: of them.
        children: its shapes.
        label: what it says, for those who do not see it.
        stretched: to the size of its box, whatever its proportions; for shapes without text.
    """
    return tag(
        "svg",
        *children,
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=label,
        preserveAspectRatio="none" if stretched else None,
    )


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Html:
    """A straight line, as thick as it is on paper however the drawing is stretched."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_, vector_effect="non-scaling-stroke")


def box(  # noqa: PLR0917 - places and sizes are known by their order
    x: float, y: float, width: float, height: float, class_: str, title: str = "", *, radius: float = 0
) -> Html:
    """A rectangle; with a title it tells more under the pointer."""
    told = tag("title", title) if title else None
    return tag("rect", told, x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), class_=class_, rx=radius or None)


def text(x: float, y: float, words: str, class_: str | None = None) -> Html:
    """Words in a drawing."""
    return tag("text", words, x=x, y=y, class_=class_)


def sparkline(values: Sequence[float], label: str, *, width: int = 120, height: int = 26) -> Html | None:
    """Values over time as a line with its area, from zero or below; None for fewer than two."""
    if len(values) < 2:
        return None
    low, high = min(*values, 0.0), max(values)
    span = (high - low) or 1.0
    step = width / (len(values) - 1)
    points = [(index * step, height - 2 - (value - low) / span * (height - 4)) for index, value in enumerate(values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    area = f"0,{height} {path} {width},{height}"
    drawn = (tag("polygon", points=area, class_="soft"), tag("polyline", points=path, class_="line"))
    drawing = svg(width, height, *drawn, label=label)
    return raw_sized(drawing, width, height)


def raw_sized(drawing: Html, width: int, height: int) -> Html:
    """A drawing that keeps its size in a table."""
    return Html(drawing.replace("<svg", f'<svg width="{width}" height="{height}"', 1))


class TimeScale:
    """Durations from a power of ten to another on a logarithmic axis, the same for all rows of a table."""

    def __init__(self, seconds: Sequence[float]) -> None:
        positive = [max(value, 1e-4) for value in seconds] or [0.001, 1.0]
        self.low = floor(log10(min(positive)))
        self.high = max(ceil(log10(max(positive) * 1.05)), self.low + 2)

    def x(self, seconds: float) -> float:
        """Where a duration stands, from 0 to `LATENCY_WIDTH`."""
        share = (log10(max(seconds, 10.0**self.low)) - self.low) / (self.high - self.low)
        return min(share, 1.0) * LATENCY_WIDTH

    @property
    def edges(self) -> list[float]:
        """The bounds of the bars of a histogram."""
        bins = (self.high - self.low) * _BINS_PER_DECADE
        return [10 ** (self.low + index / _BINS_PER_DECADE) for index in range(bins + 1)]

    @property
    def decades(self) -> Iterator[tuple[float, str]]:
        """The powers of ten with their words."""
        for power in range(self.low, self.high + 1):
            yield self.x(10.0**power), _decade(power)

    def grid(self, top: float, bottom: float) -> Html:
        """A faint line at each power of ten."""
        return fragment(line(x, top, x, bottom, "grid") for x, _ in self.decades)


def _decade(power: int) -> str:
    if power >= 0:
        return f"{10**power} s"
    return f"{10 ** (power + 3)} ms" if power >= -3 else f"{10.0 ** (power + 3):g} ms"


def scale_words(scale: TimeScale) -> Html:
    """The words of a time scale, for the head of its table."""
    marks = list(scale.decades)
    places = ["" if index == 0 else "end" if index == len(marks) - 1 else "middle" for index in range(len(marks))]
    words = (text(x, 11, name, place or None) for (x, name), place in zip(marks, places, strict=True))
    return svg(LATENCY_WIDTH, 14, *words, label="time scale, logarithmic")


def latency(samples: Distribution, scale: TimeScale, limit: float | None, label: str) -> Html:
    """How often an answer took how long, with the median, and the limit as a dashed line."""
    edges = scale.edges
    counts = samples.counts(edges)
    counts[1] += counts.pop(0)
    if len(counts) > 1:
        last = counts.pop()
        counts[-1] += last
    most = max(counts, default=0) or 1
    bars = [
        box(scale.x(start) + 0.4, _BASE - tall, scale.x(end) - scale.x(start) - 0.8, tall, f"bar {_tone(end, limit)}")
        for (start, end), count in zip(pairwise(edges), counts, strict=False)
        if count and (tall := max(count / most * (_BASE - 4), 2.5))
    ]
    middle = samples.quantile(0.5)
    lines = [line(0, _BASE, LATENCY_WIDTH, _BASE, "axis")]
    if middle is not None:
        lines.append(line(scale.x(middle), _BASE - 1, scale.x(middle), _BASE + 4, "mean"))
    if limit is not None:
        lines.append(line(scale.x(limit), 1, scale.x(limit), _BASE + 3, "limit"))
    shapes = fragment(scale.grid(0, _BASE), bars, lines)
    return svg(LATENCY_WIDTH, _LATENCY_HEIGHT, shapes, label=label, stretched=True)


def _tone(seconds: float, limit: float | None) -> str:
    """What answers that took at most so long are in the light of their limit."""
    if limit is None:
        return "info"
    return "error" if seconds > limit else "warning" if seconds >= NEAR * limit else "ok"


def gauge(
    figures: tuple[float, float, float],
    limit: float | None,
    certified: tuple[float, float] | None,
    tone: str,
    label: str,
) -> Html:
    """What was observed (minimum, average, maximum) on a line up to its limit, above what a laboratory measured."""
    low, mean, high = figures
    top = max(value for value in (limit, high, certified[1] if certified else None, 1e-3) if value is not None) * 1.12
    width = 360.0

    def at(value: float) -> float:
        return value / top * width

    shapes = [box(0, 12, width, 8, "track", radius=4)]
    allowed = high if limit is None else max(min(high, limit), low)
    within = "error" if limit is not None and low > limit else "ok" if tone == "error" else tone
    shapes.append(box(at(low), 12, max(at(allowed) - at(low), 3), 8, f"bar {within}", radius=3))
    if high > allowed:
        shapes.append(box(at(allowed), 12, at(high) - at(allowed), 8, "bar error", radius=3))
    shapes.append(line(at(mean), 9, at(mean), 23, "mean"))
    if certified is not None:
        first, last = certified
        shapes.append(box(at(first), 27, max(at(last) - at(first), 2.5), 4, "certified", radius=2))
    if limit is not None:
        shapes.append(line(at(limit), 5, at(limit), 34, "limit"))
        place = "end" if at(limit) > width * 0.5 else None
        shapes.append(text(at(limit) + (-4 if place else 4), 44, f"limit {limit:g} s", place))
    return svg(width, 46, *shapes, label=label)


def shares(counts: Sequence[tuple[str, int]], label: str) -> Html | None:
    """Parts of a whole beside each other: pairs of a class and a count. None without any."""
    total = sum(count for _, count in counts)
    if not total:
        return None
    shapes: list[Html] = []
    x = 0.0
    for class_, count in counts:
        width = count / total * 200
        if count:
            shapes.append(box(x, 0, max(width - 1, 1), 6, class_))
        x += width
    return svg(200, 6, *shapes, label=label, stretched=True)
