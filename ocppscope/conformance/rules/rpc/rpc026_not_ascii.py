"""RPC-026: a character that a name, key or identifier may not have."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallError, Payload
from ocppscope.protocol.payload_parts import Path, parts_of
from ocppscope.protocol.roles import Role
from ocppscope.protocol.schemas import json_path

_MOST_VALUES = 5000
"""Values of one payload that are looked at."""

_MOST_FOUND = 10
"""Places of one payload that are told."""

_OUTSIDE = re.compile(r"[^\x20-\x7e]")

_PLAIN = frozenset({
    "additionalIdToken", "chargeBoxSerialNumber", "chargePointModel", "chargePointSerialNumber", "chargePointVendor",
    "component", "errorCode", "firmwareVersion", "groupIdToken", "iccid", "idTag", "idToken", "imsi", "instance", "key",
    "messageId", "meterSerialNumber", "meterType", "model", "name", "parentIdTag", "serialNumber", "status",
    "transactionId", "type", "unknownKey", "variable", "vendorErrorCode", "vendorId", "vendorName",
})  # fmt: skip
"""Members that name or identify something, in 1.6 and 2.x. All others are left alone: texts for people (info, description,
techInfo, the content of a message), values and units, URLs, and data whose form is the vendor's or a certificate's."""

_FREE_FORM = frozenset({"customData", "data"})


class NotAscii(Rule):
    """A name, key or identifier with characters outside printable ASCII.

    Finds:
        A code point above 126 or below 32 in an idTag or token, a vendor, model, serial number, key, enumeration or other
        identifier. Texts for people, configuration values, DataTransfer and certificates are not looked at.

    Why it matters:
        Databases and back ends cut, replace or refuse such characters: a station then has two names, and a card that
        works at one does not at the other.

    Usual causes:
        A vendor's name in its own script, a reader that hands on raw bytes, a rest of a buffer behind a text.

    What to do:
        Transcribe names; send UIDs in hexadecimal.
    """

    id = "RPC-026"
    name = "Non-ASCII character in a non-language field"
    severity = Severity.INFO
    requirement = Requirement.SHOULD
    spec = "S16 §2.2; J16 §4.1.2 SHOULD; P4 §4.1.2"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    only = Trait.ODD_TEXT
    examples = (
        Example(
            "a vendor in Hangul",
            """
            > [2,"1","BootNotification",{"chargePointVendor":"만든 이름","chargePointModel":"Up"}]
            < [3,"1",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]
            """,
            finds=1,
            severity=Severity.INFO,
            at_fault=Role.STATION,
            path="$.chargePointVendor",
            line=1,
        ),
        Example(
            "an escaped control character in a model",
            """
            > [2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up\\u0000"}]
            < [3,"1",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]
            """,
            finds=1,
            path="$.chargePointModel",
        ),
        Example(
            "a text for people",
            """
            > [2,"1","StatusNotification",{"connectorId":1,"errorCode":"OtherError","status":"Faulted","info":"Gerät heiß"}]
            < [3,"1",{}]
            """,
        ),
        Example(
            "what a vendor sends in data is the vendor's",
            """
            > [2,"1","DataTransfer",{"vendorId":"made.up","data":"Größe\\n"}]
            < [3,"1",{"status":"Accepted"}]
            """,
        ),
        Example(
            "an answer's keys",
            """
            < [2,"1","GetConfiguration",{}]
            > [3,"1",{"configurationKey":[{"key":"Größe","readonly":true,"value":"1"}],"unknownKey":["Ärger"]}]
            """,
            finds=2,
        ),
        Example(
            "the description of an error",
            """
            < [2,"1","ClearCache",{}]
            > [4,"1","InternalError","Gerät nicht bereit",{}]
            """,
        ),
    )

    def check(self, event: CallSeen | ResponseSeen) -> Iterable[Verdict]:
        """Texts that are not plain ASCII, or that hold an escape."""
        record = event.record
        if record is None or record.text is None or (record.text.isascii() and "\\" not in record.text):
            return ()
        return self._found(event)

    @staticmethod
    def _found(event: CallSeen | ResponseSeen) -> Iterator[Verdict]:
        message, sender = event.message, event.direction.sender
        if isinstance(message, CallError):
            return
        for path, text, outside in islice(_outside(message.payload), _MOST_FOUND):
            names = ".".join(step for step in path if isinstance(step, str))
            yield Verdict(
                f"{json_path(list(path))} holds the character U+{ord(outside):04X}: {quoted(text)}",
                at_fault=sender,
                path=json_path(list(path)),
                observed=quoted(text),
                expected="printable ASCII",
                key=f"{sender} {names[:100]}",
            )


def _outside(payload: Payload) -> Iterator[tuple[Path, str, str]]:
    """Path, text and first wrong character of the members that must be plain."""
    for path, value in parts_of(payload, _MOST_VALUES, _FREE_FORM):
        if isinstance(value, str) and next(step for step in reversed(path) if isinstance(step, str)) in _PLAIN:
            wrong = _OUTSIDE.search(value)
            if wrong is not None:
                yield path, value, wrong[0]
