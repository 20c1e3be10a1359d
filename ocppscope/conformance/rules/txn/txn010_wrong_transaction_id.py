"""TXN-010: meter values of a transaction that do not name it."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import issued, metered, start, started, stopped
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_NONE = (None, 0, -1)
_PERIODIC = "Sample.Periodic"
_TIME_TO_LEARN = 5_000_000_000
"""Nanoseconds after the answer in which a station may still send what it sampled before."""


class WrongTransactionId(Rule):
    """MeterValues of a charging connector without its transactionId, or with another one.

    Finds:
        MeterValues with periodic samples (also where no context is given, which means the same) of a connector whose
        transaction runs, that name no transaction; or the transaction of another connector, or one that was over when
        the values were taken. Clock-aligned and triggered values need not name it, and connector 0 has none. 0 and -1
        count as none.

    Why it matters:
        The CSMS cannot book the values: the driver's app shows no energy, or that of a stranger.

    Usual causes:
        One variable for the transaction of the whole station, an id that is kept from the last transaction, -1 from a
        start that was answered late.

    What to do:
        Compare with the answer to the StartTransaction of that connector; see whether it fails with two cars only.
    """

    id = "TXN-010"
    name = "MeterValues during a transaction without or with the wrong transactionId"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.SHOULD
    spec = "S16 §4.7; E16 §3.16"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues"})
    memories = (Charging,)
    examples = (
        Example(
            "no transactionId",
            started("1", 17) + "+60 " + metered("2", "1100", 60, None),
            finds=1,
            severity=Severity.WARNING,
            line=3,
            path="$.transactionId",
        ),
        Example(
            "that of the other connector",
            started("1", 17) + started("2", 18, connector=2, tag="B2") + "+60 " + metered("3", "1100", 60, 17, 2),
            finds=1,
            line=5,
        ),
        Example(
            "that of the transaction before",
            started("1", 17)
            + "+60 "
            + stopped("2", 17, 1100, 60)
            + "+60 "
            + started("3", 18, meter=1100, at=120)
            + "+60 "
            + metered("4", "1200", 180, 17),
            finds=1,
        ),
        Example("-1, long after the answer", started("1", 17) + "+60 " + metered("2", "1100", 60, -1), finds=1),
        Example("its own", started("1", 17) + "+60 " + metered("2", "1100", 60)),
        Example(
            "clock-aligned and triggered values",
            started("1", 17)
            + "+60 "
            + metered("2", "1100", 60, None, context="Sample.Clock")
            + metered("3", "1100", 60, None, context="Trigger"),
        ),
        Example("the main meter", started("1", 17) + "+60 " + metered("2", "9000", 60, None, 0)),
        Example("nothing runs there", started("1", 17) + "+60 " + metered("2", "500", 60, None, 2)),
        Example(
            "it has no id yet",
            start("1") + "+5 " + metered("2", "1001", 5, None) + issued("1", 17),
            beside=("RPC-007",),
        ),
        Example(
            "queued values of the transaction before, after the next one began",
            started("1", 17)
            + "+60 drop\n+600 connect\n"
            + stopped("2", 17, 1500, 300)
            + started("3", 18, meter=1500, at=660)
            + metered("4", "1200", 120, 17),
            beside=("TXN-012", "TXN-014"),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Values that do not name what runs."""
        payload = event.message.payload
        place, named = integer_at(payload, "connectorId"), payload.get("transactionId")
        if not place or place < 0:
            return ()
        charging = event.scene.recall(Charging)
        running = charging.running_at(place)
        if named not in _NONE:
            charge = charging.of(event)
            if charge is None or charge is running or charge.place is None:
                return ()
            return _another(event, place, charge, running)
        if running is None or running.id is None or not running.whole or running.status != "Accepted":
            return ()
        return _unnamed(event, running)


def _unnamed(event: CallSeen, running: Charge) -> Iterator[Verdict]:
    settled = event.scene.at - (running.conf_at or 0) > _TIME_TO_LEARN
    since = [s for s in event.samples if s.context == _PERIODIC and s.time is not None]
    if not settled or not any(running.began is None or s.time is None or s.time >= running.began for s in since):
        return
    if not since:
        return
    yield _verdict(
        event, running, f"no transaction, though transaction {running.id} runs there", running.id or "", "none"
    )


def _another(event: CallSeen, place: int, charge: Charge, running: Charge | None) -> Iterator[Verdict]:
    if charge.place != place:
        runs = "" if running is None else f"; transaction {running.id} runs there"
        expected = "no transactionId" if running is None else running.id or "no transactionId"
        words = f"transaction {charge.id} of connector {charge.place}{runs}"
    elif running is not None and running.began is not None and event.stamp is not None and event.stamp > running.began:
        words = f"transaction {charge.id}, which is over; transaction {running.id} runs there"
        expected = running.id or "no transactionId"
    else:
        return
    yield _verdict(event, charge, words, expected, "another")


def _verdict(event: CallSeen, charge: Charge, words: str, expected: str, kind: str) -> Verdict:
    payload = event.message.payload
    place = integer_at(payload, "connectorId")
    records = (event.scene.number, charge.start, charge.conf)
    return Verdict(
        f"MeterValues of connector {place} name {words}",
        path="$.transactionId",
        observed=quoted(payload.get("transactionId")) if "transactionId" in payload else "nothing",
        expected=expected,
        records=tuple(number for number in records if number is not None),
        key=f"{place} {kind}",
    )
