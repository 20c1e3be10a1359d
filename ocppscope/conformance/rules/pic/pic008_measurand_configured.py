"""PIC-008: the CSMS configures a measurand that the certificate does not list."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.measurands import bare_measurand, listed
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import Call
from ocppscope.protocol.payload import objects_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_SAMPLED = frozenset(
    {
        "metervaluessampleddata",
        "stoptxnsampleddata",
        "sampleddatactrlr.txstartedmeasurands",
        "sampleddatactrlr.txupdatedmeasurands",
        "sampleddatactrlr.txendedmeasurands",
    }
)
_ALIGNED = frozenset(
    {
        "metervaluesaligneddata",
        "stoptxnaligneddata",
        "aligneddatactrlr.measurands",
        "aligneddatactrlr.txendedmeasurands",
    }
)

_VOLTAGE = 'features."C-09.1" = { value = { tested = [], vendor = ["Voltage"] } }'


class MeasurandConfigured(Rule):
    """A setting asks for meter values that the station was not certified for.

    Finds:
        ChangeConfiguration (2.x: SetVariables) of a list of measurands with an entry that the vendor's list does not
        have.

    Why it matters:
        The station should reject the whole list; many accept it and leave the entry out, so the values that are wanted
        never come.

    Usual causes:
        One list of measurands for all products.

    What to do:
        Take the entry out for this product; see what the station answered.
    """

    id = "PIC-008"
    name = "Measurand configured is not certified"
    severity = Severity.INFO
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS C-09.1, C-09.2 (2.x: C-40); S16 §3.16.4"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"ChangeConfiguration", "SetVariables"})
    needs_profile = True
    examples = (
        Example(
            "a frequency is wanted",
            '< [2,"1","ChangeConfiguration",{"key":"MeterValuesSampledData","value":"Voltage,Frequency"}]',
            profile=_VOLTAGE,
            finds=1,
            path="$.value",
        ),
        Example(
            "a phase of a certified measurand",
            '< [2,"1","ChangeConfiguration",{"key":"metervaluessampleddata","value":"Voltage.L1-N, Voltage"}]',
            profile=_VOLTAGE,
        ),
        Example(
            "the other list is not declared",
            '< [2,"1","ChangeConfiguration",{"key":"MeterValuesAlignedData","value":"Frequency"}]',
            profile=_VOLTAGE,
        ),
        Example(
            "the same on 2.0.1",
            '< [2,"1","SetVariables",{"setVariableData":[{"component":{"name":"SampledDataCtrlr"},"variable":'
            '{"name":"TxUpdatedMeasurands"},"attributeValue":"Frequency"}]}]',
            version=OcppVersion.V201,
            profile='features."C-40.2" = { value = { tested = [], vendor = ["Voltage"] } }',
            finds=1,
            path="$.setVariableData[0].attributeValue",
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Entries outside the lists."""
        profile = event.scene.profile
        if profile is None:
            return
        for path, key, value in _changes(event.message):
            name = key.lower()
            sampled, aligned = profile.derived.measurands_sampled, profile.derived.measurands_aligned
            allowed = sampled if name in _SAMPLED else aligned if name in _ALIGNED else None
            foreign = [entry for entry in listed(value) if allowed is not None and bare_measurand(entry) not in allowed]
            if foreign and allowed is not None:
                yield Verdict(
                    f"{key} is to hold {quoted(', '.join(foreign))}, outside the certified measurands: {', '.join(allowed)}",
                    path=path,
                    observed=quoted(value),
                    expected=", ".join(allowed),
                    key=f"{name} {','.join(foreign)[:80]}",
                )


def _changes(call: Call) -> Iterable[tuple[str, str, str]]:
    """Path, key and new value of each setting that the CALL changes."""
    key, value = text_at(call.payload, "key"), text_at(call.payload, "value")
    if key is not None and value is not None:
        yield "$.value", key, value
    for index, row in enumerate(objects_at(call.payload, "setVariableData")):
        component, variable = text_at(row, "component", "name"), text_at(row, "variable", "name")
        value = text_at(row, "attributeValue")
        if component is not None and variable is not None and value is not None:
            yield f"$.setVariableData[{index}].attributeValue", f"{component}.{variable}", value
