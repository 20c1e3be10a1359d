"""Sampled values as plain numbers, whatever the version and unit."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from ocppscope.conformance.measurands import DEFAULT_MEASURAND, bare_measurand
from ocppscope.protocol.message import Call, Payload
from ocppscope.protocol.payload import integer_at, number_at, objects_at, text_at, time_at, value_at

_KILO = frozenset({"kWh", "kW", "kvarh", "kvar", "kVAh", "kVA"})

_DEFAULT_CONTEXT = "Sample.Periodic"
_DEFAULT_LOCATION = "Outlet"


class Sample(NamedTuple):
    """One sampled value.

    Attributes:
        measurand: without a phase suffix; the default of the standard when absent, and so are context and location.
        value: in the unit without kilo and without multiplier: Wh, W, A, V.
        unit: as it was sent, None when absent.
        time: of its meter value, None when absent or unreadable.
        path: JSON path of the sampled value.
    """

    measurand: str
    phase: str | None
    location: str
    context: str
    value: float
    unit: str | None
    time: datetime | None
    path: str

    @property
    def is_register(self) -> bool:
        """Whether it is an energy register, which only ever grows (S16 §7.31)."""
        return self.measurand.startswith("Energy.") and self.measurand.endswith(".Register")


def samples_of(call: Call) -> tuple[Sample, ...]:
    """All numeric sampled values of a MeterValues, StopTransaction or TransactionEvent, in their order.

    Signed and unreadable values are left out.
    """
    name = "transactionData" if call.action == "StopTransaction" else "meterValue"
    if name not in call.payload:
        return ()
    return tuple(
        sample
        for place, meter_value in enumerate(objects_at(call.payload, name))
        for sample in _samples(meter_value, f"$.{name}[{place}]")
    )


def _samples(meter_value: Payload, path: str) -> Iterator[Sample]:
    time = time_at(meter_value, "timestamp")
    for place, sampled in enumerate(objects_at(meter_value, "sampledValue")):
        value = number_at(sampled, "value")
        if value is None or sampled.get("format") == "SignedData":
            continue
        of_measure = value_at(sampled, "unitOfMeasure")
        unit = text_at(sampled, "unit") if of_measure is None else text_at(of_measure, "unit")
        exponent = 0 if of_measure is None else integer_at(of_measure, "multiplier") or 0
        if unit in _KILO:
            exponent += 3
        if exponent:
            value *= 10.0 ** max(-30, min(exponent, 30))
        yield Sample(
            bare_measurand(text_at(sampled, "measurand") or DEFAULT_MEASURAND),
            text_at(sampled, "phase"),
            text_at(sampled, "location") or _DEFAULT_LOCATION,
            text_at(sampled, "context") or _DEFAULT_CONTEXT,
            value,
            unit,
            time,
            f"{path}.sampledValue[{place}]",
        )
