"""CFG-001: GetConfiguration asks for more keys than the station takes."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import number_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_MAXIMUM = (
    '< [2,"1","GetConfiguration",{"key":["GetConfigurationMaxKeys"]}]\n'
    '> [3,"1",{"configurationKey":[{"key":"GetConfigurationMaxKeys","readonly":true,"value":"3"}]}]\n'
)


def _ask(*keys: str) -> str:
    named = ",".join(f'"{key}"' for key in keys)
    return f'< [2,"2","GetConfiguration",{{"key":[{named}]}}]\n> [3,"2",{{"unknownKey":[{named}]}}]\n'


class TooManyKeys(Rule):
    """A list of keys longer than the maximum that the station has reported.

    Finds:
        GetConfiguration with more keys than GetConfigurationMaxKeys, where the station's value was seen. An empty list, or
        none, asks for all keys and is never too long.

    Why it matters:
        The station refuses the CALL, or answers only a part, which then looks as if the rest were not supported.

    Usual causes:
        The CSMS asks for all that it shows on a page in one CALL, and never reads the maximum.

    What to do:
        Read GetConfigurationMaxKeys first, and ask in portions.
    """

    id = "CFG-001"
    name = "GetConfiguration asks for more keys than GetConfigurationMaxKeys"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §5.8, §9.1.9"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"GetConfiguration"})
    timeless = True
    examples = (
        Example(
            "four where three are allowed",
            _MAXIMUM + _ask("A", "B", "C", "D"),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.key",
            line=3,
        ),
        Example("three", _MAXIMUM + _ask("A", "B", "C")),
        Example("an empty list means all", _MAXIMUM + _ask().replace('"unknownKey":[]', '"configurationKey":[]'), beside=("CFG-004",)),
        Example("the maximum is not known", _ask("A", "B", "C", "D")),
    )  # fmt: skip

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Lists that are too long."""
        keys = event.message.payload.get("key")
        most = number_at(event.scene.station.configuration, "getconfigurationmaxkeys")
        if event.direction is not Direction.TO_STATION or not isinstance(keys, list) or most is None:
            return
        if len(keys) > most > 0:
            yield Verdict(
                f"GetConfiguration asks for {len(keys)} keys; the station has reported GetConfigurationMaxKeys = {most:g}",
                path="$.key",
                observed=f"{len(keys)} keys",
                expected=f"at most {most:g}",
            )
