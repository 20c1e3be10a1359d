"""RPC-003: wrong element count or element type in the wrapper."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import DefectSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import TYPE_NAMES, CallError, CallResultError, DefectKind, Malformed, MalformedKind

_OF_RPC_017 = (3, 4)
"""The elements of a CALLERROR that another rule judges: description and details."""


class WrongWrapper(Rule):
    """The array around the payload is not built as the standard says.

    Finds:
        A CALL or SEND that has not 4 elements, a CALLRESULT not 3, a CALLERROR or CALLRESULTERROR not 5; an action,
        error code that is no string; a payload that is no object; a message type that is not an integer. null for a
        payload has a rule of its own, and so have the description and the details of a CALLERROR (RPC-017).

    Why it matters:
        Strict receivers drop the whole message, so a perfectly good answer counts as none and the CALL is repeated.

    Usual causes:
        A CALLERROR whose details were left out (the pairing still works, so it goes unnoticed), a CALL sent with the
        type number of a CALLRESULT, numbers sent as strings.

    What to do:
        Have the sender build the wrapper as listed in the clause. Until then tell the receiver's maintainers, who often
        accept the short CALLERROR.
    """

    id = "RPC-003"
    name = "Wrong element count or element type in the wrapper"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.2.1-4.2.3; P4 §4.2"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (DefectSeen,)
    examples = (
        Example(
            "a CALLERROR without details still answers its CALL",
            """
            < [2,"17","Reset",{"type":"Soft"}]
            > [4,"17","NotSupported",""]
            """,
            finds=1,
            line=2,
        ),
        Example(
            "a full CALLERROR",
            """
            < [2,"17","Reset",{"type":"Soft"}]
            > [4,"17","NotSupported","",{}]
            """,
        ),
        Example("a CALL with five elements", '> [2,"1","Heartbeat",{},{}]', finds=1),
        Example("a payload that is a string", '> [2,"1","Heartbeat","{}"]', finds=1),
        Example("an action that is a number", '> [2,"1",9,{}]', finds=1),
        Example("a message type that is a string", '> ["2","1","Heartbeat",{}]', finds=1),
        Example("a payload that is null is another rule's", '> [2,"1","Heartbeat",null]'),
        Example(
            "and so are the details of a CALLERROR",
            """
            < [2,"17","Reset",{"type":"Soft"}]
            > [4,"17","NotSupported","",[]]
            """,
            beside=("RPC-017",),
        ),
    )

    def check(self, event: DefectSeen) -> Iterator[Verdict]:
        """One verdict for each defect of the wrapper."""
        message = event.message
        sender = event.direction.sender
        if isinstance(message, Malformed) and message.kind is MalformedKind.WRAPPER:
            yield Verdict(message.reason, at_fault=sender, key=f"{sender} {message.reason[:60]}")
        refusal = isinstance(message, CallError | CallResultError)
        for defect in message.defects:
            if defect.kind is DefectKind.COUNT or (
                defect.kind is DefectKind.TYPE and not (refusal and defect.element in _OF_RPC_017)
            ):
                key = f"{sender} {TYPE_NAMES[type(message)]} {defect.kind} {defect.element}"
                yield Verdict(defect.reason, at_fault=sender, path=f"$[{defect.element}]", key=key)
