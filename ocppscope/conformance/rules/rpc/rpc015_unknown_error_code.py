"""RPC-015: a CALLERROR with a code that no version has."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.error_codes import ERROR_CODES, KNOWN_CODES
from ocppscope.conformance.event import Event, ResponseSeen, ResultErrorSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult, DefectKind
from ocppscope.protocol.roles import Role


class UnknownErrorCode(Rule):
    """A CALLERROR whose code is in no table.

    Finds:
        An error code that neither OCPP 1.6 nor 2.x has, in whatever spelling. Codes of another version are the matter of
        RPC-016.

    Why it matters:
        Callers map codes to what they do next: not supported, try again, give up. An unknown code is often treated as
        a broken message, and some clients raise an exception.

    Usual causes:
        A code made up by hand, an HTTP status or an exception name in its place, wrong letter case.

    What to do:
        Use a code of the table; what is special about the case belongs into the description and the details.
    """

    id = "RPC-015"
    name = "CALLERROR code outside the table"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.2.3 table 7; P4 §4.3 table 8"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, ResultErrorSeen)
    only = Trait.REFUSAL
    examples = (
        Example(
            "a code that was made up",
            """
            < [2,"8","ClearCache",{}]
            > [4,"8","FormatError","",{}]
            """,
            finds=1,
            at_fault=Role.STATION,
            path="$[2]",
            line=2,
        ),
        Example(
            "a code of the table",
            """
            < [2,"8","ClearCache",{}]
            > [4,"8","InternalError","",{}]
            """,
        ),
        Example(
            "the spelling of another version",
            """
            < [2,"8","ClearCache",{"x":1}]
            > [4,"8","FormatViolation","",{}]
            """,
            beside=("RPC-024",),
        ),
        Example(
            "letter case counts",
            """
            < [2,"8","ClearCache",{}]
            > [4,"8","internalError","",{}]
            """,
            finds=1,
        ),
        Example(
            "a code that is no string is the wrapper's matter",
            """
            < [2,"8","ClearCache",{}]
            > [4,"8",500,"",{}]
            """,
            beside=("RPC-003",),
        ),
    )

    def check(self, event: ResponseSeen | ResultErrorSeen) -> Iterable[Verdict]:
        """Codes outside all tables."""
        message = event.message
        if isinstance(message, CallResult) or message.error_code in KNOWN_CODES:
            return ()
        if any(defect.element == 2 or defect.kind is DefectKind.COUNT for defect in message.defects):
            return ()
        return self._found(event, message.error_code)

    @staticmethod
    def _found(event: ResponseSeen | ResultErrorSeen, code: str) -> Iterator[Verdict]:
        sender, version = event.direction.sender, event.scene.connection.version
        table = ERROR_CODES[version] if version is not None else KNOWN_CODES
        twin = next((known for known in sorted(table) if known.lower() == code.lower()), None)
        answered = "" if isinstance(event, ResultErrorSeen) or event.exchange is None else event.exchange.action
        yield Verdict(
            f"the CALLERROR{f' to {answered}' if answered else ''} has the code {quoted(code)}, which no version of OCPP has"
            + (f"; {twin} is meant?" if twin else ""),
            at_fault=sender,
            path="$[2]",
            observed=quoted(code),
            expected=twin or ", ".join(sorted(table)),
            records=(event.scene.number, event.exchange.call)
            if isinstance(event, ResponseSeen) and event.exchange is not None
            else (),
            key=f"{sender} {code[:40]}",
        )
