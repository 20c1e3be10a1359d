"""RPC-023: a SEND that is answered, or a CALLRESULTERROR without its CALLRESULT (2.1)."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, ResultErrorSeen
from ocppscope.conformance.memories.sent_ids import SentIds
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_STREAM = '> [6,"9","NotifyPeriodicEventStream",{"id":1,"pending":0,"basetime":"2026-01-01T00:00:00Z","data":[{"t":0,"v":"1"}]}]\n'
_HEARTBEAT = '> [2,"4","Heartbeat",{}]\n< [3,"4",{"currentTime":"2026-01-01T00:00:00Z"}]\n'


class SendAnswered(Rule):
    """A message of OCPP 2.1 that answers what has no answer.

    Finds:
        A response under the id of a SEND of the other party, and a CALLRESULTERROR whose id the other party never
        answered with a CALLRESULT. An info while the beginning of the connection was not seen.

    Why it matters:
        A SEND is never waited for, so its answer is a response to nothing. A CALLRESULTERROR tells that a response could
        not be used; without that response its receiver has nothing to mend.

    Usual causes:
        A message loop that answers whatever has an id; CALLRESULTERROR (5) taken for CALLERROR (4).

    What to do:
        Let the receiver of a SEND keep silent; answer a bad CALL with CALLERROR.
    """

    id = "RPC-023"
    name = "SEND answered, or CALLRESULTERROR without its CALLRESULT"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V21})
    requirement = Requirement.MUST
    spec = "P21-4 §4.2.3, §4.2.4; P21-2 FR.06, FR.07"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, ResultErrorSeen)
    memories = (SentIds,)
    examples = (
        Example(
            "a SEND gets an answer",
            _STREAM + '< [3,"9",{}]',
            version=OcppVersion.V21,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$[1]",
            line=2,
        ),
        Example("a SEND is left alone", _STREAM + "+60", version=OcppVersion.V21),
        Example(
            "a CALLRESULTERROR to a CALLRESULT",
            _HEARTBEAT + '> [5,"4","PropertyConstraintViolation","",{}]',
            version=OcppVersion.V21,
        ),
        Example(
            "a CALLRESULTERROR in place of a CALLERROR",
            '> [2,"4","Heartbeat",{}]\n< [5,"4","InternalError","",{}]\n< [3,"4",{"currentTime":"2026-01-01T00:00:00Z"}]',
            version=OcppVersion.V21,
            finds=1,
            at_fault=Role.CSMS,
            line=2,
        ),
        Example(
            "the same id may be a SEND's of one party and a CALL's of the other",
            _STREAM + '< [2,"9","ClearCache",{}]\n> [3,"9",{"status":"Accepted"}]',
            version=OcppVersion.V21,
        ),
    )

    def check(self, event: ResponseSeen | ResultErrorSeen) -> Iterable[Verdict]:
        """Responses to SENDs, and errors of results that never were."""
        if isinstance(event, ResultErrorSeen):
            return self._without_result(event)
        return self._answered(event) if event.closed.pending is None and event.closed.earlier is None else ()

    @staticmethod
    def _answered(event: ResponseSeen) -> Iterator[Verdict]:
        message_id, sender = event.message.message_id, event.direction.sender
        send = event.scene.recall(SentIds).send(event.scene, event.direction.opposite, message_id)
        if send is not None:
            yield Verdict(
                f"a SEND has no answer, but the {sender} answers the one with the id {quoted(message_id)}",
                at_fault=sender,
                path="$[1]",
                observed=quoted(message_id),
                expected="no response",
                records=(event.scene.number, send),
                key=f"{sender} send",
            )

    @staticmethod
    def _without_result(event: ResultErrorSeen) -> Iterator[Verdict]:
        message_id, sender = event.message.message_id, event.direction.sender
        if event.scene.recall(SentIds).result(event.scene, event.direction.opposite, message_id) is None:
            yield Verdict(
                f"a CALLRESULTERROR with the id {quoted(message_id)}, under which the {sender.peer} sent no CALLRESULT",
                None if event.scene.settled else Severity.INFO,
                sender,
                path="$[1]",
                observed=quoted(message_id),
                expected=f"the id of a CALLRESULT of the {sender.peer}",
                key=f"{sender} result",
            )
