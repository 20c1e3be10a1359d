"""PIC-011: a CALL of a feature profile that is not certified."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallOverdue, Event, ResponseSeen
from ocppscope.conformance.fate import fate_of
from ocppscope.conformance.feature_profiles import PROFILE_OF, SECURITY
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.pics.profile import Profile
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_CORE_ONLY = """
[[profiles]]
name = "Core"
kind = "profile"
result = "Pass"
description = ""
"""
_RESERVE = (
    '< [2,"1","ReserveNow",{"connectorId":1,"expiryDate":"2026-01-01T01:00:00Z","idTag":"A1","reservationId":7}]\n'
)


class FeatureNotCertified(Rule):
    """A CALL for a function that the station was not certified for.

    Finds:
        A CALL of the CSMS that belongs to a feature profile which is not among the certified ones. An info when the
        station does not refuse it: it was not tested, but works. Silent when the profile of the product lists no feature
        profiles at all.

    Why it matters:
        Not tested does not mean not supported, but nobody vouches for it. A refusal is the right answer.

    Usual causes:
        The CSMS offers all functions for all products.

    What to do:
        Switch the function off for this product in the CSMS, or have the product certified for it.
    """

    id = "PIC-011"
    name = "Message of a feature profile that is not certified"
    severity = Severity.WARNING
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS certified profiles; S16 §3.3; E16 §3.2"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, CallOverdue)
    actions = frozenset(action for table in PROFILE_OF.values() for action in table)
    needs_profile = True
    examples = (
        Example(
            "refused",
            _RESERVE + '> [4,"1","NotSupported","",{}]',
            profile=_CORE_ONLY,
            finds=1,
            severity=Severity.WARNING,
            line=1,
        ),
        Example(
            "works all the same",
            _RESERVE + '> [3,"1",{"status":"Accepted"}]',
            profile=_CORE_ONLY,
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "never answered",
            _RESERVE + "+31",
            profile=_CORE_ONLY,
            finds=1,
            severity=Severity.WARNING,
            beside=("RPC-011",),
        ),
        Example(
            "certified",
            _RESERVE + '> [3,"1",{"status":"Accepted"}]',
            profile=_CORE_ONLY + _CORE_ONLY.replace("Core", "Reservation"),
        ),
        Example("no profiles are listed", _RESERVE + '> [3,"1",{"status":"Accepted"}]', profile="features.C-04 = true"),
        Example(
            "a display message to a 2.0.1 station without the advanced user interface",
            """
            < [2,"1","GetDisplayMessages",{"requestId":1}]
            > [3,"1",{"status":"Unknown"}]
            """,
            version=OcppVersion.V201,
            profile=_CORE_ONLY,
            finds=1,
        ),
    )

    def check(self, event: ResponseSeen | CallOverdue) -> Iterator[Verdict]:
        """CALLs outside the certified profiles."""
        profile, version, exchange = event.scene.profile, event.scene.connection.version, event.exchange
        if profile is None or version is None or exchange is None or exchange.dut is not Role.STATION:
            return
        certified = profile.derived.feature_profiles
        needed = PROFILE_OF[version].get(exchange.action)
        if not certified or needed is None or needed in certified or _is_covered(profile, needed, exchange.action):
            return
        fate = fate_of(event)
        if fate is not None:
            works = "" if fate.refused else "; it works, but was not certified"
            yield Verdict(
                f"{exchange.action} belongs to {needed}, which is not among the certified profiles; {fate.words}{works}",
                None if fate.refused else Severity.INFO,
                path="$[2]",
                observed=needed,
                expected=", ".join(certified),
                records=fate.records,
                key=f"{exchange.action} {fate.refused}",
            )


def _is_covered(profile: Profile, needed: str, action: str) -> bool:
    """Whether the certificate has the function under another heading: security is no feature profile of 1.6."""
    if needed != SECURITY:
        return False
    named = any(result.passed and "security" in result.name.casefold() for result in profile.profiles)
    firmware = profile.derived.firmware_update_kind == "signed" and action == "SignedUpdateFirmware"
    return named or firmware or bool({2, 3} & set(profile.derived.security_profiles))
