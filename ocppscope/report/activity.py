"""How much each station said and what was found of it over time, in bounded memory: for a timeline."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from ocppscope.capture.record import MessageRecord
from ocppscope.inspect.seen import Seen
from ocppscope.model.finding import Finding, Severity

MOST_SPANS = 320
"""Equal spans of time that the whole is cut into, at most; when more are needed, two become one."""

MOST_STATIONS = 500

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Amounts:
    """What happened in one span of time."""

    __slots__ = ("findings", "messages")

    def __init__(self) -> None:
        self.messages = 0
        self.findings = dict.fromkeys(Severity, 0)

    def add(self, other: "Amounts") -> None:
        """Count all of another span, too."""
        self.messages += other.messages
        for severity, count in other.findings.items():
            self.findings[severity] += count


class Activity:
    """Messages and findings by station and span. Spans begin at whole multiples of `width` seconds since 1970."""

    def __init__(self) -> None:
        self.width = 1
        self._stations: dict[str, dict[int, Amounts]] = {}
        self._first: int | None = None
        self._last = 0

    def add(self, seen: Seen, *, counts: bool = True) -> None:
        """Take in one record; ``counts`` is False for a message that a filter leaves out."""
        if counts and isinstance(seen.record, MessageRecord) and seen.connection is not None:
            self._count(seen.connection.station, seen.record.time, 1)

    def found(self, finding: Finding, change: int = 1) -> None:
        """Count a finding; with -1 take it back."""
        self._count(finding.station, finding.time, 0, finding.severity, change)

    @property
    def start(self) -> datetime | None:
        """When the first span begins; None while nothing was seen."""
        return None if self._first is None else self._time(self._first)

    @property
    def end(self) -> datetime | None:
        """When the last span ends."""
        return None if self._first is None else self._time(self._last + 1)

    def spans(self, station: str) -> Iterator[tuple[datetime, Amounts]]:
        """The spans of a station in which anything happened: when each begins, and what it was."""
        for index, amounts in sorted(self._of(station).items()):
            yield self._time(index), amounts

    def _of(self, station: str) -> Mapping[int, Amounts]:
        return self._stations.get(station, {})

    def _count(
        self, station: str, time: datetime, messages: int, severity: Severity | None = None, change: int = 0
    ) -> None:
        spans = self._stations.get(station)
        if spans is None:
            if len(self._stations) >= MOST_STATIONS:
                return
            spans = self._stations[station] = {}
        index = self._index(time)
        amounts = spans.get(index)
        if amounts is None:
            self._reach(index)
            index = self._index(time)  # spans may have become wider
            amounts = self._stations[station].setdefault(index, Amounts())
        amounts.messages += messages
        if severity is not None:
            amounts.findings[severity] += change

    def _index(self, time: datetime) -> int:
        return int((time - _EPOCH).total_seconds() // self.width)

    def _time(self, index: int) -> datetime:
        return _EPOCH + timedelta(seconds=index * self.width)

    def _reach(self, index: int) -> None:
        """Widen the range to a span, and the spans until they are few enough."""
        first = index if self._first is None else min(self._first, index)
        last = index if self._first is None else max(self._last, index)
        while last - first >= MOST_SPANS:
            self.width *= 2
            first, last = first // 2, last // 2
            self._stations = {station: _halved(spans) for station, spans in self._stations.items()}
        self._first, self._last = first, last


def _halved(spans: Mapping[int, Amounts]) -> dict[int, Amounts]:
    made: dict[int, Amounts] = {}
    for index, amounts in spans.items():
        made.setdefault(index // 2, Amounts()).add(amounts)
    return made
