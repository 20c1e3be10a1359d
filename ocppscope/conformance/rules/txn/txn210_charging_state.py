"""TXN-210: a chargingState that can not be."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import PLACE, exchange, id_token, transaction_event
from ocppscope.conformance.memories.authorized_tokens import AuthorizedTokens
from ocppscope.conformance.memories.event_sequences import EventSequences, Standing
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_NO_CHANGE = frozenset({"MeterValueClock", "MeterValuePeriodic", "Trigger"})
"""Triggers that come from a timer or the CSMS: nothing has happened at the EVSE."""

_CHARGING = {"chargingState": "Charging"}
_START = transaction_event("Started", 0, 0, "Authorized", tag="A1", evse=PLACE)
_PLUGGED = transaction_event("Started", 0, 0, "CablePluggedIn", evse=PLACE, info={"chargingState": "EVConnected"})
_CHARGE = transaction_event("Updated", 1, 1, "ChargingStateChanged", info=_CHARGING)


class ChargingStateIllogical(Rule):
    """The chargingState of an event does not follow from what was told before.

    Finds:
        An Ended that says Charging; a transaction that goes from Idle to Charging in an event of the meter's timer,
        without one that tells of the EV or of the change. As an info: Charging without any sign of an authorization, be
        it a token in the transaction, a remote start, or an Authorize in the ten minutes before. One event may fold two
        steps, and what misses events or was watched from its middle is not judged.

    Why it matters:
        A CSMS shows the driver this state and derives from it who blocks the EVSE.

    Usual causes:
        The state is kept by another task than the one that sends events; Ended is sent before the contactor opens.

    What to do:
        Send ChargingStateChanged when the state changes, and end with the state that is reached then.
    """

    id = "TXN-210"
    name = "chargingState illogical"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 E01.FR.18-20, E02.FR.13"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"TransactionEvent"})
    memories = (AuthorizedTokens, EventSequences)
    examples = (
        Example(
            "ended, but still charging",
            _START
            + _CHARGE
            + transaction_event("Ended", 2, 2, "StopAuthorized", info=_CHARGING | {"stoppedReason": "Local"}),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
            path="$.transactionInfo.chargingState",
            line=5,
        ),
        Example(
            "from Idle to Charging, and only the meter tells",
            transaction_event("Started", 0, 0, "Authorized", tag="A1", info={"chargingState": "Idle"})
            + transaction_event("Updated", 1, 60, "MeterValuePeriodic", info=_CHARGING, wait=60),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
        ),
        Example(
            "nobody was authorized",
            _PLUGGED + _CHARGE,
            version=OcppVersion.V21,
            finds=1,
            severity=Severity.INFO,
            line=3,
        ),
        Example(
            "step by step",
            _PLUGGED
            + transaction_event("Updated", 1, 1, "Authorized", tag="A1")
            + transaction_event("Updated", 2, 1, "ChargingStateChanged", info=_CHARGING)
            + transaction_event(
                "Ended", 3, 2, "StopAuthorized", info={"chargingState": "EVConnected", "stoppedReason": "Local"}
            ),
            version=OcppVersion.V201,
        ),
        Example(
            "two steps in one event",
            transaction_event("Started", 0, 0, "Authorized", tag="A1", info={"chargingState": "Idle"})
            + transaction_event("Updated", 1, 5, "CablePluggedIn", info=_CHARGING, wait=5),
            version=OcppVersion.V201,
        ),
        Example(
            "the token was only asked about",
            _PLUGGED
            + exchange(">", "a", "Authorize", {"idToken": id_token("A1")}, {"idTokenInfo": {"status": "Accepted"}})
            + _CHARGE,
            version=OcppVersion.V201,
        ),
        Example(
            "watched from its middle",
            transaction_event("Updated", 7, 0, "MeterValuePeriodic", info=_CHARGING),
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Events that say Charging."""
        if text_at(event.message.payload, "transactionInfo", "chargingState") != "Charging":
            return ()
        if event.message.payload.get("eventType") == "Ended":
            return (_verdict(event, "Ended says that the EV is charging", (), "ended"),)
        sequences = event.scene.recall(EventSequences)
        sequence = sequences.of(event)
        if sequence is None or sequence.state == "Charging":
            return ()
        return self._began(event, sequences)

    def _began(self, event: CallSeen, sequences: EventSequences) -> Iterator[Verdict]:
        sequence = sequences.of(event)
        if sequence is None or sequences.standing(event) is not Standing.NEXT or not sequence.complete:
            return
        payload = event.message.payload
        trigger = text_at(payload, "triggerReason")
        if sequence.state == "Idle" and trigger in _NO_CHANGE:
            evidence = f"chargingState goes from Idle to Charging in an event with the trigger {quoted(trigger)}"
            yield _verdict(event, evidence, (sequence.last_record,), "jump")
        if (
            not sequence.authorized
            and "idToken" not in payload
            and trigger not in ("Authorized", "RemoteStart")
            and not event.scene.recall(AuthorizedTokens).any_within(event.scene.at, 600)
        ):
            yield _verdict(
                event, "the EV charges, and nothing tells who authorized it", (sequence.record,), "unauthorized"
            )


def _verdict(event: CallSeen, evidence: str, records: tuple[int, ...], key: str) -> Verdict:
    id_ = text_at(event.message.payload, "transactionInfo", "transactionId")
    return Verdict(
        f"{evidence}; transaction {quoted(id_)}",
        Severity.INFO if key == "unauthorized" else None,
        path="$.transactionInfo.chargingState",
        observed='"Charging"',
        records=(event.scene.number, *records),
        key=key,
    )
