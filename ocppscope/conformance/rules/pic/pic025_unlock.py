"""PIC-025: an answer to UnlockConnector that does not fit the hardware."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import claim
from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_FIXED = "hardware_features.HFS-1 = false\nhardware_features.HFS-2 = true\nhardware_features.HFS-8 = 1"
_SOCKET = (
    "hardware_features.HFS-1 = true\nhardware_features.HFS-2 = false\nhardware_features.HFS-8 = 1\n"
    "additional_questions.AQ-9 = true"
)
_UNLOCK = '< [2,"1","UnlockConnector",{"connectorId":PLACE}]\n> [3,"1",{"status":"STATUS"}]'


class Unlock(Rule):
    """An answer to UnlockConnector that contradicts the certified hardware.

    Finds:
        Unlocked from a station with fixed cables and no lock declared; NotSupported from one with sockets and a lock,
        for a connector that it has.

    Why it matters:
        A driver on the phone is told that the cable is free when nothing moved, or that nothing can be done.

    Usual causes:
        A firmware that says Unlocked whatever the hardware; another variant than the certified one.

    What to do:
        Compare the variant with the certificate, and try it beside the station.
    """

    id = "PIC-025"
    name = "UnlockConnector answer contradicts the hardware"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "PICS HFS-1, HFS-2, AQ-9; S16 §5.18; E16 §3.87"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"UnlockConnector"})
    needs_profile = True
    examples = (
        Example(
            "a fixed cable",
            _UNLOCK.replace("PLACE", "1").replace("STATUS", "Unlocked"),
            profile=_FIXED,
            finds=1,
            path="$.status",
            line=2,
        ),
        Example(
            "not supported by a fixed cable",
            _UNLOCK.replace("PLACE", "1").replace("STATUS", "NotSupported"),
            profile=_FIXED,
        ),
        Example(
            "a socket with a lock",
            _UNLOCK.replace("PLACE", "1").replace("STATUS", "NotSupported"),
            profile=_SOCKET,
            finds=1,
        ),
        Example(
            "a connector that is not there (another rule's matter) is not supported",
            _UNLOCK.replace("PLACE", "9").replace("STATUS", "NotSupported"),
            profile=_SOCKET,
            beside=("PIC-009",),
        ),
    )

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """Answers that do not fit."""
        pending, exchange, scene = event.closed.pending, event.exchange, event.scene
        if pending is None or exchange is None or scene.profile is None or not isinstance(event.message, CallResult):
            return
        status = text_at(event.message.payload, "status")
        fixed, detachable, lock = claim(scene, "HFS-2"), claim(scene, "HFS-1"), claim(scene, "AQ-9")
        if status == "Unlocked" and fixed is True and detachable is False and lock is not True:
            hardware, expected = "fixed cables without a lock (HFS-2)", "NotSupported"
        elif status == "NotSupported" and detachable is True and fixed is False and lock is True:
            number, most = integer_at(pending.call.payload, "connectorId"), scene.profile.derived.connectors
            if number is None or most is None or not 1 <= number <= most:
                return  # of a connector that it does not have it must say so (E16 §3.87)
            hardware, expected = "sockets with a lock (HFS-1, AQ-9)", "Unlocked or UnlockFailed"
        else:
            return
        yield Verdict(
            f"UnlockConnector was answered {quoted(status)}, although the certificate declares {hardware}",
            path="$.status",
            observed=quoted(status),
            expected=expected,
            records=(scene.number, exchange.call),
            key=status,
        )
