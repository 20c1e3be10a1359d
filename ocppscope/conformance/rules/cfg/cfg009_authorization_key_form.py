"""CFG-009: an AuthorizationKey in a bad form."""

import re
from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.configuration_rows import AUTHORIZATION_KEY, TAKEN
from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_HEX = re.compile(r"[0-9A-Fa-f]+")
_SHORTEST, _LONGEST = 32, 40


def _change(value: str, status: str) -> str:
    return (
        f'< [2,"c","ChangeConfiguration",{{"key":"AuthorizationKey","value":"{value}"}}]\n'
        f'> [3,"c",{{"status":"{status}"}}]'
    )


class AuthorizationKeyForm(Rule):
    """The CSMS sets a password that is not written as it must be.

    Finds:
        ChangeConfiguration of AuthorizationKey with a value that is not 32 to 40 hexadecimal digits, an even number of
        them. An info where the station takes it, or has no such key: some want plain text. The value is never shown; of
        one that was blotted out in the capture only the length is judged.

    Why it matters:
        The station refuses it, or stores another password than the CSMS; at the next connect it is locked out.

    Usual causes:
        The password is sent as text, and not as the hexadecimal form of its bytes.

    What to do:
        Send the bytes of the password as hexadecimal digits, 16 to 20 bytes.
    """

    id = "CFG-009"
    name = "AuthorizationKey value has a bad form"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "J16 §6.2.2; WP §7.2"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"ChangeConfiguration"})
    timeless = True
    examples = (
        Example(
            "six letters",
            _change("secret", "Rejected"),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.CSMS,
            path="$.value",
            line=1,
        ),
        Example("an odd number of digits", _change("a" * 33, "Rejected"), finds=1),
        Example("too short, blotted out in the capture", _change("*" * 12, "Rejected"), finds=1),
        Example("the station wants plain text", _change("made-up-password", "Accepted"), finds=1, severity=Severity.INFO),
        Example("20 bytes", _change("0123456789abcdefABCD" * 2, "Accepted")),
        Example("blotted out in the capture", _change("*" * 40, "Accepted")),
        Example("another key", _change("secret", "Accepted").replace("AuthorizationKey", "CpoName")),
    )  # fmt: skip

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """Answered changes of the key."""
        pending, exchange = event.closed.pending, event.exchange
        if pending is None or exchange is None or event.direction is not Direction.TO_CSMS:
            return
        key, value = text_at(pending.call.payload, "key"), text_at(pending.call.payload, "value")
        if key is None or value is None or key.lower() != AUTHORIZATION_KEY:
            return
        is_hex = _HEX.fullmatch(value) is not None or set(value) == {"*"}
        if is_hex and _SHORTEST <= len(value) <= _LONGEST and len(value) % 2 == 0:
            return
        status = text_at(event.message.payload, "status") if isinstance(event.message, CallResult) else None
        digits = "hexadecimal digits" if is_hex else "characters, not all hexadecimal digits"
        yield Verdict(
            f"AuthorizationKey is to be set to {len(value)} {digits} (not shown); the station answered "
            f"{status[:40] if status is not None else 'an error'}",
            Severity.INFO if status in TAKEN or status == "NotSupported" else None,
            path="$.value",
            observed=f"{len(value)} {digits}",
            expected="32 to 40 hexadecimal digits",
            records=(exchange.call, event.scene.number),
            key=f"{status in TAKEN}",
        )
