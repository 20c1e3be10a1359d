"""TXN-025: transactionData that nobody configured."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import configure, sampled, started, stopped
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import objects_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_SAMPLED, _ALIGNED = "StopTxnSampledData", "StopTxnAlignedData"
_OFF = configure("c", _SAMPLED, "") + configure("d", _ALIGNED, "")
_ENDS = frozenset({"Transaction.Begin", "Transaction.End"})
_PERIODIC = sampled(60, {"value": "1100", "context": "Sample.Periodic"})
_BOTH_ENDS = [
    sampled(0, {"value": "1000", "context": "Transaction.Begin"}),
    sampled(600, {"value": "2000", "context": "Transaction.End"}),
]


class UnwantedTransactionData(Rule):
    """A StopTransaction brings transactionData although both keys for it are empty.

    Finds:
        transactionData with samples other than those of the beginning and the end, where StopTxnSampledData and
        StopTxnAlignedData were both seen to be empty. Transaction.Begin and Transaction.End alone are common, for signed
        meter values.

    Why it matters:
        The message gets large: a CSMS or a modem with a limit drops it, and the stop is sent again and again.

    Usual causes:
        The samples of MeterValues are repeated in every stop, whatever is configured.

    What to do:
        Read both keys once more; without them, no transactionData.
    """

    id = "TXN-025"
    name = "transactionData although the StopTxn keys are empty"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §3.16.5, §9.1.25, §9.1.27"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StopTransaction"})
    examples = (
        Example(
            "periodic samples",
            _OFF + started("1", 17) + "+600 " + stopped("2", 17, transactionData=[_PERIODIC, *_BOTH_ENDS]),
            finds=1,
            severity=Severity.WARNING,
            line=7,
            path="$.transactionData",
        ),
        Example("both ends only", _OFF + started("1", 17) + "+600 " + stopped("2", 17, transactionData=_BOTH_ENDS)),
        Example("nothing", _OFF + started("1", 17) + "+600 " + stopped("2", 17)),
        Example(
            "one of the keys is set",
            configure("c", _SAMPLED, "")
            + configure("d", _ALIGNED, "Energy.Active.Import.Register")
            + started("1", 17)
            + "+600 "
            + stopped("2", 17, transactionData=[_PERIODIC]),
        ),
        Example(
            "one of the keys was not seen",
            configure("c", _SAMPLED, "") + started("1", 17) + "+600 " + stopped("2", 17, transactionData=[_PERIODIC]),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Data where none is wanted."""
        configuration = event.scene.station.configuration
        if "transactionData" not in event.message.payload:
            return ()
        values = (configuration.get(_SAMPLED.lower()), configuration.get(_ALIGNED.lower()))
        return _unwanted(event) if all(value is not None and not value.strip() for value in values) else ()


def _unwanted(event: CallSeen) -> Iterator[Verdict]:
    contexts = [
        sample.get("context", "Sample.Periodic")
        for value in objects_at(event.message.payload, "transactionData")
        for sample in objects_at(value, "sampledValue")
    ]
    others = [context for context in contexts if not isinstance(context, str) or context not in _ENDS]
    if others:
        yield Verdict(
            f"StopTransaction brings {len(contexts)} samples as transactionData, {len(others)} of them neither of the "
            f"beginning nor of the end, although {_SAMPLED} and {_ALIGNED} are empty",
            path="$.transactionData",
            observed=quoted(others[0]),
            expected="no transactionData",
        )
