"""RPC-001: a frame that is no UTF-8 JSON array."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import DefectSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import DefectKind, Malformed, MalformedKind

_KINDS = frozenset(
    {
        MalformedKind.NOT_UTF8,
        MalformedKind.NOT_JSON,
        MalformedKind.TOO_DEEP,
        MalformedKind.NOT_ARRAY,
        MalformedKind.NOT_TEXT,
    }
)
_AROUND = 20


class NotAJsonArray(Rule):
    """A frame that is no JSON array.

    Finds:
        A message that is not UTF-8, does not parse as JSON, is not an array, is binary, or is nested
        more than a hundred levels deep. A byte order mark before an otherwise good array is a warning.

    Why it matters:
        The receiver can not even tell which CALL it belongs to. Most drop it silently, and the sender waits for its
        timeout; some close the connection.

    Usual causes:
        A buffer that is too small cuts the text, a string is put together by hand without escaping, a NUL byte or rest
        of an older message is sent along, or a gateway changes the encoding.

    What to do:
        Look at the raw text: the caret stands where reading failed. Compare the length with the sender's buffer sizes.
    """

    id = "RPC-001"
    name = "Frame is not a UTF-8 JSON array"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.1.2; P4 §4.1.2"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (DefectSeen,)
    examples = (
        Example("an object", '> {"action":"Heartbeat"}', finds=1, line=1),
        Example("cut off", '> [2,"1","Heartbeat",{', finds=1, line=1),
        Example("a proper array", '> [2,"1","Heartbeat",{}]'),
        Example(
            "a byte order mark before the array",
            '> \ufeff[2,"1","Heartbeat",{}]',
            finds=1,
            severity=Severity.WARNING,
        ),
    )

    def check(self, event: DefectSeen) -> Iterator[Verdict]:
        """Malformed texts of the first kinds, and byte order marks."""
        message = event.message
        sender = event.direction.sender
        if isinstance(message, Malformed) and message.kind in _KINDS:
            place = message.position or 0
            excerpt = message.text[max(place - _AROUND, 0) : place + _AROUND]
            yield Verdict(
                f"{message.reason}; around it: {quoted(excerpt)}",
                at_fault=sender,
                observed=quoted(excerpt),
                expected="a UTF-8 JSON array",
                key=f"{sender} {message.kind}",
            )
        for defect in message.defects:
            if defect.kind is DefectKind.BYTE_ORDER_MARK:
                yield Verdict(defect.reason, Severity.WARNING, sender, key=f"{sender} mark")
