"""FWU-003: Idle that nobody asked for."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.firmware_updates import FirmwareUpdates
from ocppscope.conformance.memories.last_triggers import LastTriggers
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BOOT = """
> [2,"0","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]
< [3,"0",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]
> [2,"s0","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]
< [3,"s0",{}]
> [2,"s1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]
< [3,"s1",{}]
"""
_IDLE = '> [2,"i","FirmwareStatusNotification",{"status":"Idle"}]\n< [3,"i",{}]\n'
_TRIGGER = """
< [2,"t","TriggerMessage",{"requestedMessage":"FirmwareStatusNotification"}]
> [3,"t",{"status":"Accepted"}]
"""
_BEATS = "".join(
    f'+60 > [2,"h{minute}","Heartbeat",{{}}]\n< [3,"h{minute}",{{"currentTime":"2026-01-01T00:0{minute}:00Z"}}]\n'
    for minute in (1, 2, 3)
)


class IdleWithoutTrigger(Rule):
    """A status Idle that is no answer to a trigger.

    Finds:
        A FirmwareStatusNotification or DiagnosticsStatusNotification with Idle, and no TriggerMessage for it within
        the last minute. An info within two minutes after a boot or the beginning of a connection, where many stations
        send it.

    Why it matters:
        A CSMS that takes Idle for the end of an update or upload loses track of what is still running.

    Usual causes:
        A station that reports all its states after a start, or Idle when it is done.

    What to do:
        Have the station send Idle only when it is asked; have the CSMS take no Idle for an end.
    """

    id = "FWU-003"
    name = "Idle sent without a trigger"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.SHOULD
    spec = "S16 §4.4, §4.5"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"DiagnosticsStatusNotification", "FirmwareStatusNotification"})
    memories = (FirmwareUpdates, LastTriggers)
    thresholds = (
        Threshold("trigger_s", 60, "An Idle within this time after its trigger answers it (judgement)."),
        Threshold("boot_s", 120, "Within this time after a boot or connect it is an info (judgement)."),
    )
    examples = (
        Example(
            "in the middle of nothing",
            _BOOT + _BEATS + _IDLE,
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            path="$.status",
            line=13,
        ),
        Example("after a trigger", _BOOT + _BEATS + _TRIGGER + _IDLE),
        Example("before the answer to the trigger", _BOOT + _BEATS + _TRIGGER.splitlines()[1] + "\n" + _IDLE),
        Example("after a boot", _BOOT + _IDLE, finds=1, severity=Severity.INFO),
        Example(
            "diagnostics, after a trigger for something else",
            _BOOT + _BEATS + _TRIGGER + _IDLE.replace("Firmware", "Diagnostics"),
            finds=1,
            severity=Severity.WARNING,
        ),
        Example(
            "a capture that begins with it, where the trigger may have come before",
            'connect {"handshake":null}\n' + _IDLE,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """An Idle, long after everything that explains it."""
        if text_at(event.message.payload, "status") != "Idle" or event.direction is not Direction.TO_CSMS:
            return
        scene, action = event.scene, event.message.action
        trigger_s = self.threshold("trigger_s")
        watched = (scene.at - scene.connection.opened_at) / 1e9
        triggered = scene.recall(LastTriggers).seconds_ago(action, scene.at)
        if triggered is not None and triggered <= trigger_s:
            return
        if watched <= trigger_s and not scene.connection.seen_from_start:
            return
        booted = scene.recall(FirmwareUpdates).booted_at
        since_boot = (scene.at - booted) / 1e9 if booted is not None else watched
        early = min(watched, since_boot) <= self.threshold("boot_s")
        yield Verdict(
            f"{action} says Idle without a TriggerMessage in the last {trigger_s:g} s",
            Severity.INFO if early else None,
            path="$.status",
            observed='"Idle"',
            expected="a TriggerMessage first",
            key=action,
        )
