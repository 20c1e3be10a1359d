"""The tables and their columns: the one place that says what there is, of what type, in what unit.

Names, types and units are a promise to those who keep queries and Parquet files: columns are added, never changed.
Nothing heavy is imported here: the command line reads it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """How a value is kept; the words are SQL's."""

    INTEGER = "BIGINT"
    NUMBER = "DOUBLE"
    TEXT = "VARCHAR"
    TRUTH = "BOOLEAN"
    TIME = "TIMESTAMP"
    """UTC, without a zone, to the microsecond."""
    INTEGERS = "BIGINT[]"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: as in SQL; none is a reserved word.
        type: of its values. Any value may be NULL where the capture does not tell.
        what: its meaning, for people.
        unit: ``s``, ``bytes``, ``Wh``; "" for what has none.
    """

    name: str
    type: Type
    what: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        name: as in SQL.
        what: what one row is.
        columns: in their order.
    """

    name: str
    what: str
    columns: tuple[Column, ...]


_STATION = Column("station", Type.TEXT, "identity of the charging station")
_CONNECTION = Column("connection", Type.INTEGER, "number of its connection, as in connections.number")
_MESSAGE_ID = Column("message_id", Type.TEXT, "messageId, as text")

MESSAGES = Table(
    "messages",
    "one OCPP message",
    (
        Column("number", Type.INTEGER, "number of its record within all that was read"),
        Column("time", Type.TIME, "when it was seen, UTC; NULL in a recording without times"),
        _STATION,
        _CONNECTION,
        Column("direction", Type.TEXT, "up: to the CSMS, down: to the station"),
        Column("type", Type.TEXT, "CALL, CALLRESULT, CALLERROR, CALLRESULTERROR, SEND, or ? for a malformed one"),
        _MESSAGE_ID,
        Column("action", Type.TEXT, "of a response that of its CALL"),
        Column("transaction_id", Type.TEXT, "transactionId that its payload names"),
        Column("size", Type.INTEGER, "of the whole message", "bytes"),
        Column("frames", Type.INTEGER, "how many WebSocket frames carried it"),
        Column("compressed", Type.TRUTH, "whether permessage-deflate was used"),
        Column("truncated", Type.TRUTH, "whether only its beginning was kept"),
        Column("text", Type.TEXT, "exactly as sent; NULL when it is no text"),
        Column("latency", Type.NUMBER, "of a response: since its CALL", "s"),
        Column("findings", Type.INTEGER, "how many findings are pinned to it"),
    ),
)

EXCHANGES = Table(
    "exchanges",
    "one CALL and what became of it",
    (
        _STATION,
        _CONNECTION,
        Column("action", Type.TEXT, "of the CALL"),
        Column("dut", Type.TEXT, "who had to answer: station or csms"),
        Column("direction", Type.TEXT, "of the CALL: up to the CSMS, down to the station"),
        _MESSAGE_ID,
        Column("call", Type.INTEGER, "messages.number of the CALL"),
        Column("response", Type.INTEGER, "messages.number of the response"),
        Column("started", Type.TIME, "when the CALL was seen, UTC"),
        Column("latency", Type.NUMBER, "from the CALL to its response", "s"),
        Column("proxy_share", Type.NUMBER, "of both messages' way inside the proxy", "s"),
        Column("limit_s", Type.NUMBER, "what the product's profile allows", "s"),
        Column("over_limit", Type.TRUTH, "whether the response came after that; NULL without response or limit"),
        Column("outcome", Type.TEXT, "result, error, aborted (the connection ended first), unanswered"),
        Column("error_code", Type.TEXT, "of a CALLERROR"),
    ),
)

