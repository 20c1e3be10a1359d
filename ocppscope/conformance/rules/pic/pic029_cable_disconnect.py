"""PIC-029: what happens when the cable is pulled contradicts the declaration."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import claim
from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_NEEDED = {
    ("stoptransactiononevsidedisconnect", "false"): "C-06.1",
    ("stoptransactiononevsidedisconnect", "true"): "C-06.2",
    ("unlockconnectoronevsidedisconnect", "true"): "C-10.1",
    ("unlockconnectoronevsidedisconnect", "false"): "C-10.2",
}
"""Which option a value of a configuration key takes to be supported."""

_STOPS_ALWAYS = 'features."C-06.1" = false\nfeatures."C-06.2" = true'
_NEVER_STOPS = 'features."C-06.1" = true\nfeatures."C-06.2" = false'
_CHANGE = (
    '< [2,"1","ChangeConfiguration",{"key":"StopTransactionOnEVSideDisconnect","value":"VALUE"}]\n'
    '> [3,"1",{"status":"STATUS"}]'
)


class CableDisconnect(Rule):
    """A station does with a pulled cable what it declares not to do.

    Finds:
        StopTransactionOnEVSideDisconnect or UnlockConnectorOnEVSideDisconnect is set, with the station's consent, to a
        value whose option is declared as not supported; a transaction ends with EVDisconnected where the certificate
        says that authorization is always kept. Two options declared as supported mean that it can be configured.

    Why it matters:
        A charge that goes on after the cable was pulled can be taken over by the next car.

    Usual causes:
        The station accepts the setting and ignores it; another firmware.

    What to do:
        Read the setting back, and try it with a car.
    """

    id = "PIC-029"
    name = "Cable-disconnect behaviour contradicts the declaration"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "PICS C-06.1, C-06.2, C-10.1, C-10.2; E16 §3.84, §3.85"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"ChangeConfiguration", "StopTransaction"})
    needs_profile = True
    examples = (
        Example(
            "accepts what it does not support",
            _CHANGE.replace("VALUE", "false").replace("STATUS", "Accepted"),
            profile=_STOPS_ALWAYS,
            finds=1,
            line=2,
        ),
        Example("rejects it", _CHANGE.replace("VALUE", "false").replace("STATUS", "Rejected"), profile=_STOPS_ALWAYS),
        Example(
            "accepts what it supports",
            _CHANGE.replace("VALUE", "true").replace("STATUS", "Accepted"),
            profile=_STOPS_ALWAYS,
        ),
        Example(
            "stops where it keeps the authorization",
            '> [2,"2","StopTransaction",{"transactionId":-1,"reason":"EVDisconnected","meterStop":5,'
            '"timestamp":"2026-01-01T00:10:00Z"}]',
            profile=_NEVER_STOPS,
            finds=1,
            path="$.reason",
        ),
        Example(
            "both are supported",
            _CHANGE.replace("VALUE", "false").replace("STATUS", "Accepted"),
            profile=_STOPS_ALWAYS.replace("false", "true"),
        ),
    )

    def check(self, event: CallSeen | ResponseSeen) -> Iterator[Verdict]:
        """Settings and stops against the declaration."""
        if isinstance(event, ResponseSeen):
            yield from _changed(event)
        elif _stopped_by_cable(event) and claim(event.scene, "C-06.2") is False:
            yield Verdict(
                "a transaction ended because the cable was pulled, although C-06.2 declares that it does not",
                path="$.reason",
                observed='"EVDisconnected"',
                key="stop",
            )


def _stopped_by_cable(event: CallSeen) -> bool:
    return event.message.action == "StopTransaction" and event.message.payload.get("reason") == "EVDisconnected"


def _changed(event: ResponseSeen) -> Iterator[Verdict]:
    pending, exchange = event.closed.pending, event.exchange
    if pending is None or exchange is None or not isinstance(event.message, CallResult):
        return
    key, value = text_at(pending.call.payload, "key"), text_at(pending.call.payload, "value")
    if key is None or value is None or text_at(event.message.payload, "status") not in {"Accepted", "RebootRequired"}:
        return
    option = _NEEDED.get((key.lower(), value.strip().lower()))
    if option is not None and claim(event.scene, option) is False:
        yield Verdict(
            f"the station accepted {key} = {quoted(value)}, although {option} declares that as not supported",
            observed=quoted(value),
            expected="Rejected",
            records=(event.scene.number, exchange.call),
            key=f"{key.lower()} {value.strip().lower()}",
        )
