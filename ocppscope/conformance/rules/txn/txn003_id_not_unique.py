"""TXN-003: the CSMS issues an id that another transaction has."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.example_lines import issued, start, started, stopped
from ocppscope.conformance.memories.issued_transactions import Issued, IssuedTransactions
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class TransactionIdNotUnique(Rule):
    """Two transactions of a CSMS with the same transactionId.

    Finds:
        An accepted StartTransaction.conf whose transactionId belongs to another transaction, running or over, of this or
        any other station that is connected to the same CSMS. A warning for 0 and below. The same id is right for a retry
        of the same StartTransaction (the same connector, idTag, meterStart and time stamp). Refused starts do not count:
        many CSMSs answer them with 0 or 1.

    Why it matters:
        Meter values and stops carry nothing but the id: energy is booked to the wrong driver, and a RemoteStop may stop a
        stranger.

    Usual causes:
        A constant in the code of a small CSMS, a counter for each station, a counter that begins anew when the CSMS is
        restarted.

    What to do:
        Let the CSMS take ids from its database, unique over all stations, and positive.
    """

    id = "TXN-003"
    name = "transactionId not unique"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.SHOULD
    spec = "S16 §6.46; E16 §3.54"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"StartTransaction"})
    memories = (IssuedTransactions,)
    examples = (
        Example(
            "at two stations",
            started("1", 17) + "as CS-2\n" + started("1", 17, at=1),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            line=4,
            path="$.transactionId",
        ),
        Example(
            "the next transaction of the same station",
            started("1", 17) + "+600 " + stopped("2", 17) + "+60 " + started("3", 17, meter=2000, at=660),
            finds=1,
            severity=Severity.ERROR,
        ),
        Example(
            "0 for every transaction",
            started("1", 0) + "+600 " + stopped("2", 0) + "+60 " + started("3", 0, meter=2000, at=660),
            finds=1,
            severity=Severity.WARNING,
        ),
        Example("each its own", started("1", 17) + "as CS-2\n" + started("1", 18, at=1)),
        Example(
            "the same for a retry", start("1") + "+20 reconnect\n" + started("2", 17) + "reconnect\n" + started("3", 17)
        ),
        Example(
            "0 for every start that is refused",
            start("1") + issued("1", 0, "Blocked") + "+60 " + start("2", at=60) + issued("2", 0, "Blocked"),
        ),
        Example(
            "another CSMS counts for itself",
            started("1", 17) + 'as CS-2\nend\nconnect {"upstream":"10.0.0.7:443"}\n' + started("1", 17, at=1),
        ),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """Ids that have an owner."""
        pending = event.closed.pending
        if pending is None or not isinstance(event.message, CallResult):
            return ()
        result = event.message.payload
        id_ = integer_at(result, "transactionId")
        known = event.scene.recall(IssuedTransactions).get(event.scene, id_)
        if known is None or text_at(result, "idTagInfo", "status") != "Accepted":
            return ()
        return () if known.is_start_of(event.scene.station.id, pending.call) else _taken(event, id_ or 0, known)


def _taken(event: ResponseSeen, id_: int, known: Issued) -> Iterator[Verdict]:
    here = known.station == event.scene.station.id
    whose = "this station" if here else "another station"
    state = "running" if known.runs else "earlier"
    call = event.exchange.call if event.exchange is not None else event.scene.number
    yield Verdict(
        f"the CSMS issues transactionId {id_}, which a {state} transaction of {whose} has",
        None if id_ > 0 else Severity.WARNING,
        path="$.transactionId",
        observed=str(id_),
        expected="an id that no other transaction has",
        records=(event.scene.number, call, known.number),
        key=whose,
    )
