"""What a rule has to say."""

from datetime import datetime
from enum import StrEnum

import msgspec

from ocppscope.protocol.roles import Role


class Severity(StrEnum):
    """How much it matters: an error breaks a MUST or breaks operation, a warning a SHOULD, an info is no violation."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    __hash__ = str.__hash__  # see `ocppscope.protocol.roles`

    @property
    def rank(self) -> int:
        """2 for an error, 1 for a warning, 0 for an info: to compare and to sort."""
        return _RANK[self]

    @property
    def mark(self) -> str:
        """The glyph that stands for it everywhere, so that no meaning hangs on colour."""
        return _MARK[self]


_RANK = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.INFO: 0}
_MARK = {Severity.ERROR: "✖", Severity.WARNING: "▲", Severity.INFO: "●"}


class Finding(msgspec.Struct, frozen=True):
    """One occurrence of one rule.

    Attributes:
        rule: the rule's id, ``RPC-008``.
        severity: of this occurrence (a rule may differ by version).
        at_fault: whose doing it is, None when the traffic does not tell.
        station: station identity.
        connection: connection number within the inspected input.
        time: wall clock of the message that gave rise to it.
        records: numbers of all records involved, the one it is pinned to first.
        evidence: one sentence with the values seen; wire text inside is raw and passes ``visible`` when shown.
        message_id, action: of the message that is pinned.
        path: JSON path of the offending value, if any.
        observed, expected: the value seen and what was due, as JSON-like text.
        spec: the clause that says so.
        key: occurrences with the same (rule, station, key) are one row with a count.
    """

    rule: str
    severity: Severity
    at_fault: Role | None
    station: str
    connection: int
    time: datetime
    records: tuple[int, ...]
    evidence: str
    message_id: str | None = None
    action: str | None = None
    path: str | None = None
    observed: str | None = None
    expected: str | None = None
    spec: str = ""
    key: str = ""
