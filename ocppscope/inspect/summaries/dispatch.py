"""From a message to the summary that knows it."""

from itertools import islice

from ocppscope.inspect.summaries import v2x, v16
from ocppscope.inspect.summaries.line import Summary
from ocppscope.inspect.summaries.wording import joined, phrase
from ocppscope.protocol.actions import bare_action
from ocppscope.protocol.message import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    Malformed,
    Message,
    Payload,
    Send,
)
from ocppscope.protocol.version import OcppVersion

MAX_LENGTH = 200
"""Characters of a summary: more than the widest Info column shows."""

_Table = dict[str, Summary]

_REQUESTS: dict[OcppVersion, _Table] = {
    OcppVersion.V16: v16.REQUESTS,
    OcppVersion.V201: v2x.REQUESTS,
    OcppVersion.V21: v2x.REQUESTS,
}
_RESPONSES: dict[OcppVersion, _Table] = {
    OcppVersion.V16: v16.RESPONSES,
    OcppVersion.V201: v2x.RESPONSES,
    OcppVersion.V21: v2x.RESPONSES,
}


def summarise(version: OcppVersion | None, message: Message, action: str | None) -> str:
    """What a message says, in one line of at most `MAX_LENGTH` characters.

    Args:
        version: of the connection. Without one, that of the summaries counts which has more to say.
        message: any message; its payload may have any shape.
        action: of a response the action of its CALL, None when that is not known.

    Returns:
        Raw wire text in words of ours, "" where there is nothing to say. Never raises.
    """
    match message:
        case CallResult():
            text = _payload_text(_RESPONSES, version, action, message.payload)
        case Call() | Send():
            text = _payload_text(_REQUESTS, version, message.action, message.payload)
        case CallError() | CallResultError():
            text = joined(phrase(message.error_code), phrase(message.error_description, MAX_LENGTH))
        case Malformed():
            text = phrase(message.reason, MAX_LENGTH)
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"


def has_summary(version: OcppVersion, action: str, *, response: bool) -> bool:
    """Whether there is a summary written for it; what has none is shown by its first members."""
    return action in (_RESPONSES if response else _REQUESTS)[version]


def _payload_text(
    tables: dict[OcppVersion, _Table], version: OcppVersion | None, action: str | None, payload: Payload
) -> str:
    if action is None:
        return _members(payload)
    name = bare_action(action)
    own = tables[version].get(name) if version is not None else None
    if own is not None:
        return own(payload)
    # An action of another version is an error of its own and still means what it means there.
    texts = [table[name](payload) for table in (tables[OcppVersion.V16], tables[OcppVersion.V21]) if name in table]
    return max(texts, key=len) if texts else _members(payload)


def _members(payload: Payload) -> str:
    """The first members of a payload that no summary is written for: ``status Accepted · interval 300``."""
    return joined(*(f"{phrase(name, 30)} {phrase(value, 40)}".rstrip() for name, value in islice(payload.items(), 4)))
