"""SES-020: a station that boots and nobody knows why."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from ocppscope.conformance.charge_goes_on import goes_on
from ocppscope.conformance.event import CallSeen, Event, Scene, TimeUp
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.memories.connector_states import ConnectorStates
from ocppscope.conformance.memories.firmware_updates import FirmwareUpdates
from ocppscope.conformance.memories.registration import REFUSED, Registration
from ocppscope.conformance.memories.resets import Resets
from ocppscope.conformance.memories.triggered import Triggered
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_ASKED_FOR = frozenset({"FirmwareUpdate", "LocalReset", "RemoteReset", "ScheduledReset", "Triggered"})
"""Reasons of 2.x that say who wanted it."""

_UPDATE = 3_600_000_000_000
"""Nanoseconds after a sign of a firmware update in which it may be what restarts the station."""

_CUT_BY = frozenset({"PowerLoss", "Reboot"})
"""Reasons of a transaction's end that own up to the restart."""

_BOOT = (
    '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
)
_AGAIN = _BOOT.replace('"b"', '"c"').replace("00:00:00Z", "00:01:00Z")
_START = (
    '> [2,"1","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]\n'
    '< [3,"1",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]\n'
)
_ZERO = '> [2,"s0","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]\n< [3,"s0",{}]\n'
_ONE = '> [2,"s1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"#"}]\n< [3,"s1",{}]\n'
_BOOT_2X = (
    '> [2,"b","BootNotification",{"reason":"#","chargingStation":{"model":"Up","vendorName":"Made"}}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
)


