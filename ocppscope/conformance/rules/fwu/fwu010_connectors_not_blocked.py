"""FWU-010: connectors that stay free while an update waits for the end of transactions."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, Scene, TimeUp
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.connector_states import ConnectorStates
from ocppscope.conformance.memories.firmware_updates import STATUS_ACTIONS, FirmwareUpdates, Update
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_WAITS = frozenset({"Downloaded", "InstallScheduled", "SignatureVerified"})

_START = """
> [2,"t1","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]
< [3,"t1",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]
"""
_STOP = """
> [2,"e1","StopTransaction",{"transactionId":17,"meterStop":5,"timestamp":"2026-01-01T00:00:01Z"}]
< [3,"e1",{}]
"""
_SECOND = _START.replace('"t1"', '"t2"').replace('"connectorId":1', '"connectorId":2').replace("17", "18")
_SECOND = _SECOND.replace("00:00:00Z", "00:00:01Z").replace('"A1"', '"B2"')
_FREE = """
> [2,"c1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Charging"}]
< [3,"c1",{}]
> [2,"c2","StatusNotification",{"connectorId":2,"errorCode":"NoError","status":"Available"}]
< [3,"c2",{}]
"""
_BLOCKED = """
> [2,"c3","StatusNotification",{"connectorId":2,"errorCode":"NoError","status":"Unavailable"}]
< [3,"c3",{}]
"""


def _told(*statuses: str, action: str = "SignedFirmwareStatusNotification", more: str = ',"requestId":12') -> str:
    return "".join(
        f'> [2,"{status}","{action}",{{"status":"{status}"{more}}}]\n< [3,"{status}",{{}}]\n' for status in statuses
    )


_READY = _told("Downloading", "Downloaded", "SignatureVerified")


def _ready_2x(allowed: str) -> str:
    variable = f'"component":{{"name":"ChargingStation"}},"variable":{{"name":"AllowNewSessionsPendingFirmwareUpdate"}},"attributeStatus":"Accepted","attributeValue":"{allowed}"'
    asked = '"component":{"name":"ChargingStation"},"variable":{"name":"AllowNewSessionsPendingFirmwareUpdate"}'
    return (
        f'< [2,"v","GetVariables",{{"getVariableData":[{{{asked}}}]}}]\n'
        f'> [3,"v",{{"getVariableResult":[{{{variable}}}]}}]\n'
        + _event(1, "TX1")
        + _told("Downloading", "Downloaded", "SignatureVerified", action="FirmwareStatusNotification")
    )


def _event(evse: int, transaction: str) -> str:
    return (
        f'> [2,"{transaction}","TransactionEvent",{{"eventType":"Started","timestamp":"2026-01-01T00:00:00Z",'
        f'"triggerReason":"Authorized","seqNo":0,"transactionInfo":{{"transactionId":"{transaction}"}},'
        f'"evse":{{"id":{evse},"connectorId":1}}}}]\n< [3,"{transaction}",{{}}]\n'
    )


class ConnectorsNotBlocked(Rule):
    """A station that waits for the end of transactions to install firmware, and lets new ones begin.

    Finds:
        A signed update (or one of 2.x) is downloaded and waits while a transaction runs, and another transaction begins,
        or a free connector still says Available two minutes later. Silent where
        AllowNewSessionsPendingFirmwareUpdate is true or an install time lies ahead; an info where a 2.x station was not
        seen to say what that variable is. Unsigned updates of 1.6 have no such rule.

    Why it matters:
        The installation waits without end: on a busy site there is always a transaction that runs.

    Usual causes:
        The station blocks its connectors only when the installation begins.

    What to do:
        Set the connectors to Inoperative from the CSMS before the update.
    """

    id = "FWU-010"
    name = "Connectors not blocked while an update waits to be installed"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "WP L01.FR.06, L01.FR.07; P2 L01.FR.06, L01.FR.07"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, TimeUp)
    actions = STATUS_ACTIONS | {"StartTransaction", "TransactionEvent"}
    memories = (Charging, ConnectorStates, FirmwareUpdates)
    thresholds = (Threshold("block_s", 120, "Time to report free connectors Unavailable (judgement)."),)
    examples = (
        Example(
            "a transaction begins on connector 2",
            _START + _READY + _SECOND,
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            line=9,
        ),
        Example("nothing else was running", _READY + _SECOND),
        Example("the other one had ended", _START + _READY + _STOP + _SECOND),
        Example("a free connector stays Available", _FREE + _START + _READY + "+130", finds=1),
        Example("the free connector is blocked", _FREE + _START + _READY + _BLOCKED + "+130"),
        Example("it is installed while the transaction runs", _FREE + _START + _READY + _told("Installing") + "+130"),
        Example(
            "an unsigned update of 1.6",
            _START + _told("Downloading", "Downloaded", action="FirmwareStatusNotification", more="") + _SECOND,
        ),
        Example(
            "2.0.1, where new sessions are allowed",
            _ready_2x("true") + _event(2, "TX2"),
            version=OcppVersion.V201,
        ),
        Example(
            "2.0.1, where they are not",
            _ready_2x("false") + _event(2, "TX2"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
        ),
        Example(
            "2.0.1, where that is not known",
            "".join(_ready_2x("false").splitlines(keepends=True)[2:]) + _event(2, "TX2"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.INFO,
        ),
    )

    def check(self, event: CallSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """A beginning while an update waits, or an update that begins to wait."""
        if isinstance(event, TimeUp):
            return self._free(event)
        payload = event.message.payload
        if event.message.action in STATUS_ACTIONS:
            if text_at(payload, "status") in _WAITS and event.direction is Direction.TO_CSMS:
                return (AskLater(self.threshold("block_s"), "free"),)
            return ()
        update = event.scene.recall(FirmwareUpdates).current
        if update is None or update.status not in _WAITS:
            return ()
        begins = event.message.action == "StartTransaction" or text_at(payload, "eventType") == "Started"
        return self._begun(event, update) if begins else ()

    def _begun(self, event: CallSeen, update: Update) -> Iterator[Verdict]:
        scene, payload = event.scene, event.message.payload
        place = integer_at(payload, "connectorId")
        if place is None:
            place = integer_at(payload, "evse", "id")
        charging = scene.recall(Charging)
        others = [charge for charge in charging.running() if charge.place != place]
        if place is None or not others or not _is_held(scene, update):
            return
        if event.stamp is not None and event.stamp < scene.connection.opened:
            return  # it waited in the station's queue
        if charging.started_by(event.message) is not None:
            return  # sent once more
        yield Verdict(
            f"a transaction begins on {_place_word(scene)} {place} while an update is {update.status} and waits for the "
            f"end of another one, on {others[0].place}",
            _severity(scene),
            observed="a new transaction",
            expected="free connectors Unavailable",
            records=(scene.number, update.record, others[0].start),
            key="start",
        )

    def _free(self, event: TimeUp) -> Iterator[Verdict]:
        scene = event.scene
        update = scene.recall(FirmwareUpdates).current
        running = scene.recall(Charging).running()
        if update is None or update.status not in _WAITS or not running or not _is_held(scene, update):
            return
        waited = round(self.threshold("block_s") * 1e9)
        if scene.station.live == 0 or any(scene.at - charge.began_at < waited for charge in running):
            return
        free = [
            (name, state)
            for name, state in scene.recall(ConnectorStates).items()
            if name != "0" and state.status == "Available" and state.fresh
        ]
        if free:
            names = ", ".join(name for name, _ in free[:8])
            yield Verdict(
                f"an update is {update.status} and waits for the end of a transaction, and still Available: {names}",
                _severity(scene),
                observed='"Available"',
                expected='"Unavailable"',
                records=(update.record, running[0].start, *(state.record for _, state in free[:8])),
                key="available",
            )


def _is_held(scene: Scene, update: Update) -> bool:
    """Whether this update must keep new transactions from beginning, as far as is known."""
    if scene.connection.version is OcppVersion.V16 and not update.signed:
        return False
    if update.install is not None and update.install > scene.time:
        return False
    return _allowed(scene) != "true"


def _allowed(scene: Scene) -> str | None:
    value = scene.station.configuration.get("chargingstation.allownewsessionspendingfirmwareupdate")
    return None if value is None else value.strip().lower()


def _severity(scene: Scene) -> Severity | None:
    known = scene.connection.version is OcppVersion.V16 or _allowed(scene) is not None
    return None if known else Severity.INFO


def _place_word(scene: Scene) -> str:
    return "connector" if scene.connection.version is OcppVersion.V16 else "EVSE"
