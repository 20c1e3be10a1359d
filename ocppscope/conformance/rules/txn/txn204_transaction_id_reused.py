"""TXN-204: a transaction id that was used before."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import boot_v2x, transaction_event
from ocppscope.conformance.memories.event_sequences import EventSequences, Standing
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_FIRST = transaction_event("Started", 0, 1, "Authorized", tag="A1", transaction="0001") + transaction_event(
    "Ended", 1, 2, "StopAuthorized", transaction="0001", info={"stoppedReason": "Local"}
)


class TransactionIdReused(Rule):
    """A transaction begins with an id that an earlier one of the station had.

    Finds:
        A Started with a transactionId for which a Started was seen before, and which is no copy of that. The latest
        10,000 ids of each station are remembered while the capture lasts, over connections and restarts.

    Why it matters:
        The CSMS takes the new transaction for the old one: it throws the events away as copies, or adds the energy to
        the bill of somebody else.

    Usual causes:
        A counter in volatile memory that begins again with every restart, ids made of the EVSE number or the token, a
        Started sent again with new values in place of an Updated.

    What to do:
        Ids must be unique for all time, also after a restart: a UUID is the easiest.
    """

    id = "TXN-204"
    name = "transactionId reused"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 E01.FR.08, E02.FR.08"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"TransactionEvent"})
    memories = (EventSequences,)
    examples = (
        Example(
            "the same id after a restart",
            boot_v2x()
            + _FIRST
            + "drop\n+60 connect\n"
            + boot_v2x(at=60)
            + transaction_event("Started", 0, 62, "Authorized", tag="B1", transaction="0001", id_="x"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            path="$.transactionInfo.transactionId",
            line=9,
        ),
        Example(
            "started twice",
            transaction_event("Started", 0, 1, "CablePluggedIn")
            + transaction_event("Started", 1, 2, "Authorized", tag="A1"),
            version=OcppVersion.V201,
            finds=1,
            line=3,
        ),
        Example(
            "a copy of the Started",
            transaction_event("Started", 0, 1, "Authorized", tag="A1")
            + transaction_event("Started", 0, 1, "Authorized", tag="A1", id_="again", wait=30),
            version=OcppVersion.V201,
        ),
        Example(
            "another id",
            _FIRST + transaction_event("Started", 0, 9, "Authorized", tag="A1", transaction="0002", wait=7),
            version=OcppVersion.V21,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Ids of earlier transactions."""
        sequences = event.scene.recall(EventSequences)
        if sequences.standing(event) is not Standing.REUSED:
            return ()
        id_ = text_at(event.message.payload, "transactionInfo", "transactionId")
        former = sequences.of(event)
        words = "was the id of an earlier transaction"
        if former is not None:
            words = "had begun before" if former.ended is None else "had begun and ended before"
            words += f" (message {former.record})"
        return (
            Verdict(
                f"Started for transaction {quoted(id_)}, which {words}",
                path="$.transactionInfo.transactionId",
                observed=quoted(id_),
                expected="an id that was never used",
                records=(event.scene.number,) if former is None else (event.scene.number, former.record),
            ),
        )
