"""CFG-010: as many answers as questions, and not more questions than allowed."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen, Scene
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult, Payload
from ocppscope.protocol.payload import number_at, value_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_MEMBERS = {
    "GetReport": ("componentVariable", None),
    "GetVariables": ("getVariableData", "getVariableResult"),
    "SetVariables": ("setVariableData", "setVariableResult"),
}
"""The members with what is asked, and with the answers to it."""

_NAME = '"component":{"name":"OCPPCommCtrlr"},"variable":{"name":"HeartbeatInterval"}'
_LIMIT = (
    '< [2,"l","GetVariables",{"getVariableData":[{"component":{"name":"DeviceDataCtrlr"},"variable":{"name":'
    '"ItemsPerMessage","instance":"GetVariables"}}]}]\n'
    '> [3,"l",{"getVariableResult":[{"attributeStatus":"Accepted","attributeValue":"1","component":{"name":'
    '"DeviceDataCtrlr"},"variable":{"name":"ItemsPerMessage","instance":"GetVariables"}}]}]\n'
)


def _get(asked: int, answered: int) -> str:
    questions = ",".join([f"{{{_NAME}}}"] * asked)
    answers = ",".join([f'{{"attributeStatus":"Accepted","attributeValue":"60",{_NAME}}}'] * answered)
    return (
        f'< [2,"1","GetVariables",{{"getVariableData":[{questions}]}}]\n> [3,"1",{{"getVariableResult":[{answers}]}}]'
    )


class VariableCounts(Rule):
    """The number of results differs from that of the questions, or there are too many questions.

    Finds:
        An answer to GetVariables or SetVariables with more or fewer results than data elements; and a request with more
        elements than ItemsPerMessage of the station allows, where that was read or reported.

    Why it matters:
        Results have no number: only their order and count tell which question they answer.

    Usual causes:
        Unknown variables are left out of the answer; the CSMS does not read ItemsPerMessage.

    What to do:
        Answer each element, unknown ones with UnknownComponent or UnknownVariable. Ask in portions.
    """

    id = "CFG-010"
    name = "Get/SetVariables counts do not match"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    requirement = Requirement.MUST
    spec = "P2 B05.FR.01, B05.FR.11, B06.FR.01, B06.FR.05"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset(_MEMBERS)
    timeless = True
    examples = (
        Example(
            "two questions, one answer",
            _get(2, 1),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            path="$.getVariableResult",
            line=2,
        ),
        Example(
            "two settings, one answer",
            f'< [2,"1","SetVariables",{{"setVariableData":[{{"attributeValue":"60",{_NAME}}},{{"attributeValue":"60",{_NAME}}}]}}]\n'
            f'> [3,"1",{{"setVariableResult":[{{"attributeStatus":"Accepted",{_NAME}}}]}}]',
            version=OcppVersion.V21,
            finds=1,
        ),
        Example(
            "more than the station takes",
            _LIMIT + _get(2, 2),
            version=OcppVersion.V201,
            finds=1,
            at_fault=Role.CSMS,
            path="$.getVariableData",
            line=3,
        ),
        Example("two and two", _get(2, 2), version=OcppVersion.V201),
        Example("as many as the station takes", _LIMIT + _get(1, 1), version=OcppVersion.V201),
        Example(
            "refused for being too long",
            _get(2, 0).partition("\n")[0] + '\n> [4,"1","OccurrenceConstraintViolation","",{}]',
            version=OcppVersion.V201,
        ),
    )  # fmt: skip

    def check(self, event: CallSeen | ResponseSeen) -> Iterator[Verdict]:
        """Requests that are too long, and answers of another length."""
        scene = event.scene
        if isinstance(event, CallSeen):
            action = event.message.action
            asked, most = _length(event.message.payload, _MEMBERS[action][0]), _limit(scene, action)
            if event.direction is Direction.TO_STATION and asked is not None and most is not None and asked > most:
                yield Verdict(
                    f"{action} has {asked} elements; the station has reported ItemsPerMessage = {most:g}",
                    at_fault=Role.CSMS,
                    path=f"$.{_MEMBERS[action][0]}",
                    observed=str(asked),
                    expected=f"at most {most:g}",
                    key=f"{action} too many",
                )
            return
        pending, exchange = event.closed.pending, event.exchange
        if pending is None or exchange is None or not isinstance(event.message, CallResult):
            return
        question, answer = _MEMBERS[exchange.action]
        if answer is None or event.direction is not Direction.TO_CSMS:
            return
        asked, told = _length(pending.call.payload, question), _length(event.message.payload, answer)
        most = _limit(scene, exchange.action)
        if asked is None or told is None or asked == told or (most is not None and asked > most):
            return
        yield Verdict(
            f"the answer to {exchange.action} has {told} results for {asked} elements",
            at_fault=Role.STATION,
            path=f"$.{answer}",
            observed=str(told),
            expected=str(asked),
            records=(scene.number, exchange.call),
            key=exchange.action,
        )


def _length(payload: Payload, member: str) -> int | None:
    value = value_at(payload, member)
    return len(value) if isinstance(value, list) else None


def _limit(scene: Scene, action: str) -> float | None:
    """The station's ItemsPerMessage for this action (DeviceDataCtrlr), None while it was not seen."""
    most = number_at(scene.station.configuration, f"devicedatactrlr.itemspermessage.{action.lower()}")
    return most if most is not None and most > 0 else None
