"""Sampled values as plain numbers, whatever the version and unit."""

from datetime import datetime
from typing import overload

import msgspec

from ocppscope.conformance.measurands import DEFAULT_MEASURAND, bare_measurand
from ocppscope.protocol.message import Call, Payload
from ocppscope.protocol.payload import integer_at, number_at, objects_at, text_at, time_at

_KILO = frozenset({"kWh", "kW", "kvarh", "kvar", "kVAh", "kVA"})

_PLAIN = frozenset({DEFAULT_MEASURAND, "Current.Import", "Power.Active.Import", "SoC", "Voltage"})
"""The frequent measurands, which have no phase suffix to be looked for."""

_DEFAULT_CONTEXT = "Sample.Periodic"
_DEFAULT_LOCATION = "Outlet"


METERING = frozenset({"MeterValues", "StopTransaction", "TransactionEvent"})
"""Actions that carry meter values."""


class Sample(msgspec.Struct, frozen=True):
    """One sampled value.

    Attributes:
        measurand: without a phase suffix; the default of the standard when absent, and so are context and location.
        value: in the unit without kilo and without multiplier: Wh, W, A, V.
        unit: as it was sent, None when absent.
        time: of its meter value, None when absent or unreadable.
        sent: the value as it was sent; scale: what it was multiplied by.
        member: the one of the payload that holds the meter values.
        moment: place of its meter value in that: those of one moment have the same; place: of the sample in this.
    """

    measurand: str
    phase: str | None
    location: str
    context: str
    value: float
    unit: str | None
    time: datetime | None
    sent: float | str = ""
    scale: float = 1.0
    member: str = "meterValue"
    moment: int = 0
    place: int = 0

    @property
    def path(self) -> str:
        """JSON path of the sampled value."""
        return f"$.{self.member}[{self.moment}].sampledValue[{self.place}]"

    @property
    def is_register(self) -> bool:
        """Whether it is an energy register, which only ever grows (S16 §7.31)."""
        return self.measurand.startswith("Energy.") and self.measurand.endswith(".Register")


def step_of(sent: float | str, scale: float) -> float:
    """How finely a value was told, in its base unit: 10 Wh for ``"12.40"`` and a scale of 1000."""
    mantissa = str(sent).lower().partition("e")[0]
    return scale / 10.0 ** len(mantissa.partition(".")[2])


def samples_of(call: Call) -> tuple[Sample, ...]:
    """All numeric sampled values of a MeterValues, StopTransaction or TransactionEvent, in their order.

    Signed and unreadable values are left out.
    """
    name = "transactionData" if call.action == "StopTransaction" else "meterValue"
    if name not in call.payload:
        return ()
    found: list[Sample] = []
    for moment, meter_value in enumerate(objects_at(call.payload, name)):
        _take_samples(meter_value, name, moment, found)
    return tuple(found)


def _take_samples(meter_value: Payload, member: str, moment: int, found: list[Sample]) -> None:
    """Add the samples of one meter value. Most messages of a station that charges are of these, so nothing is done twice."""
    time = time_at(meter_value, "timestamp")
    for place, sampled in enumerate(objects_at(meter_value, "sampledValue")):
        value = number_at(sampled, "value")
        if value is None or sampled.get("format") == "SignedData":
            continue
        unit, exponent = sampled.get("unit"), 0
        if "unitOfMeasure" in sampled:
            unit = text_at(sampled, "unitOfMeasure", "unit")
            exponent = integer_at(sampled, "unitOfMeasure", "multiplier") or 0
        if not isinstance(unit, str):
            unit = None
        elif unit in _KILO:
            exponent += 3
        scale = 10.0 ** max(-30, min(exponent, 30)) if exponent else 1.0
        measurand = _text(sampled, "measurand", DEFAULT_MEASURAND)
        found.append(
            Sample(
                measurand if measurand in _PLAIN else bare_measurand(measurand),
                _text(sampled, "phase", None),
                _text(sampled, "location", _DEFAULT_LOCATION),
                _text(sampled, "context", _DEFAULT_CONTEXT),
                value * scale,
                unit,
                time,
                sampled["value"],
                scale,
                member,
                moment,
                place,
            )
        )


@overload
def _text(sampled: Payload, name: str, default: str) -> str: ...
@overload
def _text(sampled: Payload, name: str, default: None) -> str | None: ...
def _text(sampled: Payload, name: str, default: str | None) -> str | None:
    value = sampled.get(name, default)
    return value if isinstance(value, str) else default
