"""LAL-002: an update of the local list whose version does not grow."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lists import entry, read, send
from ocppscope.conformance.memories.list_version import ListVersion, version_in
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class VersionNotGrowing(Rule):
    """An update of the local list that is not newer than the list.

    Finds:
        A Differential update with a version that is not greater than the station's, as it was last sent and accepted, or
        read. A Full update with a lower version is an info: it replaces the list, so nothing is lost.

    Why it matters:
        The station answers VersionMismatch and keeps the list that it has; cards that were blocked still charge.

    Usual causes:
        The CSMS counts for all stations together, or restarted its count; two workers update the same station.

    What to do:
        After a VersionMismatch send a Full list. Keep the version by station, and read it with GetLocalListVersion first.
    """

    id = "LAL-002"
    name = "Local list version does not grow"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §5.15; P2 D01.FR.19"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"SendLocalList"})
    memories = (ListVersion,)
    examples = (
        Example(
            "a second update 7",
            send(7, "Full", entry("A1")) + send(7, "Differential", entry("A2"), answer="VersionMismatch"),
            finds=1,
            severity=Severity.ERROR,
            path="$.listVersion",
            line=3,
        ),
        Example("8 after 7", send(7, "Full", entry("A1")) + send(8, "Differential", entry("A2"))),
        Example(
            "older than what was read",
            read(9) + send(8, "Differential", entry("A2"), answer="VersionMismatch"),
            finds=1,
        ),
        Example(
            "a Full list goes back to 1",
            send(7, "Full", entry("A1")) + send(1, "Full", entry("A1")),
            finds=1,
            severity=Severity.INFO,
        ),
        Example("the version is not known", send(3, "Differential", entry("A1"))),
        Example(
            "what was not accepted does not count",
            send(7, "Full", entry("A1"), answer="Failed") + send(7, "Differential", entry("A1")),
        ),
        Example(
            "2.0.1",
            send(7, "Full", key="versionNumber")
            + send(6, "Differential", answer="VersionMismatch", key="versionNumber"),
            version=OcppVersion.V201,
            finds=1,
            path="$.versionNumber",
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """The version against the one before."""
        known, payload = event.scene.recall(ListVersion), event.message.payload
        version, kind = version_in(payload), text_at(payload, "updateType")
        if known.version is None or known.in_flight or version is None:
            return
        full = kind == "Full"
        if (full and version >= known.version) or (not full and (kind != "Differential" or version > known.version)):
            return
        name = "listVersion" if "listVersion" in payload else "versionNumber"
        how = "was accepted" if known.sent else "was read"
        yield Verdict(
            f"{kind} update to version {version}; the station has {known.version}, which {how} in message {known.record}",
            Severity.INFO if full else None,
            path=f"$.{name}",
            observed=str(version),
            expected=f"> {known.version}",
            records=(event.scene.number, known.record),
            key=f"{kind}",
        )
