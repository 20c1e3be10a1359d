"""The performance figures of an OCA certificate that follow from response times alone.

The others (triggered functions, remote start and stop) need to know which message was caused by which, and are not
computed yet.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from ocppscope.kpi.distribution import Distribution
from ocppscope.kpi.response_times import ResponseTime
from ocppscope.protocol.roles import Role
from ocppscope.report.reading import Reading

NEAR = 0.8
"""From this share of its limit on a figure is near it: certified products were seen at 0.9."""


ENOUGH_FOR_P95 = 20
ENOUGH_FOR_P99 = 100
"""Samples below which a quantile so far out says nothing that the maximum does not."""


class Verdict(StrEnum):
    """How the slowest sample stands to the declared limit."""

    WITHIN = "within"
    NEAR = "near"
    EXCEEDED = "exceeded"
    NO_LIMIT = "no_limit"
    NO_SAMPLES = "no_samples"


@dataclass(slots=True)
class Kpi:
    """One figure.

    Attributes:
        key: its name, ``ocpp_response_timeout``.
        dut: whose figure it is.
        samples: seconds, refusals (CALLERROR) included.
        timeouts: CALLs that passed the limit without an answer; they are no samples.
        errors: answers that were a CALLERROR.
        limit: declared maximum in seconds.
        certified: what the certificate's own measurement says, keys ``min max avg value``; None where unknown.
    """

    key: str
    dut: Role
    samples: Distribution
    timeouts: int
    errors: int
    limit: float | None
    certified: dict[str, float | None] = field(default_factory=lambda: dict.fromkeys(("min", "max", "avg", "value")))

    @property
    def margin(self) -> float | None:
        """Seconds between the slowest sample and the limit; negative when it was exceeded."""
        if self.limit is None or self.samples.max is None:
            return None
        return self.limit - self.samples.max

    @property
    def verdict(self) -> Verdict:
        """By the slowest sample and the CALLs without any answer."""
        slowest = self.samples.max
        if slowest is None and not self.timeouts:
            return Verdict.NO_SAMPLES
        if self.limit is None:
            return Verdict.NO_LIMIT
        if self.timeouts or (slowest is not None and slowest > self.limit):
            return Verdict.EXCEEDED
        return Verdict.NEAR if slowest is not None and slowest >= NEAR * self.limit else Verdict.WITHIN


def kpis(reading: Reading) -> list[Kpi]:
    """The figures of both parties, in the order of certificates."""
    return [_response(reading, Role.STATION), _response(reading, Role.CSMS), _authorize(reading)]


def _response(reading: Reading, dut: Role) -> Kpi:
    rows = [row for row in reading.selection.response_times.rows() if row.dut is dut]
    return _figure(
        reading,
        "ocpp_response_timeout",
        dut,
        reading.selection.answers[dut],
        timeouts=sum(row.timeouts for row in rows),
        errors=sum(row.errors for row in rows),
    )


def _authorize(reading: Reading) -> Kpi:
    rows = (row for row in reading.selection.response_times.rows() if (row.dut, row.action) == (Role.CSMS, "Authorize"))
    row = next(rows, None) or ResponseTime(Role.CSMS, "Authorize")
    return _figure(
        reading, "authorize_response_time", Role.CSMS, row.distribution, timeouts=row.timeouts, errors=row.errors
    )


def _figure(reading: Reading, key: str, dut: Role, samples: Distribution, *, timeouts: int, errors: int) -> Kpi:
    applied = [profile for profile in reading.profiles if profile.dut is dut]
    # Several station products have several claims, and samples of all stations together can be held against none of them.
    profile = applied[0] if len(applied) == 1 else None
    kpi = Kpi(key, dut, samples, timeouts, errors, profile.kpi_limit(key) if profile is not None else None)
    declared = profile.performance.kpis.get(key) if profile is not None else None
    if declared is not None and declared.measured is not None:
        measured = declared.measured
        kpi.certified = {"min": measured.min, "max": measured.max, "avg": measured.avg, "value": measured.value}
    return kpi
