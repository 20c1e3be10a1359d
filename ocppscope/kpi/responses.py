"""Response times as a certificate counts them. Every answered CALL passes here, so it does the least that it can.

All CALLs count for the OCPP response timeout of the party that answers; Authorize, and the RemoteStartTransaction of a
station, have figures of their own besides, which are about the CALLRESULT only.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from heapq import heappush, heapreplace
from typing import TypeAlias

from ocppscope.kpi.figures import Waiting
from ocppscope.kpi.ledger import MOST_SAMPLES, MOST_SLOWEST, Ledger
from ocppscope.kpi.measure import AUTHORIZE, REMOTE_START_RESPONSE, RESPONSE_OF_CSMS, RESPONSE_OF_STATION, Measure
from ocppscope.kpi.sample import Ending, Excluded, Sample
from ocppscope.model.connection import Station
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.pics.profile import Profile
from ocppscope.protocol.actions import bare_action
from ocppscope.protocol.roles import Direction, Role

SECOND = 1_000_000_000

_OWN_FIGURE = {
    (Direction.TO_CSMS.value, "Authorize"): AUTHORIZE,
    (Direction.TO_STATION.value, "RemoteStartTransaction"): REMOTE_START_RESPONSE,
    (Direction.TO_STATION.value, "RequestStartTransaction"): REMOTE_START_RESPONSE,
}
_ALL = (RESPONSE_OF_STATION, RESPONSE_OF_CSMS, *dict.fromkeys(_OWN_FIGURE.values()))

_OF_STATION: tuple[Measure, ...] = (RESPONSE_OF_STATION,)
_OF_CSMS: tuple[Measure, ...] = (RESPONSE_OF_CSMS,)

_ACTIONS = frozenset(action + suffix for _, action in _OWN_FIGURE for suffix in ("", "-Signed"))

_REJECTED = "Rejected"

ProfileOf = Callable[[Station, Role], Profile | None]
"""The profile that holds for a station's own answers, or for those of its CSMS."""


Kept: TypeAlias = tuple[Exchange, Profile | None, datetime, datetime, str | None]
"""A response sample in short: the exchange, whose limit holds, wall clock of CALL and response, why it does not count."""

_FRESH = 64
"""Answered CALLs that wait to be taken in together."""


