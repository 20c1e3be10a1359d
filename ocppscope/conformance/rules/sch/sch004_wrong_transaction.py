"""SCH-004: a TxProfile for another transaction than the one that runs."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.charging_profiles import charging_profile
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import BOOT, BOOT_2X, START, START_2X, profile, profile_2x, setting
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion


class ProfileForWrongTransaction(Rule):
    """A TxProfile whose transactionId is not that of the transaction on the connector.

    Finds:
        SetChargingProfile with a TxProfile that names another transaction than the one that runs on its connector or
        EVSE; on 2.x also one that names none. On 1.6 the id may be left out.

    Why it matters:
        The station refuses the limit, or applies it to the wrong driver.

    Usual causes:
        The id of the last transaction is used; the CSMS mixes its own numbers with those of the protocol.

    What to do:
        Take the id from the answer to StartTransaction (1.6) or from the TransactionEvent (2.x).
    """

    id = "SCH-004"
    name = "TxProfile names the wrong transaction"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §7.8; P2 K01.FR.03, K01.FR.33"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"SetChargingProfile"})
    memories = (Charging,)
    examples = (
        Example(
            "16 where 17 runs",
            BOOT + START + setting(1, profile("TxProfile", transactionId=16), "Rejected"),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.csChargingProfiles.transactionId",
            line=13,
        ),
        Example("17", BOOT + START + setting(1, profile("TxProfile", transactionId=17))),
        Example("none, on 1.6", BOOT + START + setting(1, profile("TxProfile"))),
        Example(
            "none, on 2.0.1",
            BOOT_2X + START_2X + setting(1, profile_2x("TxProfile"), "Rejected"),
            version=OcppVersion.V201,
            finds=1,
            path="$.chargingProfile.transactionId",
        ),
        Example(
            "another one, on 2.0.1",
            BOOT_2X + START_2X + setting(1, profile_2x("TxProfile", transactionId="TX0"), "Rejected"),
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "the right one, on 2.0.1",
            BOOT_2X + START_2X + setting(1, profile_2x("TxProfile", transactionId="TX1")),
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """A TxProfile where a transaction runs."""
        found = charging_profile(event.message)
        if found is None or text_at(found.value, "chargingProfilePurpose") != "TxProfile":
            return ()
        if event.direction is not Direction.TO_STATION:
            return ()
        return self._found(event, found.path, found.value.get("transactionId"))

    def _found(self, event: CallSeen, path: str, named: object) -> Iterator[Verdict]:
        payload = event.message.payload
        place = integer_at(payload, "evseId" if "evseId" in payload else "connectorId")
        charging = event.scene.recall(Charging)
        running = charging.running_at(place) if place else None
        if running is None or running.id is None or not isinstance(named, int | str | None):
            return
        optional = event.scene.connection.version is OcppVersion.V16
        if named is None and optional:
            return
        meant = charging.get(named)
        if meant is not None and meant.runs and meant.place in (place, None):
            return
        told = "names no transaction" if named is None else f"names transaction {quoted(named)}"
        yield Verdict(
            f"a TxProfile {told}; {quoted(running.id)} runs there",
            path=f"{path}.transactionId",
            observed="absent" if named is None else quoted(named),
            expected=quoted(running.id),
            records=(event.scene.number, running.conf or running.start),
            key="absent" if named is None else "other",
        )
