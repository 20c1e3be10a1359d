"""SES-022: a station that boots again and again."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memories.registration import Registration
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def _boot(number: int, status: str = "Accepted") -> str:
    return (
        f'> [2,"b{number}","BootNotification",{{"chargePointVendor":"Made","chargePointModel":"Up"}}]\n'
        f'< [3,"b{number}",{{"status":"{status}","currentTime":"2026-01-01T00:{2 * number:02}:0{number}Z","interval":60}}]\n'
    )


_UP = (
    '> [2,"#0","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]\n< [3,"#0",{}]\n'
    '> [2,"#1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]\n< [3,"#1",{}]\n'
)
_UP_2X = (
    '> [2,"#1","StatusNotification",{"timestamp":"2026-01-01T00:0@:00Z","connectorStatus":"Available","evseId":1,'
    '"connectorId":1}]\n< [3,"#1",{}]\n'
)

_DOWN = "+60 drop\n+60 connect\n"


def _life(number: int) -> str:
    return _boot(number) + _UP.replace("#", f"s{number}")


_RESET = '< [2,"r#","Reset",{"type":"Hard"}]\n> [3,"r#",{"status":"Accepted"}]\n'


class BootLoop(Rule):
    """Three accepted boots in ten minutes.

    Finds:
        A BootNotification that is accepted as the third or a later one in ten minutes. Boots that the CSMS asked for, by
        Reset, TriggerMessage or a firmware update, do not count, nor do those that were answered Pending or Rejected.

    Why it matters:
        The station is not usable, and each start costs the CSMS a burst of messages.

    Usual causes:
        A crash soon after the start, often on a certain message of the CSMS; a link that breaks every few minutes, on a
        station that boots at each reconnect.

    What to do:
        Compare what came last before each boot.
    """

    id = "SES-022"
    name = "Boot loop"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.JUDGEMENT
    spec = "S16 §4.2"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"BootNotification"})
    memories = (Registration,)
    thresholds = (
        Threshold("boots", 3, "Accepted boots that make a loop (judgement)."),
        Threshold("window_s", 600, "Seconds in which they come (judgement)."),
    )
    examples = (
        Example(
            "three in five minutes",
            _life(0) + _DOWN + _life(1) + _DOWN + _life(2),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            line=14,
        ),
        Example("two", _life(0) + _DOWN + _life(1)),
        Example(
            "pending until the third",
            _boot(0, "Pending") + "+120 " + _boot(1, "Pending") + "+120 " + _boot(2) + _UP,
        ),
        Example("far apart", _life(0) + _DOWN + _life(1) + "+60 drop\n+600 connect\n" + _life(2).replace("00:04:02", "00:13:02")),
        Example(
            "each asked for",
            _life(0)
            + _RESET.replace("#", "1")
            + _DOWN
            + _life(1)
            + _RESET.replace("#", "2")
            + _DOWN
            + _life(2),
        ),
        Example(
            "on 2.0.1",
            "".join(
                f'> [2,"b{number}","BootNotification",{{"reason":"PowerUp","chargingStation":{{"model":"Up","vendorName":'
                f'"Made"}}}}]\n< [3,"b{number}",{{"status":"Accepted","currentTime":"2026-01-01T00:0{2 * number}:0{number}Z",'
                f'"interval":300}}]\n' + _UP_2X.replace("#", f"s{number}").replace("@", f"{2 * number}") + _DOWN
                for number in range(3)
            ),
            version=OcppVersion.V201,
            finds=1,
        ),
    )  # fmt: skip

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """The accepted boot that makes it a loop."""
        exchange, scene = event.exchange, event.scene
        if exchange is None or not isinstance(event.message, CallResult):
            return
        registration = scene.recall(Registration)
        if text_at(event.message.payload, "status") != "Accepted" or registration.asked_for:
            return
        window = self.threshold("window_s")
        since = scene.at - window * 1e9
        earlier = [boot for boot in registration.accepted if boot.at >= since and not boot.asked_for]
        if len(earlier) + 1 < self.threshold("boots"):
            return
        yield Verdict(
            f"{len(earlier) + 1} accepted boots in {(scene.at - earlier[0].at) / 60e9 if earlier else 0:.1f} min",
            observed=f"{len(earlier) + 1} boots",
            expected=f"fewer than {self.threshold('boots'):g} in {window / 60:g} min",
            records=(scene.number, exchange.call, *(boot.call for boot in reversed(earlier))),
        )
