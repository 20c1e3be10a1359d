"""TXN-028: the CSMS takes a transaction of one station for that of another."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene
from ocppscope.conformance.example_lines import EVSE, answer, ask, evented, result, started, stop
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.issued_transactions import Issued, IssuedTransactions
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at, value_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_ELSEWHERE = started("1", 17) + "as CS-2\n" + started("1", 18, tag="B2")
_ACCEPTED = result("2", idTagInfo={"status": "Accepted"})


class MixedStations(Rule):
    """A station stops a transaction of another one, and the CSMS lets it.

    Finds:
        A StopTransaction with an id that was issued to another station of the same CSMS, and not to this one, that the
        CSMS answers with idTagInfo Accepted; and a RemoteStopTransaction or RequestStopTransaction to a station for a
        running transaction of another, that this station accepts. Only where both stations are seen here.

    Why it matters:
        Any station can end the transaction of any other: energy is billed to strangers, and it is a hole in the CSMS's
        security.

    Usual causes:
        The CSMS looks a transaction up by its id alone, without the station that sends it.

    What to do:
        Let the CSMS check that the transaction belongs to the station.
    """

    id = "TXN-028"
    name = "CSMS mixes transactions of different stations"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.JUDGEMENT
    spec = "judgement; CVE-2026-28230 (secondary source)"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"RemoteStopTransaction", "RequestStopTransaction", "StopTransaction"})
    memories = (Charging, IssuedTransactions)
    examples = (
        Example(
            "a stop of a stranger's transaction is accepted",
            _ELSEWHERE + "+600 " + stop("2", 17) + _ACCEPTED,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            line=6,
            beside=("TXN-001",),
        ),
        Example(
            "the wrong station is asked to stop, and does",
            _ELSEWHERE + "+60 " + ask("r", "RemoteStopTransaction", transactionId=17) + answer("r", status="Accepted"),
            finds=1,
            line=6,
        ),
        Example(
            "the wrong station of 2.x",
            evented("1", "Started", 0, 0, evse=EVSE)
            + "as CS-2\n"
            + ask("r", "RequestStopTransaction", transactionId="tx-1")
            + answer("r", status="Accepted"),
            version=OcppVersion.V21,
            finds=1,
        ),
        Example("its own", _ELSEWHERE + "+600 " + stop("2", 18) + _ACCEPTED),
        Example("taken, and not accepted", _ELSEWHERE + "+600 " + stop("2", 17) + result("2"), beside=("TXN-001",)),
        Example(
            "the wrong station is asked, and refuses",
            _ELSEWHERE + "+60 " + ask("r", "RemoteStopTransaction", transactionId=17) + answer("r", status="Rejected"),
        ),
        Example(
            "stations of 2.x that both count from 1",
            evented("1", "Started", 0, 0, transaction="1", evse=EVSE)
            + "as CS-2\n"
            + evented("1", "Started", 0, 1, transaction="1", evse=EVSE)
            + ask("r", "RequestStopTransaction", transactionId="1")
            + answer("r", status="Accepted"),
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """Accepted stops of others' transactions."""
        pending, exchange = event.closed.pending, event.exchange
        if pending is None or exchange is None or not isinstance(event.message, CallResult):
            return ()
        result = event.message.payload
        status = text_at(result, "idTagInfo", "status") if exchange.dut is Role.CSMS else text_at(result, "status")
        id_ = value_at(pending.call.payload, "transactionId")
        if status != "Accepted" or id_ in (0, -1) or event.scene.recall(Charging).get(id_) is not None:
            return ()
        owner = event.scene.recall(IssuedTransactions).get(event.scene, id_)
        if owner is None or owner.station == event.scene.station.id or not (owner.runs or exchange.dut is Role.CSMS):
            return ()
        return _mixed(event.scene, exchange.action, exchange.call, id_, owner)


def _mixed(scene: Scene, action: str, call: int, id_: object, owner: Issued) -> Iterator[Verdict]:
    asked = "the CSMS accepts a stop of" if action == "StopTransaction" else "the CSMS has this station stop"
    yield Verdict(
        f"{asked} transaction {quoted(id_)}, which was issued to another station (message {owner.number})",
        observed="Accepted",
        expected="a transaction of this station",
        records=(scene.number, call, owner.number),
        key=action,
    )
