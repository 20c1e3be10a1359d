"""How often a station has to let itself be heard."""

from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memory import Memory
from ocppscope.protocol.message import Call, CallResult, Payload
from ocppscope.protocol.payload import number_at, objects_at, text_at

KEY = "heartbeatinterval"
_LONGEST_S = 31_536_000
"""A year: whatever is said to be longer is no interval."""

_VARIABLE = ("ocppcommctrlr", KEY)


class HeartbeatInterval(Memory):
    """The latest interval that the CSMS gave, in an accepted boot or as a setting; else the one that it read.

    Attributes:
        seconds: None while unknown, and when it is no length of time: at 0 the station chooses.
        record: number of the answer that told it.
        source: for evidence: "BootNotification", "ChangeConfiguration"…
    """

    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"BootNotification", "ChangeConfiguration", "GetConfiguration", "GetVariables", "SetVariables"})

    def __init__(self) -> None:
        self.seconds: float | None = None
        self.record = 0
        self.source = ""

    def learn(self, event: ResponseSeen) -> None:
        """Take in an answer."""
        pending = event.closed.pending
        if pending is None or not isinstance(event.message, CallResult):
            return
        action = pending.call.action
        told = interval_told(pending.call, event.message.payload)
        if told is None or (action.startswith("Get") and self.record):
            return
        self.seconds = told if 0 < told <= _LONGEST_S else None
        self.record, self.source = event.scene.number, action


def interval_told(call: Call, result: Payload) -> float | None:
    """The heartbeat interval in seconds that holds after this answer, None when it says nothing of it."""
    match call.action:
        case "BootNotification":
            return number_at(result, "interval") if text_at(result, "status") == "Accepted" else None
        case "ChangeConfiguration":
            changed = text_at(result, "status") == "Accepted" and (text_at(call.payload, "key") or "").lower() == KEY
            return number_at(call.payload, "value") if changed else None
        case "GetConfiguration":
            rows = objects_at(result, "configurationKey")
            return next((number_at(row, "value") for row in rows if (text_at(row, "key") or "").lower() == KEY), None)
        case "GetVariables":
            read = objects_at(result, "getVariableResult")
            return next((number_at(row, "attributeValue") for row in read if _is_interval(row, row)), None)
        case "SetVariables":
            asked, answers = objects_at(call.payload, "setVariableData"), objects_at(result, "setVariableResult")
            pairs = zip(asked, answers, strict=False)  # one answer for each, in the order of the questions (B05)
            return next((number_at(row, "attributeValue") for row, answer in pairs if _is_interval(row, answer)), None)
    return None


def _is_interval(row: Payload, answer: Payload) -> bool:
    name = (text_at(row, "component", "name") or "").lower(), (text_at(row, "variable", "name") or "").lower()
    is_actual = text_at(row, "attributeType") in (None, "Actual")
    return name == _VARIABLE and is_actual and text_at(answer, "attributeStatus") == "Accepted"
