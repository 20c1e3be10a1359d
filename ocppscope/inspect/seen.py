"""What one record turned out to mean."""

import msgspec

from ocppscope.capture.record import Record
from ocppscope.model.connection import Connection
from ocppscope.model.exchange import Exchange
from ocppscope.model.finding import Finding
from ocppscope.protocol.message import Message


class Seen(msgspec.Struct, frozen=True):
    """One record, understood.

    Attributes:
        record: what was observed.
        number: the record's number within the inspected input: its ``seq``, plus what earlier captures held.
        connection: the connection that it belongs to; None for a header, a gap, a refused connection.
        message: the parsed message of a MessageRecord, else None.
        action: the action, of a response that of its CALL; None where nothing tells.
        exchange: a CALL's exchange, just opened; a response's exchange, just closed; None for an orphan and all else.
        findings: what the rules say now. Each names its own records: not always this one (an overdue CALL).
        withdrawn: findings said earlier that this record proves wrong: a CALL "never answered" that was, late.
        aborted: exchanges that this record ended without an answer (the connection went away).
        again: it only repeats what is known, at the beginning of a further part of the run.
    """

    record: Record
    number: int
    connection: Connection | None = None
    message: Message | None = None
    action: str | None = None
    exchange: Exchange | None = None
    findings: tuple[Finding, ...] = ()
    withdrawn: tuple[Finding, ...] = ()
    aborted: tuple[Exchange, ...] = ()
    again: bool = False
