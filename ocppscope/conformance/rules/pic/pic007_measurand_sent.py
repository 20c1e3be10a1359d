"""PIC-007: a measurand that the certificate does not list."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.measurands import DEFAULT_MEASURAND, bare_measurand
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.pics.derive import Derived
from ocppscope.protocol.payload import objects_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_LISTS = """
features."C-09.1" = { value = { tested = [], vendor = ["Energy.Active.Import.Register", "Voltage"] } }
features."C-09.2" = { value = { tested = [], vendor = ["Energy.Active.Import.Register"] } }
"""


def _values(sampled: str) -> str:
    return (
        '> [2,"1","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-01-01T00:00:00Z",'
        f'"sampledValue":[{sampled}]}}]}}]'
    )


class MeasurandSent(Rule):
    """A meter value of a kind that the station was not certified for.

    Finds:
        A sampled value whose measurand is on the vendor's list neither for sampled nor for clock-aligned values: of
        context Sample.Periodic the first list counts, of Sample.Clock the second, of all others, and of those in a
        StopTransaction, either.

    Why it matters:
        Nobody tested what it means. A CSMS that bills or plots by it relies on a promise that was not made.

    Usual causes:
        Another firmware than the certified one, or a certificate whose list was not filled in completely.

    What to do:
        Compare the firmware with the certified version; ask the vendor to complete the list.
    """

    id = "PIC-007"
    name = "Measurand sent is not certified"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "PICS C-09.1, C-09.2 (2.x: C-40); S16 §3.16.4"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "StopTransaction", "TransactionEvent"})
    needs_profile = True
    examples = (
        Example(
            "a frequency",
            _values('{"value":"50","measurand":"Frequency"}'),
            profile=_LISTS,
            finds=1,
            path="$.meterValue[0].sampledValue[0].measurand",
        ),
        Example("no measurand is the energy register", _values('{"value":"1"}'), profile=_LISTS),
        Example(
            "voltage is for sampled values only",
            _values('{"value":"230","measurand":"Voltage","context":"Sample.Clock"}'),
            profile=_LISTS,
            finds=1,
        ),
        Example(
            "a triggered value may be on either list",
            _values('{"value":"230","measurand":"Voltage","context":"Trigger"}'),
            profile=_LISTS,
        ),
        Example(
            "the data of a StopTransaction may be on either list",
            '> [2,"1","StopTransaction",{"transactionId":-1,"meterStop":5,"timestamp":"2026-01-01T00:00:00Z",'
            '"transactionData":[{"timestamp":"2026-01-01T00:00:00Z","sampledValue":[{"value":"230",'
            '"measurand":"Voltage","context":"Sample.Clock"}]}]}]',
            profile=_LISTS,
        ),
        Example(
            "the same on 2.0.1",
            '> [2,"1","MeterValues",{"evseId":1,"meterValue":[{"timestamp":"2026-01-01T00:00:00Z",'
            '"sampledValue":[{"value":50,"measurand":"Frequency","context":"Sample.Clock"}]}]}]',
            version=OcppVersion.V201,
            profile='features."C-40.4" = { value = { tested = [], vendor = ["Voltage"] } }',
            finds=1,
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Measurands outside the lists, once each for a message."""
        profile = event.scene.profile
        if profile is None or event.direction is not Direction.TO_CSMS:
            return
        told: set[tuple[str, str]] = set()
        for path, measurand, context in _measured(event):
            allowed = _allowed(profile.derived, context)
            if allowed is None or bare_measurand(measurand) in allowed or (measurand, context) in told:
                continue
            told.add((measurand, context))
            yield Verdict(
                f"{quoted(measurand)} ({quoted(context)}) is outside the certified measurands: {', '.join(allowed)}",
                path=path,
                observed=quoted(measurand),
                expected=", ".join(allowed),
                key=f"{measurand[:60]} {context[:20]}",
            )


def _allowed(declared: Derived, context: str) -> tuple[str, ...] | None:
    sampled, aligned = declared.measurands_sampled, declared.measurands_aligned
    if context == "Sample.Periodic":
        return sampled
    if context == "Sample.Clock":
        return aligned
    return None if sampled is None or aligned is None else tuple(sorted({*sampled, *aligned}))


def _measured(event: CallSeen) -> Iterable[tuple[str, str, str]]:
    """Path, measurand and context of each sampled value; that of values in a StopTransaction is the message."""
    payload = event.message.payload
    for member, alone in (("meterValue", None), ("transactionData", "StopTransaction")):
        for index, meter_value in enumerate(objects_at(payload, member)):
            for place, sample in enumerate(objects_at(meter_value, "sampledValue")):
                measurand = sample.get("measurand", DEFAULT_MEASURAND)
                context = alone or sample.get("context", "Sample.Periodic")
                if isinstance(measurand, str) and isinstance(context, str):
                    yield f"$.{member}[{index}].sampledValue[{place}].measurand", measurand, context
