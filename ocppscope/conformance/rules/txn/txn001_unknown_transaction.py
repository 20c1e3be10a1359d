"""TXN-001: MeterValues or StopTransaction for a transaction that nobody issued."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.begun_before import BEGUN_BEFORE, may_have_begun_before
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import boot, issued, metered, start, started, status, stop, stopped
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_TWO = boot("b") + status("s1", 1, "Available") + status("s2", 2, "Charging")


class UnknownTransaction(Rule):
    """A transaction id that no answer to a StartTransaction gave to this station.

    Finds:
        MeterValues or StopTransaction with a transactionId that was not issued to this station as far as was seen. An
        info where the start may merely be older than the capture: before the first full cycle (a BootNotification or a
        StartTransaction that was answered), at a connector that was never seen free, in the station's offline queue.
        -1 and 0 are allowed: -1 is what a station sends whose start could not be delivered. Where the station has a
        second CSMS behind another proxy, that one's ids are unknown here.

    Why it matters:
        The energy is booked to nobody, or to a stranger's transaction.

    Usual causes:
        The station counts by itself, uses the id of the last transaction, or lost the answer to its StartTransaction;
        the CSMS restarted and counts anew.

    What to do:
        Look in the Transactions tab which ids were issued, and whether the StartTransaction was answered at all.
    """

    id = "TXN-001"
    name = "MeterValues or StopTransaction carries an unknown transactionId"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.7, §4.8, §4.10; E16 §3.16"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "StopTransaction"})
    memories = BEGUN_BEFORE
    examples = (
        Example(
            "a stop for another id than was issued",
            started("1", 17) + "+600 " + stopped("2", 18),
            finds=1,
            severity=Severity.ERROR,
            line=3,
        ),
        Example(
            "meter values for another id than was issued",
            started("1", 17) + "+60 " + metered("2", "1100", 60, 71),
            finds=1,
            severity=Severity.ERROR,
            line=3,
        ),
        Example("a stop for the id that was issued", started("1", 17) + "+600 " + stopped("2", 17)),
        Example(
            "a start that was refused has an id, too",
            start("1") + issued("1", 17, "Blocked") + "+5 " + stopped("2", 17, 1000, 5, reason="DeAuthorized"),
        ),
        Example(
            "-1 when the start could not be delivered", start("1") + "+20 reconnect\n" + "+580 " + stopped("2", -1)
        ),
        Example("0, which some CSMSs issue and some stations send for none", "+600 " + metered("2", "1000", 600, 0)),
        Example(
            "begun before anyone watched",
            "+600 " + stop("2", 9),
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "begun before anyone watched, at the other connector, which still charges",
            _TWO + started("1", 17) + status("s3", 1, "Charging") + "+600 " + stopped("2", 9),
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "queued during an outage from before the capture",
            boot("b") + status("s", 1, "Available") + "+60 drop\n+60 connect\n" + stopped("2", 9, at=100),
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "interleaved on two connectors",
            started("1", 17)
            + started("2", 18, connector=2, tag="B2")
            + "+60 "
            + metered("3", "1100", 60, 18, 2)
            + metered("4", "1100", 60, 17)
            + "+540 "
            + stopped("5", 18)
            + stopped("6", 17),
        ),
        Example(
            "issued before the connection was lost",
            started("1", 17) + "+60 reconnect\n" + metered("2", "1100", 60),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Ids that no start brought."""
        issued = integer_at(event.message.payload, "transactionId")
        if issued is None or issued in (0, -1):
            return ()
        charge = event.scene.recall(Charging).of(event)
        return () if charge is not None and charge.whole else _unknown(event, issued, charge)


def _unknown(event: CallSeen, issued: int, met: Charge | None) -> Iterator[Verdict]:
    action, place = event.message.action, integer_at(event.message.payload, "connectorId")
    older = is_queued(event) or may_have_begun_before(event.scene, place if met is None else met.place)
    yield Verdict(
        f"{action} names transaction {quoted(issued)}, which no StartTransaction of this station was given"
        + ("; it may have begun before anyone watched" if older else ""),
        Severity.INFO if older else None,
        path="$.transactionId",
        observed=quoted(issued),
        key=str(issued)[:40],
    )
