"""SEC-006: a security event that should have been told."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.capture.record import TlsFacts
from ocppscope.conformance.event import CallSeen, Event, ResponseSeen, TimeUp
from ocppscope.conformance.example_profiles import BOOT
from ocppscope.conformance.memories.firmware_updates import STATUS_ACTIONS, UPDATE_ACTIONS, FirmwareUpdates
from ocppscope.conformance.memories.last_triggers import LastTriggers
from ocppscope.conformance.memories.security_events import SecurityEvents
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.conformance.security_event_types import has_advanced_security
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import objects_at, text_at
from ocppscope.protocol.roles import Direction, Role

_DUE: dict[str, frozenset[str]] = {
    "a boot": frozenset({"ResetOrReboot", "StartupOfTheDevice"}),
    "an update that was installed": frozenset({"FirmwareUpdated"}),
    "an invalid signing certificate": frozenset({"InvalidFirmwareSigningCertificate"}),
    "the setting of the clock": frozenset({"SettingSystemTime"}),
}
"""What must be told after what. An invalid signature is FWU-005's."""

_FIRMWARE = frozenset({"an invalid signing certificate", "an update that was installed"})
"""Whoever is certified for secure firmware updates must tell of these, too (WP L01)."""

_CERTIFIED = """
[[profiles]]
name = "Advanced Security"
kind = "profile"
result = "Pass"
description = ""
"""
_CORE = _CERTIFIED.replace("Advanced Security", "Core")
_TLS = TlsFacts(version="TLSv1.2", peer_subject="CN=CS-EXAMPLE")


def _told(type_: str) -> str:
    return (
        f'> [2,"e","SecurityEventNotification",{{"type":"{type_}","timestamp":"2026-01-01T00:00:00Z"}}]\n'
        '< [3,"e",{}]\n'
    )


_INSTALLED = "".join(
    f'> [2,"{status}","SignedFirmwareStatusNotification",{{"status":"{status}","requestId":1}}]\n< [3,"{status}",{{}}]\n'
    for status in ("Installing", "Installed")
)
_TRIGGER = '< [2,"t","TriggerMessage",{"requestedMessage":"BootNotification"}]\n> [3,"t",{"status":"Accepted"}]\n'


