"""TXN-029: a transaction that is over was never ended."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, Scene, TimeUp
from ocppscope.conformance.example_exchanges import status_v2x
from ocppscope.conformance.example_lines import EVSE, evented, started, status, stopped
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.memories.connector_states import ConnectorStates, told
from ocppscope.conformance.memories.outages import LastOutage
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BEGUN = started("1", 17) + status("s", 1, "Charging") + "+60 "
_FREE = status("t", 1, "Available")


class NeverClosed(Rule):
    """The connector is free again, and no end of its transaction was told.

    Finds:
        A connector that reported Available, or began another transaction, while one ran there whose StopTransaction (2.x:
        Ended) has not come ten minutes later, all of them online. After an outage the ten minutes begin anew: the end may
        wait in the queue.

    Why it matters:
        The transaction stays open in the CSMS: it is never billed, and its driver is blocked elsewhere (ConcurrentTx).

    Usual causes:
        A power cut after which the transaction is forgotten, a stop that was refused and given up, a reset in
        mid-charge.

    What to do:
        Close the transaction in the CSMS by its last meter value; see what happened to the station before.
    """

    id = "TXN-029"
    name = "Transaction never closed"
    severity = Severity.INFO
    at_fault = Role.STATION
    requirement = Requirement.JUDGEMENT
    spec = "judgement"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, TimeUp)
    actions = frozenset({"NotifyEvent", "StartTransaction", "StatusNotification", "TransactionEvent"})
    memories = (Charging, ConnectorStates, LastOutage)
    yields_to = ("TXN-004", "TXN-209")
    thresholds = (Threshold("online_s", 600, "Seconds online in which the end must come (catalogue)."),)
    examples = (
        Example(
            "free, and nothing more",
            _BEGUN + _FREE + "+700",
            finds=1,
            severity=Severity.INFO,
            line=5,
            beside=("STA-004",),
        ),
        Example(
            "in 2.x",
            evented("1", "Started", 0, 0, evse=EVSE) + status_v2x("1.1", "Available", 60, 60) + "+700",
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.INFO,
        ),
        Example("stopped", _BEGUN + stopped("2", 17, at=60) + _FREE + "+700"),
        Example("stopped a little later", _BEGUN + _FREE + "+2 " + stopped("2", 17, at=60) + "+700"),
        Example(
            "the end came out of the queue",
            _BEGUN + _FREE + "+1 drop\n+900 connect\n" + "+30 " + stopped("2", 17, at=60) + "+1300",
            beside=("STA-004",),
        ),
        Example("it is offline", _BEGUN + _FREE + "+1 drop\n+3000", beside=("STA-004",)),
        Example(
            "it charges on", _BEGUN + _FREE + "+5 " + status("u", 1, "Charging") + "+700", beside=("STA-001", "STA-004")
        ),
        Example("the other connector is free", _BEGUN + status("t", 2, "Available") + "+700"),
    )

    def check(self, event: CallSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """Connectors that are free again, and what came in ten minutes."""
        if isinstance(event, TimeUp):
            return self._later(event)
        if event.direction is not Direction.TO_CSMS:
            return ()
        charge = _forsaken(event)
        if charge is None:
            return ()
        return (AskLater(self.threshold("online_s"), charge.start, (charge, event.scene.number)),)

    def _later(self, event: TimeUp) -> Iterator[Verdict | AskLater]:
        charge, number = event.note
        scene, wait = event.scene, self.threshold("online_s")
        if not charge.runs or not _is_over(scene, charge):
            return
        if scene.station.live == 0:
            yield AskLater(wait, charge.start, event.note)
            return
        outage = scene.recall(LastOutage)
        online = (scene.time - outage.ended).total_seconds() if outage.ended is not None else wait
        if online < wait:
            yield AskLater(max(wait - online, 1), charge.start, event.note)
            return
        yield Verdict(
            f"transaction {charge.id} on {_place(scene)} {charge.place} has no end, and the {_place(scene)} was free again "
            f"at least {wait / 60:g} min before",
            observed="nothing",
            expected="StopTransaction" if scene.connection.version is OcppVersion.V16 else "TransactionEvent(Ended)",
            records=(number, charge.start),
            key=str(charge.place),
        )


def _place(scene: Scene) -> str:
    return "connector" if scene.connection.version is OcppVersion.V16 else "EVSE"


def _forsaken(event: CallSeen) -> Charge | None:
    """The running transaction of which the message shows that it must be over."""
    charging, payload = event.scene.recall(Charging), event.message.payload
    match event.message.action:
        case "StartTransaction":
            place = integer_at(payload, "connectorId")
            return charging.running_at(place) if charging.started_by(event.message) is None else None
        case "TransactionEvent":
            if payload.get("eventType") != "Started" or charging.of(event) is not None:
                return None
            return charging.running_at(integer_at(payload, "evse", "id"))
    for name, state in told(event.message.action, payload):
        place_text = name.partition(".")[0][:9]
        if state == "Available" and place_text.isdecimal():
            charge = charging.running_at(int(place_text))
            if charge is not None:
                return charge
    return None


def _is_over(scene: Scene, charge: Charge) -> bool:
    """Whether the connector is still free, or another transaction is there."""
    if scene.recall(Charging).last_at(charge.place) is not charge:
        return True
    states = scene.recall(ConnectorStates)
    if scene.connection.version is OcppVersion.V16:
        state = states.get(charge.place)
        return state is not None and state.status == "Available"
    return charge.place is not None and all(state.status == "Available" for _, state in states.of_evse(charge.place))
