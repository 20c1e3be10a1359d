"""LAL-003: a station that names another list version than it accepted."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.example_lists import entry, read, send
from ocppscope.conformance.memories.list_version import ListVersion, version_in
from ocppscope.conformance.memories.local_list import LocalList
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class VersionReadBack(Rule):
    """A list version that is read back wrong.

    Finds:
        GetLocalListVersion is answered with another version than that of the last accepted SendLocalList. 0 is right for
        an empty list, -1 for a station without one; neither is found, unless the list is known to hold entries and 0 is
        told.

    Why it matters:
        The CSMS decides by this number whether to send the list again. A wrong one means a list that is sent every night,
        or one that is never repaired.

    Usual causes:
        The list, or its version, is kept in memory only and lost with a restart; the station counts updates by itself.

    What to do:
        See whether a restart lies between. Send a Full list and read the version right after it.
    """

    id = "LAL-003"
    name = "Local list version read back is wrong"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.10; P2 D01.FR.15, D01.FR.16, D02"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"GetLocalListVersion"})
    memories = (ListVersion, LocalList)
    examples = (
        Example(
            "6 after 7 was accepted",
            send(7, "Full", entry("A1")) + read(6),
            finds=1,
            severity=Severity.WARNING,
            path="$.listVersion",
            line=4,
        ),
        Example("7 after 7", send(7, "Full", entry("A1")) + read(7)),
        Example("0 for an empty list", send(7, "Full") + read(0)),
        Example("0 for a list that holds something", send(7, "Full", entry("A1")) + read(0), finds=1),
        Example("-1: there is no list any more", send(7, "Full", entry("A1")) + read(-1)),
        Example("nothing was sent", read(6)),
        Example("the update failed", send(7, "Full", entry("A1"), answer="Failed") + read(6)),
        Example(
            "an update is on its way",
            send(7, "Full", entry("A1")) + send(8, "Full", entry("A1"), answer=None) + read(8),
            beside=("RPC-007",),
        ),
        Example(
            "2.0.1",
            send(7, "Full", key="versionNumber") + read(5, "versionNumber"),
            version=OcppVersion.V201,
            finds=1,
            path="$.versionNumber",
        ),
    )

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """The version read against the version accepted."""
        known = event.scene.recall(ListVersion)
        if not isinstance(event.message, CallResult) or event.exchange is None:
            return
        read_back = version_in(event.message.payload)
        if read_back is None or read_back < 0 or known.version is None or known.in_flight or not known.sent:
            return
        if read_back == known.version or (read_back == 0 and event.scene.recall(LocalList).is_empty is not False):
            return
        name = "listVersion" if "listVersion" in event.message.payload else "versionNumber"
        yield Verdict(
            f"the station tells version {read_back}; it accepted {known.version} in message {known.record}",
            path=f"$.{name}",
            observed=str(read_back),
            expected=str(known.version),
            records=(event.scene.number, event.exchange.call, known.record),
            key="version",
        )