class UnexpectedReboot(Rule):
    """A BootNotification that no reset, update or request explains.

    Finds:
        A BootNotification while a transaction runs, without a Reset, firmware update, setting that needs a restart, or
        TriggerMessage before it. After a reconnect it is told two minutes later, and only where the transaction did not go
        on: some stations boot at each reconnect, and 1.6 cannot tell the two apart. On 2.x also, without a transaction,
        the reason Watchdog, and as an info ApplicationReset and Unknown.

    Why it matters:
        A charge was cut, or is about to be forgotten.

    Usual causes:
        A watchdog, too little memory, a power supply that sags under load, a person at the breaker.

    What to do:
        Look what came just before: the same message each time points to the code that handles it. Ask the station for its
        log.
    """

    id = "SES-020"
    name = "Unexpected reboot"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.JUDGEMENT
    spec = "S16 §4.2; P2 B01.FR.09"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, TimeUp)
    actions = frozenset({"BootNotification"})
    memories = (Charging, ConnectorStates, FirmwareUpdates, Registration, Resets, Triggered)
    thresholds = (Threshold("wait_s", 120, "Time after a reconnect in which a transaction may show that it goes on."),)
    examples = (
        Example(
            "a boot in mid-transaction",
            _BOOT + _START + "+55 " + _AGAIN,
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            line=5,
        ),
        Example(
            "back after a restart, and the transaction is given up",
            _BOOT + _START + "+55 reconnect\n" + _AGAIN + _ZERO + _ONE.replace("#", "Available") + "+120",
            beside=("STA-004",),
            finds=1,
            line=5,
        ),
        Example(
            "back after a restart, and the transaction is stopped for it",
            _BOOT + _START + "+55 reconnect\n" + _AGAIN + _ZERO + _ONE.replace("#", "Available")
            + '> [2,"2","StopTransaction",{"transactionId":17,"reason":"Reboot","meterStop":5,"timestamp":'
            '"2026-01-01T00:00:50Z"}]\n< [3,"2",{}]\n+120',
            finds=1,
        ),
        Example(
            "it boots at each reconnect, and the charge goes on",
            _BOOT + _START + "+55 reconnect\n" + _AGAIN + _ZERO + _ONE.replace("#", "Charging") + "+120",
        ),
        Example(
            "the transaction had ended while the station was offline",
            _BOOT + _START + "+55 reconnect\n" + _AGAIN + _ZERO + _ONE.replace("#", "Available")
            + '> [2,"2","StopTransaction",{"transactionId":17,"reason":"EVDisconnected","meterStop":5,"timestamp":'
            '"2026-01-01T00:00:50Z"}]\n< [3,"2",{}]\n+120',
        ),
        Example(
            "after a reset",
            _BOOT + _START + '< [2,"r","Reset",{"type":"Hard"}]\n> [3,"r",{"status":"Accepted"}]\n+55 reconnect\n'
            + _AGAIN + _ZERO + _ONE.replace("#", "Charging") + "+120",
        ),
        Example(
            "asked for by the CSMS",
            _START + '< [2,"t","TriggerMessage",{"requestedMessage":"BootNotification"}]\n> [3,"t",{"status":"Accepted"}]\n'
            + _BOOT + "+120",
        ),
        Example(
            "a setting needs a restart",
            _BOOT + _START + '< [2,"c","ChangeConfiguration",{"key":"WebSocketPingInterval","value":"30"}]\n'
            '> [3,"c",{"status":"RebootRequired"}]\n+55 ' + _AGAIN,
        ),
        Example("a plain reconnect with a boot", _BOOT + "+55 reconnect\n" + _AGAIN + _ZERO + _ONE.replace("#", "Available") + "+120"),
        Example(
            "the watchdog, on 2.0.1",
            _BOOT_2X.replace("#", "Watchdog"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
            path="$.reason",
        ),
        Example("power up, on 2.0.1", _BOOT_2X.replace("#", "PowerUp"), version=OcppVersion.V201),
        Example(
            "an update restarts the station, on 2.0.1",
            _BOOT_2X.replace("#", "FirmwareUpdate"), version=OcppVersion.V201,
        ),
    )  # fmt: skip

    def check(self, event: CallSeen | TimeUp) -> Iterator[Verdict | AskLater]:
        """The boot; after a reconnect also what became of the transactions."""
        scene = event.scene
        if isinstance(event, TimeUp):
            boot, names = event.note
            charges = [charge for id_ in names if (charge := scene.recall(Charging).get(id_)) is not None]
            cut = [charge for charge in charges if _was_cut(scene, charge, boot)]
            if cut and scene.connection.alive:
                yield _verdict(scene, cut, None)
            return
        if event.direction is not Direction.TO_CSMS or _is_explained(scene):
            return
        reason = text_at(event.message.payload, "reason")
        if reason in _ASKED_FOR:
            return
        cut = [charge for charge in scene.recall(Charging).running() if charge.whole and charge.id]
        here = [charge for charge in cut if charge.connection == scene.connection.number]
        if here or (cut and reason == "Watchdog"):
            yield _verdict(scene, cut, reason)
        elif cut:
            yield AskLater(self.threshold("wait_s"), note=(scene.time, tuple(charge.id for charge in cut)))
        elif reason in ("ApplicationReset", "Unknown", "Watchdog"):
            yield _verdict(scene, [], reason)


def _is_explained(scene: Scene) -> bool:
    registration = scene.recall(Registration)
    if registration.status in REFUSED or registration.asking:  # it asks again, without having restarted
        return True
    resets = scene.recall(Resets)
    if resets.waiting is not None or resets.restart_due:
        return True
    update = scene.recall(FirmwareUpdates).current
    if update is not None and not update.judged and scene.at - max(update.at, update.asked_at) < _UPDATE:
        return True
    return scene.recall(Triggered).excuses("BootNotification", scene.at)


def _was_cut(scene: Scene, charge: Charge, boot: datetime) -> bool:
    """Whether the restart ended the transaction: by its own words, or because nothing goes on where it was."""
    if not charge.runs:
        return charge.reason in _CUT_BY
    return not goes_on(scene, charge, boot)


def _verdict(scene: Scene, cut: list[Charge], reason: str | None) -> Verdict:
    running = ", ".join(f"{charge.id or '?'}" for charge in cut[:5])
    evidence = "the station booted" + (f" while transaction {running} ran" if cut else "")
    if reason is not None:
        evidence += f", for the reason {reason[:40]}"
    evidence += ", and no reset, update or request explains it"
    soft = not cut and reason != "Watchdog"
    return Verdict(
        evidence,
        Severity.INFO if soft else None,
        path=None if reason is None else "$.reason",
        observed=reason if reason is not None else "BootNotification",
        records=(scene.number, *(charge.start for charge in cut[:5])),
        key=f"{bool(cut)} {(reason or '')[:40]}",
    )
