"""Sampled values as plain numbers, whatever the version and unit."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, overload

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


class Sample(NamedTuple):
    """One sampled value.

    Attributes:
        measurand: without a phase suffix; the default of the standard when absent, and so are context and location.
        value: in the unit without kilo and without multiplier: Wh, W, A, V.
        unit: as it was sent, None when absent.
        time: of its meter value, None when absent or unreadable.
        path: JSON path of the sampled value.
        moment: place of its meter value in the message: those of one moment have the same.
        sent: the value as it was sent; scale: what it was multiplied by.
    """

    measurand: str
    phase: str | None
    location: str
    context: str
    value: float
    unit: str | None
    time: datetime | None
    path: str
    moment: int = 0
    sent: float | str = ""
    scale: float = 1.0

    @property
    def step(self) -> float:
        """How finely it was told, in its base unit: 10 Wh for ``"12.40"`` kWh."""
        mantissa = str(self.sent).lower().partition("e")[0]
        return self.scale / 10.0 ** len(mantissa.partition(".")[2])

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
        for sample in _samples(meter_value, f"$.{name}[{place}]", place)
    )


def _samples(meter_value: Payload, path: str, moment: int) -> Iterator[Sample]:
    time = time_at(meter_value, "timestamp")
    for place, sampled in enumerate(objects_at(meter_value, "sampledValue")):
        value = number_at(sampled, "value")
        if value is None or sampled.get("format") == "SignedData":
            continue
        unit, exponent = sampled.get("unit"), 0
        if "unitOfMeasure" in sampled:
            unit = text_at(sampled, "unitOfMeasure", "unit")
            exponent = integer_at(sampled, "unitOfMeasure", "multiplier") or 0
        if isinstance(unit, str) and unit in _KILO:
            exponent += 3
        scale = 10.0 ** max(-30, min(exponent, 30)) if exponent else 1.0
        measurand = _text(sampled, "measurand", DEFAULT_MEASURAND)
        yield Sample(
            measurand if measurand in _PLAIN else bare_measurand(measurand),
            _text(sampled, "phase", None),
            _text(sampled, "location", _DEFAULT_LOCATION),
            _text(sampled, "context", _DEFAULT_CONTEXT),
            value * scale,
            unit if isinstance(unit, str) else None,
            time,
            f"{path}.sampledValue[{place}]",
            moment,
            sampled["value"],
            scale,
        )


@overload
def _text(sampled: Payload, name: str, default: str) -> str: ...
@overload
def _text(sampled: Payload, name: str, default: None) -> str | None: ...
def _text(sampled: Payload, name: str, default: str | None) -> str | None:
    value = sampled.get(name, default)
    return value if isinstance(value, str) else default
