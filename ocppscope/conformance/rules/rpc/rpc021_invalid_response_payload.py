"""RPC-021: a CALLRESULT whose payload is invalid for the action of its CALL."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, PayloadInvalid
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.conformance.schema_verdict import schema_verdicts
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.schemas import PayloadKind


class InvalidResponsePayload(Rule):
    """The payload of an answer breaks the JSON schema of its action.

    Finds:
        Every place where a CALLRESULT's payload violates the response schema of the action that the paired CALL asked
        for: a missing or unexpected member, a wrong type, a value outside the enumeration, a text too long, a number
        with too many decimals.

    Why it matters:
        The caller refuses the answer, often without a word, and acts as if none had come: a station keeps booting, a
        CSMS keeps asking.

    Usual causes:
        The answer of another action or OCPP version, vendor members added to a response, an interval sent as a string,
        an enumeration value in other letter case.

    What to do:
        Mend the value that the JSON path names on the side that answered.
    """

    id = "RPC-021"
    name = "CALLRESULT payload invalid for the action of its CALL"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.2.2; P4 §4.1.7"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (PayloadInvalid,)
    yields_to = ("RPC-012",)
    examples = (
        Example(
            "the interval is missing",
            """
            > [2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]
            < [3,"1",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z"}]
            """,
            finds=1,
            at_fault=Role.CSMS,
            path="$.interval",
            line=2,
        ),
        Example(
            "complete",
            """
            > [2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]
            < [3,"1",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]
            """,
        ),
        Example(
            "a CALLERROR has no schema",
            """
            > [2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]
            < [4,"1","InternalError","",{}]
            """,
        ),
    )

    def check(self, event: PayloadInvalid) -> Iterator[Verdict]:
        """One verdict for each violated place of a response."""
        if event.kind is PayloadKind.RESPONSE:
            yield from schema_verdicts(event)
