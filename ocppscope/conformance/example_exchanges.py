"""Whole exchanges for the scripts of examples (see `Example`), each with the seconds that pass before it."""

import json
from typing import Any

from ocppscope.conformance.example_lines import stamp
from ocppscope.protocol.message import Payload

PLACE = {"id": 1, "connectorId": 1}
"""The ``evse`` of a TransactionEvent."""


def exchange(
    way: str, id_: str, action: str, payload: Payload, answer: Payload | None = None, *, wait: float = 0.1
) -> str:
    """A CALL and its CALLRESULT: two lines.

    Args:
        way: ``>`` for one of the station, ``<`` for one of the CSMS.
        id_: message id.
        action: of the CALL.
        payload: of the CALL.
        answer: the payload of the result, empty without one.
        wait: seconds before the CALL.
    """
    back = "<" if way == ">" else ">"
    call, result = json.dumps([2, id_, action, payload]), json.dumps([3, id_, answer or {}])
    return f"+{wait:g} {way} {call}\n{back} {result}\n"


def status_v16(connector: int, status: str, wait: float = 0.1, *, id_: str = "", **members: Any) -> str:
    """A StatusNotification of 1.6 with its answer."""
    payload = {"connectorId": connector, "errorCode": "NoError", "status": status} | members
    return exchange(">", id_ or f"s{connector}{status}", "StatusNotification", payload, wait=wait)


def status_v2x(name: str, status: str, at: float, wait: float = 0.1, *, id_: str = "") -> str:
    """A StatusNotification of 2.x with its answer; ``name`` is EVSE and connector, ``"1.1"``."""
    evse, connector = name.split(".")
    payload = {"timestamp": stamp(at), "connectorStatus": status, "evseId": int(evse), "connectorId": int(connector)}
    return exchange(">", id_ or f"s{name}{status}", "StatusNotification", payload, wait=wait)


def boot_v16(wait: float = 0.1, *, at: float = 0) -> str:
    """An accepted BootNotification of 1.6."""
    payload = {"chargePointVendor": "Made", "chargePointModel": "Up"}
    answer = {"status": "Accepted", "currentTime": stamp(at), "interval": 3600}
    return exchange(">", f"boot{at:g}", "BootNotification", payload, answer, wait=wait)


def boot_v2x(wait: float = 0.1, *, at: float = 0) -> str:
    """An accepted BootNotification of 2.x."""
    payload = {"reason": "PowerUp", "chargingStation": {"vendorName": "Made", "model": "Up"}}
    answer = {"status": "Accepted", "currentTime": stamp(at), "interval": 3600}
    return exchange(">", f"boot{at:g}", "BootNotification", payload, answer, wait=wait)


def started_v16(
    connector: int, transaction: int, at: float, tag: str = "A1", wait: float = 0.1, *, id_: str = "", **members: Any
) -> str:
    """A StartTransaction that is accepted."""
    payload = {
        "connectorId": connector,
        "idTag": tag,
        "meterStart": 1000 * transaction,
        "timestamp": stamp(at),
    } | members
    answer = {"transactionId": transaction, "idTagInfo": {"status": "Accepted"}}
    return exchange(">", id_ or f"start{transaction}", "StartTransaction", payload, answer, wait=wait)


def stopped_v16(transaction: int, at: float, wait: float = 0.1, **members: Any) -> str:
    """A StopTransaction."""
    payload = {"transactionId": transaction, "meterStop": 1000 * transaction + 500, "timestamp": stamp(at)} | members
    return exchange(">", f"stop{transaction}", "StopTransaction", payload, wait=wait)


def transaction_event(
    kind: str,
    number: int,
    at: float,
    trigger: str,
    *,
    transaction: str = "T1",
    tag: str | None = None,
    wait: float = 0.1,
    id_: str = "",
    info: Payload | None = None,
    **members: Any,
) -> str:
    """A TransactionEvent with its answer.

    Args:
        kind: eventType.
        number: seqNo.
        at: seconds of its time stamp.
        trigger: triggerReason.
        transaction: its id.
        tag: its idToken, accepted in the answer.
        wait: seconds before it.
        id_: message id.
        info: further members of transactionInfo.
        **members: further members of the message.
    """
    payload = {
        "eventType": kind,
        "timestamp": stamp(at),
        "triggerReason": trigger,
        "seqNo": number,
        "transactionInfo": {"transactionId": transaction} | (info or {}),
    } | members
    answer = {}
    if tag is not None:
        payload["idToken"] = id_token(tag)
        answer = {"idTokenInfo": {"status": "Accepted"}}
    return exchange(">", id_ or f"{transaction}-{kind[0]}{number}", "TransactionEvent", payload, answer, wait=wait)


def id_token(tag: str) -> Payload:
    """An idToken of 2.x."""
    return {"idToken": tag, "type": "ISO14443"}


def reserved_v16(
    connector: int, reservation: int, expiry: float, tag: str = "A1", status: str = "Accepted", **more: Any
) -> str:
    """A ReserveNow of 1.6 with its answer; ``expiry`` in seconds after the beginning of the example."""
    wait, id_ = more.pop("wait", 0.1), more.pop("id_", f"res{reservation}")
    payload = {"connectorId": connector, "expiryDate": stamp(expiry), "idTag": tag, "reservationId": reservation}
    return exchange("<", id_, "ReserveNow", payload | more, {"status": status}, wait=wait)


def reserved_v2x(
    evse: int | None, reservation: int, expiry: float, tag: str = "A1", status: str = "Accepted", **more: Any
) -> str:
    """A ReserveNow of 2.x with its answer."""
    wait, id_ = more.pop("wait", 0.1), more.pop("id_", f"res{reservation}")
    payload = {"id": reservation, "expiryDateTime": stamp(expiry), "idToken": id_token(tag)} | more
    if evse is not None:
        payload["evseId"] = evse
    return exchange("<", id_, "ReserveNow", payload, {"status": status}, wait=wait)
