"""TXN-211: meter values whose context does not fit the event."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import exchange, transaction_event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import Payload
from ocppscope.protocol.payload import objects_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_PERIODIC = "Sample.Periodic"

_DUE = {
    "Started": ("Transaction.Begin", "sampleddatactrlr.txstartedmeasurands"),
    "Ended": ("Transaction.End", "sampleddatactrlr.txendedmeasurands"),
}
"""By eventType: the context that is due, and the variable that says that there are values at all."""


def _read(variable: str, value: str) -> str:
    component = {"component": {"name": "SampledDataCtrlr"}, "variable": {"name": variable}}
    asked = {"getVariableData": [component]}
    answer = {"getVariableResult": [{"attributeStatus": "Accepted", "attributeValue": value, **component}]}
    return exchange("<", f"get{variable}", "GetVariables", asked, answer)


def _values(context: str | None, at: str = "2026-01-01T00:00:01Z") -> list[Any]:
    sampled = {"value": 100} | ({} if context is None else {"context": context})
    return [{"timestamp": at, "sampledValue": [sampled]}]


_START = transaction_event("Started", 0, 0, "Authorized", tag="A1")
_ENDED = _read("TxEndedMeasurands", "Energy.Active.Import.Register")
_STARTED = _read("TxStartedMeasurands", "Energy.Active.Import.Register")
_LOCAL = {"stoppedReason": "Local"}


class MeterValueContext(Rule):
    """A TransactionEvent without the meter values that its kind asks for.

    Finds:
        Started without a value of the context Transaction.Begin and Ended without one of Transaction.End, where the
        variables TxStartedMeasurands and TxEndedMeasurands of the station were seen to name measurands; and an event
        of the meter's timer none of whose values has the context of that timer. An absent context means
        Sample.Periodic. Offline events are not judged.

    Why it matters:
        A CSMS bills the difference of the value at the beginning and the one at the end. Without them it takes whatever
        came last.

    Usual causes:
        All values are sent with the default context; the last periodic value is sent again with Ended.

    What to do:
        Read the meter when the transaction begins and ends, and mark the values so.
    """

    id = "TXN-211"
    name = "Meter value context does not fit the event"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 J02, E06.FR.11"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"TransactionEvent"})
    examples = (
        Example(
            "an end with periodic values only",
            _ENDED
            + _START
            + transaction_event("Ended", 1, 1, "StopAuthorized", info=_LOCAL, meterValue=_values(_PERIODIC)),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
            path="$.meterValue",
            line=5,
        ),
        Example("a beginning without values", _STARTED + _START, version=OcppVersion.V21, finds=1),
        Example(
            "from the timer, marked as something else",
            _START + transaction_event("Updated", 1, 1, "MeterValuePeriodic", meterValue=_values("Other")),
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "an end with the history and the last value",
            _ENDED
            + _START
            + transaction_event(
                "Ended", 1, 1, "StopAuthorized", info=_LOCAL, meterValue=_values(None) + _values("Transaction.End")
            ),
            version=OcppVersion.V201,
        ),
        Example(
            "what is due was never read",
            _START + transaction_event("Ended", 1, 1, "StopAuthorized", info=_LOCAL, meterValue=_values(_PERIODIC)),
            version=OcppVersion.V201,
        ),
        Example("no measurands are set", _read("TxStartedMeasurands", "") + _START, version=OcppVersion.V201),
        Example(
            "from the timer, without a context",
            _START + transaction_event("Updated", 1, 1, "MeterValuePeriodic", meterValue=_values(None)),
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Contexts of the values that came, against those that are due."""
        payload = event.message.payload
        trigger = payload.get("triggerReason")
        if trigger == "MeterValuePeriodic":
            values = event.samples
            if not values or values[0].context == _PERIODIC or "meterValue" not in payload:
                return ()
            return self._without(event, _PERIODIC, f"the trigger {quoted(trigger)}")
        kind = payload.get("eventType")
        due = _DUE.get(kind) if isinstance(kind, str) else None
        if due is None or payload.get("offline") is True:
            return ()
        configuration = event.scene.station.configuration
        if not configuration.get(due[1]) or configuration.get("sampleddatactrlr.enabled", "").lower() == "false":
            return ()
        return self._without(event, due[0], f"{due[1].partition('.')[2]} is set")

    def _without(self, event: CallSeen, due: str, why: str) -> Iterator[Verdict]:
        contexts = _contexts(event.message.payload)
        if due in contexts:
            return
        told = ", ".join(sorted(contexts)) or "no values"
        yield Verdict(
            f"{quoted(text_at(event.message.payload, 'eventType'))} has {told[:200]}, none of the context {due}; {why}",
            path="$.meterValue",
            observed=told[:200],
            expected=due,
            key=due,
        )


def _contexts(payload: Payload) -> set[str]:
    return {
        (text_at(sampled, "context") or _PERIODIC)[:40]
        for value in objects_at(payload, "meterValue")
        for sampled in objects_at(value, "sampledValue")
    }