class SecurityEventMissing(Rule):
    """Something that a station must tell as a security event, and did not.

    Finds:
        A station that is certified for Advanced Security (of firmware: or for secure updates) boots, installs firmware, refuses a signing certificate or has
        its clock set (2.x), and sends no SecurityEventNotification for it within two minutes before or after. Events
        that are not critical may stay in the security log, and are not missed. A BootNotification that was triggered is
        no boot.

    Why it matters:
        Whoever watches the site learns of tampering from these events only.

    Usual causes:
        Events are written to the log and not sent, or queued and lost in the reboot that they tell of.

    What to do:
        Read the security log with GetLog, and compare.
    """

    id = "SEC-006"
    name = "Expected security event missing"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "WP A04, L01.FR.02, L01.FR.03; P2 A04.FR.01"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen, TimeUp)
    actions = STATUS_ACTIONS | UPDATE_ACTIONS | {"BootNotification", "SetVariables"}
    needs_profile = True
    memories = (FirmwareUpdates, LastTriggers, SecurityEvents)
    thresholds = (
        Threshold("event_s", 120, "Time for the event, before or after its cause (catalogue)."),
        Threshold("trigger_s", 600, "A BootNotification within this time after its trigger is no boot (judgement)."),
    )
    examples = (
        Example("a boot", BOOT + "+130", profile=_CERTIFIED, tls=_TLS, finds=1, severity=Severity.WARNING, line=1),
        Example("a boot, and told", BOOT + _told("StartupOfTheDevice") + "+130", profile=_CERTIFIED, tls=_TLS),
        Example("a boot that was asked for", _TRIGGER + BOOT + "+130", profile=_CERTIFIED, tls=_TLS),
        Example("the station has gone again", BOOT + "drop\n+130", profile=_CERTIFIED, tls=_TLS),
        Example("not certified for it", BOOT + "+130", profile=_CORE, tls=_TLS),
        Example("certified for secure updates", _INSTALLED + "+130", profile="features.F-1 = true", finds=1),
        Example("installed", _INSTALLED + "+130", profile=_CERTIFIED, tls=_TLS, finds=1, line=3),
        Example(
            "told before it is installed", _told("FirmwareUpdated") + _INSTALLED + "+130", profile=_CERTIFIED, tls=_TLS
        ),
        Example(
            "a certificate that the station refuses",
            '< [2,"u","SignedUpdateFirmware",{"requestId":1,"firmware":{"location":"https://files.example/up",'
            '"retrieveDateTime":"2026-01-01T00:00:00Z","signingCertificate":"made up","signature":"AA=="}}]\n'
            '> [3,"u",{"status":"InvalidCertificate"}]\n+130',
            profile=_CERTIFIED,
            tls=_TLS,
            finds=1,
        ),
    )

    def check(self, event: CallSeen | ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """A cause, or the time that is up for its event."""
        if isinstance(event, TimeUp):
            return self._missing(event)
        profile = event.scene.profile
        cause = self._told_installed(event) if isinstance(event, CallSeen) else self._answered(event)
        if profile is None or cause is None:
            return ()
        what, record = cause
        signed = what in _FIRMWARE and profile.derived.firmware_update_kind == "signed"
        if not signed and not has_advanced_security(profile):
            return ()
        return (AskLater(self.threshold("event_s"), what, (record, event.scene.at)),)

    def _told_installed(self, event: CallSeen) -> tuple[str, int] | None:
        if event.direction is not Direction.TO_CSMS or event.message.action not in STATUS_ACTIONS:
            return None
        if text_at(event.message.payload, "status") != "Installed":
            return None
        update = event.scene.recall(FirmwareUpdates).told_by(event)
        again = update is not None and update.status == "Installed"
        return None if again else ("an update that was installed", event.scene.number)

    def _answered(self, event: ResponseSeen) -> tuple[str, int] | None:
        pending, exchange = event.closed.pending, event.exchange
        if pending is None or exchange is None or not isinstance(event.message, CallResult):
            return None
        status = text_at(event.message.payload, "status")
        if exchange.action == "BootNotification" and status == "Accepted":
            triggered = event.scene.recall(LastTriggers).seconds_ago("BootNotification", event.scene.at)
            asked_for = triggered is not None and triggered <= self.threshold("trigger_s")
            return None if asked_for else ("a boot", exchange.call)
        if exchange.action in UPDATE_ACTIONS and status == "InvalidCertificate":
            return "an invalid signing certificate", event.scene.number
        if exchange.action == "SetVariables":
            answers = objects_at(event.message.payload, "setVariableResult")
            for asked, answer in zip(objects_at(pending.call.payload, "setVariableData"), answers, strict=False):
                name = (text_at(asked, "component", "name"), text_at(asked, "variable", "name"))
                if name == ("ClockCtrlr", "DateTime") and text_at(answer, "attributeStatus") == "Accepted":
                    return "the setting of the clock", event.scene.number
        return None

    def _missing(self, event: TimeUp) -> Iterator[Verdict]:
        what = str(event.key)
        record, at = event.note
        seconds = self.threshold("event_s")
        due = _DUE.get(what)
        if due is None or event.scene.station.live == 0:
            return
        if event.scene.recall(SecurityEvents).told_since(due, at - round(seconds * 1e9)):
            return
        names = " or ".join(sorted(due))
        yield Verdict(
            f"after {what} no SecurityEventNotification {names} came within {seconds:g} s",
            observed="no event",
            expected=names,
            records=(record,),
            key=what,
        )
