"""SCH-002: a profile for a transaction that does not run."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.charging_profiles import charging_profile
from ocppscope.conformance.event import CallSeen, Event, ResponseSeen, Scene
from ocppscope.conformance.example_profiles import BOOT, BOOT_2X, START, START_2X, STOP, profile, profile_2x, setting
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.connector_states import ConnectorState, ConnectorStates
from ocppscope.conformance.memories.full_cycle import FullCycle
from ocppscope.conformance.memories.installed_profiles import InstalledProfiles
from ocppscope.conformance.memories.outages import LastOutage
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_CHARGES = frozenset({"Charging", "SuspendedEV", "SuspendedEVSE"})

_TX = profile("TxProfile")
_TX_2X = profile_2x("TxProfile", transactionId="TX1")


class TxProfileWithoutTransaction(Rule):
    """A TxProfile where no transaction runs, or for the whole station.

    Finds:
        SetChargingProfile with the purpose TxProfile on connector or EVSE 0, or where no transaction is known to run. A
        further finding, against the station, where it accepts such a profile although it reports the connector free. An
        info until a boot or a start of a transaction was seen. Silent where the connector looks busy, and just after an
        outage, when the station may have begun a transaction that it has not delivered yet. In a remote start a
        TxProfile is right.

    Why it matters:
        The limit is refused, or kept and applied to the next driver.

    Usual causes:
        The profile is sent together with the remote start, or after the transaction has ended.

    What to do:
        Send the profile in the remote start, or wait for the transaction; use TxDefaultProfile for all that follow.
    """

    id = "SCH-002"
    name = "TxProfile without a running transaction, or on connector 0"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §3.13.1, §5.16.4; P2 K01.FR.16, K01.FR.03, K01.FR.33"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"SetChargingProfile"})
    memories = (Charging, ConnectorStates, FullCycle, InstalledProfiles, LastOutage)
    thresholds = (Threshold("outage_s", 60, "So long after an outage the station may know more (judgement)."),)
    examples = (
        Example(
            "on a free connector",
            BOOT + setting(1, _TX, "Rejected"),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.csChargingProfiles.chargingProfilePurpose",
            line=7,
        ),
        Example("which the station accepts", BOOT + setting(1, _TX), finds=2, line=7),
        Example("while a transaction runs", BOOT + START + setting(1, _TX)),
        Example("after it has ended", BOOT + START + STOP + setting(1, _TX, "Rejected"), finds=1),
        Example("on connector 0", BOOT + START + setting(0, _TX, "Rejected"), finds=1, path="$.connectorId"),
        Example("in a default there is no transaction", BOOT + setting(1, profile("TxDefaultProfile"))),
        Example("nothing of the station was seen", setting(1, _TX, "Rejected"), finds=1, severity=Severity.INFO),
        Example(
            "the connector is charging, whatever began before",
            BOOT
            + '> [2,"p","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Preparing"}]\n< [3,"p",{}]\n'
            + '> [2,"c","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Charging"}]\n< [3,"c",{}]\n'
            + setting(1, _TX),
        ),
        Example("just after an outage", BOOT + "drop\n+60 connect\n" + setting(1, _TX)),
        Example("on 2.0.1", BOOT_2X + START_2X + setting(1, _TX_2X), version=OcppVersion.V201),
        Example(
            "without a transaction, on 2.0.1",
            BOOT_2X + setting(1, _TX_2X, "Rejected"),
            version=OcppVersion.V201,
            finds=1,
            at_fault=Role.CSMS,
        ),
    )

    def check(self, event: CallSeen | ResponseSeen) -> Iterable[Verdict]:
        """A profile, or the answer to one."""
        if isinstance(event, ResponseSeen):
            return self._accepted(event)
        found = charging_profile(event.message)
        if found is None or text_at(found.value, "chargingProfilePurpose") != "TxProfile":
            return ()
        return self._found(event, f"{found.path}.chargingProfilePurpose")

    def _found(self, event: CallSeen, path: str) -> Iterator[Verdict]:
        scene, payload = event.scene, event.message.payload
        name = "evseId" if "evseId" in payload else "connectorId"
        place = integer_at(payload, name)
        if place is None or event.direction is not Direction.TO_STATION:
            return
        if place == 0:
            yield Verdict(
                f"a TxProfile is set with {name} 0; it is for the transaction on one {_word(scene)}",
                path=f"$.{name}",
                observed="0",
                expected="> 0",
                key="0",
            )
        elif self._is_idle(scene, place):
            known = scene.recall(FullCycle).seen
            yield Verdict(
                f"a TxProfile is set on {_word(scene)} {place}, where no transaction is known to run",
                None if known else Severity.INFO,
                path=path,
                observed='"TxProfile"',
                expected="a running transaction",
                key=str(place)[:20],
            )

    def _is_idle(self, scene: Scene, place: int) -> bool:
        charging = scene.recall(Charging)
        if any(charge.place in (place, None) for charge in charging.running()):
            return False
        state = _state(scene, place)
        if state is not None and state.status in _CHARGES and charging.last_at(place) is None:
            return False  # it began unseen
        outage = scene.recall(LastOutage)
        since = None if outage.ended is None else (scene.time - outage.ended).total_seconds()
        return since is None or since > self.threshold("outage_s")

    def _accepted(self, event: ResponseSeen) -> Iterator[Verdict]:
        scene = event.scene
        if event.exchange is None or not isinstance(event.message, CallResult):
            return
        asked = scene.recall(InstalledProfiles).asked_by(event.exchange.call)
        if asked is None or not asked.bound or text_at(event.message.payload, "status") != "Accepted":
            return
        place = asked.slot[0]
        state = _state(scene, place)
        free = state is not None and state.fresh and state.status == "Available" and self._is_idle(scene, place)
        if place == 0 or (free and scene.recall(FullCycle).seen):
            where = f"for {_word(scene)} {place}" + ("" if place == 0 else ", which it reports as Available")
            yield Verdict(
                f"the station accepted a TxProfile {where}",
                at_fault=Role.STATION,
                path="$.status",
                observed='"Accepted"',
                expected='"Rejected"',
                records=(scene.number, event.exchange.call),
                key=f"accepted {place}"[:30],
            )


def _state(scene: Scene, place: int) -> ConnectorState | None:
    """Of the connector, or of the busiest one of the EVSE."""
    states = scene.recall(ConnectorStates)
    if scene.connection.version is OcppVersion.V16:
        return states.get(place)
    of_evse = [state for _, state in states.of_evse(place)]
    return next((state for state in of_evse if state.status != "Available"), of_evse[0] if of_evse else None)


def _word(scene: Scene) -> str:
    return "connector" if scene.connection.version is OcppVersion.V16 else "EVSE"