FINDINGS = Table(
    "findings",
    "one occurrence of one rule",
    (
        Column("rule", Type.TEXT, "the rule's id, RPC-011"),
        Column("name", Type.TEXT, "what it finds, in a few words"),
        Column("severity", Type.TEXT, "error, warning or info"),
        Column("requirement", Type.TEXT, "how firmly it is demanded: MUST, SHOULD, claim, judgement"),
        Column("at_fault", Type.TEXT, "station, csms, or NULL where the traffic does not tell"),
        _STATION,
        _CONNECTION,
        Column("time", Type.TIME, "of the message that gave rise to it, UTC"),
        Column("record", Type.INTEGER, "the record that it is pinned to: messages.number if that is a message"),
        Column("records", Type.INTEGERS, "all records involved, that one first"),
        _MESSAGE_ID,
        Column("action", Type.TEXT, "of the message that it is pinned to"),
        Column("path", Type.TEXT, "JSON path of the offending value"),
        Column("observed", Type.TEXT, "the value seen"),
        Column("expected", Type.TEXT, "what was due"),
        Column("evidence", Type.TEXT, "one sentence with the values seen"),
        Column("spec", Type.TEXT, "the clause that says so"),
    ),
)

CONNECTIONS = Table(
    "connections",
    "one WebSocket connection, or an attempt that was refused",
    (
        Column("number", Type.INTEGER, "from 1, within all that was read; NULL for a refused one"),
        _STATION,
        Column("state", Type.TEXT, "ended, open (at the end of what was read), refused"),
        Column("opened", Type.TIME, "when it was established, or first seen, or refused, UTC"),
        Column("ended", Type.TIME, "UTC"),
        Column("ocpp_version", Type.TEXT, "1.6, 2.0.1, 2.1"),
        Column("version_source", Type.TEXT, "negotiated, inferred, unknown"),
        Column("subprotocol", Type.TEXT, "as negotiated"),
        Column("vendor", Type.TEXT, "of the station, as known when the connection ended"),
        Column("model", Type.TEXT, "the same"),
        Column("firmware", Type.TEXT, "the same"),
        Column("peer", Type.TEXT, "address of the station"),
        Column("upstream", Type.TEXT, "address of the CSMS"),
        Column("messages_up", Type.INTEGER, "from the station"),
        Column("messages_down", Type.INTEGER, "from the CSMS"),
        Column("ended_by", Type.TEXT, "station, csms, network, proxy"),
        Column("how", Type.TEXT, "closed, fin, rst, timeout, error, shutdown; of a refused one how far it came"),
        Column("close_code", Type.INTEGER, "of the first close frame; of a refused one the HTTP status"),
        Column("reason", Type.TEXT, "of the close frame, or of the refusal"),
        Column("idle_seconds", Type.NUMBER, "from the last frame to the end", "s"),
    ),
)

TRANSACTIONS = Table(
    "transactions",
    "one charging transaction",
    (
        _STATION,
        Column("id", Type.TEXT, "transactionId"),
        Column("state", Type.TEXT, "starting, running, ended, refused, unknown (its start was not seen)"),
        Column("connector", Type.INTEGER, "connector (1.6) or EVSE (2.x)"),
        Column("id_token", Type.TEXT, "that started it"),
        Column("start", Type.TIME, "by the station's clock, UTC"),
        Column("stop", Type.TIME, "by the station's clock, UTC"),
        Column("meter_start", Type.NUMBER, "energy register at the start", "Wh"),
        Column("meter_stop", Type.NUMBER, "energy register at the end, or the latest", "Wh"),
        Column("energy_wh", Type.NUMBER, "delivered so far", "Wh"),
        Column("reason", Type.TEXT, "why it ended"),
        Column("first_record", Type.INTEGER, "messages.number of its first message"),
        Column("last_record", Type.INTEGER, "messages.number of its latest message"),
        Column("seq_first", Type.INTEGER, "lowest seqNo seen (2.x)"),
        Column("seq_last", Type.INTEGER, "highest seqNo seen (2.x)"),
        Column("seq_gaps", Type.INTEGER, "how many numbers are missing in between"),
    ),
)

TABLES = (MESSAGES, EXCHANGES, FINDINGS, CONNECTIONS, TRANSACTIONS)
"""All tables."""
