"""CFG-002: a key that was asked for and is nowhere in the answer."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.configuration_rows import rows_of
from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import number_at, value_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_MOST_NAMED = 5

_ASK = '< [2,"1","GetConfiguration",{"key":["HeartbeatInterval","CpoName"]}]\n'
_MAXIMUM = (
    '< [2,"0","GetConfiguration",{"key":["GetConfigurationMaxKeys"]}]\n'
    '> [3,"0",{"configurationKey":[{"key":"GetConfigurationMaxKeys","readonly":true,"value":"1"}]}]\n'
)
_INTERVAL = '{"key":"HeartbeatInterval","readonly":false,"value":"300"}'


class KeyNotAnswered(Rule):
    """The answer to GetConfiguration passes over a key.

    Finds:
        A key of the request that is neither in ``configurationKey`` nor in ``unknownKey``. Keys are compared without
        regard to letter case. Not where the request was longer than GetConfigurationMaxKeys: then CFG-001 says why.

    Why it matters:
        The CSMS cannot tell whether the key does not exist, or the answer was cut.

    Usual causes:
        Unknown keys are left out in place of being listed; keys without a value are skipped.

    What to do:
        Put every key that was asked for in one of the two lists.
    """

    id = "CFG-002"
    name = "Requested key is in neither list of the answer"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.8"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"GetConfiguration"})
    timeless = True
    examples = (
        Example(
            "passed over",
            _ASK + f'> [3,"1",{{"configurationKey":[{_INTERVAL}],"unknownKey":[]}}]',
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            line=2,
        ),
        Example("nothing at all", _ASK + '> [3,"1",{"configurationKey":[],"unknownKey":[]}]', finds=1),
        Example("unknown, and said so", _ASK + f'> [3,"1",{{"configurationKey":[{_INTERVAL}],"unknownKey":["CpoName"]}}]'),
        Example(
            "in another letter case",
            _ASK + f'> [3,"1",{{"configurationKey":[{_INTERVAL.lower()}],"unknownKey":["cponame"]}}]',
        ),
        Example(
            "more keys than the station takes",
            _MAXIMUM + _ASK + f'> [3,"1",{{"configurationKey":[{_INTERVAL}]}}]',
            beside=("CFG-001",),
        ),
        Example("refused", _ASK + '> [4,"1","NotSupported","",{}]'),
    )  # fmt: skip

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """Keys that the answer lacks."""
        pending, exchange, scene = event.closed.pending, event.exchange, event.scene
        if pending is None or exchange is None or not isinstance(event.message, CallResult):
            return
        asked = value_at(pending.call.payload, "key")
        if event.direction is not Direction.TO_CSMS or not isinstance(asked, list):
            return
        most = number_at(scene.station.configuration, "getconfigurationmaxkeys")
        if most is not None and len(asked) > most:
            return
        unknown = value_at(event.message.payload, "unknownKey")
        told = {row.key for row in rows_of(event.message.payload)}
        told |= {key.lower() for key in (unknown if isinstance(unknown, list) else ()) if isinstance(key, str)}
        missing = [key for key in asked if isinstance(key, str) and key[:500].lower() not in told]
        if missing:
            names = ", ".join(quoted(key[:50]) for key in missing[:_MOST_NAMED])
            more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
            yield Verdict(
                f"{names}{more} asked for, in neither configurationKey nor unknownKey of the answer",
                observed=f"{len(told)} of {len(asked)} keys",
                expected="each key in one of the two lists",
                records=(scene.number, exchange.call),
                key=missing[0][:50].lower(),
            )
