"""PIC-005: GetConfiguration asks for more keys than declared."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import declared_limit, too_many
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_ASK_THREE = '< [2,"1","GetConfiguration",{"key":["HeartbeatInterval","ConnectionTimeOut","ResetRetries"]}]'


class KeysAsked(Rule):
    """A GetConfiguration with more keys than the station takes at a time.

    Finds:
        A list of keys longer than GetConfigurationMaxKeys, declared or reported. Asking for all, without a list, is
        always allowed.

    Why it matters:
        The station answers an error, or only a part; what is missing then looks as if it were not supported.

    Usual causes:
        The CSMS asks for everything that it shows on a page in one CALL.

    What to do:
        Ask in portions, or for all keys.
    """

    id = "PIC-005"
    name = "GetConfiguration asks for more keys than declared"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS ORS-1; S16 §5.8"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"GetConfiguration"})
    needs_profile = True
    yields_to = ("CFG-001",)
    examples = (
        Example("three keys where two are declared", _ASK_THREE, profile="settings.ORS-1 = 2", finds=1, path="$.key"),
        Example("as many as declared", _ASK_THREE, profile="settings.ORS-1 = 3"),
        Example("all keys", '< [2,"1","GetConfiguration",{}]', profile="settings.ORS-1 = 2"),
        Example(
            "the station reports that it takes more",
            """
            < [2,"0","GetConfiguration",{"key":["GetConfigurationMaxKeys"]}]
            > [3,"0",{"configurationKey":[{"key":"GetConfigurationMaxKeys","readonly":true,"value":"20"}]}]
            """
            + _ASK_THREE,
            profile="settings.ORS-1 = 2",
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Too long a list."""
        limit = declared_limit(event.scene, "get_configuration_max_keys")
        keys = event.message.payload.get("key")
        if limit is not None and isinstance(keys, list) and len(keys) > limit.value:
            yield too_many(f"{len(keys)} keys exceed", len(keys), limit, "$.key")
