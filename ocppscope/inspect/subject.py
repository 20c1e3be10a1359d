"""A record that was understood, as the filter language sees it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ocppscope.capture.record import Refused
from ocppscope.inspect.seen import Seen
from ocppscope.inspect.summaries import summarise
from ocppscope.model.finding import Finding
from ocppscope.protocol.message import TYPE_NAMES, Call, CallError, CallResult, CallResultError, Send
from ocppscope.protocol.payload import value_at
from ocppscope.protocol.roles import Direction

_WAYS = {Direction.TO_CSMS: "up", Direction.TO_STATION: "down"}


class SeenSubject:
    """A `Seen` as a subject of `ocppscope.filters`. What must be made of the message is made when a filter asks for it.

    Attributes:
        held: whether an intervention holds the message back now.
        marked: whether the user marked it.
    """

    def __init__(
        self, seen: Seen, findings: Sequence[Finding] | None = None, *, held: bool = False, marked: bool = False
    ) -> None:
        """Look at a record; ``findings`` are those pinned to it by now, by default the ones that it gave rise to."""
        self._seen = seen
        self._findings = seen.findings if findings is None else findings
        self.held = held
        self.marked = marked

    @property
    def action(self) -> str:
        """Of a response that of its CALL."""
        return self._seen.action or ""

    @property
    def type(self) -> str:
        """The standard's word, ``?`` for a malformed message, "" for a record that is no message."""
        return TYPE_NAMES[type(self._seen.message)] if self._seen.message is not None else ""

    @property
    def dir(self) -> str:
        """``up``, ``down``, or "" for a record that travels neither way."""
        way = getattr(self._seen.record, "dir", None)
        return _WAYS[way] if isinstance(way, Direction) else ""

    @property
    def station(self) -> str:
        """Station identity; of a refused connection the one that its request named."""
        if self._seen.connection is not None:
            return self._seen.connection.station
        record = self._seen.record
        return (record.station or "") if isinstance(record, Refused) else ""

    @property
    def message_id(self) -> str:
        """As text, whatever its JSON type was."""
        message = self._seen.message
        return "" if message is None or message.message_id is None else str(message.message_id)

    @property
    def transaction(self) -> str | None:
        """The transaction that the payload names. The answers to most messages of a transaction name none."""
        for names in (("transactionId",), ("transactionInfo", "transactionId")):
            value = value_at(self.payload, *names)
            if isinstance(value, str | int) and not isinstance(value, bool):
                return str(value)
        return None

    @property
    def evse(self) -> str | None:
        """The EVSE (2.x) or connector (1.6) that the payload names."""
        for names in (("evse", "id"), ("evseId",), ("connectorId",)):
            value = value_at(self.payload, *names)
            if isinstance(value, int) and not isinstance(value, bool):
                return str(value)
        return None

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules of its findings."""
        return tuple(finding.rule for finding in self._findings)

    @property
    def severity(self) -> str | None:
        """The worst of its findings."""
        worst = max((finding.severity for finding in self._findings), key=lambda one: one.rank, default=None)
        return None if worst is None else worst.value

    @property
    def has_findings(self) -> bool:
        """Whether any rule has something to say about it."""
        return bool(self._findings)

    @property
    def latency(self) -> float | None:
        """Of a response, in seconds."""
        return self._seen.exchange.latency if self._seen.exchange is not None else None

    @property
    def limit_share(self) -> float | None:
        """Of a response, 1.0 just at the limit."""
        return self._seen.exchange.share_of_limit if self._seen.exchange is not None else None

    @cached_property
    def info(self) -> str:
        """The text of the Info column."""
        seen = self._seen
        if seen.message is None:
            return ""
        return summarise(seen.connection.version if seen.connection else None, seen.message, seen.action)

    @cached_property
    def payload(self) -> Any:
        """The JSON payload; of an error its code, description and details under the standard's names."""
        match self._seen.message:
            case Call() | CallResult() | Send() as message:
                return message.payload
            case CallError() | CallResultError() as error:
                return {
                    "errorCode": error.error_code,
                    "errorDescription": error.error_description,
                    "errorDetails": error.error_details,
                }
        return None
