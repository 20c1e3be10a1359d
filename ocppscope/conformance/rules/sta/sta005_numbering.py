"""STA-005: connectors or EVSEs that are not numbered from 1 without gaps."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, TimeUp
from ocppscope.conformance.example_exchanges import boot_v16, exchange, status_v2x, status_v16
from ocppscope.conformance.memories.connector_states import ConnectorStates
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, number_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def _has(number: int) -> str:
    entry = {"key": "NumberOfConnectors", "readonly": True, "value": f"{number}"}
    return exchange("<", "g", "GetConfiguration", {"key": ["NumberOfConnectors"]}, {"configurationKey": [entry]})


class Numbering(Rule):
    """Statuses of connectors or EVSEs whose numbers are not 1, 2, 3 and so on.

    Finds:
        A negative number; in 1.6 one above NumberOfConnectors, where that was read or reported; in 2.x connector 0 or
        EVSE 0, as a warning. A gap in the numbers is an info, because a missing one may merely not have been reported:
        a minute after a boot, and only while NumberOfConnectors is not known. What the certificate says is the matter
        of PIC-009.

    Why it matters:
        A CSMS makes connectors 1 to n from the number of connectors: the others can not be started, reserved or shown.

    Usual causes:
        Numbers of the hardware (sockets of another type left out), 0 for the first one, EVSE and connector mixed up.

    What to do:
        Compare the numbers with NumberOfConnectors, or with the device model's EVSEs.
    """

    id = "STA-005"
    name = "connectorId or EVSE id out of sequence"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §3.8 numbered 1..n without gaps; P2 numbering"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, TimeUp)
    actions = frozenset({"StatusNotification"})
    memories = (ConnectorStates,)
    thresholds = (Threshold("report_s", 60, "Seconds after a boot in which all connectors are reported."),)
    examples = (
        Example(
            "1 and 3 of two",
            _has(2) + status_v16(1, "Available") + status_v16(3, "Available"),
            finds=1,
            severity=Severity.ERROR,
            path="$.connectorId",
            line=5,
        ),
        Example(
            "1 and 3, and nobody told how many there are",
            boot_v16() + status_v16(0, "Available") + status_v16(1, "Available") + status_v16(3, "Available") + "+61",
            finds=1,
            severity=Severity.INFO,
            line=7,
            beside=("SES-008",),
        ),
        Example("a negative one", status_v16(-1, "Available"), finds=1, beside=("RPC-024",)),
        Example(
            "EVSE 1 has no connector 0",
            status_v2x("1.0", "Available", 0),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
        ),
        Example(
            "in any order",
            boot_v16() + status_v16(2, "Available") + status_v16(1, "Available") + status_v16(0, "Available") + "+61",
        ),
        Example(
            "a gap that is known to be a report that is missing",
            boot_v16()
            + _has(3)
            + status_v16(0, "Available")
            + status_v16(1, "Available")
            + status_v16(3, "Available")
            + "+61",
            beside=("SES-008",),
        ),
        Example(
            "only the second one has news; watched from the middle",
            status_v16(2, "Charging") + "+61",
        ),
        Example(
            "two EVSEs",
            status_v2x("1.1", "Available", 0) + status_v2x("2.1", "Available", 0) + status_v2x("1.2", "Available", 0),
            version=OcppVersion.V21,
        ),
    )

    def check(self, event: CallSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """Numbers as they come, and all of them a while after a boot."""
        if isinstance(event, TimeUp):
            return self._gap(event)
        payload = event.message.payload
        connector = integer_at(payload, "connectorId")
        if connector is None:
            return ()
        states = event.scene.recall(ConnectorStates)
        if event.scene.connection.version is not OcppVersion.V16:
            evse = integer_at(payload, "evseId")
            if connector < 1 or (evse is not None and evse < 1):
                return self._not_counted(evse, connector)
            name, number = f"{evse}.{connector}", evse or 1
        else:
            number_of = number_at(event.scene.station.configuration, "numberofconnectors")
            if connector < 0 or (number_of is not None and number_of >= 1 and connector > number_of):
                return self._above(connector, number_of)
            name, number = str(connector), connector
        if number > 1 and states.booted and states.get(name) is None:
            return (AskLater(self.threshold("report_s"), "gap", event.scene.number),)
        return ()

    def _not_counted(self, evse: int | None, connector: int) -> Iterator[Verdict]:
        negative = connector < 0 or (evse is not None and evse < 0)
        wrong = "connectorId" if connector < 1 else "evseId"
        yield Verdict(
            f"EVSE {evse}, connector {connector} reports a status; both are numbered from 1",
            None if negative else Severity.WARNING,
            path=f"$.{wrong}",
            observed=str(connector if connector < 1 else evse),
            expected=">= 1",
            key=f"{evse}.{connector}",
        )

    def _above(self, connector: int, number_of: float | None) -> Iterator[Verdict]:
        told = "" if number_of is None else f", and NumberOfConnectors is {number_of:g}"
        yield Verdict(
            f"connector {connector} reports a status{told}",
            path="$.connectorId",
            observed=str(connector),
            expected=">= 0" if number_of is None else f"0 to {number_of:g}",
            key=str(connector),
        )

    def _gap(self, event: TimeUp) -> Iterator[Verdict]:
        scene = event.scene
        names = [name.partition(".")[0] for name, _ in scene.recall(ConnectorStates).items()]
        numbers = sorted({int(name) for name in names if name.isdecimal() and 0 < int(name) < 1000})
        is_v16 = scene.connection.version is OcppVersion.V16
        if not numbers or (is_v16 and "numberofconnectors" in scene.station.configuration):
            return
        missing = sorted(set(range(1, numbers[-1])) - set(numbers))
        if missing and scene.connection.alive:
            what = "connectors" if is_v16 else "EVSEs"
            yield Verdict(
                f"the {what} {', '.join(map(str, numbers[:20]))} reported a status since the boot; "
                f"{', '.join(map(str, missing[:20]))} did not",
                Severity.INFO,
                path="$.connectorId" if is_v16 else "$.evseId",
                observed=", ".join(map(str, numbers[:20])),
                expected=f"1 to {len(numbers)}",
                records=(event.note,),
                key="gap",
            )
