"""RPC-004: a message id that is no string of 1 to 36 characters."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import DefectSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import DefectKind


class BadMessageId(Rule):
    """A message id outside what the standard allows.

    Finds:
        An id that is a number, empty, or longer than 36 characters. A response that echoes a bad id of its CALL is not
        blamed again.

    Why it matters:
        Receivers keep ids in fields of 36 characters, or compare 17 with "17" and find no match: the response is lost.

    Usual causes:
        A counter sent as a number, a UUID in braces or with a prefix.

    What to do:
        Send a UUID (36 characters) or a counter as a string.
    """

    id = "RPC-004"
    name = "Message id is no string of 1 to 36 characters"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.1.4 table 3; P4 §4.1.4"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (DefectSeen,)
    examples = (
        Example("37 characters", '< [2,"1234567890123456789012345678901234567","Reset",{"type":"Soft"}]', finds=1),
        Example("36 characters", '< [2,"123456789012345678901234567890123456","Reset",{"type":"Soft"}]'),
        Example(
            "a number, blamed on the one who made it",
            """
            > [2,17,"Heartbeat",{}]
            < [3,17,{"currentTime":"2026-01-01T00:00:00Z"}]
            """,
            finds=1,
            line=1,
        ),
        Example("empty", '> [2,"","Heartbeat",{}]', finds=1),
    )

    def check(self, event: DefectSeen) -> Iterator[Verdict]:
        """Ids with a defect, unless they are the echo of a CALL's."""
        if event.echo:
            return
        sender = event.direction.sender
        for defect in event.message.defects:
            if defect.kind is DefectKind.MESSAGE_ID:
                observed = quoted(event.message.message_id)
                yield Verdict(
                    defect.reason, at_fault=sender, path="$[1]", observed=observed, key=f"{sender} {defect.reason}"
                )
