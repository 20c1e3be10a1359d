"""Lines of example scripts (see `Example`): the messages that examples about transactions are made of.

Every function answers whole lines, each with its line end. Times are seconds after the beginning of an example, whose
clock starts at 2026-01-01T00:00:00Z: what passes at ``+600`` says so itself with ``at=600``.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def stamp(at: float) -> str:
    """A time stamp so many seconds after the beginning."""
    return (_BEGIN + timedelta(seconds=at)).isoformat(timespec="seconds").replace("+00:00", "Z")


def call(message_id: str, action: str, **payload: Any) -> str:
    """A CALL of the station."""
    return f"> {_message(2, message_id, action, payload)}\n"


def result(message_id: str, **payload: Any) -> str:
    """A CALLRESULT of the CSMS."""
    return f"< {_message(3, message_id, payload)}\n"


def ask(message_id: str, action: str, **payload: Any) -> str:
    """A CALL of the CSMS."""
    return f"< {_message(2, message_id, action, payload)}\n"


def answer(message_id: str, **payload: Any) -> str:
    """A CALLRESULT of the station."""
    return f"> {_message(3, message_id, payload)}\n"


def boot(message_id: str, at: float = 0, **more: Any) -> str:
    """A BootNotification of 1.6, and its acceptance."""
    told = call(message_id, "BootNotification", chargePointVendor="Made", chargePointModel="Up", **more)
    return told + result(message_id, status="Accepted", currentTime=stamp(at), interval=14400)


def status(message_id: str, connector: int, state: str) -> str:
    """A StatusNotification of 1.6, and its answer."""
    told = call(message_id, "StatusNotification", connectorId=connector, errorCode="NoError", status=state)
    return told + result(message_id)


def authorize(message_id: str, tag: str = "A1", verdict: str = "Accepted") -> str:
    """An Authorize of 1.6, and its answer."""
    return call(message_id, "Authorize", idTag=tag) + result(message_id, idTagInfo={"status": verdict})


def configure(message_id: str, key: str, value: str) -> str:
    """A ChangeConfiguration that the station accepts."""
    return ask(message_id, "ChangeConfiguration", key=key, value=value) + answer(message_id, status="Accepted")


def start(message_id: str, connector: int = 1, tag: str = "A1", meter: float = 1000, at: float = 0, **more: Any) -> str:
    """A StartTransaction, without its answer."""
    began = {"connectorId": connector, "idTag": tag, "meterStart": meter, "timestamp": stamp(at)}
    return call(message_id, "StartTransaction", **began, **more)


def issued(message_id: str, transaction: int, verdict: str = "Accepted") -> str:
    """The answer to a StartTransaction."""
    return result(message_id, transactionId=transaction, idTagInfo={"status": verdict})


def started(message_id: str, transaction: int, connector: int = 1, tag: str = "A1", **more: Any) -> str:
    """A StartTransaction and its answer."""
    return start(message_id, connector, tag, **more) + issued(message_id, transaction)


def stop(message_id: str, transaction: int, meter: float = 2000, at: float = 600, **more: Any) -> str:
    """A StopTransaction, without its answer."""
    return call(message_id, "StopTransaction", transactionId=transaction, meterStop=meter, timestamp=stamp(at), **more)


def stopped(message_id: str, transaction: int, meter: float = 2000, at: float = 600, **more: Any) -> str:
    """A StopTransaction and its answer."""
    return stop(message_id, transaction, meter, at, **more) + result(message_id)


def sampled(at: float, *values: dict[str, Any]) -> dict[str, Any]:
    """A meter value."""
    return {"timestamp": stamp(at), "sampledValue": list(values)}


def metered(
    message_id: str, value: str, at: float, transaction: int | None = 17, connector: int = 1, **sample: Any
) -> str:
    """MeterValues of 1.6 with one sampled value, and their answer."""
    named = {} if transaction is None else {"transactionId": transaction}
    values = [sampled(at, {"value": value, **sample})]
    return call(message_id, "MeterValues", connectorId=connector, **named, meterValue=values) + result(message_id)


def event(
    message_id: str,
    kind: str,
    seq: int,
    at: float,
    *values: dict[str, Any],
    transaction: str = "tx-1",
    trigger: str = "Authorized",
    info: dict[str, Any] | None = None,
    **more: Any,
) -> str:
    """A TransactionEvent, without its answer; ``values`` are sampled values of that time."""
    metering = {"meterValue": [sampled(at, *values)]} if values else {}
    return call(
        message_id,
        "TransactionEvent",
        eventType=kind,
        timestamp=stamp(at),
        triggerReason=trigger,
        seqNo=seq,
        transactionInfo={"transactionId": transaction, **(info or {})},
        **metering,
        **more,
    )


def evented(message_id: str, kind: str, seq: int, at: float, *values: dict[str, Any], **more: Any) -> str:
    """A TransactionEvent and its answer."""
    token = {"idTokenInfo": {"status": "Accepted"}} if "idToken" in more else {}
    return event(message_id, kind, seq, at, *values, **more) + result(message_id, **token)


def token(text: str = "A1") -> dict[str, str]:
    """An idToken of 2.x."""
    return {"idToken": text, "type": "ISO14443"}


EVSE = {"id": 1, "connectorId": 1}
"""The evse member of a TransactionEvent."""


def _message(*parts: Any) -> str:
    return json.dumps(parts, separators=(",", ":"))
