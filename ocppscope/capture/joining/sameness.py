"""Whether two captures show the same traffic of a station, recorded at two places with two clocks.

Messages that only one station can have sent at one moment are compared: those that tell a time, or whose id was made at
random. The same traffic has nearly all of them in both captures, as far as both were recording, and between both clocks
there is one offset. Two stations of one product say alike things, but not at the same moments.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

import msgspec

from ocppscope.capture.joining.outline import ConnectionOutline, Outline, Sampled
from ocppscope.protocol.roles import Direction

SLACK_S = 5.0
"""Seconds by which two recorders may differ about one moment, once their clocks are set against each other: buffers of logs,
stamps of whole seconds, clocks that drift within a day."""

ENOUGH = 3
"""Messages that must be the same."""

SHARE = 0.8
"""And so much of all that both could have: logs leave out lines."""

MOST_OFFSET_S = 15 * 3600.0
"""Clocks differ by seconds, or by a time zone. Beyond, only ids made at random convince."""


class Same(msgspec.Struct, frozen=True):
    """One station's traffic, twice.

    Attributes:
        offset: seconds by which the second capture's clock is ahead of the first's; None without times.
        messages: telling messages that both have.
    """

    offset: float | None
    messages: int


class Seen(msgspec.Struct):
    """One station of one capture.

    Attributes:
        outline: of the capture.
        station: its identity there.
        connections: the connections, with their places.
        sample: its part of the sample.
    """

    outline: Outline
    station: str
    connections: dict[int, ConnectionOutline]
    sample: dict[int, Sampled]

    @property
    def named(self) -> bool:
        """Whether the traffic names it."""
        return all(connection.named for connection in self.connections.values())

    @property
    def timed(self) -> bool:
        """Whether its times mean something."""
        return all(connection.timed for connection in self.connections.values())

    @property
    def messages(self) -> int:
        """How many."""
        return sum(connection.messages for connection in self.connections.values())


class Periods:
    """When a recorder was watching: from the first to the last record of each connection, with the slack around."""

    def __init__(self, connections: Iterable[ConnectionOutline], slack: float = SLACK_S) -> None:
        margin = round(slack * 1e9)
        merged: list[list[int]] = []
        for first, last in sorted((one.first - margin, one.last + margin) for one in connections):
            if merged and first <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], last)
            else:
                merged.append([first, last])
        self._begins = [begin for begin, _ in merged]
        self._ends = [end for _, end in merged]

    def has(self, at: int) -> bool:
        """Whether a moment (ns) lies within."""
        place = bisect_left(self._begins, at + 1) - 1
        return place >= 0 and at <= self._ends[place]

    def covered(self, first: int, last: int) -> float:
        """How much of a time lies within, from 0 to 1."""
        if last <= first:
            return float(self.has(first))
        inside = sum(
            max(min(last, end) - max(first, begin), 0) for begin, end in zip(self._begins, self._ends, strict=True)
        )
        return inside / (last - first)


def stations_of(outline: Outline) -> list[Seen]:
    """The stations of a capture, each with its part of the sample."""
    found: dict[str, Seen] = {}
    for place, connection in enumerate(outline.connections):
        found.setdefault(connection.station, Seen(outline, connection.station, {}, {})).connections[place] = connection
    for value, sampled in outline.sample.items():
        found[outline.connections[sampled.connection].station].sample[value] = sampled
    return list(found.values())


def same_traffic(one: Seen, other: Seen) -> Same | None:
    """Whether two captures show the same traffic of a station; None if not, or if nothing proves it."""
    if one.named and other.named and one.station != other.station:
        return None
    threshold = min(one.outline.threshold, other.outline.threshold)
    both = [value for value in one.sample if value <= threshold and value in other.sample]
    if len(both) < ENOUGH:
        return None
    unique = sum(one.sample[value].unique for value in both) >= SHARE * len(both)
    offset: int | None = None
    if one.timed and other.timed:
        differences = [other.sample[value].at - one.sample[value].at for value in both]
        offset = round(median(differences))
        agreeing = sum(abs(difference - offset) <= SLACK_S * 1e9 for difference in differences)
        if not unique and (abs(offset) > MOST_OFFSET_S * 1e9 or agreeing < SHARE * len(both)):
            return None
    kinds = Counter(one.sample[value].kind for value in both)
    mine, its = (
        _possible(one, threshold, other, offset),
        _possible(other, threshold, one, None if offset is None else -offset),
    )
    if len(both) < SHARE * min(mine.total(), its.total()):
        return None
    # Of each kind by itself: a replay says the same once more, but the answers to it tell another time.
    for kind in mine.keys() & its.keys():
        fewer = min(mine[kind], its[kind])
        if fewer >= ENOUGH and kinds[kind] < SHARE * fewer:
            return None
    return Same(None if offset is None else offset / 1e9, len(both))


def _possible(seen: Seen, threshold: int, by: Seen, offset: int | None) -> "Counter[tuple[Direction, bool]]":
    """How many of its telling messages, by kind, the other recorder could have seen."""
    periods = Periods(by.connections.values())
    return Counter(
        sampled.kind
        for value, sampled in seen.sample.items()
        if value <= threshold and (offset is None or periods.has(sampled.at + offset))
    )


def better(one: Seen, other: Seen, offset: float | None) -> Seen:
    """Which of two to keep: the one that saw more, if the other missed a good part; else the proxy's; else ours; else the longer."""
    if offset is not None:
        shift = round(offset * 1e9)
        first = _share(one, other, shift)
        second = _share(other, one, -shift)
        if min(first, second) < SHARE and first != second:
            return other if first > second else one
    return max((one, other), key=_rank)


def _share(seen: Seen, by: Seen, shift: int) -> float:
    """How much of a station's messages fall into times at which the other recorder was watching."""
    periods = Periods(by.connections.values())
    connections: Sequence[ConnectionOutline] = list(seen.connections.values())
    inside = sum(one.messages * periods.covered(one.first + shift, one.last + shift) for one in connections)
    return inside / max(seen.messages, 1)


def _rank(seen: Seen) -> tuple[bool, bool, bool, bool, int]:
    outline = seen.outline
    return outline.vantage == "proxy", outline.format == "native", seen.timed, seen.named, seen.messages
