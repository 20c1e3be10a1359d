"""SES-001: a station that talks before it has booted."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memories.resets import Resets
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallError
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_STATUS = '> [2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]\n'
_STATUS_ANSWER = '< [3,"1",{}]\n'
_BOOT = (
    '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
)
_RESET = '< [2,"r","Reset",{"type":"Hard"}]\n> [3,"r",{"status":"Accepted"}]\n'


class NoBoot(Rule):
    """The first CALL on a connection is no BootNotification, although one is due.

    Finds:
        A first CALL that the CSMS answers with SecurityError while no accepted BootNotification of the station is known,
        and a first CALL after an accepted Reset. An info, once for each station, where the CSMS takes the CALL: a mere
        reconnect needs no BootNotification, and the boot may be older than the capture.

    Why it matters:
        The CSMS does not know the station: what it tells is refused, and transactions are not booked.

    Usual causes:
        The station keeps its messages from before the boot and sends them first; BootNotification is sent once in a
        station's life; the CSMS was restarted and has forgotten who it had accepted.

    What to do:
        Send BootNotification first after each start. In the CSMS, ask for it with TriggerMessage.
    """

    id = "SES-001"
    name = "First CALL after a boot is not BootNotification"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.2; P2 B01.FR.01, B01.FR.08"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    only = Trait.FIRST
    memories = (Resets,)
    timeless = True
    examples = (
        Example(
            "refused, because the station is not known",
            _STATUS + '< [4,"1","SecurityError","",{}]',
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            line=2,
        ),
        Example(
            "refused on 2.0.1",
            '> [2,"1","StatusNotification",{"timestamp":"2026-01-01T00:00:00Z","connectorStatus":"Available","evseId":1,'
            '"connectorId":1}]\n< [4,"1","SecurityError","",{}]',
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
        ),
        Example(
            "back after a reset without a boot",
            _BOOT + _RESET + "+20 reconnect\n" + _STATUS + _STATUS_ANSWER,
            finds=1,
            severity=Severity.ERROR,
            line=5,
        ),
        Example("boot first", _BOOT + _STATUS + _STATUS_ANSWER),
        Example("back after a reset", _BOOT + _RESET + "+20 reconnect\n" + _BOOT + _STATUS + _STATUS_ANSWER),
        Example("a plain reconnect of a station that was accepted", _BOOT + "reconnect\n" + _STATUS + _STATUS_ANSWER),
        Example(
            "the CSMS takes it, so the boot may lie before the capture: said once",
            _STATUS
            + _STATUS_ANSWER
            + "reconnect\n"
            + _STATUS.replace('"1"', '"2"')
            + _STATUS_ANSWER.replace('"1"', '"2"'),
            finds=1,
            severity=Severity.INFO,
            line=2,
        ),
        Example(
            "asked for something before it could boot",
            '< [2,"t","TriggerMessage",{"requestedMessage":"BootNotification"}]\n> [3,"t",{"status":"Accepted"}]\n'
            + _BOOT,
        ),
    )

    def check(self, event: CallSeen | ResponseSeen) -> Iterable[Verdict]:
        """The station's first CALL of a connection, and the answer to it."""
        first = event.scene.connection.first_call
        if isinstance(event, CallSeen):
            if event.scene.number != first or event.message.action == "BootNotification":
                return ()
            return self._after_reset(event)
        exchange = event.exchange
        if exchange is None or exchange.call != first or exchange.action == "BootNotification":
            return ()
        return self._unknown(event, exchange.action, exchange.call)

    def _after_reset(self, event: CallSeen) -> Iterable[Verdict]:
        scene = event.scene
        reset = scene.recall(Resets).waiting
        if reset is not None and reset.returned == scene.connection.number and not reset.scheduled:
            yield Verdict(
                f"{event.message.action} is the first CALL after the station accepted a {reset.type} reset; "
                "no BootNotification came",
                observed=event.message.action,
                expected="BootNotification",
                records=(scene.number, reset.conf, reset.call),
                key="reset",
            )

    def _unknown(self, event: ResponseSeen, action: str, call: int) -> Iterable[Verdict]:
        station, connection = event.scene.station, event.scene.connection
        if station.registration is not None or not connection.seen_from_start:
            return
        if isinstance(event.message, CallError) and event.message.error_code == "SecurityError":
            yield Verdict(
                f"{action} was the first CALL, without a BootNotification, and the CSMS refused it with SecurityError",
                observed=action,
                expected="BootNotification",
                records=(event.scene.number, call),
                key="refused",
            )
        elif station.connections == 1:
            yield Verdict(
                f"boot not seen: {action} was the first CALL of the station's first connection in this capture",
                Severity.INFO,
                observed=action,
                expected="BootNotification, unless this is a mere reconnect",
                records=(event.scene.number, call),
                key="not seen",
            )
