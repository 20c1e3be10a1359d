"""CFG-004: configuration keys that every station must have, and this one has not."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.configuration_rows import Row, rows_of
from ocppscope.conformance.event import Event, ResponseSeen, Scene
from ocppscope.conformance.measurands import listed
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.pics.derive import ocpp_name
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import number_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

REQUIRED = {
    "Core": (
        "AuthorizeRemoteTxRequests", "ClockAlignedDataInterval", "ConnectionTimeOut", "ConnectorPhaseRotation",
        "GetConfigurationMaxKeys", "HeartbeatInterval", "LocalAuthorizeOffline", "LocalPreAuthorize",
        "MeterValuesAlignedData", "MeterValuesSampledData", "MeterValueSampleInterval", "NumberOfConnectors",
        "ResetRetries", "StopTransactionOnInvalidId", "StopTxnAlignedData", "StopTxnSampledData",
        "SupportedFeatureProfiles", "TransactionMessageAttempts", "TransactionMessageRetryInterval",
        "UnlockConnectorOnEVSideDisconnect",
    ),
    "LocalAuthListManagement": ("LocalAuthListEnabled", "LocalAuthListMaxLength", "SendLocalListMaxLength"),
    "SmartCharging": (
        "ChargeProfileMaxStackLevel", "ChargingScheduleAllowedChargingRateUnit", "ChargingScheduleMaxPeriods",
        "MaxChargingProfilesInstalled",
    ),
}  # fmt: skip
"""By feature profile (S16 chapter 9). StopTransactionOnEVSideDisconnect is optional since E16 §3.80."""

_MOST_NAMED = 8

_ALL = '< [2,"1","GetConfiguration",{}]\n'

_VALUES = {
    "ConnectorPhaseRotation": "1.RST",
    "MeterValuesAlignedData": "Energy.Active.Import.Register",
    "MeterValuesSampledData": "Energy.Active.Import.Register",
    "StopTxnAlignedData": "",
    "StopTxnSampledData": "",
    "ChargingScheduleAllowedChargingRateUnit": "Current",
    "SupportedFeatureProfiles": "Core",
}
_FLAGS = frozenset(
    {
        "AuthorizeRemoteTxRequests", "LocalAuthListEnabled", "LocalAuthorizeOffline", "LocalPreAuthorize",
        "StopTransactionOnInvalidId", "UnlockConnectorOnEVSideDisconnect",
    }
)  # fmt: skip


def _answer(*left_out: str, profiles: tuple[str, ...] = ("Core",), most: int = 50) -> str:
    """The answer of a station that has all keys but those left out."""
    values = _VALUES | dict.fromkeys(_FLAGS, "true") | {"GetConfigurationMaxKeys": str(most)}
    values |= {"SupportedFeatureProfiles": ", ".join(profiles)}
    rows = ",".join(
        f'{{"key":"{key}","readonly":true,"value":"{values.get(key, "10")}"}}'
        for profile in profiles
        for key in REQUIRED.get(profile, ())
        if key not in left_out
    )
    return f'> [3,"1",{{"configurationKey":[{rows}]}}]'


class RequiredKeysMissing(Rule):
    """The full list of a station's configuration lacks keys that are required.

    Finds:
        An answer to a GetConfiguration without a list of keys that lacks keys which chapter 9 requires for Core or for
        another profile that the station supports: by SupportedFeatureProfiles, else by its certificate. Not where the
        answer has as many keys as GetConfigurationMaxKeys allows, and so may have been cut.

    Why it matters:
        The CSMS cannot set what it must be able to set, nor know what the station can.

    Usual causes:
        Keys are added when a CSMS asks for them; a profile is announced that is half done.

    What to do:
        Implement the keys, or do not announce the profile.
    """

    id = "CFG-004"
    name = "Required configuration keys missing"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 ch. 9; E16 §3.80, §3.84"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"GetConfiguration"})
    timeless = True
    examples = (
        Example(
            "a local list without its length",
            _ALL + _answer("LocalAuthListMaxLength", profiles=("Core", "LocalAuthListManagement")),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            line=2,
        ),
        Example("a key of Core", _ALL + _answer("ResetRetries"), finds=1),
        Example(
            "a profile that only the certificate names",
            _ALL + _answer("SupportedFeatureProfiles"),
            profile='profiles = [{ name = "Smart Charging", kind = "profile", result = "Pass" }]',
            finds=1,
        ),
        Example("all of them", _ALL + _answer(profiles=("Core", "LocalAuthListManagement", "SmartCharging"))),
        Example("as many as one answer may have", _ALL + _answer("ResetRetries", most=19)),
        Example(
            "only some were asked for",
            '< [2,"1","GetConfiguration",{"key":["CpoName"]}]\n> [3,"1",{"unknownKey":["CpoName"]}]',
        ),
    )  # fmt: skip

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """Full answers."""
        pending, exchange, scene = event.closed.pending, event.exchange, event.scene
        if pending is None or exchange is None or not isinstance(event.message, CallResult):
            return
        if event.direction is not Direction.TO_CSMS or pending.call.payload.get("key"):
            return
        if event.message.payload.get("unknownKey"):
            return  # then keys were asked for, in a CALL too large to be kept
        rows = {row.key: row for row in rows_of(event.message.payload)}
        most = number_at(scene.station.configuration, "getconfigurationmaxkeys")
        if most is not None and len(rows) >= most:
            return
        missing = [
            key for profile in _profiles(rows, scene) for key in REQUIRED.get(profile, ()) if key.lower() not in rows
        ]
        if missing:
            yield Verdict(
                f"the full configuration lacks {len(missing)} required "
                f"{'key' if len(missing) == 1 else 'keys'}: {', '.join(missing[:_MOST_NAMED])}"
                + (" …" if len(missing) > _MOST_NAMED else ""),
                path="$.configurationKey",
                observed=f"{len(rows)} keys",
                expected=", ".join(missing),
                records=(scene.number, exchange.call),
            )


def _profiles(rows: dict[str, Row], scene: Scene) -> list[str]:
    """The feature profiles that the station supports, Core always."""
    row = rows.get("supportedfeatureprofiles")
    if row is not None and row.value:
        named = [ocpp_name(name) for name in listed(row.value)]
    else:
        named = list(scene.profile.derived.feature_profiles) if scene.profile is not None else []
    return list(dict.fromkeys(["Core", *named]))
