"""TXN-207: a transaction does not name the remote start that it comes from."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import PLACE, exchange, id_token, transaction_event
from ocppscope.conformance.memories.remote_requests import Naming, RemoteRequests
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at, value_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_CHARGING = {"chargingState": "Charging"}


def _asked(answer: dict[str, str]) -> str:
    asked = {"remoteStartId": 5, "idToken": id_token("A1"), "evseId": 1}
    return exchange("<", "r5", "RequestStartTransaction", asked, answer)


_ACCEPTED = _asked({"status": "Accepted"})
_PLUGGED = transaction_event("Started", 0, 1, "CablePluggedIn", evse=PLACE, info={"chargingState": "EVConnected"})


class RemoteStartNotNamed(Rule):
    """After an accepted RequestStartTransaction the transaction does not tell its remoteStartId.

    Finds:
        The event with the token of the request, or that lets the energy flow, without a remoteStartId; a remoteStartId
        that nobody asked for; and the right one with the trigger Authorized in place of RemoteStart. The cable may be
        plugged in first: then an Updated names the start. Another driver's transaction is not judged, nor are events
        from a queue.

    Why it matters:
        The CSMS can not tell which of its requests has led to which transaction: the driver's app waits for ever.

    Usual causes:
        The request is treated as if the token had been presented at the reader; the id is kept only until the cable is
        plugged in.

    What to do:
        Send remoteStartId and RemoteStart with the first event after the request was accepted.
    """

    id = "TXN-207"
    name = "remoteStartId missing or wrong"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 F01.FR.25, F02.FR.01/FR.21, F01.FR.19"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"TransactionEvent"})
    memories = (RemoteRequests,)
    examples = (
        Example(
            "charges without ever naming it",
            _ACCEPTED + _PLUGGED + transaction_event("Updated", 1, 1, "ChargingStateChanged", info=_CHARGING),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            path="$.transactionInfo.remoteStartId",
            line=5,
        ),
        Example(
            "as if the card had been shown",
            _ACCEPTED + transaction_event("Started", 0, 1, "Authorized", tag="a1", evse=PLACE),
            version=OcppVersion.V21,
            finds=1,
            line=3,
        ),
        Example(
            "another id",
            _ACCEPTED
            + transaction_event("Started", 0, 1, "RemoteStart", tag="A1", evse=PLACE, info={"remoteStartId": 6}),
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "the right id with the wrong trigger",
            _ACCEPTED
            + transaction_event("Started", 0, 1, "Authorized", tag="A1", evse=PLACE, info={"remoteStartId": 5}),
            version=OcppVersion.V201,
            finds=1,
            path="$.triggerReason",
        ),
        Example(
            "named at once",
            _ACCEPTED
            + transaction_event("Started", 0, 1, "RemoteStart", tag="A1", evse=PLACE, info={"remoteStartId": 5})
            + transaction_event("Updated", 1, 1, "ChargingStateChanged", info=_CHARGING),
            version=OcppVersion.V201,
        ),
        Example(
            "the cable was first: an Updated names it",
            _PLUGGED
            + _asked({"status": "Accepted", "transactionId": "T1"})
            + transaction_event("Updated", 1, 1, "RemoteStart", tag="A1", info={"remoteStartId": 5})
            + transaction_event("Updated", 2, 1, "ChargingStateChanged", info=_CHARGING),
            version=OcppVersion.V201,
        ),
        Example(
            "another driver is faster",
            _ACCEPTED
            + transaction_event("Started", 0, 1, "Authorized", tag="B1", evse={"id": 2, "connectorId": 1})
            + transaction_event("Updated", 1, 1, "ChargingStateChanged", info=_CHARGING),
            version=OcppVersion.V201,
        ),
        Example(
            "refused",
            _asked({"status": "Rejected"}) + transaction_event("Started", 0, 1, "Authorized", tag="A1", evse=PLACE),
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Events that should have told the id."""
        naming, start = event.scene.recall(RemoteRequests).naming(event)
        if naming is Naming.NOTHING or start is None:
            return ()
        payload = event.message.payload
        trigger, named = text_at(payload, "triggerReason"), value_at(payload, "transactionInfo", "remoteStartId")
        told = f"{quoted(text_at(payload, 'eventType'))} of transaction " + quoted(
            text_at(payload, "transactionInfo", "transactionId")
        )
        asked = f"which RequestStartTransaction {start.id} (message {start.call}) started"
        observed, expected, path = "absent", str(start.id), "$.transactionInfo.remoteStartId"
        if naming is Naming.MISSING:
            evidence = f"{told}, {asked}, has no remoteStartId"
        elif naming is Naming.WRONG:
            observed = quoted(named)
            evidence = f"{told}, {asked}, has remoteStartId {observed}"
        else:
            observed, expected, path = quoted(trigger), '"RemoteStart"', "$.triggerReason"
            evidence = f"{told}, {asked}, tells triggerReason {observed}"
        return (
            Verdict(
                evidence,
                path=path,
                observed=observed,
                expected=expected,
                records=(event.scene.number, start.call, start.conf),
                key=naming.name.lower(),
            ),
        )
