"""FWU-004: an unsigned update accepted by a station that is certified for signed ones."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_UPDATE = (
    '< [2,"5","UpdateFirmware",{"location":"https://files.example/up","retrieveDate":"2026-01-01T00:00:00Z"}]\n'
    "> [ANSWER]"
)
_ACCEPTED = _UPDATE.replace("ANSWER", '3,"5",{}')
_SIGNED = "features.F-1 = true"


class UnsignedUpdateAccepted(Rule):
    """A station that takes firmware without a signature, although it is certified to check signatures.

    Finds:
        UpdateFirmware is answered with a CALLRESULT by a station whose certificate says that it does secure firmware
        updates. The answer has no status: even an empty one accepts.

    Why it matters:
        Whoever can speak for the CSMS can put any firmware into the station: the signature protects nothing.

    Usual causes:
        The old function was left in beside the new one.

    What to do:
        Use SignedUpdateFirmware; have the vendor refuse UpdateFirmware with the error NotSupported.
    """

    id = "FWU-004"
    name = "Unsigned update accepted by a station certified for signed updates"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "WP L01.FR.20"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"UpdateFirmware"})
    needs_profile = True
    examples = (
        Example("an empty answer accepts", _ACCEPTED, profile=_SIGNED, finds=1, at_fault=Role.STATION, line=2),
        Example("refused", _UPDATE.replace("ANSWER", '4,"5","NotSupported","",{}'), profile=_SIGNED),
        Example("certified for unsigned updates", _ACCEPTED, profile="features.F-1 = false"),
        Example("nothing is declared", _ACCEPTED, profile="features.C-04 = true"),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """Any CALLRESULT."""
        profile, exchange = event.scene.profile, event.exchange
        if profile is None or exchange is None or not isinstance(event.message, CallResult):
            return
        if exchange.dut is not Role.STATION or profile.derived.firmware_update_kind != "signed":
            return
        yield Verdict(
            "the station accepted an unsigned update; it is certified for secure firmware updates",
            observed="CALLRESULT",
            expected='CALLERROR "NotSupported"',
            records=(event.scene.number, exchange.call),
        )
