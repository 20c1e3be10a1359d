"""SES-003: a remote start or stop at a station that is not accepted yet."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.registration import Registration
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BOOT = '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
_PENDING = '< [3,"b",{"status":"Pending","currentTime":"2026-01-01T00:00:00Z","interval":60}]\n'
_START = '< [2,"9","RemoteStartTransaction",{"idTag":"A1"}]\n> [3,"9",{"status":"Rejected"}]\n'


class RemoteStartWhilePending(Rule):
    """A remote start or stop while the BootNotification was answered Pending.

    Finds:
        RemoteStartTransaction, RemoteStopTransaction, RequestStartTransaction or RequestStopTransaction to a station that
        the CSMS itself keeps waiting. A station that answers Rejected is right.

    Why it matters:
        Nothing starts, and the driver in front of the station does not know why.

    Usual causes:
        The app offers every connected station; the back end keeps registration and remote control apart.

    What to do:
        Accept the station first, or do not offer it.
    """

    id = "SES-003"
    name = "Remote start or stop while registration is Pending"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §4.2; P2 B02.FR.05"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset(
        {"RemoteStartTransaction", "RemoteStopTransaction", "RequestStartTransaction", "RequestStopTransaction"}
    )
    memories = (Registration,)
    timeless = True
    examples = (
        Example(
            "a remote start, which the station rightly refuses",
            _BOOT + _PENDING + _START,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            line=3,
        ),
        Example(
            "on 2.0.1",
            '> [2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]\n'
            + _PENDING
            + '< [2,"9","RequestStopTransaction",{"transactionId":"T1"}]\n> [3,"9",{"status":"Rejected"}]\n',
            version=OcppVersion.V201,
            finds=1,
        ),
        Example("after acceptance", _BOOT + _PENDING.replace("Pending", "Accepted") + _START),
        Example(
            "settings may be read while the station waits",
            _BOOT
            + _PENDING
            + '< [2,"9","GetConfiguration",{"key":["CpoName"]}]\n> [3,"9",{"unknownKey":["CpoName"]}]\n',
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Every such CALL to a station that waits."""
        scene, action = event.scene, event.message.action
        if event.direction is not Direction.TO_STATION or scene.station.registration != "Pending":
            return
        registration = scene.recall(Registration)
        yield Verdict(
            f"{action} was sent although the CSMS answered the station's BootNotification with Pending",
            observed=action,
            expected="a BootNotification answered Accepted first",
            records=(scene.number, *filter(None, registration.records)),
            key=action,
        )
