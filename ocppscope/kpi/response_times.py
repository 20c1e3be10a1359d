"""Response times by answering party and action, for all stations together and for each."""

from dataclasses import dataclass, field

from ocppscope.kpi.distribution import Distribution
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.protocol.actions import ACTIONS
from ocppscope.protocol.roles import Direction, Role

UNKNOWN_ACTION = "(unknown action)"
"""Stands for every name that no version of OCPP has: such names are without end and must not each have a row."""

_FRESH = 64
"""Answered exchanges that wait to be taken in together: every response passes here, and few are asked about."""

_KNOWN = frozenset[str]().union(*ACTIONS.values())


@dataclass(slots=True)
class ResponseTime:
    """How long one party takes to answer one action.

    Attributes:
        dut: the party that answers.
        action: what it was asked.
        distribution: latencies of all answers, refusals (CALLERROR) included, in seconds.
        limit: the declared maximum in force at the latest sample, None without one.
        over_limit: answers that came after their limit.
        errors: answers that were a CALLERROR.
        timeouts: CALLs that passed their limit unanswered and still have no answer.
    """

    dut: Role
    action: str
    distribution: Distribution = field(default_factory=Distribution)
    limit: float | None = None
    over_limit: int = 0
    errors: int = 0
    timeouts: int = 0

    @property
    def worst_share(self) -> float:
        """Longest answer divided by the limit, 0 without either; above 1 when anything was late or never came."""
        if not self.limit:
            return 0.0
        share = (self.distribution.max or 0.0) / self.limit
        return max(share, 1.001) if self.timeouts else share


class ResponseTimes:
    """All response times of one inspected input."""

    def __init__(self) -> None:
        self._fresh: list[Exchange] = []
        self._all: dict[str, ResponseTime] = {}
        self._by_station: dict[str, dict[str, ResponseTime]] = {}

    def add(self, exchange: Exchange) -> None:
        """Count an answered exchange."""
        fresh = self._fresh
        fresh.append(exchange)
        if len(fresh) >= _FRESH:
            self._settle()

    def timed_out(self, exchange: Exchange, change: int = 1) -> None:
        """Count a CALL that passed its limit unanswered; with -1 take that back because the answer came after all."""
        self._settle()
        for row in self._rows_of(exchange):
            row.timeouts += change
            row.limit = exchange.limit

    def forget(self, station: str) -> None:
        """Drop the rows of one station; the rows of all together keep what it contributed."""
        self._settle()
        self._by_station.pop(station, None)

    def rows(self, station: str | None = None) -> list[ResponseTime]:
        """The rows of one station, or of all together: worst share of its limit first, then slowest first."""
        self._settle()
        rows = self._all if station is None else self._by_station.get(station, {})
        return sorted(rows.values(), key=_badness, reverse=True)

    def _settle(self) -> None:
        """Take in what was answered since: in a row, that takes two thirds of the time of one by one."""
        for exchange in self._fresh:
            latency, limit = exchange.latency, exchange.limit
            if latency is None:
                continue
            of_all, of_station = self._rows_of(exchange)
            of_all.distribution.add(latency)
            of_station.distribution.add(latency)
            of_all.limit = of_station.limit = limit
            if exchange.outcome is Outcome.ERROR:
                of_all.errors += 1
                of_station.errors += 1
            if limit is not None and latency > limit:
                of_all.over_limit += 1
                of_station.over_limit += 1
        self._fresh.clear()

    def _rows_of(self, exchange: Exchange) -> tuple[ResponseTime, ResponseTime]:
        action = exchange.action if exchange.action in _KNOWN else UNKNOWN_ACTION
        # Keyed by the way of the CALL as text: an enum's hash is computed in Python and costs more than all the rest.
        key = ("<" if exchange.direction is Direction.TO_STATION else ">") + action
        own = self._by_station.get(exchange.station)
        if own is None:
            own = self._by_station[exchange.station] = {}
        of_all, of_station = self._all.get(key), own.get(key)
        if of_all is None:
            of_all = self._all[key] = ResponseTime(exchange.dut, action)
        if of_station is None:
            of_station = own[key] = ResponseTime(exchange.dut, action)
        return of_all, of_station


def _badness(row: ResponseTime) -> tuple[float, float]:
    return row.worst_share, row.distribution.max or 0.0
