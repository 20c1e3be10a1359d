"""SES-002: a station that talks although it was told to wait."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.registration import Registration
from ocppscope.conformance.memories.triggered import Triggered
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BOOT = '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
_PENDING = '< [3,"b",{"status":"Pending","currentTime":"2026-01-01T00:00:00Z","interval":60}]\n'
_REJECTED = _PENDING.replace("Pending", "Rejected")
_STATUS = '> [2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]\n'
_REFUSED = '< [4,"1","SecurityError","",{}]\n'


class CallBeforeAcceptance(Rule):
    """A CALL of a station whose BootNotification was answered Pending or Rejected.

    Finds:
        Any CALL but BootNotification after such an answer has reached the station, until one says Accepted. What the CSMS
        asked for is allowed: a TriggerMessage, or a report, log or update that makes the station speak. A CALL that left
        before the answer can have been read is innocent.

    Why it matters:
        The CSMS may refuse or drop it; energy and status that are told now are lost.

    Usual causes:
        The station takes any answer to its BootNotification for a yes, or starts its tasks at connection time.

    What to do:
        Hold everything until Accepted, and send BootNotification again after the interval.
    """

    id = "SES-002"
    name = "Station CALL while registration is Pending or Rejected"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.2; P2 B02.FR.02, B03.FR.02"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    only = Trait.UNACCEPTED
    memories = (Registration, Triggered)
    thresholds = (Threshold("grace_s", 1, "Time from the answer's delivery in which a CALL may be under way already."),)
    examples = (
        Example(
            "pending",
            _BOOT + _PENDING + "+5 " + _STATUS + _REFUSED,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            line=3,
        ),
        Example("rejected", _BOOT + _REJECTED + "+5 " + _STATUS + _REFUSED, finds=1, line=3),
        Example(
            "pending on 2.0.1",
            '> [2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]\n'
            + _PENDING
            + '+5 > [2,"1","Heartbeat",{}]\n'
            + _REFUSED,
            version=OcppVersion.V201,
            finds=1,
        ),
        Example("accepted in the end", _BOOT + _PENDING + "+60 " + (_BOOT + _PENDING).replace("Pending", "Accepted")
                .replace('"b"', '"c"').replace("00:00:00Z", "00:01:00Z") + _STATUS + '< [3,"1",{}]'),
        Example("it left before the answer can have been read", _BOOT + _PENDING + "+0.5 " + _STATUS + _REFUSED),
        Example(
            "asked for by the CSMS",
            _BOOT
            + _PENDING
            + '+5 < [2,"t","TriggerMessage",{"requestedMessage":"StatusNotification","connectorId":1}]\n'
            + '> [3,"t",{"status":"Accepted"}]\n'
            + _STATUS
            + '< [3,"1",{}]',
        ),
        Example(
            "a report that the CSMS asked for",
            '> [2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]\n'
            + _PENDING
            + '+5 < [2,"t","GetBaseReport",{"requestId":7,"reportBase":"FullInventory"}]\n'
            + '> [3,"t",{"status":"Accepted"}]\n'
            + '> [2,"1","NotifyReport",{"requestId":7,"generatedAt":"2026-01-01T00:00:05Z","seqNo":0}]\n'
            + '< [3,"1",{}]',
            version=OcppVersion.V201,
        ),
    )  # fmt: skip

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """CALLs of a station that has to wait."""
        if event.scene.station.registration not in ("Pending", "Rejected"):
            return ()
        if event.direction is not Direction.TO_CSMS or event.message.action == "BootNotification":
            return ()
        return self._found(event)

    def _found(self, event: CallSeen) -> Iterable[Verdict]:
        scene, action = event.scene, event.message.action
        registration = scene.recall(Registration)
        waited = (scene.at - registration.reached) / 1e9
        if registration.status is None or waited <= self.threshold("grace_s"):
            return
        if scene.recall(Triggered).excuses(action, scene.at):
            return
        yield Verdict(
            f"{action} was sent {waited:.1f} s after BootNotification was answered {registration.status}",
            observed=action,
            expected="nothing but BootNotification, and what the CSMS asks for",
            records=(scene.number, *registration.records),
            key=action[:40],
        )
