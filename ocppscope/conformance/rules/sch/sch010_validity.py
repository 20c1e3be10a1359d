"""SCH-010: a profile that is never valid."""

from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from ocppscope.conformance.charging_profiles import PROFILE_ACTIONS, charging_profile
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import BOOT, profile, profile_2x, setting
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import time_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_ENDED = profile(validTo="2025-12-31T00:00:00Z")


class NeverValid(Rule):
    """A profile whose validity ends before it begins, or has already ended.

    Finds:
        validFrom after validTo; or validTo before the time that the CSMS itself tells in its answers to
        BootNotification and Heartbeat. Silent about the second while no such time was seen.

    Why it matters:
        The station refuses the profile, or accepts one that never holds.

    Usual causes:
        Local time sent as UTC, a profile that waited in a queue, a date of last year in a template.

    What to do:
        Compare validFrom and validTo with the time of the CSMS in UTC.
    """

    id = "SCH-010"
    name = "Charging profile that is never valid"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §7.8; P2 K01.FR.36, K01.FR.37"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = PROFILE_ACTIONS
    thresholds = (Threshold("margin_s", 10, "A validTo that has passed by no more is not judged (judgement)."),)
    examples = (
        Example(
            "ended yesterday",
            BOOT + setting(1, _ENDED, "Rejected"),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.csChargingProfiles.validTo",
            line=7,
        ),
        Example("ends tomorrow", BOOT + setting(1, profile(validTo="2026-01-02T00:00:00Z"))),
        Example(
            "the time of the CSMS counts, which is a year behind",
            BOOT.replace("2026-01-01", "2025-01-01") + setting(1, _ENDED),
            beside=("SES-016",),
        ),
        Example("what time it is for the CSMS was not seen", setting(1, _ENDED)),
        Example(
            "begins after it ends",
            setting(1, profile(validFrom="2026-02-02T00:00:00Z", validTo="2026-02-01T00:00:00Z"), "Rejected"),
            finds=1,
            path="$.csChargingProfiles.validFrom",
        ),
        Example(
            "begins after it ends, on 2.0.1",
            setting(1, profile_2x(validFrom="2026-02-02T00:00:00Z", validTo="2026-02-01T00:00:00Z"), "Rejected"),
            version=OcppVersion.V201,
            finds=1,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Beginning and end of the validity."""
        found = charging_profile(event.message)
        if found is None or event.direction is not Direction.TO_STATION:
            return
        begins, ends = time_at(found.value, "validFrom"), time_at(found.value, "validTo")
        if ends is None:
            return
        if begins is not None and begins > ends:
            yield Verdict(
                f"validFrom {begins.isoformat()} is after validTo {ends.isoformat()}",
                path=f"{found.path}.validFrom",
                observed=begins.isoformat(),
                expected=f"before {ends.isoformat()}",
                key="from",
            )
            return
        skew = event.scene.station.csms_clock.skew
        if skew is None:
            return
        now = event.scene.time + timedelta(seconds=skew)
        if ends < now - timedelta(seconds=self.threshold("margin_s")):
            yield Verdict(
                f"validTo {ends.isoformat()} has passed; by its own clock the CSMS sent it at {now.isoformat()}",
                path=f"{found.path}.validTo",
                observed=ends.isoformat(),
                expected=f"after {now.isoformat()}",
                key="to",
            )
