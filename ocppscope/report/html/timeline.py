"""All stations over time: connections, messages, findings and transactions, one lane a station."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ocppscope.inspect.autopsy import autopsies
from ocppscope.model.connection import Connection, Station
from ocppscope.model.finding import Severity
from ocppscope.model.transaction import Transaction
from ocppscope.report.activity import Activity
from ocppscope.report.html.charts import box, line, svg, text
from ocppscope.report.html.markup import Html, fragment, raw, short, tag
from ocppscope.report.html.section import Report, Section, left_out, many, moment

MOST_LANES = 30
"""Stations drawn: those with the worst findings first."""

MOST_CONNECTIONS = 400
"""Connections drawn of one station, the latest."""

MOST_TRANSACTIONS = 200
"""Transactions drawn of one station, the latest."""

_WIDTH = 1000.0
_LEFT = 150.0
_RIGHT = 990.0
_LANE = 62
_MARK = 8.0
_TOP = 26

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800)
"""Seconds between two marks of the axis."""

_LEGEND = raw(
    '<p class="legend"><span><svg viewBox="0 0 24 12"><rect class="live" x="1" y="4" width="22" height="4" rx="2"/></svg>connected</span>'
    '<span><svg viewBox="0 0 24 12"><path class="area" d="M0 12 L4 7 L9 9 L14 1 L19 6 L24 12 Z"/></svg>messages</span>'
    '<span><svg viewBox="0 0 24 12"><rect class="tx" x="1" y="3" width="22" height="6" rx="2"/></svg>transaction</span>'
    '<span class="tone error">✖ <span class="muted">error</span></span><span class="tone warning">▲ <span class="muted">warning</span></span></p>'
)


def timeline(report: Report) -> Section | None:
    """The lanes; None while nothing has a time."""
    activity = report.gathered.activity
    stations = report.reading.selection.stations
    if activity.start is None or activity.end is None or not stations:
        return None
    ranked = sorted(stations, key=lambda station: (-station.findings["error"], -station.findings["warning"]))
    chosen = {station.id for station in ranked[:MOST_LANES]}
    drawn = [station for station in stations if station.id in chosen]
    axis = _Axis(activity.start, activity.end)
    lanes = _Lanes(report, axis)
    height = _TOP + _LANE * len(drawn) + 4
    shapes = [axis.drawn(height), *(lanes.lane(station, _TOP + _LANE * place) for place, station in enumerate(drawn))]
    drawing = svg(_WIDTH, height, shapes, label=f"{many(len(drawn), 'station')} over time")
    content = fragment(
        tag("div", _LEGEND, tag("div", drawing, class_="wide"), class_="chart"),
        left_out(len(stations) - len(drawn), "station"),
    )
    return Section("timeline", "Timeline", content)


class _Axis:
    """Wall clock to place."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start = start
        self.seconds = max((end - start).total_seconds(), 1.0)

    def x(self, time: datetime) -> float:
        """Where a moment stands, held within the drawing."""
        share = (time - self.start).total_seconds() / self.seconds
        return _LEFT + min(max(share, 0.0), 1.0) * (_RIGHT - _LEFT)

    def drawn(self, height: float) -> Html:
        """The marks with their words, and a faint line below each."""
        step = next((step for step in _STEPS if self.seconds / step <= 9), self.seconds / 8)
        form = "%H:%M:%S" if step < 60 else "%H:%M" if self.seconds < 86_400 * 2 else "%m-%d %H:%M"
        shapes: list[Html] = []
        since = self.start.timestamp()
        moment_at = (since // step + 1) * step
        while moment_at <= since + self.seconds:
            time = datetime.fromtimestamp(moment_at, UTC)
            x = self.x(time)
            shapes.append(line(x, 18, x, height, "grid"))
            if x < _RIGHT - 25:
                shapes.append(text(x, 12, f"{time:{form}}", "middle"))
            moment_at += step
        return fragment(shapes)


class _Lanes:
    """Draws stations below each other."""

    def __init__(self, report: Report, axis: _Axis) -> None:
        self._axis = axis
        self._activity: Activity = report.gathered.activity
        self._connections: dict[str, list[Connection]] = {}
        selection, inspector = report.reading.selection, report.reading.inspector
        for connection in [*selection.disconnects, *inspector.connections.values()]:
            self._connections.setdefault(connection.station, []).append(connection)
        self._transactions: dict[str, list[Transaction]] = {}
        for transaction in selection.transactions:
            self._transactions.setdefault(transaction.station, []).append(transaction)

    def lane(self, station: Station, top: float) -> Html:
        """One station: its name, then from above findings, messages, its connections, its transactions."""
        named = (
            text(0, top + 26, short(station.id, 22), "t-strong"),
            text(0, top + 41, f"{station.messages:,} messages"),
        )
        return fragment(
            line(0, top + _LANE - 1, _RIGHT, top + _LANE - 1, "grid"),
            named,
            self._messages(station, top + 14, 22),
            list(self._connected(station, top + 39)),
            list(self._charging(station, top + 48)),
            list(self._findings(station, top + 13)),
        )

    def _messages(self, station: Station, top: float, height: float) -> Html:
        spans = [(time, amounts.messages) for time, amounts in self._activity.spans(station.id) if amounts.messages]
        most = max((count for _, count in spans), default=1)
        width = max((_RIGHT - _LEFT) * self._activity.width / self._axis.seconds, 1.5)
        # One path for all: a rectangle each would make the better part of the page.
        bars = [
            f"M{self._axis.x(time):.1f} {top + height:g}v-{tall:.1f}h{width:.1f}v{tall:.1f}"
            for time, count in spans
            if (tall := max(count / most * height, 1.5))
        ]
        return tag("path", d="".join(bars), class_="area")

    def _connected(self, station: Station, y: float) -> Iterator[Html]:
        for connection in self._connections.get(station.id, [])[-MOST_CONNECTIONS:]:
            start = self._axis.x(connection.opened)
            end = self._end(connection.ended, station)
            told = f"connected {moment(connection.opened, '%H:%M:%S')} to {moment(connection.ended, '%H:%M:%S')}"
            if connection.parting is not None:
                told += f", {short(autopsies([connection])[0].sentence, 200)}"
            yield box(start, y, max(end - start, 2), 4, "live", told, radius=2)
            if connection.ended is not None and connection.how not in ("closed", "shutdown", "unknown"):
                yield line(end, y - 3, end, y + 7, "limit")

    def _charging(self, station: Station, y: float) -> Iterator[Html]:
        """By the station's own time stamps, put right by what its clock is off."""
        skew = timedelta(seconds=station.clock.skew or 0.0) if station.clock.steady else timedelta(0)
        for row in self._transactions.get(station.id, [])[:MOST_TRANSACTIONS]:
            if row.start is None:
                continue
            start = self._axis.x(_shifted(row.start, skew))
            end = self._end(None if row.stop is None else _shifted(row.stop, skew), station)
            energy = "" if row.energy_wh is None else f", {row.energy_wh / 1000:.2f} kWh"
            told = f"transaction {short(row.id, 40)}, {row.state}{energy}"
            yield box(start, y, max(end - start, 2), 6, "tx", told, radius=2)

    def _end(self, time: datetime | None, station: Station) -> float:
        """Where something ends; what goes on is drawn as long as the station was heard of."""
        last = time or station.last_seen
        return _RIGHT if last is None else self._axis.x(last)

    def _findings(self, station: Station, y: float) -> Iterator[Html]:
        """A mark for each span with an error, then where there is room between them for one with a warning."""
        taken: list[float] = []
        spans = list(self._activity.spans(station.id))
        for severity in (Severity.ERROR, Severity.WARNING):
            for time, amounts in spans:
                count, x = amounts.findings[severity], self._axis.x(time)
                if count <= 0 or any(abs(x - other) < _MARK for other in taken):
                    continue
                taken.append(x)
                told = tag("title", f"{many(count, severity.value)} at {moment(time, '%H:%M:%S')}")
                yield tag("text", told, severity.mark, x=x, y=y, class_=f"middle dot {severity.value}")


def _shifted(time: datetime, skew: timedelta) -> datetime:
    try:
        return time - skew
    except OverflowError:
        return time
