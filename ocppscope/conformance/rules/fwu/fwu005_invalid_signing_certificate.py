"""FWU-005: firmware accepted with an invalid certificate, or a bad signature kept quiet."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen, TimeUp
from ocppscope.conformance.example_certificates import EXPIRED, VALID
from ocppscope.conformance.memories.firmware_updates import STATUS_ACTIONS, UPDATE_ACTIONS, FirmwareUpdates
from ocppscope.conformance.memories.security_events import SecurityEvents
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_EVENT = frozenset({"InvalidFirmwareSignature"})

_UPDATE = """
< [2,"u","SignedUpdateFirmware",{"requestId":12,"firmware":{"location":"https://files.example/up","retrieveDateTime":"2026-01-01T00:00:00Z","signingCertificate":"CERTIFICATE","signature":"AA=="}}]
> [3,"u",{"status":"ANSWER"}]
"""
_GOOD = _UPDATE.replace("CERTIFICATE", VALID, 1).replace("ANSWER", "Accepted")
_STATUSES = "".join(
    f'> [2,"{status}","SignedFirmwareStatusNotification",{{"status":"{status}","requestId":12}}]\n< [3,"{status}",{{}}]\n'
    for status in ("Downloading", "Downloaded", "InvalidSignature")
)
_TOLD = (
    '> [2,"e","SecurityEventNotification",{"type":"InvalidFirmwareSignature","timestamp":"2026-01-01T00:00:01Z"}]\n'
    '< [3,"e",{}]\n'
)


class InvalidSigningCertificate(Rule):
    """A firmware update with an invalid certificate that the station takes, or a bad signature that it keeps to itself.

    Finds:
        A signed update whose signingCertificate is no certificate in PEM, or has expired, is accepted. Or the station
        reports InvalidSignature and sends no SecurityEventNotification InvalidFirmwareSignature within two minutes.
        Only shape and validity are looked at: whom the station trusts is its own matter.

    Why it matters:
        A station that checks no certificate checks no signature either: its firmware is open to everyone.

    Usual causes:
        Only the signature is checked, not the certificate; the station's clock was not set yet; test certificates that
        were never replaced.

    What to do:
        Renew the signing certificate; have the vendor refuse with InvalidCertificate.
    """

    id = "FWU-005"
    name = "Invalid signing certificate accepted"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "WP L01.FR.03, L01.FR.23 to 25; P2 L01.FR.21, L01.FR.22"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen, TimeUp)
    actions = UPDATE_ACTIONS | STATUS_ACTIONS
    memories = (FirmwareUpdates, SecurityEvents)
    thresholds = (Threshold("event_s", 120, "Time for the security event, before or after the status (judgement)."),)
    examples = (
        Example(
            "expired in 2020",
            _UPDATE.replace("CERTIFICATE", EXPIRED, 1).replace("ANSWER", "Accepted"),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            line=2,
        ),
        Example(
            "no certificate at all",
            _UPDATE.replace("CERTIFICATE", "made up").replace("ANSWER", "Accepted"),
            finds=1,
        ),
        Example("refused", _UPDATE.replace("CERTIFICATE", EXPIRED, 1).replace("ANSWER", "InvalidCertificate")),
        Example("valid, whoever signed it", _GOOD),
        Example(
            "expired, on 2.0.1",
            _UPDATE.replace("CERTIFICATE", EXPIRED, 1).replace("ANSWER", "Accepted").replace("Signed", ""),
            version=OcppVersion.V201,
            finds=1,
        ),
        Example("a bad signature without a security event", _GOOD + _STATUSES + "+130", finds=1, line=7),
        Example("a bad signature with its security event", _GOOD + _STATUSES + _TOLD + "+130"),
        Example("the event may come first", _GOOD + _TOLD + _STATUSES + "+130"),
    )

    def check(self, event: CallSeen | ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """An answer, a status, or the time that is up for an event."""
        if isinstance(event, TimeUp):
            return self._missing(event)
        if isinstance(event, ResponseSeen):
            return self._accepted(event)
        if event.direction is Direction.TO_CSMS and text_at(event.message.payload, "status") == "InvalidSignature":
            return (AskLater(self.threshold("event_s"), "signature", (event.scene.number, event.scene.at)),)
        return ()

    def _accepted(self, event: ResponseSeen) -> Iterator[Verdict]:
        if event.exchange is None or not isinstance(event.message, CallResult):
            return
        status = text_at(event.message.payload, "status")
        update = event.scene.recall(FirmwareUpdates).asked_by(event.exchange.call)
        if update is None or update.flaw is None or status not in ("Accepted", "AcceptedCanceled"):
            return
        yield Verdict(
            f"the station accepted an update whose signing certificate {update.flaw}",
            observed=f'"{status}"',
            expected='"InvalidCertificate"',
            records=(event.scene.number, event.exchange.call),
            key="certificate",
        )

    def _missing(self, event: TimeUp) -> Iterator[Verdict]:
        number, at = event.note
        seconds = self.threshold("event_s")
        since = at - round(seconds * 1e9)
        if event.scene.station.live == 0 or event.scene.recall(SecurityEvents).told_since(_EVENT, since):
            return
        yield Verdict(
            "the station reported InvalidSignature, and no SecurityEventNotification InvalidFirmwareSignature came "
            f"within {seconds:g} s",
            observed="no event",
            expected="SecurityEventNotification InvalidFirmwareSignature",
            records=(number,),
            key="signature",
        )
