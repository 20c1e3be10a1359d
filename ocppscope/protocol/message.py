"""Text to message: the six shapes that an OCPP-J text frame can have.

A CALL is ``[2, id, action, payload]``, a CALLRESULT ``[3, id, payload]``, a CALLERROR ``[4, id, code, description,
details]``, a CALLRESULTERROR ``[5, …]`` like it and a SEND ``[6, id, action, payload]`` (1.6-J §4.2, 2.0.1 part 4 §4.2,
2.1 part 4 §4.2). `parse` never raises: what cannot be read becomes a `Malformed` with its exact text, the reason and the
position. What can be read although its wrapper is not quite right keeps its meaning and lists its `Defect`s, because a
CALLERROR without details still answers its CALL.
"""

import re
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

MessageId: TypeAlias = str | int | float
"""A string by the standard. Numbers are seen in the field and pair by their JSON value: 17 and "17" are different ids."""

Payload: TypeAlias = dict[str, Any]
"""A JSON object as Python values. Never to be changed: it is shared by everyone who looks at the message."""

MAX_ID_LENGTH = 36
"""Characters in a message id (1.6-J §4.1.4, 2.0.1 part 4 §4.1.4)."""


MAX_DEPTH = 100
"""Levels of arrays and objects that are read. The deepest schema of any version has a dozen; whatever looks at a payload
later may then follow it by recursion."""


class DefectKind(StrEnum):
    """What is wrong with the wrapper of a message that can still be read."""

    COUNT = "count"
    TYPE = "type"
    MESSAGE_ID = "message_id"
    NULL_PAYLOAD = "null_payload"
    BYTE_ORDER_MARK = "byte_order_mark"


class MalformedKind(StrEnum):
    """Why a text is no message."""

    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    TOO_DEEP = "too_deep"
    NOT_ARRAY = "not_array"
    UNKNOWN_TYPE = "unknown_type"
    WRAPPER = "wrapper"
    NOT_TEXT = "not_text"
    TRUNCATED = "truncated"


class Defect(msgspec.Struct, frozen=True):
    """A flaw of the wrapper: which element (0 is the message type), and one sentence."""

    kind: DefectKind
    element: int
    reason: str


class Call(msgspec.Struct, frozen=True):
    """A request, to be answered by a CALLRESULT or a CALLERROR with the same id."""

    message_id: MessageId
    action: str
    payload: Payload
    defects: tuple[Defect, ...] = ()


class CallResult(msgspec.Struct, frozen=True):
    """The answer to a CALL. Its action is that of the CALL: only pairing tells."""

    message_id: MessageId
    payload: Payload
    defects: tuple[Defect, ...] = ()


class CallError(msgspec.Struct, frozen=True):
    """The refusal of a CALL."""

    message_id: MessageId
    error_code: str
    error_description: str
    error_details: Payload
    defects: tuple[Defect, ...] = ()


class CallResultError(msgspec.Struct, frozen=True):
    """2.1: the refusal of a CALLRESULT. It closes nothing: the CALL was answered."""

    message_id: MessageId
    error_code: str
    error_description: str
    error_details: Payload
    defects: tuple[Defect, ...] = ()


class Send(msgspec.Struct, frozen=True):
    """2.1: a message that must not be answered."""

    message_id: MessageId
    action: str
    payload: Payload
    defects: tuple[Defect, ...] = ()


class Malformed(msgspec.Struct, frozen=True):
    """A text that is no OCPP-J message, kept exactly.

    ``position`` is the index into ``text`` where reading failed, None where no place is to blame. ``message_id`` and
    ``message_type`` are what could still be made out.
    """

    text: str
    kind: MalformedKind
    reason: str
    position: int | None = None
    message_type: int | None = None
    message_id: MessageId | None = None
    defects: tuple[Defect, ...] = ()


Message: TypeAlias = Call | CallResult | CallError | CallResultError | Send | Malformed

TYPE_NAMES: dict[type[Message], str] = {
    Call: "CALL",
    CallResult: "CALLRESULT",
    CallError: "CALLERROR",
    CallResultError: "CALLRESULTERROR",
    Send: "SEND",
    Malformed: "?",
}
"""The standard's word for each shape, as shown in lists."""

_ELEMENTS = {2: 4, 3: 3, 4: 5, 5: 5, 6: 4}
_WORDS = {2: "CALL", 3: "CALLRESULT", 4: "CALLERROR", 5: "CALLRESULTERROR", 6: "SEND"}
_BYTE = re.compile(r"\(byte (\d+)\)")
_BRACKET = re.compile(r"[\[\]{}]")

