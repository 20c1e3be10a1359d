"""CFG-008: a value is accepted that must be refused."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.capture.record import TlsFacts
from ocppscope.conformance.configuration_rows import TAKEN, change_of
from ocppscope.conformance.event import Event, ResponseSeen, Scene
from ocppscope.conformance.memories.configuration_changes import ConfigurationChanges
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import number_at, text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_PROFILE_2 = (
    '< [2,"g","GetConfiguration",{"key":["SecurityProfile"]}]\n'
    '> [3,"g",{"configurationKey":[{"key":"SecurityProfile","readonly":false,"value":"2"}]}]\n'
)


_TLS = TlsFacts(version="TLSv1.2")
_BASIC = "Basic user=CS-EXAMPLE password=20 bytes"


def _change(key: str, value: int, status: str) -> str:
    return f'< [2,"c","ChangeConfiguration",{{"key":"{key}","value":"{value}"}}]\n> [3,"c",{{"status":"{status}"}}]'


class ForbiddenValueAccepted(Rule):
    """A change is accepted that the specification tells the station to refuse.

    Finds:
        WebSocketPingInterval below 0, and a SecurityProfile that is not higher than the present one, answered with
        Accepted. The present profile must have been seen.

    Why it matters:
        A station that steps down to a lower security profile can be made to talk in clear.

    Usual causes:
        Values are stored without being looked at.

    What to do:
        Answer Rejected. A lower profile takes a person at the station.
    """

    id = "CFG-008"
    name = "Forbidden value accepted"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "J16 §7; S16 §9.1.34; WP A05.FR.01"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"ChangeConfiguration"})
    memories = (ConfigurationChanges,)
    timeless = True
    examples = (
        Example(
            "profile 1 while on 2",
            _PROFILE_2 + _change("SecurityProfile", 1, "Accepted"),
            tls=_TLS,
            auth=_BASIC,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            path="$.status",
            line=4,
        ),
        Example("a negative ping interval", _change("WebSocketPingInterval", -1, "Accepted"), finds=1),
        Example("rejected", _PROFILE_2 + _change("SecurityProfile", 1, "Rejected"), tls=_TLS, auth=_BASIC),
        Example("a higher profile", _PROFILE_2 + _change("SecurityProfile", 3, "Accepted"), tls=_TLS, auth=_BASIC),
        Example("the present profile is not known", _change("SecurityProfile", 1, "Accepted")),
        Example("no pings", _change("WebSocketPingInterval", 0, "Accepted")),
    )

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """Accepted changes of the two keys."""
        pending, exchange, scene = event.closed.pending, event.exchange, event.scene
        change = change_of(pending.call) if pending is not None else None
        if change is None or exchange is None or event.direction is not Direction.TO_CSMS:
            return
        status = text_at(event.message.payload, "status") if isinstance(event.message, CallResult) else None
        value = number_at({"value": change[1].strip()}, "value")
        if status not in TAKEN or value is None:
            return
        name = text_at(pending.call.payload, "key") if pending is not None else None
        why, records = _why(scene, change[0], value)
        if why is not None:
            yield Verdict(
                f"the station accepted {quoted(change[1])} for {name}: {why}",
                path="$.status",
                observed=status,
                expected="Rejected",
                records=(scene.number, exchange.call, *records),
                key=change[0],
            )


def _why(scene: Scene, key: str, value: float) -> tuple[str | None, tuple[int, ...]]:
    """Why this value must be refused, None when it need not, and the records that show it."""
    if key == "websocketpinginterval" and value < 0:
        return "it must not be negative", ()
    known = scene.recall(ConfigurationChanges).known(key) if key == "securityprofile" else None
    present = number_at({"value": known.value}, "value") if known is not None else None
    if known is not None and present is not None and value <= present:
        return f"it is not higher than the present profile {present:g}", (known.record,)
    return None, ()
