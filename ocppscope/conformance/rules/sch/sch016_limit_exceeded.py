"""SCH-016: a connector that draws more than a charging profile allows."""

import json
from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import (
    BOOT,
    BOOT_2X,
    START,
    START_2X,
    profile,
    profile_2x,
    schedule,
    setting,
)
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.installed_profiles import InstalledProfiles
from ocppscope.conformance.memories.limit_exceedances import Exceedance, LimitExceedances
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_TEN = schedule(periods=((0, 10),))
_LIMIT = BOOT + START + setting(1, profile("TxProfile", of=_TEN))
_LIMIT_W = BOOT + START + setting(1, profile("TxProfile", of=schedule("W", ((0, 7000),))))


def _measured(second: int, value: float, phase: str = "L1", measurand: str = "Current.Import", *more: str) -> str:
    """Meter values 20 s after the line before."""
    unit = "A" if measurand.startswith("Current") else "W"
    sampled = [{"value": str(value), "measurand": measurand, "unit": unit} | ({"phase": phase} if phase else {})]
    sampled += [{"value": "50", "measurand": other} for other in more]
    meter_value = {"timestamp": f"2026-01-01T00:{second // 60:02}:{second % 60:02}Z", "sampledValue": sampled}
    payload = {"connectorId": 1, "transactionId": 17, "meterValue": [meter_value]}
    return f'+20 > {json.dumps([2, f"m{second}", "MeterValues", payload])}\n< [3,"m{second}",{{}}]\n'


def _row(*values: float, phase: str = "L1", measurand: str = "Current.Import") -> str:
    return "".join(_measured(22 + 20 * index, value, phase, measurand) for index, value in enumerate(values))


def _event(second: int, value: float) -> str:
    sampled = {"value": value, "measurand": "Current.Import", "phase": "L1", "unitOfMeasure": {"unit": "A"}}
    stamp = f"2026-01-01T00:{second // 60:02}:{second % 60:02}Z"
    payload = {
        "eventType": "Updated",
        "timestamp": stamp,
        "triggerReason": "MeterValuePeriodic",
        "seqNo": (second - 2) // 20,
        "transactionInfo": {"transactionId": "TX1"},
        "meterValue": [{"timestamp": stamp, "sampledValue": [sampled]}],
    }
    return f'+20 > {json.dumps([2, f"m{second}", "TransactionEvent", payload])}\n< [3,"m{second}",{{}}]\n'


class LimitExceeded(Rule):
    """A measured current or power above the limit of a charging profile, for longer than an EV needs to follow.

    Finds:
        Current.Import of a phase, or Power.Active.Import of all together, more than 10 % above the limit that the
        installed profiles set, in meter values that lie more than 30 s apart. A limit in A is compared with each phase,
        one in W with the total; nothing is converted. An info for a current without a phase that would keep to the limit
        if it were the sum of the phases. Silent for a limit in A where a state of charge tells of a DC vehicle, and about
        limits from before the capture.

    Why it matters:
        The fuse of the site, or the contract for its power, rests on the limit.

    Usual causes:
        The station accepts profiles and does not apply them, applies them to the next transaction only, or the vehicle
        cannot go below 6 A.

    What to do:
        Compare with GetCompositeSchedule: if the limit stands there the vehicle or the contactor is at fault.
    """

    id = "SCH-016"
    name = "Limit exceeded by the measured current or power"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.JUDGEMENT
    spec = "S16 §3.13.3, §7.12"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "TransactionEvent"})
    memories = (Charging, InstalledProfiles, LimitExceedances)
    thresholds = (
        Threshold("tolerance_percent", 10, "Meters and vehicles are not exact (judgement)."),
        Threshold("lasting_s", 30, "From the first to the latest sample above (judgement)."),
    )
    examples = (
        Example(
            "31.8 A where 10 A are allowed",
            _LIMIT + _row(31.8, 31.8, 31.8),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            path="$.meterValue[0].sampledValue[0]",
            line=19,
        ),
        Example("10.9 A are within the tolerance", _LIMIT + _row(10.9, 10.9, 10.9)),
        Example("a moment only", _LIMIT + _row(31.8, 10, 31.8, 10)),
        Example("for 20 s", _LIMIT + _row(31.8, 31.8)),
        Example(
            "a limit in W is for all phases together",
            _LIMIT_W + _row(11_000, 11_000, 11_000, phase="", measurand="Power.Active.Import"),
            finds=1,
        ),
        Example("not for one of them", _LIMIT_W + _row(11_000, 11_000, 11_000, measurand="Power.Active.Import")),
        Example("a limit in W says nothing of A", _LIMIT_W + _row(31.8, 31.8, 31.8)),
        Example(
            "a current without a phase may be the sum",
            _LIMIT + _row(29, 29, 29, phase=""),
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "too much even for a sum",
            _LIMIT + _row(60, 60, 60, phase=""),
            finds=1,
            severity=Severity.WARNING,
        ),
        Example(
            "the current of a DC vehicle",
            _LIMIT + "".join(_measured(second, 120, "", "Current.Import", "SoC") for second in (22, 42, 62)),
        ),
        Example(
            "standby while charging pauses",
            BOOT + START + setting(1, profile("TxProfile", of=schedule(periods=((0, 0),)))) + _row(0.4, 0.4, 0.4),
        ),
        Example("a profile that was refused", BOOT + START + setting(1, profile("TxProfile", of=_TEN), "Rejected") + _row(32, 32, 32)),
        Example(
            "measured before the limit was set, delivered later",
            BOOT
            + START
            + "+120 "
            + setting(1, profile("TxProfile", of=_TEN))
            + "".join(_measured(second, 31.8) for second in (22, 42, 62)),
            beside=("TXN-010", "TXN-012"),
        ),
        Example(
            "on 2.0.1",
            BOOT_2X
            + START_2X
            + setting(1, profile_2x("TxProfile", of=_TEN, transactionId="TX1"))
            + "".join(_event(second, 31.8) for second in (22, 42, 62)),
            version=OcppVersion.V201,
            finds=1,
        ),
    )  # fmt: skip

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Meter values, while any profile is installed."""
        if "meterValue" not in event.message.payload or not len(event.scene.recall(InstalledProfiles)):
            return ()
        found = event.scene.recall(LimitExceedances).exceedance(event, self.threshold("tolerance_percent") / 100)
        if found is None or (found.latest.time - found.first.time).total_seconds() <= self.threshold("lasting_s"):
            return ()
        return self._found(event, found)

    def _found(self, event: CallSeen, found: Exceedance) -> Iterator[Verdict]:
        latest, first = found.latest, found.first
        sample, profile = latest.sample, latest.ceiling.profile
        unit = "A" if sample.measurand == "Current.Import" else "W"
        where = f" on {sample.phase}" if sample.phase else ""
        lasting = (latest.time - first.time).total_seconds()
        doubt = "" if latest.certain else "; it has no phase, and may be the sum of several"
        yield Verdict(
            f"{sample.measurand} is {sample.value:g} {unit}{where}, and above the limit for {lasting:.0f} s; profile "
            f"{str(profile.id)[:20]} ({profile.slot[1]}) allows {latest.allowed:g} {unit}{doubt}",
            None if latest.certain and first.certain else Severity.INFO,
            path=sample.path,
            observed=f"{sample.value:g} {unit}",
            expected=f"<= {latest.allowed:g} {unit}",
            records=tuple(
                dict.fromkeys((event.scene.number, found.record, *((profile.call,) if profile.call else ())))
            ),
            key=f"{profile.slot[0]} {unit} {profile.slot[1]} {latest.certain}"[:100],
        )
