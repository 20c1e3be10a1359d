"""Which feature profile an action of a CSMS belongs to (S16 §3.3 as corrected by E16 §3.2; 2.0.1 part 0)."""

from ocppscope.protocol.version import OcppVersion

SECURITY = "Advanced Security"
"""No feature profile of 1.6, but a heading of its certificates: the whitepaper's functions."""

_V16 = {
    "FirmwareManagement": "GetDiagnostics UpdateFirmware",
    "LocalAuthListManagement": "GetLocalListVersion SendLocalList",
    "Reservation": "CancelReservation ReserveNow",
    "SmartCharging": "ClearChargingProfile GetCompositeSchedule SetChargingProfile",
    "RemoteTrigger": "TriggerMessage",
    SECURITY: "CertificateSigned DeleteCertificate ExtendedTriggerMessage GetInstalledCertificateIds GetLog "
    "InstallCertificate SignedUpdateFirmware",
}
_V2X = {
    "LocalAuthListManagement": "GetLocalListVersion SendLocalList",
    "Reservation": "CancelReservation ReserveNow",
    "SmartCharging": "ClearChargingProfile GetChargingProfiles GetCompositeSchedule SetChargingProfile",
    "AdvancedUserInterface": "ClearDisplayMessage GetDisplayMessages SetDisplayMessage",
    "AdvancedDeviceManagement": "ClearVariableMonitoring GetMonitoringReport SetMonitoringBase SetMonitoringLevel "
    "SetVariableMonitoring",
}


def _by_action(profiles: dict[str, str]) -> dict[str, str]:
    return {action: profile for profile, actions in profiles.items() for action in actions.split()}


PROFILE_OF = {
    OcppVersion.V16: _by_action(_V16),
    OcppVersion.V201: _by_action(_V2X),
    OcppVersion.V21: _by_action(_V2X),
}
"""The feature profile of each action that is not Core."""