class Responses:
    """Counts answered, given up and open CALLs.

    Args:
        ledger: where the sums are kept.
        profile_of: whose limits hold.
        excluded_actions: actions that the reader does not want in the OCPP response timeout.
        judges: whether there is any profile at all.
    """

    def __init__(
        self, ledger: Ledger, profile_of: ProfileOf, excluded_actions: Collection[str] = (), *, judges: bool = True
    ) -> None:
        self._ledger = ledger
        self._judges = judges
        self._fresh: list[tuple[Exchange, Profile | None, datetime, datetime]] = []
        self._of_all = {measure: ledger.tally_of_all(measure) for measure in _ALL}
        self._profile_of = profile_of
        self._excluded_actions = frozenset(excluded_actions)
        self._latest: dict[Measure, deque[Kept]] = {measure: deque(maxlen=MOST_SAMPLES) for measure in _ALL}
        self._slowest: dict[Measure, list[tuple[float, int, Kept]]] = {measure: [] for measure in _ALL}
        self._outside: set[tuple[int, int]] = set()

    def exempt(self, exchange: Exchange) -> None:
        """The station must not or need not answer this open CALL."""
        self._outside.add((exchange.connection, exchange.call))

    def called(self, station: Station, exchange: Exchange) -> None:
        """A CALL was handed to the station."""
        if station.registration == _REJECTED:
            self.exempt(exchange)

    def answered(self, station: Station, exchange: Exchange, started: datetime, ended: datetime) -> None:
        """A CALL has its response."""
        profile = None
        if self._judges:  # the profile of a station may change later
            dut = Role.STATION if exchange.direction is Direction.TO_STATION else Role.CSMS
            profile = self._profile_of(station, dut)
        fresh = self._fresh
        fresh.append((exchange, profile, started, ended))
        if len(fresh) >= _FRESH:
            self.settle()

    def settle(self) -> None:
        """Take in what was answered since: in a row, that takes half of the time of one by one."""
        check = bool(self._outside or self._excluded_actions)
        for exchange, profile, started, ended in self._fresh:
            excluded = self._excluded(exchange) if check else None
            measure = RESPONSE_OF_STATION if exchange.direction is Direction.TO_STATION else RESPONSE_OF_CSMS
            self._count(measure, (exchange, profile, started, ended, excluded))
            if exchange.action in _ACTIONS:
                own = _OWN_FIGURE.get((exchange.direction.value, bare_action(exchange.action)))
                if own is not None and excluded is not Excluded.NOT_REGISTERED:
                    self._count(own, (exchange, profile, started, ended, None))
        self._fresh.clear()

    def _count(self, measure: Measure, kept: Kept) -> None:
        exchange, profile, _, _, excluded = kept
        of_all = self._of_all[measure]
        of_station = self._ledger.tally_of(exchange.station, measure)
        if exchange.outcome is Outcome.ERROR:
            of_all.errors += 1
            of_station.errors += 1
            if measure.is_of_result:
                return
        self._latest[measure].append(kept)
        if excluded is not None:
            of_all.excluded[excluded] += 1
            of_station.excluded[excluded] += 1
            return
        seconds = exchange.latency or 0.0
        limit = None if profile is None else profile.kpi_limit(measure.key)
        of_all.count(seconds, limit, exchange.proxy_share)
        of_station.count(seconds, limit, exchange.proxy_share)
        slowest = self._slowest[measure]
        if len(slowest) < MOST_SLOWEST:
            heappush(slowest, (seconds, -exchange.call, kept))
        elif seconds > slowest[0][0]:
            heapreplace(slowest, (seconds, -exchange.call, kept))

    def given_up(
        self,
        station: Station,
        exchange: Exchange,
        started: datetime,
        now: int,
        ending: Ending,
        *,
        repeated: bool = False,
    ) -> None:
        """A CALL will have no response any more: its connection or the capture is over, or it was repeated."""
        self.settle()
        exempted = (exchange.connection, exchange.call) in self._outside
        profile = self._profile_of(station, exchange.dut)
        for measure in _measures(exchange):
            sample = _sample(measure, (exchange, profile, started, started, None))
            sample.ending, sample.ended = ending, None
            sample.function_record = sample.function_id = None
            sample.seconds = max(now - exchange.since, 0) / SECOND
            if exempted:
                sample.excluded = Excluded.NOT_REGISTERED
            elif not measure.is_of_result and bare_action(exchange.action) in self._excluded_actions:
                sample.excluded = Excluded.EXCLUDED_ACTION
            elif repeated and not sample.late:
                sample.excluded = Excluded.REPEATED
            self._ledger.add(sample)
        self._outside.discard((exchange.connection, exchange.call))

    def waiting(self, measure: Measure, opened: Iterable[tuple[Exchange, float | None]], now: int) -> Waiting:
        """How many of the open CALLs, each with its limit, are late and how many still have time."""
        late = in_time = 0
        longest = 0.0
        for exchange, limit in opened:
            if measure not in _measures(exchange) or (exchange.connection, exchange.call) in self._outside:
                continue
            if not measure.is_of_result and bare_action(exchange.action) in self._excluded_actions:
                continue
            age = max(now - exchange.since, 0) / SECOND
            if limit is not None and age > limit:
                late += 1
                longest = max(longest, age)
            else:
                in_time += 1
        return Waiting(late, in_time, longest)

    def samples(self, measure: Measure) -> Iterator[Sample]:
        """The samples kept of the OCPP response timeout, the slowest of earlier times first."""
        self.settle()
        latest = self._latest.get(measure)
        if latest is None:
            return
        first = latest[0][0].response or 0 if latest else 0
        for _, _, kept in sorted(self._slowest[measure], key=lambda entry: -entry[1]):
            if (kept[0].response or 0) < first:
                yield _sample(measure, kept)
        for kept in latest:
            yield _sample(measure, kept)

    def is_coarse(self, measure: Measure) -> bool:
        """Whether every sample kept begins and ends with a whole second: the capture knows no fractions."""
        self.settle()
        latest = self._latest.get(measure)
        return bool(latest) and all(_coarse(kept[0]) for kept in latest or ())

    def _excluded(self, exchange: Exchange) -> str | None:
        key = (exchange.connection, exchange.call)
        if key in self._outside:
            self._outside.discard(key)
            return Excluded.NOT_REGISTERED
        return Excluded.EXCLUDED_ACTION if bare_action(exchange.action) in self._excluded_actions else None


def _measures(exchange: Exchange) -> tuple[Measure, ...]:
    own = _OWN_FIGURE.get((exchange.direction.value, bare_action(exchange.action)))
    measures = _OF_STATION if exchange.direction is Direction.TO_STATION else _OF_CSMS
    return (*measures, own) if own is not None else measures


def _sample(measure: Measure, kept: Kept) -> Sample:
    exchange, profile, started, ended, excluded = kept
    return Sample(
        measure=measure,
        station=exchange.station,
        connection=exchange.connection,
        trigger=exchange.action,
        trigger_id=exchange.message_id,
        trigger_record=exchange.call,
        start=exchange.since,
        started=started,
        function="CALLERROR" if exchange.outcome is Outcome.ERROR else "CALLRESULT",
        seconds=exchange.latency or 0.0,
        function_id=exchange.message_id,
        function_record=exchange.response,
        ended=ended,
        excluded=excluded,
        limit=profile.kpi_limit(measure.key) if profile is not None else None,
        error=exchange.outcome is Outcome.ERROR,
        proxy_share=exchange.proxy_share,
        coarse=_coarse(exchange),
    )


def _coarse(exchange: Exchange) -> bool:
    end = exchange.since + round((exchange.latency or 0.0) * SECOND)
    return exchange.since % SECOND == 0 and end % SECOND == 0
