"""What two captures have in common and what not. Plain facts, for `json` and `text`."""

from dataclasses import dataclass, field
from typing import Any

from ocppscope.protocol.roles import Direction, Role
from ocppscope.report.diff.names import Name
from ocppscope.report.diff.significance import Shift
from ocppscope.report.reading import CaptureFacts


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is said once: in a and b as text, None where it is not."""

    what: str
    a: str | None
    b: str | None


@dataclass(slots=True)
class Step:
    """Exchanges of one kind that stand in only one capture, or elsewhere in the other.

    Attributes:
        direction, action: of the CALL, or what else it was.
        count: how many.
        records: record numbers of the first of them, in the capture where they are; of moved ones in a.
        records_b: of moved ones in b.
    """

    direction: Direction
    action: str
    count: int = 0
    records: list[int] = field(default_factory=list)
    records_b: list[int] = field(default_factory=list)


@dataclass(slots=True)
class ValuePair:
    """One value and what it became, as JSON text; records: the first place in both."""

    a: str
    b: str
    count: int
    records: tuple[int, int]


@dataclass(slots=True)
class Change:
    """One place of one kind of message that differs.

    Attributes:
        direction, action: of the CALL.
        part: ``request``, ``response``, or ``answer`` for the kind of answer itself.
        path: JSON path in that part.
        count: how often; values: the most frequent pairs of values, first.
    """

    direction: Direction
    action: str
    part: str
    path: str
    count: int
    values: list[ValuePair]


@dataclass(frozen=True, slots=True)
class Ruling:
    """Occurrences of one rule; severity: the worst of both."""

    rule: str
    name: str
    severity: str
    a: int
    b: int

    @property
    def change(self) -> str:
        """``gained``, ``lost``, ``more`` or ``fewer``."""
        if not self.a or not self.b:
            return "gained" if self.b else "lost"
        return "more" if self.b > self.a else "fewer"


@dataclass(frozen=True, slots=True)
class Latency:
    """Answering times of one party for one action; significant: longer or shorter in b, and not by chance."""

    dut: Role
    action: str
    shift: Shift
    significant: bool


@dataclass(slots=True)
class StationPair:
    """One station of a and the one of b that it is held against.

    Attributes:
        a, b: identities.
        entries_a, entries_b, aligned, changed: exchanges: how many, how many belong together, how many of those differ.
        shortest: the alignment is the best there is.
        complete: everything was aligned; else what lies behind was only counted, and ``missing`` and ``added`` hold the
            differences of the counts.
        identity, configuration, transactions, disconnects: what differs of them.
        latency: all actions that both have, or one of them.
    """

    a: str
    b: str
    entries_a: int = 0
    entries_b: int = 0
    aligned: int = 0
    changed: int = 0
    shortest: bool = True
    complete: bool = True
    identity: list[Fact] = field(default_factory=list)
    missing: list[Step] = field(default_factory=list)
    added: list[Step] = field(default_factory=list)
    moved: list[Step] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    configuration: list[Fact] = field(default_factory=list)
    findings: list[Ruling] = field(default_factory=list)
    latency: list[Latency] = field(default_factory=list)
    transactions: list[Fact] = field(default_factory=list)
    disconnects: list[Fact] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether anything differs but names."""
        lists: tuple[list[Any], ...] = (
            self.identity, self.missing, self.added, self.moved, self.changes, self.configuration, self.findings,
            self.transactions, self.disconnects,
        )  # fmt: skip
        return any(lists) or any(row.significant for row in self.latency)


@dataclass(slots=True)
class Comparison:
    """Two captures side by side.

    Attributes:
        a, b: what they are.
        pairs: stations of both.
        only_a, only_b: stations that have no counterpart.
        names: values that are others throughout; they are no difference.
        refused: connections that were not established.
    """

    a: CaptureFacts
    b: CaptureFacts
    pairs: list[StationPair]
    only_a: list[str]
    only_b: list[str]
    names: list[Name]
    refused: list[Fact]

    @property
    def differs(self) -> bool:
        """Whether anything differs but names."""
        return bool(self.only_a or self.only_b or self.refused) or any(pair.differs for pair in self.pairs)
