"""Which finding is pinned to which message: the latest ones in full, and of all of them enough to mute a rule."""

from array import array
from collections import OrderedDict
from collections.abc import Collection, Iterator

from ocppscope.model.finding import Finding, Severity

MOST_MESSAGES = 50_000
"""Messages whose findings are kept at hand for the detail, the newest; the ledger counts all."""

MOST_MARKS = 4_000_000
"""Marks remembered, 28 MB. Beyond, the oldest quarter is forgotten: those messages keep their mark when a rule is muted."""

_SEVERITIES = tuple(Severity)
_INDEX = {severity: index for index, severity in enumerate(_SEVERITIES)}
_TAKEN_BACK = len(_SEVERITIES)


class Pinned:
    """Findings by message, and marks by rule."""

    def __init__(self) -> None:
        self._findings: OrderedDict[int, list[Finding]] = OrderedDict()
        self._numbers = array("I")
        self._rules = array("H")
        self._kinds = array("B")
        self._rule_index: dict[str, int] = {}

    def add(self, finding: Finding) -> None:
        """Keep a finding at the message that it is pinned to."""
        number = finding.records[0]
        self._findings.setdefault(number, []).append(finding)
        if len(self._findings) > MOST_MESSAGES:
            self._findings.popitem(last=False)
        self._mark(finding, _INDEX[finding.severity])

    def withdraw(self, finding: Finding) -> bool:
        """Take a finding back. Returns whether it was known."""
        kept = self._findings.get(finding.records[0], [])
        if finding not in kept:
            return False
        kept.remove(finding)
        self._mark(finding, _INDEX[finding.severity] + _TAKEN_BACK)
        return True

    def at(self, number: int, muted: Collection[str] = ()) -> list[Finding]:
        """The findings pinned to a message, in the order in which they came, but for those of muted rules."""
        return [finding for finding in self._findings.get(number, ()) if finding.rule not in muted]

    def marks(self, rule: str) -> Iterator[tuple[int, Severity, int]]:
        """Every mark that a rule has set: message, severity, and 1, or -1 where it was taken back."""
        index = self._rule_index.get(rule)
        for place, found in enumerate(self._rules):
            if found == index:
                back, severity = divmod(self._kinds[place], _TAKEN_BACK)
                yield self._numbers[place], _SEVERITIES[severity], -1 if back else 1

    def _mark(self, finding: Finding, kind: int) -> None:
        if len(self._numbers) >= MOST_MARKS:
            for column in (self._numbers, self._rules, self._kinds):
                del column[: MOST_MARKS // 4]
        self._numbers.append(finding.records[0])
        self._rules.append(self._rule_index.setdefault(finding.rule, len(self._rule_index)))
        self._kinds.append(kind)
