"""CON-012: a BootNotification although the station has only reconnected."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.last_boot import LastBoot
from ocppscope.conformance.memories.outages import LastOutage
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_MERE = frozenset({None, "Unknown"})
"""Reasons of 2.x that do not tell of a restart."""


def _boot(number: int, model: str = "Up") -> str:
    return (
        f'> [2,"{number}","BootNotification",{{"chargePointVendor":"Made","chargePointModel":"{model}"}}]\n'
        f'< [3,"{number}",{{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}}]\n'
    )


def _boot_2x(number: int, reason: str) -> str:
    station = '{"model":"Up","vendorName":"Made"}'
    return (
        f'> [2,"{number}","BootNotification",{{"reason":"{reason}","chargingStation":{station}}}]\n'
        f'< [3,"{number}",{{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}}]\n'
    )


class BootOnReconnect(Rule):
    """A station that announces a boot after each loss of the connection.

    Finds:
        The same BootNotification as before on a new connection, within a minute after the old one and without a reset, an update or a trigger in between. On 2.x only with a reason that tells of no
        restart. Whether an OCPP 1.6 station has restarted cannot be known for certain, so it is never more than an info.

    Why it matters:
        A CSMS takes a boot for the end of what was before: it may close transactions, or send its whole configuration.

    Usual causes:
        The software treats "connected" and "booted" as one; it is very common.

    What to do:
        Send BootNotification once after power-up or reset; after a reconnect go on with what is queued.
    """

    id = "CON-012"
    name = "BootNotification on a mere reconnect"
    severity = Severity.INFO
    at_fault = Role.STATION
    requirement = Requirement.SHOULD
    spec = "J16 §5.4; P4 §5.3; P21-4 §5.4"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"BootNotification"})
    memories = (LastBoot, LastOutage)
    thresholds = (
        Threshold("outage_s", 60, "After a longer outage the station has more likely restarted (a judgement)."),
    )
    examples = (
        Example(
            "the same again after a short loss",
            _boot(1) + "drop\n+3 connect\n" + _boot(2),
            finds=1,
            severity=Severity.INFO,
            at_fault=Role.STATION,
            line=3,
        ),
        Example("after two minutes it has more likely restarted", _boot(1) + "drop\n+120 connect\n" + _boot(2)),
        Example(
            "after a reset",
            _boot(1)
            + '< [2,"r","Reset",{"type":"Soft"}]\n> [3,"r",{"status":"Accepted"}]\ndrop\n+3 connect\n'
            + _boot(2),
        ),
        Example("with another payload", _boot(1) + "drop\n+3 connect\n" + _boot(2, "Up 2")),
        Example(
            "2.0.1 names the reason",
            _boot_2x(1, "PowerUp") + "drop\n+3 connect\n" + _boot_2x(2, "PowerUp"),
            version=OcppVersion.V201,
        ),
        Example(
            "or names none",
            _boot_2x(1, "Unknown") + "drop\n+3 connect\n" + _boot_2x(2, "Unknown"),
            version=OcppVersion.V201,
            finds=1,
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """A boot like the last one, on the next connection."""
        scene, payload = event.scene, event.message.payload
        last, outage = scene.recall(LastBoot), scene.recall(LastOutage)
        if event.direction is not Direction.TO_CSMS or last.number is None or last.expected:
            return
        if last.status != "Accepted" or last.connection == scene.connection.number or not last.told_the_same(payload):
            return
        if outage.began is None or outage.ended is None:
            return
        seconds = (outage.ended - outage.began).total_seconds()
        reason = text_at(payload, "reason")
        if seconds > self.threshold("outage_s") or reason not in _MERE:
            return
        doubt = "; OCPP 1.6 does not tell whether the station has restarted" if reason is None else ""
        yield Verdict(
            f"the BootNotification of message {last.number} again, after an outage of {seconds:.1f} s{doubt}",
            observed="BootNotification" if reason is None else f"reason {quoted(reason)}",
            expected="no BootNotification after a mere reconnect",
            records=(scene.number, last.number),
            key="boot",
        )
