"""What OCPP 2.1 adds to 2.0.1: 27 actions."""

from ocppscope.inspect.summaries import charging
from ocppscope.inspect.summaries.device_model import tally_of
from ocppscope.inspect.summaries.line import Summary, count_of, line, nothing, when
from ocppscope.inspect.summaries.status import STATUS
from ocppscope.inspect.summaries.wording import joined, phrase
from ocppscope.protocol.message import Payload

_CONTROL = ("{controlType}", "control {controlId:id}", when("isDefault", "default"))
_STREAM = "every {params.interval} s"


def _schedule_update(payload: Payload) -> str:
    return charging.limit(payload.get("scheduleUpdate"), "")


_DER_REPORT = {
    "curve": "curve",
    "enterService": "enter service",
    "fixedPFAbsorb": "fixed PF absorb",
    "fixedPFInject": "fixed PF inject",
    "fixedVar": "fixed var",
    "freqDroop": "frequency droop",
    "gradient": "gradient",
    "limitMaxDischarge": "max discharge limit",
}
"""The arrays that a ReportDERControl may carry, in words."""


def _der_report(payload: Payload) -> str:
    kinds = [(words, payload.get(name)) for name, words in _DER_REPORT.items()]
    return joined(*(f"{words} × {len(items)}" for words, items in kinds if isinstance(items, list)))


def _batteries(payload: Payload) -> str:
    batteries = payload.get("batteryData")
    only = batteries[0] if isinstance(batteries, list) and len(batteries) == 1 else None
    if isinstance(only, dict):
        charge = phrase(only.get("soC"))
        return joined(phrase(only.get("serialNumber"), 30), charge and f"{charge} %")
    return f"{len(batteries)} batteries" if isinstance(batteries, list) else ""


REQUESTS: dict[str, Summary] = {
    "AFRRSignal": line("signal {signal}", "{timestamp:moment}"),
    "AdjustPeriodicEventStream": line("stream {id}", _STREAM, "{params.values} values"),
    "BatterySwap": line("{eventType}", "request {requestId}", "{idToken.idToken:token}", _batteries),
    "ChangeTransactionTariff": line("tariff {tariff.tariffId:id}", "{tariff.currency}", "tx {transactionId:id}"),
    "ClearDERControl": line(*_CONTROL),
    "ClearTariffs": line("EVSE {evseId}", "tariffs {tariffIds:list}"),
    "ClosePeriodicEventStream": line("stream {id}"),
    "GetCertificateChainStatus": count_of("certificateStatusRequests", "certificate"),
    "GetDERControl": line("request {requestId}", *_CONTROL),
    "GetPeriodicEventStream": nothing,
    "GetTariffs": line("EVSE {evseId}"),
    "NotifyAllowedEnergyTransfer": line("{allowedEnergyTransfer:list}", "tx {transactionId:id}"),
    "NotifyDERAlarm": line("{controlType}", "{gridEventFault}", when("alarmEnded", "ended"), "{extraInfo}"),
    "NotifyDERStartStop": line("control {controlId:id}", when("started", "started", "stopped")),
    "NotifyPeriodicEventStream": line("stream {id}", count_of("data", "value"), "{pending} pending"),
    "NotifyPriorityCharging": line(when("activated", "on", "off"), "tx {transactionId:id}"),
    "NotifySettlement": line("{status}", "{settlementAmount}", "tx {transactionId:id}", "{statusInfo}"),
    "NotifyWebPaymentStarted": line("EVSE {evseId}", "timeout {timeout} s"),
    "OpenPeriodicEventStream": line(
        "stream {constantStreamData.id}",
        "monitor {constantStreamData.variableMonitoringId}",
        "every {constantStreamData.params.interval} s",
        "{constantStreamData.params.values} values",
    ),
    "PullDynamicScheduleUpdate": line("profile {chargingProfileId}"),
    "ReportDERControl": line("request {requestId}", _der_report, when("tbc", "more follows")),
    "RequestBatterySwap": line("request {requestId}", "{idToken.idToken:token}"),
    "SetDERControl": line(*_CONTROL),
    "SetDefaultTariff": line("EVSE {evseId}", "tariff {tariff.tariffId:id}", "{tariff.currency}"),
    "UpdateDynamicSchedule": line("profile {chargingProfileId}", _schedule_update),
    "UsePriorityCharging": line(when("activate", "on", "off"), "tx {transactionId:id}"),
    "VatNumberValidation": line("EVSE {evseId}", "{vatNumber:token}"),
}

RESPONSES: dict[str, Summary] = {
    "AFRRSignal": STATUS,
    "AdjustPeriodicEventStream": STATUS,
    "BatterySwap": nothing,
    "ChangeTransactionTariff": STATUS,
    "ClearDERControl": STATUS,
    "ClearTariffs": tally_of("clearTariffsResult", "status"),
    "ClosePeriodicEventStream": nothing,
    "GetCertificateChainStatus": tally_of("certificateStatus", "status"),
    "GetDERControl": STATUS,
    "GetPeriodicEventStream": count_of("constantStreamData", "stream"),
    "GetTariffs": line("{status}", "{statusInfo.reasonCode}", count_of("tariffAssignments", "tariff")),
    "NotifyAllowedEnergyTransfer": STATUS,
    "NotifyDERAlarm": nothing,
    "NotifyDERStartStop": nothing,
    "NotifyPriorityCharging": nothing,
    "NotifySettlement": line("receipt {receiptId:id}"),
    "NotifyWebPaymentStarted": nothing,
    "OpenPeriodicEventStream": STATUS,
    "PullDynamicScheduleUpdate": line("{status}", "{statusInfo.reasonCode}", _schedule_update),
    "ReportDERControl": nothing,
    "RequestBatterySwap": STATUS,
    "SetDERControl": line("{status}", "{statusInfo.reasonCode}", "supersedes {supersededIds:list}"),
    "SetDefaultTariff": STATUS,
    "UpdateDynamicSchedule": STATUS,
    "UsePriorityCharging": STATUS,
    "VatNumberValidation": line("{status}", "{statusInfo.reasonCode}"),
}
"""NotifyPeriodicEventStream is missing: a SEND has no response."""
