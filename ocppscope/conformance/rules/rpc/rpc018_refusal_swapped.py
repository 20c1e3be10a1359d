"""RPC-018: NotImplemented where NotSupported is due, or the other way round."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.feature_profiles import PROFILE_OF
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.trait import Trait
from ocppscope.model.exchange import Exchange
from ocppscope.model.finding import Severity
from ocppscope.protocol.actions import ACTIONS, CSMS_ACTIONS, bare_action
from ocppscope.protocol.message import CallError
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_OF_ANY_VERSION = frozenset[str]().union(*ACTIONS.values())

_SMART = """
[[profiles]]
name = "Smart Charging"
kind = "profile"
result = "Pass"
description = ""
"""
_CLEAR = '< [2,"1","ClearChargingProfile",{}]\n'


class RefusalSwapped(Rule):
    """A refusal with the wrong one of two codes.

    Finds:
        NotSupported for an action that no version of OCPP has, where NotImplemented ("not known") is due; and
        NotImplemented by a station for an action of a feature profile that it was certified for. Only the code is
        judged: the default texts of a widely used library are swapped.

    Why it matters:
        NotImplemented tells the caller never to ask again, NotSupported that this product, or this configuration of it,
        cannot do it. A CSMS that was told the wrong one drops a function for good.

    Usual causes:
        The two words taken for the same; a function that is compiled in, but switched off.

    What to do:
        NotImplemented for names that the receiver does not know, NotSupported for what it knows and does not do.
    """

    id = "RPC-018"
    name = "NotImplemented and NotSupported swapped"
    severity = Severity.WARNING
    requirement = Requirement.MUST
    spec = "J16 §4.2.3 table 7; P4 §4.3 table 8"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    only = Trait.REFUSAL
    examples = (
        Example(
            "a certified function is called unknown",
            _CLEAR + '> [4,"1","NotImplemented","",{}]',
            profile=_SMART,
            finds=1,
            at_fault=Role.STATION,
            path="$[2]",
            line=2,
        ),
        Example("the other code is right there", _CLEAR + '> [4,"1","NotSupported","",{}]', profile=_SMART),
        Example("nothing is known of what the station can do", _CLEAR + '> [4,"1","NotImplemented","",{}]'),
        Example(
            "a name that is no action is not known, rather than not supported",
            '> [2,"1","CustomOperation",{}]\n< [4,"1","NotSupported","",{}]',
            finds=1,
            at_fault=Role.CSMS,
            line=2,
            beside=("RPC-019",),
        ),
        Example(
            "and the code for that is right, whatever the text says",
            '> [2,"1","CustomOperation",{}]\n< [4,"1","NotImplemented","Requested Action is recognized but not supported",{}]',
            beside=("RPC-019",),
        ),
        Example(
            "an action of another version may be known",
            '< [2,"1","GetVariables",{"getVariableData":[]}]\n> [4,"1","NotSupported","",{}]',
            beside=("CON-003",),
        ),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """The two codes, where it is known what was due."""
        message, exchange = event.message, event.exchange
        if exchange is None or not isinstance(message, CallError):
            return ()
        if message.error_code == "NotSupported" and bare_action(exchange.action) not in _OF_ANY_VERSION:
            return self._found(event, exchange, "NotImplemented", "no version of OCPP has this action")
        if message.error_code == "NotImplemented" and exchange.dut is Role.STATION:
            declared = _declared(event, exchange.action)
            if declared is not None:
                return self._found(event, exchange, "NotSupported", f"the station was certified for {declared}")
        return ()

    @staticmethod
    def _found(event: ResponseSeen, exchange: Exchange, due: str, reason: str) -> Iterator[Verdict]:
        code = "NotSupported" if due == "NotImplemented" else "NotImplemented"
        yield Verdict(
            f"{quoted(exchange.action)} is answered with CALLERROR {code}; {reason}, so {due} is due",
            at_fault=exchange.dut,
            path="$[2]",
            observed=code,
            expected=due,
            records=(event.scene.number, exchange.call),
            key=f"{exchange.dut} {exchange.action[:40]}",
        )


def _declared(event: ResponseSeen, action: str) -> str | None:
    """The certified feature profile that the action belongs to, None where it is not certified or not told."""
    profile, version = event.scene.profile, event.scene.connection.version
    if profile is None or version is None or profile.ocpp_version is not version:
        return None
    needed = PROFILE_OF[version].get(action)
    if needed is None and version is OcppVersion.V16 and action in CSMS_ACTIONS[version]:
        needed = "Core"
    return needed if needed in profile.derived.feature_profiles else None
