"""The security events of the specifications, and who is bound to send them."""

from ocppscope.pics.profile import Profile

EVENT_TYPES = frozenset(
    {
        "AttemptedReplayAttacks", "CentralSystemFailedToAuthenticate", "CsmsFailedToAuthenticate",
        "CsrGenerationFailed", "DiscardedRenewedClientCertificate", "FailedToAuthenticateAtCentralSystem",
        "FailedToAuthenticateAtCsms", "FirmwareUpdated", "InvalidCentralSystemCertificate",
        "InvalidChargePointCertificate", "InvalidChargingStationCertificate", "InvalidCsmsCertificate",
        "InvalidFirmwareSignature", "InvalidFirmwareSigningCertificate", "InvalidMessages", "InvalidTLSCipherSuite",
        "InvalidTLSVersion", "MaintenanceLoginAccepted", "MaintenanceLoginFailed", "MemoryExhaustion",
        "ReconfigurationOfSecurityParameters", "ResetOrReboot", "SecurityLogWasCleared", "SettingSystemTime",
        "StartupOfTheDevice", "TamperDetectionActivated",
    }
)  # fmt: skip
"""Of the 1.6 security whitepaper (§2) and of the appendix of 2.x part 2: a name of either is understood in both."""


def has_advanced_security(profile: Profile) -> bool:
    """Whether the product passed a profile of its certificate that is about security."""
    return any(result.passed and "security" in result.name.casefold() for result in profile.profiles)
