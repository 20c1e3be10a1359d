"""From sums to the figures that a certificate prints, and how they stand to its claim."""

from enum import StrEnum

import msgspec

from ocppscope.kpi.distribution import Distribution
from ocppscope.kpi.measure import Measure
from ocppscope.kpi.tally import Tally
from ocppscope.pics.declaration import Measured
from ocppscope.pics.profile import Profile

NEAR = 0.8
"""From this share of its limit on a figure is near it: certified products were seen at 0.9."""

ENOUGH_FOR_P95 = 20
ENOUGH_FOR_P99 = 100
"""Samples below which a quantile so far out says nothing that the maximum does not."""


class Verdict(StrEnum):
    """How the slowest sample stands to the declared limit: to the vendor's claim, not to the standard."""

    WITHIN = "within"
    NEAR = "near"
    EXCEEDED = "exceeded"
    NO_LIMIT = "no_limit"
    NO_SAMPLES = "no_samples"


class Waiting(msgspec.Struct, frozen=True):
    """Pairs of one measure that still wait for their end: ``late`` ones beyond their limit, and the others.

    ``longest`` is the greatest age among the late ones, in seconds.
    """

    late: int = 0
    in_time: int = 0
    longest: float = 0.0


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with all that is printed beside it. Times are seconds.

    Attributes:
        measure: what it is.
        samples: the counted samples, to be drawn; ``n`` of them.
        min, max, avg: as in the certificate; None without samples.
        p50, p95, p99: nearest rank; None below 1, `ENOUGH_FOR_P95` and `ENOUGH_FOR_P99` samples.
        excluded: samples that do not count, by reason.
        timeouts: pairs whose limit passed and whose end never came, those that still wait included. They are no samples.
        errors: answers that were a CALLERROR.
        aborted, censored: pairs ended by the end of their connection or of the capture, or still waiting, within the limit.
        over_limit: counted samples above their limit.
        limit: declared maximum; None without one, and for several products with different ones.
        at_least: when something never came: the longest that it was waited for, else None. The true maximum is not less.
        certified: what the certificate's laboratory measured, None when that is not known.
        verdict: see `Verdict`.
        proxy_avg, proxy_max: seconds that the messages spent inside the proxy; they are in none of the other figures.
        coarse: the capture knows only whole seconds.
    """

    measure: Measure
    samples: Distribution
    n: int
    min: float | None
    max: float | None
    avg: float | None
    p50: float | None
    p95: float | None
    p99: float | None
    excluded: dict[str, int]
    timeouts: int
    errors: int
    aborted: int
    censored: int
    over_limit: int
    limit: float | None
    at_least: float | None
    certified: Measured | None
    verdict: Verdict
    proxy_avg: float | None = None
    proxy_max: float | None = None
    coarse: bool = False

    @property
    def margin(self) -> float | None:
        """Seconds between the slowest sample and the limit; negative when it was exceeded."""
        return None if self.limit is None or self.max is None else self.limit - self.max

    @property
    def excluded_count(self) -> int:
        """Samples that do not count."""
        return sum(self.excluded.values())

    @property
    def slower_than_certified(self) -> bool:
        """Whether the slowest sample took longer than the slowest of the certificate. That is no failure."""
        worst = certified_worst(self.certified)
        return self.max is not None and worst is not None and self.max > worst

    @property
    def remark(self) -> str:
        """The comparison in words: ``observed max 4.10 s; certified max 0.87 s; limit 30 s: within the claim, …``."""
        parts = []
        if self.at_least is not None:
            parts.append(f"observed max ≥ {self.at_least:.2f} s")
        elif self.max is not None:
            parts.append(f"observed max {self.max:.2f} s")
        if self.certified is not None and certified_worst(self.certified) is not None:
            parts.append(f"certified max {certified_text(self.certified)} s")
        if self.limit is not None:
            parts.append(f"limit {self.limit:g} s")
        words = _WORDS[self.verdict]
        if self.slower_than_certified:
            words += ", slower than certified"
        return f"{'; '.join(parts)}: {words}" if parts else words


_WORDS = {
    Verdict.WITHIN: "within the claim",
    Verdict.NEAR: "within the claim, but near it",
    Verdict.EXCEEDED: "exceeds the declared maximum",
    Verdict.NO_LIMIT: "no maximum declared",
    Verdict.NO_SAMPLES: "not seen",
}


def certified_worst(certified: Measured | None) -> float | None:
    """Seconds that the slowest certified measurement took, at most.

    A certificate of 2022 prints whole seconds, and how they were rounded is not known: its 0 means less than one second,
    and a figure is only slower than 38 when it does not print as 38 in any way.
    """
    if certified is None:
        return None
    if certified.max is not None:
        return certified.max
    if certified.value is None:
        return None
    return certified.value + (certified.resolution_s if certified.resolution_s >= 1 else 0.0)


def certified_text(certified: Measured | None) -> str:
    """The slowest certified measurement as it is printed: ``3.35``, in a certificate of 2022 ``38`` or ``< 1``."""
    if certified is None or certified_worst(certified) is None:
        return "–"
    if certified.max is not None:
        return f"{certified.max:.2f}"
    return "< 1" if certified.value == 0 and certified.resolution_s >= 1 else f"{certified.value:g}"


def figure_of(
    measure: Measure, tally: Tally, profile: Profile | None, waiting: Waiting, *, coarse: bool = False
) -> Figure:
    """The figure that sums add up to.

    Args:
        measure: what it is.
        tally: the sums.
        profile: of the one product that it is about; None for several, whose limits then come from the samples.
        waiting: pairs that are not in the sums because they still wait.
        coarse: whether the capture knows only whole seconds.
    """
    samples = tally.distribution
    own = profile.kpi_limit(measure.key) if profile is not None else None
    limit = tally.limit if own is None and not tally.limits_differ else own
    timeouts = tally.timeouts + waiting.late
    longest = max(tally.longest_wait, waiting.longest, samples.max or 0.0)
    declared = profile.performance.kpis.get(measure.key) if profile is not None else None
    return Figure(
        measure=measure,
        samples=samples,
        n=samples.n,
        min=samples.min,
        max=samples.max,
        avg=samples.mean,
        p50=samples.quantile(0.5),
        p95=samples.quantile(0.95) if samples.n >= ENOUGH_FOR_P95 else None,
        p99=samples.quantile(0.99) if samples.n >= ENOUGH_FOR_P99 else None,
        excluded={str(reason): count for reason, count in sorted(tally.excluded.items())},
        timeouts=timeouts,
        errors=tally.errors,
        aborted=tally.aborted,
        censored=tally.censored + waiting.in_time,
        over_limit=tally.over_limit,
        limit=limit,
        at_least=longest if timeouts else None,
        certified=declared.measured if declared is not None else None,
        verdict=_verdict(tally, own, timeouts),
        proxy_avg=tally.proxy_total / tally.proxy_n if tally.proxy_n else None,
        proxy_max=tally.proxy_max if tally.proxy_n else None,
        coarse=coarse,
    )


def _verdict(tally: Tally, own: float | None, timeouts: int) -> Verdict:
    """``own`` is the limit of the one product that all samples are of; without it each was judged by the limit of its time."""
    slowest = tally.distribution.max
    if slowest is None and not timeouts:
        return Verdict.NO_SAMPLES
    if own is None and tally.limit is None and not timeouts:
        return Verdict.NO_LIMIT
    share = tally.worst_share
    if own and slowest is not None:
        share = max(share, slowest / own)
    if timeouts or share > 1:
        return Verdict.EXCEEDED
    return Verdict.NEAR if share >= NEAR else Verdict.WITHIN
