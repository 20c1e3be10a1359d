"""Columns of tables by the names that exports give them, and the words that stand in them."""

import csv
import re
from collections.abc import Mapping

from ocppscope.protocol.roles import Direction

NAMES: dict[str, tuple[str, ...]] = {
    "time": ("time", "timestamp", "ts", "datetime", "date", "createdat", "created", "receivedat", "messagetime"),
    "station": (
        "station", "stationid", "chargepointid", "chargepoint", "chargeboxid", "chargingstationid", "chargerid", "cpid",
        "deviceid", "identity",
    ),
    "connection": ("connection", "conn", "connectionid", "sessionid"),
    "direction": ("direction", "dir", "origin", "way", "sender", "from", "source"),
    "type": ("type", "messagetype", "messagetypeid", "kind"),
    "id": ("messageid", "uniqueid", "correlationid", "uuid", "callid", "requestid", "id"),
    "action": ("action", "ocppaction", "command", "method", "operation"),
    "message": ("message", "msg", "raw", "rawmessage", "data", "body", "content", "payload", "json", "text", "frame"),
    "request": ("request", "requestmessage", "requestpayload", "req"),
    "response": ("response", "responsemessage", "responsepayload", "res", "conf"),
    "response_time": ("responsetime", "respondedat", "responsetimestamp", "answeredat"),
}  # fmt: skip
"""Names that exports use, by ours; letters and digits only, in lower case."""

WAYS = {
    **dict.fromkeys(("cs", "cp", "station", "chargepoint", "chargingstation", "charger", "cs>csms", "cp>csms", "up", "tocsms",
                     "stationtocsms", "received", "receive", "recv", "in", "incoming", "inbound", "rx"), Direction.TO_CSMS),
    **dict.fromkeys(("csms", "centralsystem", "server", "backend", "csms>cs", "csms>cp", "down", "tostation",
                     "csmstostation", "sent", "send", "out", "outgoing", "outbound", "tx"), Direction.TO_STATION),
}  # fmt: skip
"""Who sent it, by the words of an export; sent and received are a CSMS's, because the exports are."""

TYPES = {
    **dict.fromkeys(("2", "call", "request", "req"), 2),
    **dict.fromkeys(("3", "callresult", "response", "conf", "result"), 3),
    **dict.fromkeys(("4", "callerror", "error"), 4),
}

_PLAIN = re.compile(r"[^a-z0-9>]")


HEADER = ("time", "station", "connection", "direction", "type", "id", "action", "latency_s", "findings", "message")
"""Of the tables that we write."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of what a spreadsheet takes for a formula."""


def plain(name: str) -> str:
    """The letters and digits of a name or word, in lower case."""
    return _PLAIN.sub("", name.lower())


def delimiter_of(line: str) -> str:
    """What stands between the names of a header."""
    return max(",;\t|", key=line.count)


def split(line: str) -> list[str]:
    """The names of a header."""
    line = line.removeprefix("\ufeff")
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=delimiter_of(line)), [])]
    except csv.Error:
        return []


def columns_of(header: list[str], given: Mapping[str, str]) -> dict[str, int]:
    """The places of columns by our name for them; ``given`` are names that the user gave, by ours."""
    known = [plain(name) for name in header]
    found: dict[str, int] = {}
    for ours, theirs in NAMES.items():
        names = (plain(given[ours]),) if ours in given else theirs
        place = next((known.index(name) for name in names if name in known), None)
        if place is not None and place not in found.values():
            found[ours] = place
    return found


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def unguarded(text: str) -> str:
    """The text of a cell that we wrote."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text
