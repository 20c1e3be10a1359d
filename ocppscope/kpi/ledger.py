"""All samples: what they add up to, for all stations together and for each, and the latest and slowest of them."""

from collections import deque
from collections.abc import Collection, Iterable
from heapq import heappush, heapreplace
from itertools import chain, count

from ocppscope.kpi.measure import MEASURES, OTHER_MEASURES, Measure
from ocppscope.kpi.sample import Sample
from ocppscope.kpi.tally import Tally

MOST_SAMPLES = 2000
"""Samples kept of each measure, the latest ones: about 1 MB. Figures are made of all."""

MOST_SLOWEST = 20
"""Slowest counted samples kept of each measure besides, so that the maximum can always be shown with its messages."""


class Ledger:
    """Samples of functions. Those of responses are too many to be objects and are kept by `responses.Responses`."""

    def __init__(self) -> None:
        self._all = {measure: Tally() for measure in (*MEASURES, *OTHER_MEASURES)}
        self._by_station: dict[str, dict[Measure, Tally]] = {}
        self._samples: dict[Measure, deque[Sample]] = {}
        self._slowest: dict[Measure, list[tuple[float, int, Sample]]] = {}
        self._number = count()

    def add(self, sample: Sample) -> None:
        """Take in a sample."""
        measure = sample.measure
        of_all, of_station = self._all[measure], self.tally_of(sample.station, measure)
        latest = self._samples.get(measure)
        if latest is None:
            latest = self._samples[measure] = deque(maxlen=MOST_SAMPLES)
        latest.append(sample)
        if not sample.counted:
            of_all.add(sample)
            of_station.add(sample)
            return
        of_all.count(sample.seconds, sample.limit, sample.proxy_share)
        of_station.count(sample.seconds, sample.limit, sample.proxy_share)
        self._remember(sample)

    def promote(self, sample: Sample) -> None:
        """Count a sample after all."""
        excluded, sample.excluded = sample.excluded, None
        if excluded is not None:
            self._all[sample.measure].promote(sample, excluded)
            self.tally_of(sample.station, sample.measure).promote(sample, excluded)
            self._remember(sample)

    def tally(self, measure: Measure, stations: Collection[str] | None = None) -> Tally:
        """The sums of all stations together, or of some."""
        if stations is None:
            self._all[measure].settle()
            return self._all[measure]
        tally = Tally()
        for station in stations:
            found = self._by_station.get(station, {}).get(measure)
            if found is not None:
                tally.absorb(found)
        return tally

    def tally_of_all(self, measure: Measure) -> Tally:
        """The sums of all stations, to be added to."""
        return self._all[measure]

    def tally_of(self, station: str, measure: Measure) -> Tally:
        """The sums of one station, to be added to."""
        tallies = self._by_station.get(station)
        if tallies is None:
            tallies = self._by_station[station] = {}
        tally = tallies.get(measure)
        if tally is None:
            tally = tallies[measure] = Tally()
        return tally

    def samples(self, measure: Measure) -> Iterable[Sample]:
        """The samples kept, in order of their ending."""
        latest = self._samples.get(measure, ())
        known = {id(sample) for sample in latest}
        older = [sample for _, _, sample in self._slowest.get(measure, ()) if id(sample) not in known]
        return chain(sorted(older, key=lambda sample: sample.trigger_record), latest)

    def forget(self, station: str) -> None:
        """Drop the sums of one station; those of all together keep what it contributed."""
        self._by_station.pop(station, None)

    def _remember(self, sample: Sample) -> None:
        slowest = self._slowest.get(sample.measure)
        if slowest is None:
            slowest = self._slowest[sample.measure] = []
        if len(slowest) < MOST_SLOWEST:
            heappush(slowest, (sample.seconds, -next(self._number), sample))
        elif sample.seconds > slowest[0][0]:
            heapreplace(slowest, (sample.seconds, -next(self._number), sample))
