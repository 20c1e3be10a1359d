"""SES-005: a rejected station that answers."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memories.registration import Registration
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BOOT = '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
_REJECTED = '< [3,"b",{"status":"Rejected","currentTime":"2026-01-01T00:00:00Z","interval":60}]\n'
_ASK = '< [2,"9","Reset",{"type":"Hard"}]\n'
_ANSWER = '> [3,"9",{"status":"Accepted"}]\n'

_GRACE = 1_000_000_000
"""Nanoseconds after the delivery of the rejection in which an answer may be under way already."""


class AnswerWhileRejected(Rule):
    """A station answers a CALL although its BootNotification was rejected.

    Finds:
        A CALLRESULT of a rejected station, once the rejection has reached it. A warning where the CSMS asked a station
        that it had rejected itself, which it should not (SES-004).

    Why it matters:
        Little by itself. It shows that the station does not act on its registration, so it may do worse.

    Usual causes:
        The station reads status Rejected and goes on as if it were accepted.

    What to do:
        Stay silent until the interval has passed; in the CSMS, answer Pending to a station that you want to talk to.
    """

    id = "SES-005"
    name = "Rejected station answers a CALL"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.2"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    only = Trait.UNACCEPTED
    memories = (Registration,)
    timeless = True
    examples = (
        Example(
            "asked before the rejection, answered long after",
            _BOOT + _ASK + _REJECTED + "+5 " + _ANSWER,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            line=4,
        ),
        Example(
            "the CSMS has provoked it",
            _BOOT + _REJECTED + _ASK + _ANSWER,
            finds=1,
            severity=Severity.WARNING,
            line=4,
            beside=("SES-004",),
        ),
        Example("answered while the rejection was on its way", _BOOT + _ASK + _REJECTED + _ANSWER),
        Example("silence", _BOOT + _REJECTED + _ASK, beside=("SES-004",)),
        Example(
            "an error of the framework says that it does not answer",
            _BOOT + _REJECTED + _ASK + '> [4,"9","SecurityError","",{}]',
            beside=("SES-004",),
        ),
        Example("a pending station should answer", _BOOT + _REJECTED.replace("Rejected", "Pending") + _ASK + _ANSWER),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """Answers of a rejected station."""
        if event.scene.station.registration != "Rejected" or event.direction is not Direction.TO_CSMS:
            return ()
        return self._found(event)

    def _found(self, event: ResponseSeen) -> Iterable[Verdict]:
        scene, exchange = event.scene, event.exchange
        registration = scene.recall(Registration)
        if exchange is None or registration.status != "Rejected" or not isinstance(event.message, CallResult):
            return
        if registration.asking:  # the interval is over, and the CSMS is about to decide anew
            return
        provoked = exchange.call > registration.conf
        if not provoked and scene.at - registration.reached <= _GRACE:
            return
        after = ", which the CSMS should not have sent" if provoked else ""
        yield Verdict(
            f"the station answered {exchange.action}{after}, although its BootNotification was rejected",
            Severity.WARNING if provoked else None,
            observed="CALLRESULT",
            expected="no answer",
            records=(scene.number, exchange.call, *registration.records),
            key=f"{exchange.action[:40]} {provoked}",
        )