_ONE_PAST = (
    "trailing characters", "invalid escape", "invalid character in unicode", "invalid utf-16", "unexpected end of escaped",
)  # fmt: skip
"""Faults that the decoder reports one byte behind the offending one."""

_HALF_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!(?:\\(?:u[0-9a-fA-F]{0,3})?)?\Z)")
"""The first half of an escaped surrogate pair, unless the text ends within or before the second one."""

_decode = msgspec.json.Decoder().decode


def parse(text: str) -> Message:
    """Read one text frame.

    Args:
        text: the whole text as it was sent.

    Returns:
        One of the six shapes. Types 5 and 6 are read whatever the version; whether they are allowed is a rule's business.
    """
    try:
        array = _decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        return _unreadable(text, error)
    if type(array) is not list:
        return Malformed(text, MalformedKind.NOT_ARRAY, f"{_json_type(array)} where an array is due", 0)
    if len(text) > 2 * MAX_DEPTH and text.count("[") + text.count("{") > MAX_DEPTH and _is_too_deep(array):
        return _too_deep(text)
    # Written out because structural patterns cost three times as much, and this is what every message passes.
    if len(array) == 4 and array[0] == 2:
        kind, message_id, action, payload = array
        if _plain(kind, message_id) and type(action) is str and type(payload) is dict:
            return Call(message_id, action, payload)
    elif len(array) == 3 and array[0] == 3:
        kind, message_id, payload = array
        if _plain(kind, message_id) and type(payload) is dict:
            return CallResult(message_id, payload)
    return _with_defects(text, array)


def _plain(kind: object, message_id: object) -> bool:
    """Whether type and id are exactly what the standard wants (2.0 equals 2, but is none)."""
    return type(kind) is int and type(message_id) is str and 0 < len(message_id) <= MAX_ID_LENGTH


def parse_bytes(data: bytes) -> Message:
    """Read a text frame whose bytes may not be UTF-8."""
    try:
        return parse(data.decode())
    except UnicodeDecodeError as error:
        text = data.decode(errors="replace")
        # Every byte before the fault decoded to whole characters, so their count is the position in the shown text.
        position = len(data[: error.start].decode())
        return Malformed(text, MalformedKind.NOT_UTF8, f"byte 0x{data[error.start]:02x} is not UTF-8", position)


def _unreadable(text: str, error: Exception) -> Message:
    if isinstance(error, RecursionError):
        return _too_deep(text)
    if isinstance(error, UnicodeEncodeError):
        return Malformed(text, MalformedKind.NOT_UTF8, "a lone surrogate is no character", error.start)
    if text.startswith("\ufeff["):
        return _after_mark(text)
    if not text.strip():
        return Malformed(text, MalformedKind.NOT_JSON, "empty message", 0)
    reason = str(error)
    if isinstance(error, msgspec.ValidationError):  # of untyped JSON only numbers beyond a float or 4300 digits
        place = reason.partition("`$")[2].rstrip("`")
        return Malformed(text, MalformedKind.NOT_JSON, f"a number too large to be read, at ${place}")
    found = _BYTE.search(reason)
    if found is None:
        return _ends_early(text)
    words = reason.removeprefix("JSON is malformed: ")[: -len(found[0])].strip()
    octets = int(found[1]) - words.startswith(_ONE_PAST)
    position = len(text.encode()[:octets].decode(errors="ignore"))
    return Malformed(text, MalformedKind.NOT_JSON, f"{words} at character {position}", position)


def _is_too_deep(array: list[Any]) -> bool:
    level: list[Any] = [array]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return False
    return True


def _too_deep(text: str) -> Malformed:
    reason = f"nested more than {MAX_DEPTH} levels deep, which no OCPP message needs"
    return Malformed(text, MalformedKind.TOO_DEEP, reason, _depth_position(text))


def _depth_position(text: str) -> int | None:
    """About where the nesting becomes too deep: brackets inside strings are counted too, for this is only to look at."""
    depth = 0
    for found in _BRACKET.finditer(text):
        depth += 1 if found[0] in "[{" else -1
        if depth > MAX_DEPTH:
            return found.start()
    return None


def _after_mark(text: str) -> Message:
    message = parse(" " + text[1:])  # a blank in its place keeps every position right
    if isinstance(message, Malformed):
        message = msgspec.structs.replace(message, text=text)
    mark = Defect(DefectKind.BYTE_ORDER_MARK, 0, "a byte order mark stands before the array")
    return msgspec.structs.replace(message, defects=(mark, *message.defects))


