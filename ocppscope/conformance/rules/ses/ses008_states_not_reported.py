"""SES-008: connectors of which nothing is heard after a boot."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene, TimeUp
from ocppscope.conformance.memories.connector_states import ConnectorStates
from ocppscope.conformance.memories.registration import Registration
from ocppscope.conformance.memories.triggered import Triggered
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import number_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_BOOT = (
    '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
)
_BOOT_2X = (
    '> [2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
)
_TWO = (
    '< [2,"g","GetConfiguration",{"key":["NumberOfConnectors"]}]\n'
    '> [3,"g",{"configurationKey":[{"key":"NumberOfConnectors","readonly":true,"value":"2"}]}]\n'
)

_MOST = 64


def _status(connector: int) -> str:
    return (
        f'> [2,"s{connector}","StatusNotification",{{"connectorId":{connector},"errorCode":"NoError",'
        f'"status":"Available"}}]\n< [3,"s{connector}",{{}}]\n'
    )


def _status_2x(evse: int, number: int = 0) -> str:
    return (
        f'> [2,"s{number}{evse}","StatusNotification",{{"timestamp":"2026-01-01T00:00:00Z","connectorStatus":"Available",'
        f'"evseId":{evse},"connectorId":1}}]\n< [3,"s{number}{evse}",{{}}]\n'
    )


class StatesNotReported(Rule):
    """After an accepted boot not every connector tells its status.

    Finds:
        A connector without a StatusNotification in 60 s after BootNotification was accepted. How many there are is taken
        from the certificate, the key NumberOfConnectors, or the highest one seen; on 2.x, those that were reported before.
        While nothing is known, only that no status comes at all. An info where only connector 0, the station itself, is
        missing (1.6). Not after a boot that the CSMS asked for with TriggerMessage.

    Why it matters:
        The CSMS shows the status from before the start, and sends drivers to a connector that is broken.

    Usual causes:
        Status is sent on changes only; a list of connectors that starts at 1; the burst after the boot outruns the
        station's own queue.

    What to do:
        Send the present status of connector 0 and of every connector after each accepted BootNotification.
    """

    id = "SES-008"
    name = "Connector states not reported after acceptance"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "E16 §3.22; P2 B01.FR.05"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = frozenset({"BootNotification"})
    memories = (ConnectorStates, Registration, Triggered)
    thresholds = (Threshold("report_s", 60, "Time from the accepted boot in which every status is due."),)
    examples = (
        Example(
            "only connector 1 of 2",
            _BOOT + _TWO + _status(0) + _status(1) + "+60",
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            line=2,
        ),
        Example(
            "only connector 1 of the 2 certified",
            _BOOT + _status(0) + _status(1) + "+60",
            profile='hardware_features."HFS-8" = { label = "Number of connectors", value = 2 }',
            finds=1,
        ),
        Example("nothing at all", _BOOT + "+60", finds=1, severity=Severity.WARNING),
        Example("connector 0 is missing", _BOOT + _status(1) + "+60", finds=1, severity=Severity.INFO),
        Example("all of them", _BOOT + _TWO + _status(0) + _status(1) + _status(2) + "+60"),
        Example("how many there are is not known", _BOOT + _status(0) + _status(1) + "+60"),
        Example("one is debounced for half a minute", _BOOT + _TWO + _status(0) + _status(1) + "+30 " + _status(2) + "+60"),
        Example("the connection went first", _BOOT + "+20 drop\n+60"),
        Example(
            "a boot that the CSMS asked for",
            '< [2,"t","TriggerMessage",{"requestedMessage":"BootNotification"}]\n> [3,"t",{"status":"Accepted"}]\n'
            + _BOOT
            + "+60",
        ),
        Example(
            "an EVSE of 2.0.1 that was heard of before the restart",
            _BOOT_2X
            + _status_2x(1)
            + _status_2x(2)
            + '< [2,"r","Reset",{"type":"Immediate"}]\n> [3,"r",{"status":"Accepted"}]\n'
            + "+20 reconnect\n"
            + _BOOT_2X.replace('"b"', '"c"').replace("00:00:00Z", "00:00:21Z").replace("PowerUp", "RemoteReset")
            + _status_2x(1, 1)
            + "+60",
            version=OcppVersion.V201,
            finds=1,
            line=10,
        ),
        Example("all EVSEs of 2.0.1", _BOOT_2X + _status_2x(1) + "+60", version=OcppVersion.V201),
    )  # fmt: skip

    def check(self, event: ResponseSeen | TimeUp) -> Iterator[Verdict | AskLater]:
        """A while after each accepted boot: the connectors that said nothing since."""
        scene = event.scene
        if isinstance(event, ResponseSeen):
            accepted = isinstance(event.message, CallResult) and text_at(event.message.payload, "status") == "Accepted"
            if accepted and event.exchange and not scene.recall(Triggered).excuses("BootNotification", scene.at):
                yield AskLater(self.threshold("report_s"), note=(scene.number, event.exchange.call))
            return
        registration = scene.recall(Registration)
        latest = registration.conf == event.note[0] and not registration.asking
        if latest and scene.connection.alive:
            yield from _missing(scene, event.note)


def _missing(scene: Scene, boot: tuple[int, ...]) -> Iterator[Verdict]:
    states = scene.recall(ConnectorStates)
    told = {name for name, state in states.items() if state.fresh}
    named = {name for name, _ in states.items()}
    is_16 = scene.connection.version is OcppVersion.V16
    expected = _expected_16(scene, named) if is_16 else {name for name in named if not name.startswith("0.")}
    missing = sorted(expected - told, key=lambda name: [int(part) for part in name.split(".") if part.isdecimal()])
    if not told:
        evidence, missing = "no connector has told its status since the accepted BootNotification", ["any"]
    elif missing:
        connectors = "connector" if len(missing) == 1 else "connectors"
        evidence = f"{connectors} {', '.join(missing[:10])} told no status since the accepted BootNotification"
    else:
        return
    yield Verdict(
        evidence,
        Severity.INFO if missing == ["0"] else None,
        observed=f"status of {', '.join(sorted(told)[:20]) or 'none'}",
        expected="a StatusNotification of each connector" + (" and of connector 0" if is_16 else ""),
        records=boot,
        key=" ".join(missing[:10]),
    )


def _expected_16(scene: Scene, named: set[str]) -> set[str]:
    """Connector 0 and as many as there are known to be."""
    certified = scene.profile.derived.connectors if scene.profile is not None else None
    told = number_at(scene.station.configuration, "numberofconnectors")
    seen = max((int(name) for name in named if name.isdecimal() and len(name) < 4), default=0)
    count = int(told) if told is not None else certified if certified is not None else seen
    return {str(number) for number in range(min(max(count, 1), _MOST) + 1)}
