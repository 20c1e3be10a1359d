"""Of a finding: the record numbers, whose fault it is."""

from collections.abc import Iterable

from ocppscope.inspect.causes import Cause
from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.finding import Finding
from ocppscope.protocol.roles import Role

MOST_RECORDS = 8
"""Occurrences whose records are named in a line."""

_MOST_INVOLVED = 6
_FAULT = {Role.STATION: "station at fault", Role.CSMS: "CSMS at fault", None: "either side at fault"}


def records_words(row: FindingRow) -> str:
    """``record 5``, ``record 9 (with 4, 6)``, ``records 5, 9 (with 4), …``: the message it is pinned to, then the others."""
    shown = row.occurrences[:MOST_RECORDS]
    more = ", …" if row.count > len(shown) else ""
    return f"record{'s' if row.count > 1 else ''} {', '.join(_involved(finding) for finding in shown)}{more}"


def _involved(finding: Finding) -> str:
    pinned, *others = finding.records
    others = list(dict.fromkeys(number for number in others if number != pinned))
    if not others:
        return str(pinned)
    more = ", …" if len(others) > _MOST_INVOLVED else ""
    return f"{pinned} (with {', '.join(map(str, others[:_MOST_INVOLVED]))}{more})"


def fault_words(cause: Cause) -> str:
    """Whose fault it is, of all that a rule found; empty where that differs."""
    return _shared_fault(row.finding for row in cause.rows)


def _shared_fault(findings: Iterable[Finding]) -> str:
    sides = {finding.at_fault for finding in findings}
    return _FAULT[next(iter(sides))] if len(sides) == 1 else ""
