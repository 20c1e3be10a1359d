"""LAL-005: a full list with an entry that says nothing of its card (1.6)."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lists import entry, send
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at, value_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class EntryWithoutInfo(Rule):
    """A full local list with an entry that has no idTagInfo.

    Finds:
        A SendLocalList with updateType Full and an entry without idTagInfo. In a Differential update such an entry
        deletes the card, which is right.

    Why it matters:
        The station can not tell whether the card may charge: it drops it, lets it in, or refuses the whole list.

    Usual causes:
        A deletion that was put into a full list; a CSMS that thinks of the list as a list of welcome cards.

    What to do:
        Send idTagInfo with each entry of a full list, and leave deleted cards out.
    """

    id = "LAL-005"
    name = "Full update entry without idTagInfo"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §6.41, §7.1"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"SendLocalList"})
    examples = (
        Example(
            "a full list",
            send(1, "Full", entry("A1"), entry("A2", None)),
            finds=1,
            severity=Severity.WARNING,
            path="$.localAuthorizationList[1].idTagInfo",
            line=1,
        ),
        Example("each entry with its status", send(1, "Full", entry("A1"), entry("A2", "Blocked"))),
        Example("in a Differential update it deletes", send(2, "Differential", entry("A2", None))),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """The entries of a full list; the first one, and how many there are."""
        payload = event.message.payload
        entries = value_at(payload, "localAuthorizationList")
        if text_at(payload, "updateType") != "Full" or not isinstance(entries, list):
            return
        bare = [
            index
            for index, listed in enumerate(entries)
            if isinstance(listed, dict) and "idTag" in listed and "idTagInfo" not in listed
        ]
        if bare:
            tag = quoted(entries[bare[0]]["idTag"])
            yield Verdict(
                f"{len(bare)} of {len(entries)} entries of a full list have no idTagInfo, the first is that of {tag}",
                path=f"$.localAuthorizationList[{bare[0]}].idTagInfo",
                observed="missing",
                expected="present",
                key="info",
            )
