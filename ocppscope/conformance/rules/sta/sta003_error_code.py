"""STA-003: an errorCode that does not go with its status."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import status_v16
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_BLOCKING = frozenset(
    {
        "ConnectorLockFailure", "GroundFailure", "OverCurrentFailure", "OverVoltage", "PowerMeterFailure",
        "PowerSwitchFailure", "UnderVoltage",
    }
)  # fmt: skip
"""With these nobody can charge: the connector is Faulted, not Available."""

_TALKING = frozenset({"Preparing", "SuspendedEV", "SuspendedEVSE", "Finishing"})
"""The states in which an EV that can not be talked to keeps the energy from flowing."""


class ErrorCode(Rule):
    """A StatusNotification whose errorCode and status contradict each other.

    Finds:
        Faulted with NoError; Available with an error that makes charging impossible, such as GroundFailure; and
        EVCommunicationError in another status than Preparing, SuspendedEV, SuspendedEVSE or Finishing. Codes that leave
        a connector usable (WeakSignal, ReaderFailure, OtherError and the like) may go with any status.

    Why it matters:
        Drivers are sent to a connector that can not charge, or support sees a fault without a cause.

    Usual causes:
        The status is set by the charging controller and the error by another board, and they are reported as they come.

    What to do:
        Look at the vendorErrorCode and info of the same message; report Faulted with its cause, and the cleared error
        with the status after it.
    """

    id = "STA-003"
    name = "errorCode does not fit the status"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.9, §7.6; E16"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StatusNotification"})
    examples = (
        Example(
            "a fault without an error",
            status_v16(1, "Faulted"),
            finds=1,
            severity=Severity.WARNING,
            path="$.errorCode",
            line=1,
        ),
        Example("available with an earth fault", status_v16(1, "Available", errorCode="GroundFailure"), finds=1),
        Example(
            "an EV that does not talk, and none there",
            status_v16(1, "Available", errorCode="EVCommunicationError"),
            finds=1,
        ),
        Example("a fault with its error", status_v16(1, "Faulted", errorCode="GroundFailure")),
        Example(
            "errors that leave it usable",
            status_v16(1, "Available", errorCode="WeakSignal", id_="1")
            + status_v16(1, "Available", errorCode="ReaderFailure", id_="2")
            + status_v16(1, "Charging", errorCode="OtherError", id_="3"),
        ),
        Example("the EV does not talk", status_v16(1, "Preparing", errorCode="EVCommunicationError")),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The two members of each report."""
        payload = event.message.payload
        status, error = text_at(payload, "status"), text_at(payload, "errorCode")
        if error == "NoError":
            if status != "Faulted":
                return ()
            expected = "the error that caused it"
        elif error in _BLOCKING and status == "Available":
            expected = "NoError, or the status Faulted"
        elif error == "EVCommunicationError" and status is not None and status not in _TALKING:
            expected = "this error only with Preparing, SuspendedEV, SuspendedEVSE or Finishing"
        else:
            return ()
        return (
            Verdict(
                f"connector {quoted(payload.get('connectorId'))} reports {quoted(status)} with errorCode {quoted(error)}",
                path="$.errorCode",
                observed=f"{error} with {status}"[:80],
                expected=expected,
                key=f"{quoted(payload.get('connectorId'))[:20]} {status} {error}"[:100],
            ),
        )
