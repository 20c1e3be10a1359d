"""RPC-017: the description or the details of a CALLERROR are not what they should be."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import DefectSeen, Event, ResponseSeen, ResultErrorSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallError, CallResult, CallResultError, DefectKind
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_LONGEST = 255
"""Characters of an error description (P4 §4.2.3). 1.6 gives no limit."""

_WRONG = (DefectKind.TYPE, DefectKind.NULL_PAYLOAD)


class ErrorDetails(Rule):
    """A CALLERROR whose description or details have the wrong form.

    Finds:
        A CALLERROR (or CALLRESULTERROR) whose details are null, a list or anything else but an object, whose description
        is no string, or, on OCPP 2.x, is longer than 255 characters. Details that are left out are the matter of
        RPC-003.

    Why it matters:
        The refusal itself cannot be read, and the caller waits for its timeout in place of learning why.

    Usual causes:
        An error class whose fields are null when nothing was said; a stack trace put into the description.

    What to do:
        Send "" and {} where there is nothing to say; keep stack traces in the log of the side that made them.
    """

    id = "RPC-017"
    name = "CALLERROR details not an object, or description of the wrong form"
    severity = Severity.WARNING
    requirement = Requirement.MUST
    spec = "J16 §4.2.3; P4 §4.2.3"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (DefectSeen, ResponseSeen, ResultErrorSeen)
    only = Trait.REFUSAL
    examples = (
        Example(
            "description and details are null",
            """
            < [2,"8","ClearCache",{}]
            > [4,"8","InternalError",null,null]
            """,
            finds=2,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            line=2,
        ),
        Example(
            "nothing to say, and said properly",
            """
            < [2,"8","ClearCache",{}]
            > [4,"8","InternalError","",{}]
            """,
        ),
        Example(
            "details in a list",
            """
            < [2,"8","ClearCache",{}]
            > [4,"8","InternalError","",["reason"]]
            """,
            finds=1,
            path="$[4]",
        ),
        Example(
            "a description of 300 characters on 2.0.1",
            f"""
            < [2,"8","ClearCache",{{}}]
            > [4,"8","InternalError","{"trace " * 50}",{{}}]
            """,
            version=OcppVersion.V201,
            finds=1,
            path="$[3]",
        ),
        Example(
            "1.6 knows no limit",
            f"""
            < [2,"8","ClearCache",{{}}]
            > [4,"8","InternalError","{"trace " * 50}",{{}}]
            """,
        ),
    )

    def check(self, event: DefectSeen | ResponseSeen | ResultErrorSeen) -> Iterable[Verdict]:
        """Wrong types, which are defects of the wrapper, and lengths."""
        message = event.message
        if type(message) is CallResult or not isinstance(message, CallError | CallResultError):
            return ()
        return self._misshapen(event) if isinstance(event, DefectSeen) else self._long(event, message)

    @staticmethod
    def _misshapen(event: DefectSeen) -> Iterator[Verdict]:
        sender = event.direction.sender
        for defect in event.message.defects:
            if defect.kind in _WRONG and defect.element in (3, 4):
                path = f"$[{defect.element}]"
                yield Verdict(defect.reason, at_fault=sender, path=path, key=f"{sender} {path}")

    @staticmethod
    def _long(event: ResponseSeen | ResultErrorSeen, message: CallError | CallResultError) -> Iterator[Verdict]:
        length, version = len(message.error_description), event.scene.connection.version
        if length > _LONGEST and version in (OcppVersion.V201, OcppVersion.V21):
            sender = event.direction.sender
            yield Verdict(
                f"the error description has {length} characters: {quoted(message.error_description)}",
                at_fault=sender,
                path="$[3]",
                observed=f"{length} characters",
                expected=f"<= {_LONGEST}",
                key=f"{sender} length",
            )
