"""LAL-006: a local list that is accepted although the station has none."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene
from ocppscope.conformance.example_lists import entry, send
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_PROFILE = "localauthlistmanagement"


def _told(key: str, value: str) -> str:
    return (
        f'< [2,"c","GetConfiguration",{{"key":["{key}"]}}]\n'
        f'> [3,"c",{{"configurationKey":[{{"key":"{key}","readonly":false,"value":"{value}"}}]}}]\n'
    )


class ListNotEnabled(Rule):
    """A local list that is taken by a station which says that it uses none.

    Finds:
        SendLocalList is answered with Accepted although the station reports LocalAuthListEnabled (2.x:
        LocalAuthListCtrlr.Enabled or Available) as false, or does not have LocalAuthListManagement among its
        SupportedFeatureProfiles.

    Why it matters:
        The CSMS believes that its cards work while the station is offline; none of them does.

    Usual causes:
        The handler stores the list without looking at the setting; a function that is not licensed.

    What to do:
        Set LocalAuthListEnabled to true first. The station should answer Failed, or NotSupported.
    """

    id = "LAL-006"
    name = "Local list accepted although it is disabled or not supported"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.15; P2 D02.FR.03"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"SendLocalList"})
    examples = (
        Example(
            "disabled",
            _told("LocalAuthListEnabled", "false") + send(1, "Full", entry("A1")),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            line=4,
        ),
        Example("enabled", _told("LocalAuthListEnabled", "true") + send(1, "Full", entry("A1"))),
        Example(
            "the profile is not among the supported ones",
            _told("SupportedFeatureProfiles", "Core, RemoteTrigger") + send(1, "Full", entry("A1")),
            finds=1,
        ),
        Example(
            "it is",
            _told("SupportedFeatureProfiles", "Core,LocalAuthListManagement") + send(1, "Full", entry("A1")),
        ),
        Example("nothing is known of the station's settings", send(1, "Full", entry("A1"))),
        Example(
            "refused, as it should be",
            _told("LocalAuthListEnabled", "false") + send(1, "Full", entry("A1"), answer="NotSupported"),
        ),
        Example(
            "2.0.1",
            """
            < [2,"c","GetVariables",{"getVariableData":[{"component":{"name":"LocalAuthListCtrlr"},"variable":{"name":"Enabled"}}]}]
            > [3,"c",{"getVariableResult":[{"attributeStatus":"Accepted","attributeValue":"false","component":{"name":"LocalAuthListCtrlr"},"variable":{"name":"Enabled"}}]}]
            """
            + send(1, "Full", key="versionNumber"),
            version=OcppVersion.V201,
            finds=1,
        ),
    )

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """Accepted lists, against what the station tells of itself."""
        if event.exchange is None or not isinstance(event.message, CallResult):
            return
        if text_at(event.message.payload, "status") != "Accepted":
            return
        reason = _reason(event.scene)
        if reason is not None:
            yield Verdict(
                f"the station accepts a local list although {reason}",
                path="$.status",
                observed="Accepted",
                expected="NotSupported" if event.scene.connection.version is OcppVersion.V16 else "Failed",
                records=(event.scene.number, event.exchange.call),
                key="list",
            )


def _reason(scene: Scene) -> str | None:
    known = scene.station.configuration
    if scene.connection.version is OcppVersion.V16:
        keys: tuple[str, ...] = ("LocalAuthListEnabled",)
        profiles = known.get("supportedfeatureprofiles")
        if profiles and _PROFILE not in {name.strip().lower() for name in profiles.split(",")}:
            return f"its SupportedFeatureProfiles are {quoted(profiles)}"
    else:
        keys = ("LocalAuthListCtrlr.Enabled", "LocalAuthListCtrlr.Available")
    off = next((key for key in keys if known.get(key.lower(), "").strip().lower() == "false"), None)
    return None if off is None else f"{off} is false"
