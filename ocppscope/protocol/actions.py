"""The action catalogue: which actions each version has, and who may send them.

Lists from OCPP 1.6 edition 2 chapters 4 and 5 with the security whitepaper edition 3, and the message lists of 2.0.1 and
2.1 part 2. That they name every schema file of the ``ocpp`` package and no other is a test.
"""

from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BOTH = _names("DataTransfer")

_V16_STATION = _names(
    """Authorize BootNotification DiagnosticsStatusNotification FirmwareStatusNotification Heartbeat LogStatusNotification
    MeterValues SecurityEventNotification SignCertificate SignedFirmwareStatusNotification StartTransaction
    StatusNotification StopTransaction"""
)
_V16_CSMS = _names(
    """CancelReservation CertificateSigned ChangeAvailability ChangeConfiguration ClearCache ClearChargingProfile
    DeleteCertificate ExtendedTriggerMessage GetCompositeSchedule GetConfiguration GetDiagnostics
    GetInstalledCertificateIds GetLocalListVersion GetLog InstallCertificate RemoteStartTransaction
    RemoteStopTransaction ReserveNow Reset SendLocalList SetChargingProfile SignedUpdateFirmware TriggerMessage
    UnlockConnector UpdateFirmware"""
)
_V201_STATION = _names(
    """Authorize BootNotification ClearedChargingLimit FirmwareStatusNotification Get15118EVCertificate
    GetCertificateStatus Heartbeat LogStatusNotification MeterValues NotifyChargingLimit NotifyCustomerInformation
    NotifyDisplayMessages NotifyEVChargingNeeds NotifyEVChargingSchedule NotifyEvent NotifyMonitoringReport NotifyReport
    PublishFirmwareStatusNotification ReportChargingProfiles ReservationStatusUpdate SecurityEventNotification
    SignCertificate StatusNotification TransactionEvent"""
)
_V201_CSMS = _names(
    """CancelReservation CertificateSigned ChangeAvailability ClearCache ClearChargingProfile ClearDisplayMessage
    ClearVariableMonitoring CostUpdated CustomerInformation DeleteCertificate GetBaseReport GetChargingProfiles
    GetCompositeSchedule GetDisplayMessages GetInstalledCertificateIds GetLocalListVersion GetLog GetMonitoringReport
    GetReport GetTransactionStatus GetVariables InstallCertificate PublishFirmware RequestStartTransaction
    RequestStopTransaction ReserveNow Reset SendLocalList SetChargingProfile SetDisplayMessage SetMonitoringBase
    SetMonitoringLevel SetNetworkProfile SetVariableMonitoring SetVariables TriggerMessage UnlockConnector
    UnpublishFirmware UpdateFirmware"""
)
_V21_STATION = _V201_STATION | _names(
    """BatterySwap ClosePeriodicEventStream GetCertificateChainStatus NotifyDERAlarm NotifyDERStartStop
    NotifyPeriodicEventStream NotifyPriorityCharging NotifySettlement OpenPeriodicEventStream PullDynamicScheduleUpdate
    ReportDERControl VatNumberValidation"""
)
_V21_CSMS = _V201_CSMS | _names(
    """AFRRSignal AdjustPeriodicEventStream ChangeTransactionTariff ClearDERControl ClearTariffs GetDERControl
    GetPeriodicEventStream GetTariffs NotifyAllowedEnergyTransfer NotifyWebPaymentStarted RequestBatterySwap
    SetDERControl SetDefaultTariff UpdateDynamicSchedule UsePriorityCharging"""
)

STATION_ACTIONS = {
    OcppVersion.V16: _V16_STATION | _BOTH,
    OcppVersion.V201: _V201_STATION | _BOTH,
    OcppVersion.V21: _V21_STATION | _BOTH,
}
"""What a charging station may ask, by version."""

CSMS_ACTIONS = {
    OcppVersion.V16: _V16_CSMS | _BOTH,
    OcppVersion.V201: _V201_CSMS | _BOTH,
    OcppVersion.V21: _V21_CSMS | _BOTH,
}
"""What a CSMS may ask, by version."""

SEND_ACTIONS = {
    OcppVersion.V16: frozenset[str](),
    OcppVersion.V201: frozenset[str](),
    OcppVersion.V21: _names("NotifyPeriodicEventStream"),
}
"""What travels as SEND, a message without a response (2.1 part 4 §4.2.4)."""

ACTIONS = {version: STATION_ACTIONS[version] | CSMS_ACTIONS[version] for version in OcppVersion}
"""Every action of a version."""


def initiators(version: OcppVersion, action: str) -> frozenset[Role]:
    """Who may send a CALL (or SEND) with this action; empty for an action that the version does not know."""
    roles = set()
    if action in STATION_ACTIONS[version]:
        roles.add(Role.STATION)
    if action in CSMS_ACTIONS[version]:
        roles.add(Role.CSMS)
    return frozenset(roles)


def bare_action(action: str) -> str:
    """The action without the ``-Signed`` suffix of a signed message (2.0.1 part 4 §7.1)."""
    return action.removesuffix("-Signed")
