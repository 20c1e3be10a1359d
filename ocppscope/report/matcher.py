"""What a filter says of each record, its findings and its exchange."""

from collections import OrderedDict
from collections.abc import Iterable

import msgspec

from ocppscope.filters import Filter
from ocppscope.inspect.seen import Seen
from ocppscope.inspect.subject import SeenSubject
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.model.finding import Finding

MOST_OPEN = 10_000
"""Unanswered CALLs remembered; a peer that answers nothing makes more of them without end."""


class Matched(msgspec.Struct, frozen=True):
    """What matches of one record.

    Attributes:
        record: the record itself.
        findings, withdrawn: those that match together with the message that they are pinned to.
        answered: the exchange that it closed, when its CALL or this response matches.
        aborted: the exchanges that it ended, when their CALL matched.
    """

    record: bool
    findings: tuple[Finding, ...] = ()
    withdrawn: tuple[Finding, ...] = ()
    answered: Exchange | None = None
    aborted: tuple[Exchange, ...] = ()


class Matcher:
    """A filter that remembers the open CALLs, because what is said of them later is said of them."""

    def __init__(self, wanted: Filter) -> None:
        self._wanted = wanted
        self._open: OrderedDict[tuple[int, int], tuple[Seen, bool]] = OrderedDict()

    def match(self, seen: Seen) -> Matched:
        """Judge one record. Call it for every record, in order."""
        # An overdue CALL is told with the record that came next, which has nothing to do with it.
        pinned = [finding for finding in seen.findings if finding.records[0] == seen.number]
        own = self._wanted.matches(SeenSubject(seen, pinned))
        findings = self._matching(seen.findings, seen)
        withdrawn = self._matching(seen.withdrawn, seen)
        aborted = tuple(exchange for exchange in seen.aborted if self._close(exchange))
        exchange = seen.exchange
        if exchange is not None and exchange.outcome is Outcome.PENDING:
            self._open[_key(exchange)] = (seen, own)
            if len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
            exchange = None
        elif exchange is not None and not self._close(exchange) and not own:
            exchange = None
        return Matched(own, findings, withdrawn, exchange, aborted)

    def overdue(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Of findings that time brought up, those that match."""
        return self._matching(findings, None)

    def is_open(self, exchange: Exchange) -> bool:
        """Whether an unanswered CALL matches."""
        return self._open.get(_key(exchange), (None, False))[1]

    def open_calls(self) -> list[Exchange]:
        """The matching CALLs that nothing answered or aborted."""
        return [seen.exchange for seen, own in self._open.values() if own and seen.exchange is not None]

    def _matching(self, findings: Iterable[Finding], seen: Seen | None) -> tuple[Finding, ...]:
        return tuple(finding for finding in findings if self._matches(finding, seen))

    def _matches(self, finding: Finding, seen: Seen | None) -> bool:
        pinned = self._open.get((finding.connection, finding.records[0]), (seen, False))[0]
        return pinned is not None and self._wanted.matches(SeenSubject(pinned, (finding,)))

    def _close(self, exchange: Exchange) -> bool:
        return self._open.pop(_key(exchange), (None, False))[1]


def _key(exchange: Exchange) -> tuple[int, int]:
    return exchange.connection, exchange.call
