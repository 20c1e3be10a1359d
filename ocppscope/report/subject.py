"""What the filter language gets to see of one record."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ocppscope.capture.record import MessageRecord, Refused
from ocppscope.inspect.seen import Seen
from ocppscope.inspect.summaries import summarise
from ocppscope.model.finding import Finding
from ocppscope.protocol.message import TYPE_NAMES, Call, CallResult, Malformed, Send
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Direction

_WAYS = {Direction.TO_CSMS: "up", Direction.TO_STATION: "down"}


class SeenSubject:
    """A `Seen` as an `ocppscope.filters.Subject`, with findings that later records may have added to it."""

    def __init__(self, seen: Seen, findings: Sequence[Finding] | None = None) -> None:
        self._seen = seen
        self._findings = seen.findings if findings is None else findings

    @property
    def action(self) -> str:
        """Of a response that of its CALL."""
        return self._seen.action or ""

    @property
    def type(self) -> str:
        """The standard's word, "" for what is no message."""
        return TYPE_NAMES[type(self._seen.message)] if self._seen.message is not None else ""

    @property
    def dir(self) -> str:
        """``up`` or ``down``, "" for what is no message."""
        record = self._seen.record
        return _WAYS[record.dir] if isinstance(record, MessageRecord) else ""

    @property
    def station(self) -> str:
        """Station identity."""
        if self._seen.connection is not None:
            return self._seen.connection.station
        record = self._seen.record
        return (record.station or "") if isinstance(record, Refused) else ""

    @property
    def message_id(self) -> str:
        """As text, "" without one."""
        identifier = self._seen.message.message_id if self._seen.message is not None else None
        return "" if identifier is None else str(identifier)

    @property
    def transaction(self) -> str | None:
        """The transaction that the payload names."""
        number = integer_at(self.payload, "transactionId")
        if number is not None:
            return str(number)
        return text_at(self.payload, "transactionInfo", "transactionId") or text_at(self.payload, "transactionId")

    @property
    def evse(self) -> str | None:
        """The EVSE (2.x) or connector (1.6) that the payload names."""
        for names in (("evse", "id"), ("evseId",), ("connectorId",)):
            number = integer_at(self.payload, *names)
            if number is not None:
                return str(number)
        return None

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of its findings."""
        return tuple(finding.rule for finding in self._findings)

    @property
    def severity(self) -> str | None:
        """The worst of its findings."""
        worst = max((finding.severity for finding in self._findings), key=lambda severity: severity.rank, default=None)
        return None if worst is None else worst.value

    @property
    def latency(self) -> float | None:
        """Of an answer, in seconds."""
        return self._seen.exchange.latency if self._seen.exchange is not None else None

    @property
    def limit_share(self) -> float | None:
        """Of an answer, 1.0 at its limit."""
        return self._seen.exchange.share_of_limit if self._seen.exchange is not None else None

    @property
    def has_findings(self) -> bool:
        """Whether there are any."""
        return bool(self._findings)

    held = False
    marked = False
    """Captures hold no marks; nothing that was recorded is still held back."""

    @cached_property
    def info(self) -> str:
        """The text of the Info column."""
        seen = self._seen
        if seen.message is None or isinstance(seen.message, Malformed):
            return ""
        return summarise(seen.connection.version if seen.connection else None, seen.message, seen.action)

    @property
    def payload(self) -> Any:
        """The JSON payload of what has one."""
        message = self._seen.message
        return message.payload if isinstance(message, Call | CallResult | Send) else None
