"""SES-021: a reset that is accepted and not carried out, or leaves transactions open."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.charge_goes_on import goes_on
from ocppscope.conformance.event import CallSeen, Event, ResponseSeen, Scene, TimeUp
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.memories.connector_states import ConnectorStates
from ocppscope.conformance.memories.resets import Reset, Resets
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BOOT = (
    '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:20Z","interval":3600}]\n'
    '> [2,"s0","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]\n< [3,"s0",{}]\n'
    '> [2,"s1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]\n< [3,"s1",{}]\n'
)
_START = (
    '> [2,"1","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]\n'
    '< [3,"1",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]\n'
)
_STOP = (
    '> [2,"2","StopTransaction",{"transactionId":17,"reason":"#Reset","meterStop":5,"timestamp":"2026-01-01T00:00:10Z"}]\n'
    '< [3,"2",{}]\n'
)
_SOFT = '< [2,"r","Reset",{"type":"Soft"}]\n> [3,"r",{"status":"Accepted"}]\n'
_HARD = _SOFT.replace("Soft", "Hard")
_DOWN = "+20 reconnect\n"


class ResetNotDone(Rule):
    """An accepted Reset without a boot, or one that leaves transactions open.

    Finds:
        No BootNotification ten minutes after the station accepted a Reset on a connection that still stands; a warning
        where the station has not come back. A transaction that runs on at the boot after a soft reset (1.6), and ten
        minutes after the boot of any other reset, unless its connector says that it goes on. A Scheduled reset waits for the station to be idle, and one of an EVSE brings no boot (2.x).

    Why it matters:
        The operator believes that the station was restarted; the driver pays for a charge that has no end.

    Usual causes:
        The handler answers before it knows; the reset waits for a transaction that nobody ends; open transactions are
        not kept over the restart.

    What to do:
        Stop transactions before a soft reset, with the reason SoftReset; after a hard one, as soon as the station is
        back. Answer Rejected to what will not be done.
    """

    id = "SES-021"
    name = "Reset accepted but not carried out, or transactions not closed"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.14; E16 §3.36; P2 B11, B12"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen, TimeUp)
    actions = frozenset({"BootNotification", "Reset"})
    memories = (Charging, ConnectorStates, Resets)
    thresholds = (
        Threshold("boot_s", 600, "Time from the accepted Reset in which the boot is due."),
        Threshold(
            "close_s", 600, "Time from the boot in which transactions are to be closed that a hard reset has cut."
        ),
    )
    examples = (
        Example(
            "accepted, and nothing happens",
            _HARD + "+300\n" * 2,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            line=2,
        ),
        Example("it does not come back", _HARD + "+5 drop\n+600", finds=1, severity=Severity.WARNING),
        Example(
            "a soft reset does not stop the transaction", _START + _SOFT + _DOWN + _BOOT, finds=1, severity=Severity.ERROR, line=5
        ),
        Example("a hard reset leaves the transaction open", _START + _HARD + _DOWN + _BOOT + "+600", beside=("STA-004",), finds=1, line=5),
        Example("stopped, then booted", _START + _SOFT + _STOP.replace("#", "Soft") + _DOWN + _BOOT + "+600"),
        Example("after a hard reset it may be stopped later", _START + _HARD + _DOWN + _BOOT + _STOP.replace("#", "Hard") + "+600"),
        Example(
            "a transaction that goes on after a hard reset",
            _START + _HARD + _DOWN + _BOOT.replace('"connectorId":1,"errorCode":"NoError","status":"Available"', '"connectorId":1,"errorCode":"NoError","status":"Charging"') + "+600",
        ),
        Example("refused", _HARD.replace("Accepted", "Rejected") + "+600"),
        Example(
            "scheduled, on 2.0.1",
            '< [2,"r","Reset",{"type":"OnIdle"}]\n> [3,"r",{"status":"Scheduled"}]\n+600',
            version=OcppVersion.V201,
        ),
        Example(
            "of one EVSE, on 2.0.1",
            '< [2,"r","Reset",{"type":"Immediate","evseId":1}]\n> [3,"r",{"status":"Accepted"}]\n+600',
            version=OcppVersion.V201,
        ),
        Example(
            "nothing happens, on 2.0.1",
            '< [2,"r","Reset",{"type":"Immediate"}]\n> [3,"r",{"status":"Accepted"}]\n+600',
            version=OcppVersion.V201,
            finds=1,
        ),
    )  # fmt: skip

    def check(self, event: CallSeen | ResponseSeen | TimeUp) -> Iterator[Verdict | AskLater]:
        """The accepted Reset, the boot after it, and a while after each."""
        if isinstance(event, TimeUp):
            yield from _not_booted(event) if event.key == "boot" else _not_closed(event)
        elif isinstance(event, ResponseSeen):
            pending = event.closed.pending
            if pending is None or pending.call.action != "Reset" or not isinstance(event.message, CallResult):
                return
            whole = integer_at(pending.call.payload, "evseId") is None
            if whole and text_at(event.message.payload, "status") == "Accepted":
                yield AskLater(self.threshold("boot_s"), key="boot", note=event.scene.number)
        elif event.message.action == "BootNotification" and event.direction is Direction.TO_CSMS:
            yield from self._booted(event)

    def _booted(self, event: CallSeen) -> Iterator[Verdict | AskLater]:
        scene = event.scene
        reset = scene.recall(Resets).waiting
        if reset is None or reset.scheduled:
            return
        cut = [
            charge
            for charge in scene.recall(Charging).running()
            if charge.whole and charge.id and charge.began_at < reset.at
        ]
        if cut and reset.type == "Soft":
            yield _open(scene, cut, reset.type, "was booted after a soft reset", (reset.conf, reset.call))
        elif cut:
            names = tuple(charge.id for charge in cut)
            yield AskLater(self.threshold("close_s"), key="closed", note=(reset, scene.time, names))


def _not_booted(event: TimeUp) -> Iterator[Verdict]:
    scene = event.scene
    reset = scene.recall(Resets).waiting
    if reset is None or reset.conf != event.note or reset.returned is not None:
        return  # back without a boot: that is SES-001
    minutes = (scene.at - reset.at) / 60e9
    here = scene.connection.alive
    if not here and (scene.station.live or scene.connection.subprotocol is None):
        return  # without a handshake it is not known who it was, so it may be back under another name
    evidence = "the connection still stands" if here else "the station has not come back"
    # A station that was met in mid-life may have no name here, and come back under its own.
    gone = Severity.WARNING if scene.connection.seen_from_start else Severity.INFO
    yield Verdict(
        f"no BootNotification {minutes:.0f} min after the station accepted a {reset.type} reset; {evidence}",
        None if here else gone,
        observed="nothing",
        expected="BootNotification",
        records=(reset.conf, reset.call),
        key="boot" if here else "gone",
    )


def _not_closed(event: TimeUp) -> Iterator[Verdict]:
    scene = event.scene
    reset: Reset = event.note[0]
    boot, names = event.note[1:]
    charges = [charge for id_ in names if (charge := scene.recall(Charging).get(id_)) is not None]
    still = [charge for charge in charges if charge.runs and not goes_on(scene, charge, boot)]
    if still and scene.connection.alive:
        words = f"was booted {(scene.at - reset.at) / 60e9:.0f} min ago after a {reset.type} reset"
        yield _open(scene, still, reset.type, words, (reset.conf, reset.call))


def _open(scene: Scene, cut: list[Charge], type_: str, words: str, records: tuple[int, ...]) -> Verdict:
    is_16 = scene.connection.version is OcppVersion.V16
    ids = ", ".join(charge.id or "?" for charge in cut[:5])
    end = "StopTransaction" if is_16 else "TransactionEvent Ended"
    return Verdict(
        f"no {end} for transaction {ids}, although the station {words}",
        observed="nothing",
        expected=f"{end} with the reason {type_}Reset",
        records=(scene.number, *records, *(charge.start for charge in cut[:5])),
        key=f"open {type_}",
    )
