"""PIC-016: a sample interval outside the declared range."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import declared_limit, outside
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import number_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_CHANGE = '< [2,"1","ChangeConfiguration",{"key":"MeterValueSampleInterval","value":"VALUE"}]'
_RANGE = "settings.ORS-4 = 10\nsettings.ORS-5 = 300"


class SampleInterval(Rule):
    """A sample interval that the station was not certified for.

    Finds:
        ChangeConfiguration of MeterValueSampleInterval to a value below the declared minimum or above the declared
        maximum. 0 switches sampled values off and is always allowed.

    Why it matters:
        The station refuses the value, or keeps another one: energy and power then come rarer than a bill or a load
        management counts on.

    Usual causes:
        One interval for all products.

    What to do:
        Choose an interval within the range.
    """

    id = "PIC-016"
    name = "Sample interval outside the declared range"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS ORS-4, ORS-5"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"ChangeConfiguration"})
    needs_profile = True
    examples = (
        Example("900 s", _CHANGE.replace("VALUE", "900"), profile=_RANGE, finds=1, path="$.value", line=1),
        Example("5 s", _CHANGE.replace("VALUE", "5"), profile=_RANGE, finds=1),
        Example("300 s", _CHANGE.replace("VALUE", "300"), profile=_RANGE),
        Example("off", _CHANGE.replace("VALUE", "0"), profile=_RANGE),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Intervals below the minimum or above the maximum."""
        payload = event.message.payload
        seconds = number_at(payload, "value")
        if (text_at(payload, "key") or "").lower() != "metervaluesampleinterval" or not seconds:
            return
        lowest = declared_limit(event.scene, "meter_value_sample_interval_min_s")
        highest = declared_limit(event.scene, "meter_value_sample_interval_max_s")
        found = outside(f"the sample interval of {seconds:g} s", seconds, lowest, highest)
        if found is not None:
            yield Verdict(found[0], path="$.value", observed=f"{seconds:g}", expected=found[1], key=f"{seconds:g}")
