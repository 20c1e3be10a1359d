"""TXN-009: more energy than the station can give."""

from collections.abc import Iterable
from typing import Any, ClassVar

from ocppscope.conformance.event import CallSeen, Event, Scene
from ocppscope.conformance.example_lines import EVSE, evented, metered, start, started, stopped
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.registers import Change, Registers
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_KWH: dict[str, Any] = {"unit": "kWh"}
_AC = "hardware_features.HFS-3 = true\nhardware_features.HFS-4 = false"
_DC = "hardware_features.HFS-3 = false\nhardware_features.HFS-4 = true\nhardware_features.HFS-11 = 200"


class ImplausibleStep(Rule):
    """An energy register grows faster than the connector can charge.

    Finds:
        Two readings of one energy register, at least 5 s apart, between which the mean power is more than 1.2 times what
        the station is rated for: its certificate's DC power (HFS-11, in kW), 22 kW where the certificate knows AC only,
        400 kW where nothing is declared. A step by a factor of 1000 is named: Wh and kWh were taken for each other.

    Why it matters:
        The driver is billed for energy that nobody gave, or for a thousandfold of it.

    Usual causes:
        kWh sent as Wh (the unit is missing, and means Wh then) or the other way round, a meterStart that counts for the
        transaction while the samples show the meter, values of another connector.

    What to do:
        Compare the two messages, their units first.
    """

    id = "TXN-009"
    name = "Implausible energy step"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.JUDGEMENT
    spec = "PICS HFS-11; judgement"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "StartTransaction", "StopTransaction", "TransactionEvent"})
    memories = (Charging, Registers)
    thresholds = (
        Threshold("margin", 1.2, "Times the rating that a step may show: meters and clocks are not exact (catalogue)."),
        Threshold("ac_kw", 22, "Kilowatts taken as the rating of a station with AC only (catalogue)."),
        Threshold("dc_kw", 400, "Kilowatts taken as the rating of any other station (catalogue)."),
        Threshold("apart_s", 5, "Seconds below which two readings are too close to tell a power (catalogue)."),
    )
    examples = (
        Example(
            "12.4 kWh, then 12 400 kWh",
            started("1", 17, meter=12300)
            + "+60 "
            + metered("2", "12.4", 60, **_KWH)
            + "+60 "
            + metered("3", "12400", 120, **_KWH)
            + "+60 "
            + metered("4", "12.5", 180, **_KWH),
            finds=1,
            severity=Severity.WARNING,
            line=5,
            path="$.meterValue[0].sampledValue[0].value",
        ),
        Example(
            "50 kW from 22 kW AC",
            started("1", 17) + "+600 " + stopped("2", 17, 9400),
            profile=_AC,
            finds=1,
            path="$.meterStop",
        ),
        Example(
            "300 kW from 200 kW DC",
            started("1", 17) + "+600 " + stopped("2", 17, 51000),
            profile=_DC,
            finds=1,
        ),
        Example(
            "in a TransactionEvent",
            evented("1", "Started", 0, 0, {"value": 1000}, evse=EVSE)
            + "+60 "
            + evented("2", "Updated", 1, 60, {"value": 1_001_000}, trigger="MeterValuePeriodic"),
            version=OcppVersion.V21,
            finds=1,
        ),
        Example("300 kW where nothing is declared", started("1", 17) + "+600 " + stopped("2", 17, 51000)),
        Example(
            "two readings within 5 s",
            started("1", 17) + "+3 " + metered("2", "2500", 3) + "+600 " + stopped("3", 17, 2600, 603),
        ),
        Example(
            "whole kWh come all at once",
            started("1", 17) + "+10 " + metered("2", "1", 10, **_KWH) + "+10 " + metered("3", "2", 20, **_KWH),
            profile=_AC,
        ),
        Example(
            "queued values are measured by their own time stamps",
            started("1", 17) + "+60 drop\n+3600 connect\n" + metered("2", "21000", 1860) + metered("3", "41000", 3660),
        ),
        Example(
            "what is in between was not seen",
            start("1", meter=0) + "+36000 " + start("2", meter=100000, at=36000),
            beside=("RPC-011", "TXN-016"),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Steps that are too steep."""
        changes = event.scene.recall(Registers).changes(event)
        if not changes:
            return ()
        rating, source = self._rating(event.scene)
        limit = rating * 1000 * self.threshold("margin")
        steep = [change for change in changes if change.exceeds(limit) and self._counts(change)]
        return (_steep(steep[0], rating, source),) if steep else ()  # other registers of a message show the same step

    def _counts(self, change: Change) -> bool:
        apart = change.seconds >= self.threshold("apart_s") and change.measurand.startswith("Energy.Active.")
        return apart or change.is_slip

    def _rating(self, scene: Scene) -> tuple[float, str]:
        """In kW, and what says so."""
        profile = scene.profile
        kinds = profile.derived.current_type if profile is not None else None
        if profile is not None and kinds == ("AC",):
            return self.threshold("ac_kw"), "usual for AC"
        declared = profile.claims.get("HFS-11") if profile is not None else None
        if isinstance(declared, int | float) and not isinstance(declared, bool) and declared > 0:
            return max(float(declared), self.threshold("ac_kw")), "HFS-11"
        return self.threshold("dc_kw"), "nothing is declared"


def _steep(change: Change, rating: float, source: str) -> Verdict:
    before, after = change.before, change.after
    words = (
        f"{change.name} grows from {before.value:.10g} to {after.value:.10g} in {change.seconds:.0f} s, which takes "
        f"{change.power / 1000:.0f} kW; the station gives {rating:g} kW ({source})"
    )
    if change.sources:
        words += f"; between {change.sources}"
    if change.is_slip:
        words += "; a factor of 1000 looks like Wh and kWh mixed up"
    return Verdict(
        words,
        path=after.path if after.counter else f"{after.path}.value",
        observed=f"{change.power / 1000:.0f} kW",
        expected=f"<= {rating:g} kW",
        records=(after.number, before.number),
        key=change.name,
    )
