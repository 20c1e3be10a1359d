"""From a message record to the message in it."""

import base64
import binascii

from ocppscope.capture.record import MessageRecord
from ocppscope.protocol.message import Malformed, MalformedKind, Message, parse, parse_bytes


def message_of(record: MessageRecord) -> Message:
    """The OCPP message that a record carries; what is none, is cut short or is not text becomes a `Malformed`."""
    if record.text is not None and not record.truncated and not record.binary:
        return parse(record.text)
    if record.truncated:
        reason = f"only the beginning of this message of {record.octets} bytes was kept"
        return Malformed(record.text or "", MalformedKind.TRUNCATED, reason)
    if record.binary:
        return Malformed("", MalformedKind.NOT_TEXT, f"a binary message of {record.octets} bytes; OCPP-J is text")
    try:
        return parse_bytes(base64.b64decode(record.data or "", validate=True))
    except binascii.Error:
        return Malformed(
            record.data or "", MalformedKind.NOT_TEXT, "the capture holds no readable bytes of this message"
        )
