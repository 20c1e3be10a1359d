"""RPC-024: a CALL or SEND whose payload fails the JSON schema."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, PayloadInvalid
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.conformance.schema_verdict import schema_verdicts
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.schemas import PayloadKind
from ocppscope.protocol.version import OcppVersion

_PROFILE = (
    '< [2,"1","SetChargingProfile",{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,'
    '"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Absolute","chargingSchedule":'
    '{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":LIMIT}]}}}]'
)


class InvalidRequestPayload(Rule):
    """The payload of a CALL or SEND breaks the JSON schema of its action.

    Finds:
        Every place where the payload violates the request schema: a missing or unexpected member, a wrong type, a value
        outside the enumeration, a text too long, a number with too many decimals. Date-times have a rule of their own
        (SES-013), and so have the payloads of another version (CON-003) and, on 2.x, empty members (RPC-014).

    Why it matters:
        The receiver answers CALLERROR, or drops the message: a status that never arrives, a stop that is never booked.

    Usual causes:
        A serial number longer than 25 characters, an idTag longer than 20, an error code that the version does not have,
        numbers sent as strings, on 1.6 null for a member that is to be left out.

    What to do:
        Mend the value that the JSON path names on the side that sent it. See whether the receiver refused or accepted it.
    """

    id = "RPC-024"
    name = "Payload fails the JSON schema"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.2.1; JE §3.2, §3.8; P4 §4.1.7; P2 §3"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (PayloadInvalid,)
    yields_to = ("CON-003",)
    examples = (
        Example(
            "an error code that does not exist",
            '> [2,"2","StatusNotification",{"connectorId":0,"errorCode":"Error","status":"Faulted"}]',
            finds=1,
            at_fault=Role.STATION,
            path="$.errorCode",
        ),
        Example(
            "right", '> [2,"2","StatusNotification",{"connectorId":0,"errorCode":"OtherError","status":"Faulted"}]'
        ),
        Example("a limit with two decimals", _PROFILE.replace("LIMIT", "4.11"), finds=1, at_fault=Role.CSMS),
        Example("a limit with one decimal that no binary fraction hits", _PROFILE.replace("LIMIT", "32.3")),
        Example("two faults, two findings", '> [2,"2","Authorize",{"idTag":"123456789012345678901","x":1}]', finds=2),
        Example(
            "customData is free-form on 2.x",
            '> [2,"1","Heartbeat",{"customData":{"vendorId":"made.up","anything":[1,null]}}]',
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: PayloadInvalid) -> Iterator[Verdict]:
        """One verdict for each violated place of a request."""
        if event.kind is PayloadKind.REQUEST:
            yield from schema_verdicts(event)
