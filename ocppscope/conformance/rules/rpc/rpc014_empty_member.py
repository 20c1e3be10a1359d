"""RPC-014: an optional member that holds nothing, where it is to be left out (2.x)."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.empty_members import empty_members
from ocppscope.conformance.event import CallSeen, DefectSeen, Event, PayloadInvalid, ResponseSeen, SendSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.actions import bare_action
from ocppscope.protocol.message import CallError, DefectKind
from ocppscope.protocol.roles import Role
from ocppscope.protocol.schema_members import may_be_without_members
from ocppscope.protocol.schemas import PayloadKind, json_path
from ocppscope.protocol.version import OcppVersion

_WORDS = {"None": "null", "{}": "{}", "[]": "[]"}


class EmptyMember(Rule):
    """An optional member that is there and holds nothing.

    Finds:
        On OCPP 2.x an optional member whose value is null, {} or [], and a payload that is null. Required members are the
        matter of RPC-024, and what a vendor puts into customData, or into the data of a DataTransfer, is the vendor's.

    Why it matters:
        "Nothing" has one spelling in OCPP 2.x: the member is left out. Strict receivers refuse the message, because most
        schemas want at least one item in a list and no null at all.

    Usual causes:
        A JSON library that writes every field of a class, also those that were never set.

    What to do:
        Configure the serializer to leave out what is null or empty.
    """

    id = "RPC-014"
    name = "Empty optional field sent as null, {} or []"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    requirement = Requirement.MUST
    spec = "P4 §4.1.5"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen, SendSeen, PayloadInvalid, DefectSeen)
    examples = (
        Example(
            "a list without items",
            """
            < [2,"x","GetReport",{"requestId":4,"componentCriteria":[]}]
            > [4,"x","NotSupported","",{}]
            """,
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.componentCriteria",
            line=1,
        ),
        Example(
            "left out",
            """
            < [2,"x","GetReport",{"requestId":4}]
            > [3,"x",{"status":"Accepted"}]
            """,
            version=OcppVersion.V201,
        ),
        Example(
            "null in an answer, deep down",
            """
            > [2,"1","Authorize",{"idToken":{"idToken":"A1","type":"Central"}}]
            < [3,"1",{"idTokenInfo":{"status":"Accepted","groupIdToken":null}}]
            """,
            version=OcppVersion.V201,
            finds=1,
            at_fault=Role.CSMS,
            path="$.idTokenInfo.groupIdToken",
            line=2,
        ),
        Example(
            "an object without members, which the schema lets pass",
            """
            < [2,"1","ClearChargingProfile",{"chargingProfileCriteria":{}}]
            > [3,"1",{"status":"Unknown"}]
            """,
            version=OcppVersion.V201,
            finds=1,
            path="$.chargingProfileCriteria",
        ),
        Example(
            "a payload that is null",
            '> [2,"1","Heartbeat",null]\n< [3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]',
            version=OcppVersion.V201,
            finds=1,
            path="$[3]",
        ),
        Example(
            "an empty payload is one without members, and right",
            '> [2,"1","Heartbeat",{}]\n< [3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]',
            version=OcppVersion.V201,
        ),
        Example(
            "a required member with an empty text",
            '> [2,"1","DataTransfer",{"vendorId":""}]\n< [3,"1",{"status":"UnknownVendorId"}]',
            version=OcppVersion.V201,
        ),
        Example(
            "what a vendor sends in data is the vendor's",
            '> [2,"1","DataTransfer",{"vendorId":"made.up","data":{"a":null,"b":[]}}]\n< [3,"1",{"status":"Accepted"}]',
            version=OcppVersion.V201,
        ),
        Example(
            "and so is customData, but not an empty one",
            """
            > [2,"1","Heartbeat",{"customData":{"vendorId":"made.up","x":null}}]
            < [3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]
            > [2,"2","Heartbeat",{"customData":{}}]
            < [4,"2","OccurrenceConstraintViolation","",{}]
            """,
            version=OcppVersion.V201,
            finds=1,
            path="$.customData",
            line=3,
        ),
    )

    def check(self, event: CallSeen | ResponseSeen | SendSeen | PayloadInvalid | DefectSeen) -> Iterable[Verdict]:
        """Empty members of an invalid payload, and those that the schema lets pass: {} where nothing in it is required.

        So only what holds {} is looked into on its way.
        """
        if isinstance(event, DefectSeen):
            return self._null_payload(event)
        message = event.message
        if isinstance(event, PayloadInvalid):
            records = (event.scene.number,) if event.call is None else (event.scene.number, event.call)
            return self._found(event, event.action, event.kind, records, valid=False)
        if isinstance(message, CallError) or not message.payload:
            return ()
        record = event.record
        if record is None or record.text is None or "{}" not in record.text:
            return ()
        if not isinstance(event, ResponseSeen):
            return self._found(event, event.message.action, PayloadKind.REQUEST, (event.scene.number,), valid=True)
        if event.exchange is None:
            return ()
        both = (event.scene.number, event.exchange.call)
        return self._found(event, event.exchange.action, PayloadKind.RESPONSE, both, valid=True)

    @staticmethod
    def _null_payload(event: DefectSeen) -> Iterator[Verdict]:
        for defect in event.message.defects:
            if defect.kind is DefectKind.NULL_PAYLOAD and defect.element in (2, 3):
                sender = event.direction.sender
                path = f"$[{defect.element}]"
                yield Verdict(
                    defect.reason, at_fault=sender, path=path, observed="null", expected="{}", key=f"{sender} {path}"
                )

    @staticmethod
    def _found(
        event: CallSeen | ResponseSeen | SendSeen | PayloadInvalid,
        action: str,
        kind: PayloadKind,
        records: tuple[int, ...],
        *,
        valid: bool,
    ) -> Iterator[Verdict]:
        version, message, sender = event.scene.connection.version, event.message, event.direction.sender
        if version is None or isinstance(message, CallError):
            return
        for path, value in empty_members(version, action, kind, message.payload):
            fits = value == {} and may_be_without_members(version, bare_action(action), kind, path)
            if fits is not valid:
                continue
            names = ".".join(step for step in path if isinstance(step, str))
            yield Verdict(
                f"{json_path(list(path))} of {action} is {_WORDS[str(value)]}; an optional member without a value is to be "
                "left out",
                at_fault=sender,
                path=json_path(list(path)),
                observed=_WORDS[str(value)],
                expected="absent",
                records=records,
                key=f"{sender} {action[:40]} {kind} {names}",
            )
