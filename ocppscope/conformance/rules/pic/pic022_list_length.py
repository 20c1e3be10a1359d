"""PIC-022: a configuration list longer than declared, or too many meter values in a StopTransaction."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import declared_limit, too_many
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.measurands import listed
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import objects_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_LENGTHS = {
    "metervaluesaligneddata": "meter_values_aligned_data_max_length",
    "metervaluessampleddata": "meter_values_sampled_data_max_length",
    "stoptxnaligneddata": "stop_txn_aligned_data_max_length",
    "stoptxnsampleddata": "stop_txn_sampled_data_max_length",
}

_CHANGE = '< [2,"1","ChangeConfiguration",{"key":"MeterValuesSampledData","value":"Voltage,SoC, Current.Import"}]'
_STOP = (
    '> [2,"1","StopTransaction",{"transactionId":-1,"meterStop":5,"timestamp":"2026-01-01T00:10:00Z",'
    '"transactionData":['
    '{"timestamp":"2026-01-01T00:05:00Z","sampledValue":[{"value":"1"}]},'
    '{"timestamp":"2026-01-01T00:10:00Z","sampledValue":[{"value":"5"}]}]}]'
)


class ListLength(Rule):
    """A list of measurands, or of meter values, beyond the declared length.

    Finds:
        ChangeConfiguration of one of the four measurand lists with more entries than the matching …MaxLength, declared
        or reported; a StopTransaction with more meter values than StopTransactionMaxMeterValues, which is the station's
        doing. A declared length of 0 is doubted where the product sends meter values, and not used.

    Why it matters:
        The station refuses the list, or drops what is too much, and meter values are missing on the bill.

    Usual causes:
        One list of measurands for all products; a StopTransaction with all samples of a long charge.

    What to do:
        Shorten the list for this product.
    """

    id = "PIC-022"
    name = "Configuration list longer than declared"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS ORS-2, ORS-3, ORS-8, ORS-9, ORS-10; E16 §3.91"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"ChangeConfiguration", "StopTransaction"})
    needs_profile = True
    examples = (
        Example("three where two are declared", _CHANGE, profile="settings.ORS-3 = 2", finds=1, path="$.value"),
        Example("as many as declared", _CHANGE, profile="settings.ORS-3 = 3"),
        Example("the length of another list", _CHANGE, profile="settings.ORS-2 = 1"),
        Example(
            "two meter values at the end where one is declared",
            _STOP,
            profile="settings.ORS-8 = 1",
            finds=1,
            at_fault=Role.STATION,
            path="$.transactionData",
        ),
        Example("two meter values at the end", _STOP, profile="settings.ORS-8 = 2"),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Lists that are too long."""
        payload = event.message.payload
        if event.message.action == "StopTransaction":
            limit = declared_limit(event.scene, "stop_transaction_max_meter_values")
            count = len(objects_at(payload, "transactionData"))
            if limit is not None and count > limit.value:
                phrase = f"{count} meter values in one StopTransaction exceed"
                yield too_many(phrase, count, limit, "$.transactionData", at_fault=Role.STATION)
            return
        key, value = text_at(payload, "key") or "", text_at(payload, "value")
        name = _LENGTHS.get(key.lower())
        limit = declared_limit(event.scene, name) if name is not None else None
        if limit is not None and value is not None and len(listed(value)) > limit.value:
            count = len(listed(value))
            yield too_many(f"{count} measurands in {key} exceed", count, limit, "$.value", key=key.lower())