def _ends_early(text: str) -> Malformed:
    # The decoder wants six characters behind the first half of an escaped surrogate pair before it looks at them.
    start = max(len(text) - 12, 0)
    half = _HALF_PAIR.search(text, start)
    if half is not None:
        reason = f"half of an escaped surrogate pair at character {half.start()}"
        return Malformed(text, MalformedKind.NOT_JSON, reason, half.start())
    return Malformed(text, MalformedKind.NOT_JSON, "the JSON text ends too early", len(text))


def _with_defects(text: str, array: list[Any]) -> Message:
    kind = array[0] if array else None
    if type(kind) is not int or kind not in _ELEMENTS:
        return _no_known_type(text, array)
    defects: list[Defect] = []
    if len(array) != _ELEMENTS[kind]:
        reason = f"{_WORDS[kind]} has {len(array)} elements, {_ELEMENTS[kind]} are due"
        defects.append(Defect(DefectKind.COUNT, len(array), reason))
    message_id = array[1] if len(array) > 1 else None
    if isinstance(message_id, bool) or not isinstance(message_id, str | int | float):
        reason = (
            f"the message id is {_json_type(message_id)}" if len(array) > 1 else f"{_WORDS[kind]} without a message id"
        )
        return Malformed(text, MalformedKind.WRAPPER, reason, None, kind, None, tuple(defects))
    defects.extend(_id_defects(message_id))
    return _SHAPES[kind](text, array, message_id, defects)


def _no_known_type(text: str, array: list[Any]) -> Malformed:
    if not array:
        return Malformed(text, MalformedKind.WRAPPER, "an empty array")
    kind = array[0]
    message_id = array[1] if len(array) > 1 and isinstance(array[1], str) else None
    if type(kind) is int:
        return Malformed(
            text, MalformedKind.UNKNOWN_TYPE, f"message type {kind} does not exist", None, kind, message_id
        )
    shown = msgspec.json.encode(kind).decode()[:40]
    reason = f"the message type is {_json_type(kind)} ({shown}), not an integer"
    return Malformed(text, MalformedKind.WRAPPER, reason, None, None, message_id)


def _id_defects(message_id: MessageId) -> list[Defect]:
    if not isinstance(message_id, str):
        return [Defect(DefectKind.MESSAGE_ID, 1, "the message id is a number, not a string")]
    if not message_id:
        return [Defect(DefectKind.MESSAGE_ID, 1, "the message id is empty")]
    if len(message_id) > MAX_ID_LENGTH:
        return [
            Defect(
                DefectKind.MESSAGE_ID,
                1,
                f"the message id has {len(message_id)} characters, at most {MAX_ID_LENGTH} are allowed",
            )
        ]
    return []


def _request(text: str, array: list[Any], message_id: MessageId, defects: list[Defect]) -> Message:
    if len(array) < 3 or not isinstance(array[2], str):
        reason = "the action is missing" if len(array) < 3 else f"the action is {_json_type(array[2])}, not a string"
        return Malformed(text, MalformedKind.WRAPPER, reason, None, array[0], message_id, tuple(defects))
    payload = _object(array, 3, "payload", defects)
    shape = Call if array[0] == 2 else Send
    return shape(message_id, array[2], payload, tuple(defects))


def _result(_text: str, array: list[Any], message_id: MessageId, defects: list[Defect]) -> Message:
    return CallResult(message_id, _object(array, 2, "payload", defects), tuple(defects))


def _error(_text: str, array: list[Any], message_id: MessageId, defects: list[Defect]) -> Message:
    code = _string(array, 2, "error code", defects)
    description = _string(array, 3, "error description", defects)
    details = _object(array, 4, "error details", defects)
    shape = CallError if array[0] == 4 else CallResultError
    return shape(message_id, code, description, details, tuple(defects))


_SHAPES = {2: _request, 3: _result, 4: _error, 5: _error, 6: _request}


def _object(array: list[Any], index: int, name: str, defects: list[Defect]) -> Payload:
    """The JSON object at an index; anything else becomes {} with a defect (a missing one is counted by COUNT already)."""
    if index >= len(array):
        return {}
    value = array[index]
    if isinstance(value, dict):
        return value
    if value is None:
        defects.append(Defect(DefectKind.NULL_PAYLOAD, index, f"the {name} is null, {{}} is due"))
    else:
        defects.append(Defect(DefectKind.TYPE, index, f"the {name} is {_json_type(value)}, not an object"))
    return {}


def _string(array: list[Any], index: int, name: str, defects: list[Defect]) -> str:
    if index >= len(array):
        return ""
    value = array[index]
    if isinstance(value, str):
        return value
    defects.append(Defect(DefectKind.TYPE, index, f"the {name} is {_json_type(value)}, not a string"))
    return ""


def _json_type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
    return "an object"
