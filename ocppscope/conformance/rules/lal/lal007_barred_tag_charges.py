"""LAL-007: a charge for a card that the local list keeps out."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lists import entry, entry_2x, send
from ocppscope.conformance.memories.consents import Consents
from ocppscope.conformance.memories.local_list import LocalList
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_LIST = send(1, "Full", entry("A1", "Blocked"), entry("B2"))


def _start(tag: str, stamp: str = "2026-01-01T00:00:30Z") -> str:
    return (
        f'+30 > [2,"1","StartTransaction",{{"connectorId":1,"idTag":"{tag}","meterStart":0,"timestamp":"{stamp}"}}]\n'
        '< [3,"1",{"transactionId":5,"idTagInfo":{"status":"Accepted"}}]\n'
    )


_EVENT = (
    '+30 > [2,"1","TransactionEvent",{"eventType":"Started","timestamp":"2026-01-01T00:00:30Z","triggerReason":'
    '"Authorized","seqNo":0,"transactionInfo":{"transactionId":"T1"},"evse":{"id":1,"connectorId":1},'
    '"idToken":{"idToken":"A1","type":"ISO14443"}}]\n< [3,"1",{"idTokenInfo":{"status":"Accepted"}}]\n'
)


class BarredTagCharges(Rule):
    """A transaction for a card that the station's own list keeps out.

    Finds:
        A transaction starts with a card that an accepted update of the local list marks Blocked, Expired or Invalid,
        without an Authorize that the CSMS accepted, or a remote start, shortly before. Transactions that began before
        the list came are not meant, nor stations whose list is switched off.

    Why it matters:
        The list is there to keep such cards out while nobody can be asked: what they charge is not paid.

    Usual causes:
        The station looks into its cache only, or takes a card that stands on the list for a welcome one.

    What to do:
        Look at LocalAuthListEnabled, LocalPreAuthorize and LocalAuthorizeOffline. A station that learns online that its
        list is wrong should report LocalListConflict.
    """

    id = "LAL-007"
    name = "Charging allowed against the local list"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §3.5.2, §3.5.4"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StartTransaction", "TransactionEvent"})
    memories = (LocalList, Consents)
    thresholds = (Threshold("consent_min", 60, "A card that the CSMS let in so recently may charge (a judgement)."),)
    examples = (
        Example(
            "blocked, and charges",
            _LIST + _start("A1"),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            path="$.idTag",
            line=3,
        ),
        Example("letter case does not matter", _LIST + _start("a1"), finds=1),
        Example("accepted", _LIST + _start("B2")),
        Example("not on the list", _LIST + _start("C3")),
        Example(
            "the CSMS was asked, and let it in",
            _LIST
            + '> [2,"a","Authorize",{"idTag":"A1"}]\n< [3,"a",{"idTagInfo":{"status":"Accepted"}}]\n'
            + _start("A1"),
        ),
        Example(
            "the CSMS itself started it",
            _LIST
            + '< [2,"r","RemoteStartTransaction",{"idTag":"A1","connectorId":1}]\n> [3,"r",{"status":"Accepted"}]\n'
            + _start("A1"),
        ),
        Example(
            "deleted from the list since",
            _LIST + send(2, "Differential", entry("A1", None)) + _start("A1"),
        ),
        Example(
            "begun before the list came, and told late",
            "+600 " + _LIST + _start("A1", "2026-01-01T00:05:00Z"),
        ),
        Example("the update was not accepted", send(1, "Full", entry("A1", "Blocked"), answer="Failed") + _start("A1")),
        Example(
            "2.0.1",
            send(1, "Full", entry_2x("A1", "Blocked"), key="versionNumber") + _EVENT,
            version=OcppVersion.V201,
            finds=1,
            path="$.idToken.idToken",
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """The card of a start against the list."""
        scene, payload = event.scene, event.message.payload
        path = ("idTag",) if event.message.action == "StartTransaction" else ("idToken", "idToken")
        tag = text_at(payload, *path)
        if tag is None or not _begins(event):
            return
        barred = scene.recall(LocalList).barred(tag)
        if barred is None or _is_off(event) or (event.stamp is not None and event.stamp < barred.since):
            return
        if scene.recall(Consents).given(tag, scene.at, self.threshold("consent_min")):
            return
        yield Verdict(
            f"{quoted(tag)} charges; the local list says {barred.status} (message {barred.update})",
            path="$." + ".".join(path),
            observed=quoted(tag),
            expected=f"no transaction for a card that is {barred.status}",
            records=(scene.number, barred.update),
            key=tag[:40].lower(),
        )


def _begins(event: CallSeen) -> bool:
    payload = event.message.payload
    if event.message.action == "StartTransaction":
        return True
    return text_at(payload, "eventType") == "Started" or text_at(payload, "triggerReason") == "Authorized"


def _is_off(event: CallSeen) -> bool:
    known = event.scene.station.configuration
    keys = ("localauthlistenabled", "localauthlistctrlr.enabled")
    return any(known.get(key, "").strip().lower() == "false" for key in keys)
