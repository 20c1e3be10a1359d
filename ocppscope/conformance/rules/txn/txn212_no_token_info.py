"""TXN-212: a token that the CSMS does not answer."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.example_exchanges import exchange, transaction_event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def _started(type_: str, answer: dict[str, object]) -> str:
    payload = {
        "eventType": "Started",
        "timestamp": "2026-01-01T00:00:00Z",
        "triggerReason": "Authorized",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "T1"},
        "idToken": {"idToken": "" if type_ == "NoAuthorization" else "A1", "type": type_},
    }
    return exchange(">", "1", "TransactionEvent", payload, answer)


class NoTokenInfo(Rule):
    """A TransactionEvent with an idToken is answered without idTokenInfo.

    Finds:
        A CALLRESULT without idTokenInfo to a TransactionEvent that carries an idToken. An event without one needs none,
        nor does a token of the type NoAuthorization.

    Why it matters:
        The station can not know whether the token is still valid: it goes on charging somebody who is blocked, or
        stops somebody who is not.

    Usual causes:
        The CSMS takes the event for a mere notification, and checks tokens only in Authorize.

    What to do:
        Answer every idToken with idTokenInfo and its status.
    """

    id = "TXN-212"
    name = "TransactionEvent with idToken answered without idTokenInfo"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "P2 E01.FR.12, E03.FR.02"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"TransactionEvent"})
    examples = (
        Example(
            "an empty answer to a token",
            _started("ISO14443", {}),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.CSMS,
            path="$.idTokenInfo",
            line=2,
        ),
        Example("answered", _started("ISO14443", {"idTokenInfo": {"status": "Accepted"}}), version=OcppVersion.V201),
        Example(
            "an event without a token", transaction_event("Started", 0, 0, "CablePluggedIn"), version=OcppVersion.V21
        ),
        Example("nobody had to be authorized", _started("NoAuthorization", {}), version=OcppVersion.V201),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """Answers to events with a token."""
        pending = event.closed.pending
        if pending is None or "idToken" not in pending.call.payload or not isinstance(event.message, CallResult):
            return ()
        asked = pending.call.payload
        token = text_at(asked, "idToken", "idToken")
        if "idTokenInfo" in event.message.payload or token is None:
            return ()
        if text_at(asked, "idToken", "type") == "NoAuthorization":
            return ()
        kind = quoted(text_at(asked, "eventType"))
        return (
            Verdict(
                f"{kind} carries the idToken {quoted(token)}, and the answer says nothing of it",
                path="$.idTokenInfo",
                observed="absent",
                expected="idTokenInfo with a status",
                records=(event.scene.number, pending.number),
                key=kind,
            ),
        )
