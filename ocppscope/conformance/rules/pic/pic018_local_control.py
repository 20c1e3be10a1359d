"""PIC-018: a start or stop at the station that the certificate says it does not offer."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.authorizations import Authorizations
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.pics.derive import Derived
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_START = (
    '> [2,"1","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]\n'
    '< [3,"1",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]\n'
)
_STOP = (
    '> [2,"2","StopTransaction",{"transactionId":17,REST"meterStop":5,"timestamp":"2026-01-01T00:10:00Z"}]\n'
    '< [3,"2",{}]\n'
)


class LocalControl(Rule):
    """A driver starts or stops at a station that is certified without that.

    Finds:
        StopTransaction with a card and the reason Local (or none, which means the same) where local stop is declared as
        not supported; StartTransaction that no RemoteStartTransaction asked for where local start is.

    Why it matters:
        The station does more than was tested, or gives wrong reasons: reports of who stopped then mislead.

    Usual causes:
        Another variant with a card reader, or a station that gives Local where EVDisconnected or Remote is right.

    What to do:
        Compare the product with the certificate; look at what happened before the stop.
    """

    id = "PIC-018"
    name = "Local start or stop although declared as not supported"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "PICS C-07, C-08"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StartTransaction", "StopTransaction"})
    needs_profile = True
    memories = (Authorizations,)
    examples = (
        Example(
            "a stop by card",
            _START + _STOP.replace("REST", '"idTag":"A1","reason":"Local",'),
            profile="features.C-08 = false",
            finds=1,
            line=3,
        ),
        Example(
            "the cable was pulled",
            _START + _STOP.replace("REST", '"reason":"EVDisconnected",'),
            profile="features.C-08 = false",
        ),
        Example(
            "stopped from afar, without a reason",
            _START
            + '< [2,"r","RemoteStopTransaction",{"transactionId":17}]\n> [3,"r",{"status":"Accepted"}]\n'
            + _STOP.replace("REST", '"idTag":"A1",'),
            profile="features.C-08 = false",
            beside=("TXN-023",),
        ),
        Example("a start by card", _START, profile="features.C-07 = false", finds=1, line=1),
        Example(
            "a start from afar",
            '< [2,"r","RemoteStartTransaction",{"idTag":"a1"}]\n> [3,"r",{"status":"Accepted"}]\n' + _START,
            profile="features.C-07 = false",
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Starts and stops that nobody asked for from afar."""
        if event.scene.profile is None:
            return
        declared = event.scene.profile.derived
        found = _stop(event, declared) if event.message.action == "StopTransaction" else _start(event, declared)
        if found is not None:
            evidence, id_ = found
            yield Verdict(
                f"{evidence}, although {id_} declares that as not supported", expected=f"{id_} = Yes", key=id_
            )


def _stop(event: CallSeen, declared: Derived) -> tuple[str, str] | None:
    payload = event.message.payload
    transaction = integer_at(payload, "transactionId")
    local = payload.get("reason", "Local") == "Local" and text_at(payload, "idTag") is not None
    if declared.local_stop is not False or not local or transaction is None:
        return None
    if event.scene.recall(Authorizations).stopped_remotely(transaction, event.scene.at):
        return None
    return f"transaction {transaction} was stopped with a card at the station", "C-08"


def _start(event: CallSeen, declared: Derived) -> tuple[str, str] | None:
    tag = text_at(event.message.payload, "idTag")
    if declared.local_start is not False or tag is None or not event.scene.settled:
        return None
    if event.scene.recall(Authorizations).started_remotely(tag, event.scene.at):
        return None
    return "a transaction was started at the station", "C-07"
