"""LAL-001: a list version that cannot be used."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lists import entry, send
from ocppscope.conformance.memories.list_version import version_in
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class UnusableVersion(Rule):
    """A local list with a version of zero or less.

    Finds:
        A SendLocalList whose version is 0 or negative.

    Why it matters:
        In the answer to GetLocalListVersion 0 says that the list is empty and -1 that there is none. A CSMS that reads
        either back concludes that its list never arrived, and sends it again.

    Usual causes:
        A counter that starts at 0, or a version that nobody set.

    What to do:
        Count from 1.
    """

    id = "LAL-001"
    name = "Local list version of zero or less"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "E16 §3.52; P2 D01.FR.18"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"SendLocalList"})
    examples = (
        Example(
            "version 0", send(0, "Full", entry("A1")), finds=1, severity=Severity.ERROR, path="$.listVersion", line=1
        ),
        Example("version -1", send(-1, "Differential", entry("A1")), finds=1),
        Example("version 1", send(1, "Full", entry("A1"))),
        Example(
            "version 0 on 2.0.1",
            send(0, "Full", key="versionNumber"),
            version=OcppVersion.V201,
            finds=1,
            path="$.versionNumber",
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Versions below 1."""
        version = version_in(event.message.payload)
        if version is not None and version <= 0:
            name = "listVersion" if "listVersion" in event.message.payload else "versionNumber"
            yield Verdict(
                f"SendLocalList with {name} {version}",
                path=f"$.{name}",
                observed=str(version),
                expected=">= 1",
                key="version",
            )
