"""What the samples of one measure add up to, in bounded memory."""

from collections import Counter

from ocppscope.kpi.distribution import Distribution
from ocppscope.kpi.sample import Ending, Sample

_FRESH = 512
"""Counted samples that wait to be taken in together, because every response passes here and few are asked about."""


class Tally:
    """The sums of one measure, of one station or of all together. Call `settle` before you read them.

    Attributes:
        distribution: seconds of the counted samples.
        excluded: samples that do not count, by reason.
        errors: responses that were a CALLERROR.
        timeouts: pairs whose declared maximum passed and whose end never came.
        aborted, censored: pairs that their connection or the capture ended before their maximum passed.
        over_limit: counted samples above the maximum in force at their time; ``worst_share`` the largest part of it.
        limit: the declared maximum in force at the latest sample; ``limits_differ`` when samples had several.
        proxy_n, proxy_total, proxy_max: seconds spent inside the proxy, which are part of no sample.
        longest_wait: longest time that something was waited for in vain.
    """

    __slots__ = (
        "_fresh", "_fresh_limit", "_fresh_proxy", "aborted", "censored", "distribution", "errors", "excluded", "limit", "limits_differ",
        "longest_wait", "over_limit", "proxy_max", "proxy_n", "proxy_total", "timeouts", "worst_share",
    )  # fmt: skip

    def __init__(self) -> None:
        self.distribution = Distribution()
        self.excluded: Counter[str] = Counter()
        self.errors = 0
        self.timeouts = 0
        self.aborted = 0
        self.censored = 0
        self.over_limit = 0
        self.worst_share = 0.0
        self.limit: float | None = None
        self.limits_differ = False
        self.longest_wait = 0.0
        self.proxy_n = 0
        self.proxy_total = 0.0
        self.proxy_max = 0.0
        self._fresh: list[float] = []
        self._fresh_limit: float | None = None
        self._fresh_proxy: list[float] = []

    def count(self, seconds: float, limit: float | None, proxy_share: float | None = None) -> None:
        """Take in a counted sample."""
        if limit != self._fresh_limit:
            self.settle()  # what was counted before is judged by the maximum of its own time, or by none
            self._fresh_limit = limit
            if limit is not None and limit != self.limit:
                self._held_against(limit)
        fresh = self._fresh
        fresh.append(seconds)
        if proxy_share is not None:
            self._fresh_proxy.append(proxy_share)
        if len(fresh) >= _FRESH:
            self.settle()

    def settle(self) -> None:
        """Take in what was counted since."""
        fresh = self._fresh
        if not fresh:
            return
        self.distribution.extend(fresh)
        limit = self._fresh_limit
        if limit is not None:
            self.over_limit += sum(seconds > limit for seconds in fresh)
            if limit > 0:
                self.worst_share = max(self.worst_share, max(fresh) / limit)
        fresh.clear()
        proxy = self._fresh_proxy
        if proxy:
            self.proxy_n += len(proxy)
            for seconds in proxy:  # not sum(): the total must not depend on when it was asked for
                self.proxy_total += seconds
            self.proxy_max = max(self.proxy_max, *proxy)
            proxy.clear()

    def add(self, sample: Sample) -> None:
        """Take in a sample that does not count."""
        if sample.limit is not None and sample.limit != self.limit:
            self._held_against(sample.limit)
        if sample.excluded is not None:
            self.excluded[sample.excluded] += 1
        else:
            self._unended(sample)

    def promote(self, sample: Sample, excluded: str) -> None:
        """Count a sample that was excluded for a reason that turned out not to hold."""
        self.excluded[excluded] -= 1
        if not self.excluded[excluded]:
            del self.excluded[excluded]
        self.count(sample.seconds, sample.limit, sample.proxy_share)

    def absorb(self, other: "Tally") -> None:
        """Take over everything that another tally holds."""
        self.settle()
        other.settle()
        self.distribution.absorb(other.distribution)
        self.excluded.update(other.excluded)
        self.errors += other.errors
        self.timeouts += other.timeouts
        self.aborted += other.aborted
        self.censored += other.censored
        self.over_limit += other.over_limit
        self.worst_share = max(self.worst_share, other.worst_share)
        self.longest_wait = max(self.longest_wait, other.longest_wait)
        self.proxy_n += other.proxy_n
        self.proxy_total += other.proxy_total
        self.proxy_max = max(self.proxy_max, other.proxy_max)
        self.limits_differ |= other.limits_differ
        if other.limit is not None and other.limit != self.limit:
            self._held_against(other.limit)

    def _unended(self, sample: Sample) -> None:
        if sample.late:
            self.timeouts += 1
            self.longest_wait = max(self.longest_wait, sample.seconds)
        elif sample.ending is Ending.ABORTED:
            self.aborted += 1
        else:
            self.censored += 1

    def _held_against(self, limit: float) -> None:
        self.settle()
        self.limits_differ |= self.limit is not None
        self.limit = limit
