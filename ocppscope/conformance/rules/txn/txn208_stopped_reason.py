"""TXN-208: the reason of an end does not fit what caused it."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import PLACE, exchange, transaction_event
from ocppscope.conformance.memories.remote_requests import RemoteRequests
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_DUE: dict[str, str] = {
    "AbnormalCondition": "another reason than Local",
    "Deauthorized": "DeAuthorized",
    "EVConnectTimeout": "Timeout",
    "EnergyLimitReached": "EnergyLimitReached",
    "RemoteStop": "Remote",
    "ResetCommand": "ImmediateReset or Reboot",
    "TimeLimitReached": "TimeLimitReached",
}
"""What ends a transaction without its driver, and the reason that fits. An absent reason means Local: the driver."""

_MAY_WIN = frozenset(
    {
        "EVDisconnected", "EmergencyStop", "EnergyLimitReached", "GroundFault", "ImmediateReset", "MasterPass",
        "OvercurrentFault", "PowerLoss", "PowerQuality", "Reboot", "SOCLimitReached", "StoppedByEV",
        "TimeLimitReached",
    }
)  # fmt: skip
"""What may have ended the transaction just before a remote stop did."""

_CHARGE = transaction_event("Started", 0, 0, "Authorized", tag="A1", evse=PLACE) + transaction_event(
    "Updated", 1, 1, "ChargingStateChanged", info={"chargingState": "Charging"}
)
_STOPPED = exchange("<", "stop", "RequestStopTransaction", {"transactionId": "T1"}, {"status": "Accepted"})


class StoppedReason(Rule):
    """Ended tells no reason, or another one than its cause.

    Finds:
        An Ended whose triggerReason is none of the driver's (a remote stop, a limit, a reset, a withdrawn
        authorization), but whose stoppedReason is Local or absent, which means the same; and an Ended after an accepted
        RequestStopTransaction with another reason than Remote. What may have been faster than the remote stop counts as
        right: the driver's own card, an unplugged cable, a fault, a limit.

    Why it matters:
        Support and billing go by the reason: a stop by the operator looks like one by the driver.

    Usual causes:
        One reason for all ends; the reason of the first message after the stop is not kept until Ended.

    What to do:
        Keep the reason where the charge is stopped, and send it with Ended.
    """

    id = "TXN-208"
    name = "stoppedReason does not fit the trigger"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 E06.FR.08/09/16, F03.FR.03"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"TransactionEvent"})
    memories = (RemoteRequests,)
    examples = (
        Example(
            "a remote stop without a reason",
            _CHARGE + _STOPPED + transaction_event("Ended", 2, 2, "RemoteStop"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
            path="$.transactionInfo.stoppedReason",
            line=7,
        ),
        Example(
            "deauthorized, and called local",
            _CHARGE + transaction_event("Ended", 2, 2, "Deauthorized", info={"stoppedReason": "Local"}),
            version=OcppVersion.V21,
            finds=1,
        ),
        Example(
            "stopped remotely, ended with the change of state",
            _CHARGE
            + _STOPPED
            + transaction_event("Ended", 2, 2, "ChargingStateChanged", info={"stoppedReason": "Other"}),
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "as it must be",
            _CHARGE + _STOPPED + transaction_event("Ended", 2, 2, "RemoteStop", info={"stoppedReason": "Remote"}),
            version=OcppVersion.V201,
        ),
        Example(
            "absent means Local, and the driver stopped it",
            _CHARGE + transaction_event("Ended", 2, 2, "StopAuthorized", tag="A1"),
            version=OcppVersion.V201,
        ),
        Example(
            "the cable was pulled before the stop took effect",
            _CHARGE
            + _STOPPED
            + transaction_event("Ended", 2, 2, "EVCommunicationLost", info={"stoppedReason": "EVDisconnected"}),
            version=OcppVersion.V201,
        ),
        Example(
            "the driver's card was faster",
            _CHARGE + _STOPPED + transaction_event("Ended", 2, 2, "StopAuthorized", tag="A1"),
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The reasons of ends."""
        return self._ended(event) if event.message.payload.get("eventType") == "Ended" else ()

    def _ended(self, event: CallSeen) -> Iterator[Verdict]:
        payload = event.message.payload
        reason, trigger = text_at(payload, "transactionInfo", "stoppedReason"), text_at(payload, "triggerReason") or ""
        id_ = text_at(payload, "transactionInfo", "transactionId")
        stop = event.scene.recall(RemoteRequests).stop_of(id_)
        due, cause = _DUE.get(trigger), f"triggerReason {quoted(trigger)}"
        if due is not None and reason not in (None, "Local"):
            due = None
        if due is None and stop is not None and reason not in ("Remote", *_MAY_WIN):
            if "idToken" in payload and reason in (None, "Local"):
                return
            due, cause = "Remote", f"the accepted RequestStopTransaction (message {stop[0]})"
        if due is None:
            return
        told = "no stoppedReason, which means Local" if reason is None else f"stoppedReason {quoted(reason)}"
        yield Verdict(
            f"Ended of transaction {quoted(id_)} has {told}, after {cause}",
            path="$.transactionInfo.stoppedReason",
            observed="absent" if reason is None else quoted(reason),
            expected=due,
            records=(event.scene.number, *(stop or ())),
            key=f"{trigger} {reason}"[:80],
        )
