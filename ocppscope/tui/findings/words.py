"""Findings in words: names, whose fault, how firmly it is demanded, when."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.finding import Finding, Severity
from ocppscope.protocol.roles import Role

TOKENS = {"error": "error", "warning": "warn", "info": "muted"}
"""Theme tokens of the severities."""

PARTY = {Role.STATION: "the station", Role.CSMS: "the CSMS"}


@cache
def rule_name(rule_id: str) -> str:
    """The rule's name in a few words, "" for a rule that is not in the catalogue."""
    from ocppscope.conformance.registry import rule  # noqa: PLC0415 - imports the whole catalogue

    found = rule(rule_id)
    return found.name if found is not None else ""


@cache
def demanded(rule_id: str) -> str:
    """How firmly the specification demands it: "MUST", "SHOULD", "judgement", "claim"."""
    from ocppscope.conformance.registry import rule  # noqa: PLC0415 - imports the whole catalogue

    found = rule(rule_id)
    return found.requirement.value if found is not None else ""


@cache
def clause(rule_id: str) -> str:
    """Where the specification says so."""
    from ocppscope.conformance.registry import rule  # noqa: PLC0415 - imports the whole catalogue

    found = rule(rule_id)
    return found.spec if found is not None else ""


def fault(finding: Finding) -> str:
    """Whose doing it is."""
    return f"{PARTY[finding.at_fault]} is at fault" if finding.at_fault is not None else "either side may be at fault"


def times(first: datetime, last: datetime, count: int, *, dated: bool = False) -> str:
    """``3 times, 09:41:02 to 09:43:10``; with the days where they differ, and in a text that leaves the screen."""
    form = "%Y-%m-%d %H:%M:%S" if dated or first.date() != last.date() else "%H:%M:%S"
    begin, end = first.astimezone(UTC).strftime(form), last.astimezone(UTC).strftime(form)
    zone = " UTC" if dated else ""
    if count == 1:
        return f"once, {begin}{zone}"
    return f"{count:,} times, {begin} to {end}{zone}" if begin != end else f"{count:,} times, {begin}{zone}"


def counted(number: int, one: str, many: str = "") -> str:
    """``1 rule``, ``3 rules``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def by_severity(rows: Iterable[FindingRow]) -> dict[Severity, int]:
    """How many rows there are of each severity."""
    found = dict.fromkeys(Severity, 0)
    for row in rows:
        found[row.finding.severity] += 1
    return found
