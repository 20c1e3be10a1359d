"""RPC-019: an action that the version does not have."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, SendSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.actions import ACTIONS, bare_action
from ocppscope.protocol.version import OcppVersion


class UnknownAction(Rule):
    """An action that is not in the list of the version.

    Finds:
        A CALL or SEND whose action is unknown in the connection's OCPP version, or spelled in other letter case. The
        eleven actions of the 1.6 security whitepaper are known; a ``-Signed`` suffix is looked through. An action of
        another version than the negotiated one is the matter of CON-003.

    Why it matters:
        The receiver answers NotImplemented at best.

    Usual causes:
        A vendor's own action outside DataTransfer, a spelling error, a message of another OCPP version.

    What to do:
        Put vendor functions into DataTransfer; check the negotiated version.
    """

    id = "RPC-019"
    name = "Action unknown in this version"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.2.1; P4 §4.1.6, §4.2.1"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, SendSeen)
    only = Trait.FOREIGN_ACTION
    yields_to = ("CON-003", "RPC-002")
    examples = (
        Example("lower case", '> [2,"4","heartbeat",{}]', finds=1, line=1),
        Example(
            "a security whitepaper action",
            '> [2,"4","SecurityEventNotification",{"type":"FirmwareUpdated","timestamp":"2026-01-01T00:00:00Z"}]',
        ),
        Example(
            "a 2.0.1 action on 1.6 has a rule of its own",
            '< [2,"4","GetVariables",{"getVariableData":[]}]',
            beside=("CON-003",),
        ),
        Example("signed", '> [2,"4","Heartbeat-Signed",{}]', version=OcppVersion.V201),
    )

    def check(self, event: CallSeen | SendSeen) -> Iterable[Verdict]:
        """Actions outside the list."""
        version = event.scene.connection.version
        if version is None or event.message.action in ACTIONS[version]:
            return ()
        return self._found(event, version)

    @staticmethod
    def _found(event: CallSeen | SendSeen, version: OcppVersion) -> Iterator[Verdict]:
        action = bare_action(event.message.action)
        if action in ACTIONS[version]:
            return
        elsewhere = [str(other) for other in OcppVersion if action in ACTIONS[other]]
        twin = next((known for known in ACTIONS[version] if known.lower() == action.lower()), None)
        hint = f"; OCPP {' and '.join(elsewhere)} have it" if elsewhere else f"; {twin} is meant?" if twin else ""
        sender = event.direction.sender
        yield Verdict(
            f"OCPP {version} has no action {quoted(event.message.action)}{hint}",
            at_fault=sender,
            path="$[2]",
            observed=quoted(event.message.action),
            expected=twin,
            key=f"{sender} {action[:40]}",
        )
