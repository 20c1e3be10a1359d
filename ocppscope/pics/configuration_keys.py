"""The standard configuration keys of OCPP 1.6 and what their values are (chapter 9, errata, security whitepaper)."""

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["flag", "whole", "list", "text"]

_FLAGS = """
AdditionalRootCertificateCheck AllowOfflineTxForUnknownId AuthorizationCacheEnabled AuthorizeRemoteTxRequests
CentralContractValidationAllowed ConnectorSwitch3to1PhaseSupported ContractValidationOffline ISO15118PnCEnabled
LocalAuthListEnabled LocalAuthorizeOffline LocalPreAuthorize ReserveConnectorZeroSupported
StopTransactionOnEVSideDisconnect StopTransactionOnInvalidId UnlockConnectorOnEVSideDisconnect
"""
_WHOLE_NUMBERS = """
BlinkRepeat CertificateSignedMaxChainSize CertificateStoreMaxLength CertSigningRepeatTimes CertSigningWaitMinimum
ChargeProfileMaxStackLevel ChargingScheduleMaxPeriods ClockAlignedDataInterval ConnectionTimeOut
ConnectorPhaseRotationMaxLength GetConfigurationMaxKeys HeartbeatInterval LightIntensity LocalAuthListMaxLength
MaxChargingProfilesInstalled MaxEnergyOnInvalidId MessageTimeout MeterValueSampleInterval
MeterValuesAlignedDataMaxLength MeterValuesSampledDataMaxLength MinimumStatusDuration NumberOfConnectors ResetRetries
SecurityProfile SendLocalListMaxLength StopTransactionMaxMeterValues StopTxnAlignedDataMaxLength
StopTxnSampledDataMaxLength SupportedFeatureProfilesMaxLength SupportedFileTransferProtocolsMaxLength
TransactionMessageAttempts TransactionMessageRetryInterval WebSocketPingInterval
"""
_LISTS = """
ChargingScheduleAllowedChargingRateUnit ConnectorPhaseRotation MeterValuesAlignedData MeterValuesSampledData
StopTxnAlignedData StopTxnSampledData SupportedFeatureProfiles SupportedFileTransferProtocols
"""
_TEXTS = "AuthorizationKey CpoName"

KINDS: dict[str, Kind] = {
    **dict.fromkeys(_FLAGS.split(), "flag"),
    **dict.fromkeys(_WHOLE_NUMBERS.split(), "whole"),
    **dict.fromkeys(_LISTS.split(), "list"),
    **dict.fromkeys(_TEXTS.split(), "text"),
}
"""What a key's value is, by the key in its right spelling."""
