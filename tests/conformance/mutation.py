"""Clean traffic, what spoils it, and what the rules then say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random

from capture_records import Change, numbered

from ocppscope.capture.record import Record, clock
from ocppscope.conformance.example import profiles_of, records_of
from ocppscope.conformance.rule import Example
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Severity
from ocppscope.protocol.version import OcppVersion

Finding = tuple[str, str, str, str]
"""Rule, severity, station, key."""


@dataclass(frozen=True)
class Conversation:
    """Clean traffic.

    Attributes:
        records: makes them, the same each time.
        version: negotiated; profile: what the station was certified for, as TOML.
        after: seconds to wait for after its end: where a connection is left open, silence would be a fault.
    """

    records: Callable[[], Sequence[Record]]
    version: OcppVersion = OcppVersion.V16
    profile: str = ""
    after: float = 3_600.0

    def certified(self, profile: str) -> "Conversation":
        """The same of a station with a certificate."""
        return Conversation(self.records, self.version, profile, self.after)


@dataclass(frozen=True)
class Mutation:
    """What makes one rule speak.

    Attributes:
        rule: that speaks.
        what: is spoilt, in a few words.
        clean: before.
        change: makes the fault.
        beside: other rules that rightly speak of the same fault with an error or a warning, each with the reason.
    """

    rule: str
    what: str
    clean: Conversation
    change: Change
    beside: Mapping[str, str] = field(default_factory=dict)


def scripted(
    script: str, version: OcppVersion = OcppVersion.V16, *, profile: str = "", after: float = 0.0
) -> Conversation:
    """A small conversation in the language of the rules' examples."""
    example = Example("a clean conversation", script, version)
    return Conversation(lambda: tuple(records_of(example)), version, profile, after)


def findings(conversation: Conversation, records: Sequence[Record]) -> set[Finding]:
    """What the rules say in the end."""
    profile = conversation.profile
    inspector = Inspector(profiles_of(Example("", "", conversation.version, profile=profile)) if profile else ())
    for record in records:
        inspector.observe(record)
    inspector.advance(max(clock(record) for record in records) + round(conversation.after * 1e9))
    return {
        (found.rule, found.severity.value, found.station, found.key)
        for row in inspector.findings.rows()
        for found in row.occurrences
    }


@cache
def found_before(conversation: Conversation) -> frozenset[Finding]:
    """What the rules say of the clean traffic: at most infos."""
    return frozenset(findings(conversation, conversation.records()))


def found_new(mutation: Mutation, seed: int) -> set[Finding]:
    """What they say of the fault only."""
    records = numbered(mutation.change(list(mutation.clean.records()), Random(f"{mutation.rule} {seed}")))
    return findings(mutation.clean, records) - found_before(mutation.clean)


def loud(found: set[Finding]) -> set[str]:
    """The rules among them that say error or warning."""
    return {rule for rule, severity, _, _ in found if severity != Severity.INFO}
