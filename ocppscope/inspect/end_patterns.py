"""What the ends of one station's connections have in common.

Conservative, because a pattern sends an engineer somewhere: at least `FEWEST` ends that agree, four fifths of those in
question, a spread that a timer explains and chance does not.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

import msgspec

from ocppscope.kpi.silence import Reference, fits, pattern_of, silence_of
from ocppscope.kpi.spans import FEWEST, timer_of
from ocppscope.model.connection import Connection
from ocppscope.model.parting import LastCall, Parting
from ocppscope.protocol.close_codes import close_meaning
from ocppscope.protocol.roles import Direction

AFTER_SECONDS = 5.0
"""An end so soon after a CALL may be its consequence."""

_SHARE = 0.8
_CHANCE = 0.1
"""A CALL that is within `AFTER_SECONDS` at more than this part of all times is no cause."""
_SHORTEST_INTERVAL = 30.0
"""Seconds below which ends that come regularly are only reconnects that fail."""
_SECOND = 1_000_000_000


class Cause(StrEnum):
    """What kind of thing the ends have in common, the most telling first."""

    TIMER = "timer"
    """The same time since the last frame, or since the opening."""
    AFTER = "after"
    """Right after a CALL of one action."""
    INTERVAL = "interval"
    """The same time from end to end."""
    MANNER = "manner"
    """The same side, in the same way."""


class EndPattern(msgspec.Struct, frozen=True):
    """What several ends have in common.

    Attributes:
        cause: what kind it is.
        agreeing, total: how many of how many ends.
        connections: the numbers of those that agree.
        sentence: ``17 of 17 closed by the CSMS with 1001 (going away), 60.0 s ± 0.1 s after the last frame: …``
        seconds: of a timer or interval, or the longest time after a CALL.
        action: of the CALL that they follow.
    """

    cause: Cause
    agreeing: int
    total: int
    connections: frozenset[int]
    sentence: str
    seconds: float | None = None
    action: str | None = None


class _End(msgspec.Struct, frozen=True):
    """An end that is to be compared."""

    connection: Connection
    parting: Parting

    @property
    def by(self) -> str:
        return self.connection.closed_by or "network"

    @property
    def manner(self) -> tuple[str, str, int | None]:
        how = "closed" if self.parting.closing else self.connection.how or "?"
        return self.by, how, self.connection.close_code

    @property
    def lasted(self) -> float:
        return max(self.parting.at - self.connection.opened_at, 0) / _SECOND


def end_patterns(connections: Iterable[Connection]) -> list[EndPattern]:
    """The patterns in the ends of one station's connections, the most telling first.

    What ocppscope itself ended, and what nobody saw the end of, does not count.
    """
    ends = [
        _End(connection, connection.parting)
        for connection in connections
        if connection.parting is not None and connection.closed_by != "proxy"
    ]
    found: list[EndPattern] = []
    explained: frozenset[int] = frozenset()
    for look in _LOOKS:
        for by in dict.fromkeys(end.by for end in ends):
            pattern = look([end for end in ends if end.by == by])
            # What a more telling pattern explains already is not said twice.
            if pattern is not None and not pattern.connections <= explained:
                found.append(pattern)
                explained |= pattern.connections
    return found


def ended_words(by: str | None, how: str | None, code: int | None, *, closing: bool) -> str:
    """``closed by the CSMS with 1001 (going away)``, ``reset by the station``, ``timed out``: who ended it, and how."""
    who = _WHO.get(by or "", "by an unknown side")
    if closing:
        return f"closed {who} {'without a code' if code is None else f'with {code} ({close_meaning(code)})'}"
    return _HOW.get(how or "", "ended {who}").format(who=who)


_WHO = {"station": "by the station", "csms": "by the CSMS", "network": "by the network", "proxy": "by ocppscope"}
_HOW = {
    "closed": "closed {who}",
    "fin": "shut down {who} without a close frame",
    "rst": "reset {who} without a close frame",
    "timeout": "timed out {who}",
    "error": "ended {who} by an error",
    "shutdown": "ended because ocppscope was stopped",
    "unknown": "still open when the recording ended",
}


def _timer(ends: Sequence[_End]) -> EndPattern | None:
    by = ends[0].by
    silences = {end.connection.number: silence_of(end.connection, by, end.parting.at) for end in ends}
    pattern = pattern_of(by, list(silences.values()))
    if pattern is None:
        return None
    agreeing = [end for end in ends if fits(silences[end.connection.number], pattern)]
    timer = pattern.timer
    spread = f"{timer.seconds:.1f} s ± {timer.spread / 2:.1f} s"
    since = f"after {pattern.reference}" if pattern.reference is not Reference.OPENING else "after it was opened"
    idle = "an idle timer" if pattern.reference is not Reference.OPENING else "a limit on the age of connections"
    where = {"csms": "on the CSMS leg", "station": "on the station leg"}.get(by, "between the two")
    doubt = "" if any(end.parting.closing for end in agreeing) or by == "network" else _MIDDLEBOX
    return _pattern(Cause.TIMER, agreeing, ends, f"{spread} {since}: {idle} {where}{doubt}", seconds=timer.seconds)


_MIDDLEBOX = ", and without a close frame more likely a load balancer, NAT or firewall there than the party itself"


def _after(ends: Sequence[_End]) -> EndPattern | None:
    """The CALL that came shortly before nearly all ends, and not so often that this were chance."""
    close = {end.connection.number: _close_calls(end.parting) for end in ends}
    # Counted first: actions come from the wire, and a peer may send another one each time.
    candidates = Counter(key for calls in close.values() for key in calls)
    best: tuple[list[_End], tuple[str, Direction]] | None = None
    for key, count in candidates.items():
        if count < FEWEST or count < _SHARE * len(ends):
            continue
        agreeing = [end for end in ends if key in close[end.connection.number]]
        total = sum(close[end.connection.number][key].total for end in agreeing)
        lasted = sum(end.lasted for end in agreeing)
        if total > len(agreeing) and total * AFTER_SECONDS > _CHANCE * lasted:
            continue  # it is always about
        # The CSMS's command is the cause, what the station says in consequence is not.
        rank = (len(agreeing), key[1] is Direction.TO_STATION)
        if best is None or rank > (len(best[0]), best[1][1] is Direction.TO_STATION):
            best = agreeing, key
    if best is None:
        return None
    agreeing, key = best
    action, direction = key
    longest = max(close[end.connection.number][key].seconds for end in agreeing)
    sentence = f"within {_seconds(longest)} of {action} from the {_SENDER[direction]}"
    return _pattern(Cause.AFTER, agreeing, ends, sentence, seconds=longest, action=action)


_SENDER = {Direction.TO_CSMS: "station", Direction.TO_STATION: "CSMS"}


def _close_calls(parting: Parting) -> dict[tuple[str, Direction], LastCall]:
    """The CALLs that came shortly before the end, the latest of each action."""
    found: dict[tuple[str, Direction], LastCall] = {}
    for call in parting.recent:
        if call.seconds <= AFTER_SECONDS:
            found.setdefault((call.action, call.direction), call)
    return found


def _interval(ends: Sequence[_End]) -> EndPattern | None:
    # By the wall clock, which goes on from one run of the proxy to the next.
    times = [end.connection.ended.timestamp() for end in ends if end.connection.ended is not None]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    timer = timer_of(gaps)
    if timer is None or timer.agreeing < len(gaps) or timer.seconds < _SHORTEST_INTERVAL:
        return None
    spread = f"{timer.seconds:.0f} s ± {timer.spread / 2:.1f} s"
    return _pattern(Cause.INTERVAL, ends, ends, f"every {spread}: something that runs regularly", seconds=timer.seconds)


def _manner(ends: Sequence[_End]) -> EndPattern | None:
    usual, _ = Counter(end.manner for end in ends).most_common(1)[0]
    agreeing = [end for end in ends if end.manner == usual]
    if len(agreeing) < FEWEST or len(agreeing) < _SHARE * len(ends):
        return None
    return _pattern(Cause.MANNER, agreeing, ends, "")


_LOOKS: tuple[Callable[[Sequence[_End]], EndPattern | None], ...] = (_timer, _after, _interval, _manner)


def _pattern(
    cause: Cause,
    agreeing: Sequence[_End],
    ends: Sequence[_End],
    what: str,
    *,
    seconds: float | None = None,
    action: str | None = None,
) -> EndPattern:
    """The pattern; its sentence says who ended them and how, as far as that was always the same."""
    manners = {end.manner for end in agreeing}
    by, how, code = agreeing[0].manner
    closing = agreeing[0].parting.closing
    words = ended_words(by, how, code, closing=closing) if len(manners) == 1 else f"ended {_WHO.get(by, '')}"
    sentence = f"{len(agreeing)} of {len(ends)} {words}{' ' if what else ''}{what}"
    numbers = frozenset(end.connection.number for end in agreeing)
    return EndPattern(cause, len(agreeing), len(ends), numbers, sentence, seconds, action)


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 0.05 else "0.1 s"
